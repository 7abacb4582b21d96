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

/// Whether a text is printable ASCII without two blanks in a row.
pub(crate) fn is_plain(text: &[u8]) -> bool {
    const DELETE: u8 = 0x7f;
    let is_strange = any(text, |word| word & HIGH | below(word, b' ') | has(word, DELETE));
    !is_strange && !has_two_blanks(text)
}

/// Whether two blanks stand in a row: each eight bytes are compared with the eight from the next on.
fn has_two_blanks(text: &[u8]) -> bool {
    let after = text.get(1..).unwrap_or_default();
    let before = &text[..after.len()];
    let (Some(last), Some(last_after)) = (before.last_chunk::<8>(), after.last_chunk::<8>()) else {
        let (before, after) = (blanks(short(before)), blanks(short(after)));
        return before & after != 0;
    };
    let pairs = before.as_chunks::<8>().0.iter().zip(after.as_chunks::<8>().0);
    let pairs = pairs.chain([(last, last_after)]);
    let both = |one: &[u8; 8], next: &[u8; 8]| {
        blanks(u64::from_ne_bytes(*one)) & blanks(u64::from_ne_bytes(*next))
    };
    pairs.fold(0, |all, (one, next)| all | both(one, next)) != 0
}

/// The highest bit of each byte that is a blank, and of no other.
const fn blanks(word: u64) -> u64 {
    let word = word ^ u64::from_ne_bytes([b' '; 8]);
    !(((word & !HIGH) + !HIGH) | word | !HIGH)
}

/// Whether something is found in any eight bytes. The last eight may have been looked at before.
fn any(text: &[u8], found: impl Fn(u64) -> u64) -> bool {
    let Some(last) = text.last_chunk::<8>() else {
        return found(short(text)) != 0;
    };
    let (words, _) = text.as_chunks::<8>();
    let all = words.iter().chain([last]);
    all.fold(0, |all, word| all | found(u64::from_ne_bytes(*word))) != 0
}

/// Fewer than eight bytes, with letters in front.
fn short(text: &[u8]) -> u64 {
    text.iter().fold(LETTERS, |word, byte| word << 8 | u64::from(*byte))
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
    use super::{is_plain, needs_escape};

    #[track_caller]
    fn check(text: &[u8]) {
        let escaped = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
        assert_eq!(needs_escape(text), text.iter().any(escaped), "{text:?}");
        let printable = text.iter().all(|byte| (b' '..=b'~').contains(byte));
        let two = text.windows(2).any(|pair| pair == b"  ");
        assert_eq!(is_plain(text), printable && !two, "{text:?}");
    }

    #[test]
    fn every_byte_is_judged_wherever_it_stands() {
        for (before, after) in (0..18).flat_map(|before| (0..10).map(move |after| (before, after)))
        {
            for around in *b"x!~#[ " {
                for byte in 0..=u8::MAX {
                    let mut text = vec![around; before];
                    text.push(byte);
                    text.extend(vec![around; after]);
                    check(&text);
                }
            }
            for pair in [b"  ", b" !", b"! "] {
                check(&[&vec![b'x'; before], pair.as_slice(), &vec![b'x'; after]].concat());
            }
        }
        check(b"");
    }
}
