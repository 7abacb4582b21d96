//! Numbers as people and spreadsheets write them.

use domain::Money;
use domain::reason::Code;
use rust_decimal::Decimal;

/// What a comma and a point mean in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DecimalStyle {
    /// Nothing is declared: a point is decimal, nothing separates thousands.
    #[default]
    Undeclared,
    /// A comma before the decimals: 1.234,56.
    Comma,
    /// A point before the decimals: 1,234.56.
    Point,
}

const LENGTH_MAX: usize = 64;

/// A decimal. A comma that nobody declared is told apart from what is no number at all.
pub fn decimal(text: &str, marks: DecimalStyle) -> Result<Decimal, Code> {
    let text = text.trim();
    if text.len() > LENGTH_MAX {
        return Err(Code::NumberUnreadable);
    }
    let plain = match marks {
        DecimalStyle::Undeclared if text.contains(',') => return Err(undeclared(text)),
        DecimalStyle::Undeclared => text.to_owned(),
        DecimalStyle::Comma => ungrouped(text, '.', ',')?,
        DecimalStyle::Point => ungrouped(text, ',', '.')?,
    };
    parse(&plain).ok_or(Code::NumberUnreadable)
}

/// A whole number; a fraction of zeros is none.
pub fn integer(text: &str, marks: DecimalStyle) -> Result<i64, Code> {
    let decimal = decimal(text, marks)?;
    if decimal.fract().is_zero() {
        i64::try_from(decimal.trunc()).map_err(|_| Code::NumberUnreadable)
    } else {
        Err(Code::NumberUnreadable)
    }
}

/// An amount. A currency in the cell beats the declared one.
pub fn money(text: &str, marks: DecimalStyle, declared: Option<&str>) -> Result<Money, Code> {
    let text = text.trim();
    let is_mark = |character: char| {
        !character.is_ascii_digit() && !matches!(character, '+' | '-' | '.' | ',' | '\'')
    };
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let front = unsigned.trim_start_matches(is_mark);
    let number = front.trim_end_matches(is_mark);
    let before = unsigned[..unsigned.len() - front.len()].trim();
    let behind = front[number.len()..].trim();
    let (("", mark) | (mark, "")) = (before, behind) else { return Err(Code::NumberUnreadable) };
    let currency = currency(mark, declared).ok_or(Code::NumberUnreadable)?;
    let amount = decimal(&format!("{sign}{number}"), marks)?;
    Ok(Money { amount, currency })
}

/// Whether a text is the code of a currency.
pub fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn currency(mark: &str, declared: Option<&str>) -> Option<String> {
    let known = match mark {
        // A dollar is of many countries: the map says of which.
        "" | "$" => return declared.map(str::to_owned),
        "€" => "EUR",
        "£" => "GBP",
        "US$" => "USD",
        "R$" => "BRL",
        code if is_currency(code) => code,
        _ => return None,
    };
    Some(known.to_owned())
}

fn undeclared(text: &str) -> Code {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_decimal = text.split_once(',').is_some_and(|(whole, fraction)| {
        let whole = whole.trim_start_matches(['+', '-']);
        let grouped = whole.split('.').all(digits);
        digits(fraction) && (grouped || whole.is_empty())
    });
    if is_decimal { Code::DecimalComma } else { Code::NumberUnreadable }
}

/// The number without its groups of three and with a decimal point.
fn ungrouped(text: &str, group: char, mark: char) -> Result<String, Code> {
    let (whole, fraction) = match text.split_once(mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let separates = |character: char| {
        character == group
            || matches!(character, ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}')
    };
    let unsigned = whole.trim_start_matches(['+', '-']);
    let groups: Vec<&str> = unsigned.split(separates).collect();
    let sound = groups.len() == 1
        || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|part| part.len() == 3));
    if !sound {
        return Err(Code::NumberUnreadable);
    }
    let mut plain = whole[..whole.len() - unsigned.len()].to_owned();
    plain.extend(groups);
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Ok(plain)
}

fn parse(text: &str) -> Option<Decimal> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    match exponent {
        None => Decimal::from_str_exact(text).ok(),
        Some(exponent) => {
            let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let sound = !power.is_empty() && power.len() <= 3 && digits(power);
            sound.then(|| Decimal::from_scientific(text).ok()).flatten()
        }
    }
}
