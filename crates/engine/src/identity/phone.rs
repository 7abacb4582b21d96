//! Phone numbers in E.164.

/// The fewest digits behind `+` that are taken without a second look.
const DIGITS_MIN: usize = 8;
/// The most digits of E.164.
const DIGITS_MAX: usize = 15;

/// Reads a number that names its country (`+49 30 901820`, `+44 (0)20 7946 0018`). A number without a
/// country is not read: which one was meant cannot be known.
pub fn read_phone(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00"))?;
    if is_plain(digits) {
        return Some(format!("+{digits}"));
    }
    let number = phonenumber::parse(None, format!("+{digits}")).ok()?;
    let written = number.format().mode(phonenumber::Mode::E164).to_string();
    is_plain(written.strip_prefix('+')?).then_some(written)
}

fn is_plain(digits: &str) -> bool {
    (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}
