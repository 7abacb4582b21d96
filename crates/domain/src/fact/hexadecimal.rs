//! Bytes in exports: hexadecimal digits.

/// Writes bytes as a text of hexadecimal digits.
pub(super) fn hexadecimal<S: serde::Serializer>(
    bytes: impl AsRef<[u8]>,
    s: S,
) -> Result<S::Ok, S::Error> {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let digits = bytes.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    s.serialize_str(&digits.collect::<String>())
}
