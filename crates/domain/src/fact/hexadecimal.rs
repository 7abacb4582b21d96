//! Bytes as hexadecimal digits.

/// Writes bytes as a text of hexadecimal digits.
pub(super) fn hexadecimal<S: serde::Serializer>(
    bytes: impl AsRef<[u8]>,
    s: S,
) -> Result<S::Ok, S::Error> {
    let digits = bytes.as_ref().iter().flat_map(|byte| digits_of(*byte).map(char::from));
    s.serialize_str(&digits.collect::<String>())
}

/// The two digits of a byte, in ASCII.
pub(super) fn digits_of(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|nibble| b"0123456789abcdef"[usize::from(nibble)])
}
