//! Bytes of a text looked at eight together: most texts of a brief are short and have no byte that
//! needs care.

const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
/// A letter, in place of the bytes that a short text lacks.
const LETTERS: u64 = u64::from_ne_bytes([b'x'; 8]);

/// Whether a text in JSON has to escape a byte: a control character, a quotation mark, a backslash.
pub(crate) fn needs_escape(text: &[u8]) -> bool {
    any(text, |word| below(word, b' ') | has(word, b'"') | has(word, b'\\'))
}

/// Whether a text is printable ASCII without a blank.
pub(crate) fn is_one_word(text: &[u8]) -> bool {
    const DELETE: u8 = 0x7f;
    !any(text, |word| word & HIGH | below(word, b' ' + 1) | has(word, DELETE))
}

/// Whether something is found in any eight bytes. The last eight may have been looked at before.
fn any(text: &[u8], found: impl Fn(u64) -> u64) -> bool {
    let Some(last) = text.last_chunk::<8>() else {
        let short = text.iter().fold(LETTERS, |word, byte| word << 8 | u64::from(*byte));
        return found(short) != 0;
    };
    let (words, _) = text.as_chunks::<8>();
    let all = words.iter().chain([last]);
    all.fold(0, |all, word| all | found(u64::from_ne_bytes(*word))) != 0
}

/// Not nought where a byte is below another one, which is ASCII. The borrow of its subtraction shows
/// in the highest bit.
const fn below(word: u64, byte: u8) -> u64 {
    word.wrapping_sub(u64::from_ne_bytes([byte; 8])) & !word & HIGH
}

/// Not nought where a byte is that one.
const fn has(word: u64, byte: u8) -> u64 {
    let word = word ^ u64::from_ne_bytes([byte; 8]);
    word.wrapping_sub(LOW) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use super::{is_one_word, needs_escape};

    #[test]
    fn every_byte_is_judged_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for around in [b'x', b'!', b'~', b'#', b'['] {
                for (before, after) in (0..18).flat_map(|before| (0..10).map(move |n| (before, n)))
                {
                    let mut text = vec![around; before];
                    text.push(byte);
                    text.extend(vec![around; after]);
                    let escaped = byte < b' ' || byte == b'"' || byte == b'\\';
                    assert_eq!(needs_escape(&text), escaped, "{byte} in {text:?}");
                    assert_eq!(is_one_word(&text), byte.is_ascii_graphic(), "{byte} in {text:?}");
                }
            }
        }
        assert!(!needs_escape(b""));
        assert!(is_one_word(b""));
    }
}
