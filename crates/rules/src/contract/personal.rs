//! A cheap look for personal data where none should be: e-mail addresses, phone numbers, bank
//! accounts (IBAN) and payment cards. It passes over a text once, and what it reports carries a
//! check sum or a shape that a plain number does not have.

/// What a text seems to hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Personal {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// An international bank account number.
    Iban,
    /// The number of a payment card.
    Card,
}

/// The longest IBAN.
const IBAN_MAX: usize = 34;
/// The longest run of digits that a number of ours has.
const DIGITS_MAX: usize = 20;

/// What a text seems to hold, if anything.
pub fn looks_personal(text: &str) -> Option<Personal> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if byte == b'@' && is_email(bytes, at, at + 1) {
            return Some(Personal::Email);
        }
        // In an address of a page the sign is written as %40.
        if byte == b'%' && bytes[at..].starts_with(b"%40") && is_email(bytes, at, at + 3) {
            return Some(Personal::Email);
        }
        if begins && byte.is_ascii_uppercase() && is_iban(&bytes[at..]) {
            return Some(Personal::Iban);
        }
        if begins && (byte.is_ascii_digit() || matches!(byte, b'+' | b'(')) {
            let run = Run::at(&bytes[at..]);
            if let Some(found) = run.looks_personal() {
                return Some(found);
            }
            at += run.length.max(1);
        } else {
            at += 1;
        }
    }
    None
}

/// Whether a number is a payment card's.
pub(super) fn is_card(number: i64) -> bool {
    let mut digits = [0_u8; DIGITS_MAX];
    let mut rest = number.max(0);
    let mut length = 0;
    while rest > 0 {
        digits[length] = (rest % 10) as u8;
        rest /= 10;
        length += 1;
    }
    digits[..length].reverse();
    is_card_number(&digits[..length])
}

fn is_email(bytes: &[u8], end: usize, host: usize) -> bool {
    let local = end > 0 && {
        let last = bytes[end - 1];
        last.is_ascii_alphanumeric() || !last.is_ascii() || b"_-+".contains(&last)
    };
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || *byte == b'-';
    let first = bytes[host..].iter().take(64).take_while(|byte| letter(byte)).count();
    let dot = host + first;
    local
        && first > 0
        && bytes.get(dot) == Some(&b'.')
        && bytes[dot + 1..].iter().take(2).filter(|b| b.is_ascii_alphabetic()).count() == 2
}

fn is_iban(bytes: &[u8]) -> bool {
    let shaped = bytes.len() >= 15
        && bytes[1].is_ascii_uppercase()
        && bytes[2].is_ascii_digit()
        && bytes[3].is_ascii_digit();
    if !shaped {
        return false;
    }
    let mut letters = [0_u8; IBAN_MAX];
    let mut length = 0;
    for byte in bytes {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' if length < IBAN_MAX => {
                letters[length] = *byte;
                length += 1;
                // A country's numbers all have one length, which is not known here: any prefix
                // that is long enough and whose check sum holds is one.
                if length >= 15 && check_sum(&letters[..length]) == 1 && ends(bytes, length) {
                    return true;
                }
            }
            b' ' if length.is_multiple_of(4) => {}
            _ => return false,
        }
    }
    false
}

/// Whether no further letter follows the first `length` that are no blanks.
fn ends(bytes: &[u8], length: usize) -> bool {
    let next = bytes.iter().filter(|byte| **byte != b' ').nth(length);
    next.is_none_or(|byte| !byte.is_ascii_digit())
}

fn check_sum(letters: &[u8]) -> u32 {
    let turned = letters[4..].iter().chain(&letters[..4]);
    turned.fold(0, |rest, letter| match letter {
        b'0'..=b'9' => (rest * 10 + u32::from(letter - b'0')) % 97,
        _ => (rest * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}

/// Digits with blanks, hyphens, points, slashes and brackets between them.
struct Run {
    digits: [u8; DIGITS_MAX],
    count: usize,
    /// Groups of separators between digits.
    breaks: usize,
    plus: bool,
    bracket: bool,
    /// Whether more digits follow than any number has.
    longer: bool,
    length: usize,
}

impl Run {
    fn at(bytes: &[u8]) -> Self {
        let mut run = Self {
            digits: [0; DIGITS_MAX],
            count: 0,
            breaks: 0,
            plus: bytes[0] == b'+',
            bracket: false,
            longer: false,
            length: 0,
        };
        let mut separated = false;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    run.breaks += usize::from(separated && run.count > 0);
                    separated = false;
                    match run.digits.get_mut(run.count) {
                        Some(digit) => *digit = byte - b'0',
                        None => run.longer = true,
                    }
                    run.count = (run.count + 1).min(DIGITS_MAX);
                    run.length = at + 1;
                }
                b' ' | b'-' | b'.' | b'/' => separated = true,
                b'(' | b')' => {
                    run.bracket = true;
                    separated = true;
                }
                b'+' if at == 0 => {}
                _ => break,
            }
            // Signs without a digit are passed over once, not once for each of them.
            if run.count == 0 {
                run.length = at + 1;
            }
        }
        run
    }

    fn looks_personal(&self) -> Option<Personal> {
        if self.longer {
            return None;
        }
        let digits = &self.digits[..self.count];
        if is_card_number(digits) {
            return Some(Personal::Card);
        }
        let dialled = self.plus || digits.starts_with(&[0, 0]);
        let written = self.breaks >= 2 && (self.bracket || digits.first() == Some(&0));
        let phone =
            dialled && (8..=17).contains(&self.count) || written && (9..=15).contains(&self.count);
        phone.then_some(Personal::Phone)
    }
}

/// Thirteen to nineteen digits of a card network, whose check sum holds.
fn is_card_number(digits: &[u8]) -> bool {
    let network = matches!(digits, [3..=6, ..] | [2, 2..=7, ..]);
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(*digit);
            let doubled = if at % 2 == 1 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    network && (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}
