//! What a contract puts right before it asks its rules.

use std::collections::BTreeMap;

use domain::Value;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::bounds::{self, PointInTime};
use super::seen::Seen;
use crate::canonical::Canonical;

/// One way to put a value right. Each leaves alone what it does not understand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Repair {
    /// Takes blanks off both ends.
    Trim,
    /// Makes one blank of several.
    Blanks,
    /// Small letters.
    Lower,
    /// Writes it in capitals.
    Upper,
    /// Reads `1.234,50` as 1234.50.
    DecimalComma,
    /// Reads `1,234.50` as 1234.50.
    DecimalPoint,
    /// Reads `yes`, `no`, `y`, `n`, `1`, `0`, `true`, `false`.
    Boolean,
    /// Reads a time without a zone in the field's own.
    Zone,
    /// Makes a text of a number.
    Text,
    /// Takes one text for another.
    Replace(BTreeMap<String, String>),
}

/// What a repair is to make of a value.
#[derive(Clone, Copy)]
pub(super) enum RepairTarget<'a> {
    /// A number.
    Number,
    /// A moment, whose zone this is where the text names none.
    Moment(&'a TimeZone),
    /// Anything else.
    Other,
}

/// Characters of a number that is read.
const NUMBER_MAX: usize = 40;

impl Repair {
    pub(super) const NAMES: [(&'static str, Self); 9] = [
        ("trim", Self::Trim),
        ("blanks", Self::Blanks),
        ("lower", Self::Lower),
        ("upper", Self::Upper),
        ("decimal-comma", Self::DecimalComma),
        ("decimal-point", Self::DecimalPoint),
        ("boolean", Self::Boolean),
        ("zone", Self::Zone),
        ("text", Self::Text),
    ];

    /// The value put right, if that changes it.
    pub(super) fn mend(&self, seen: Seen<'_>, repair_target: RepairTarget<'_>) -> Option<Value> {
        let text = match (self, seen) {
            (Self::Text, Seen::Other(value)) => {
                return value.decimal().map(|number| Value::Text(number.to_string().into()));
            }
            (_, Seen::Text(text)) => text,
            (_, Seen::Moment(_) | Seen::Other(_)) => return None,
        };
        match self {
            Self::Trim => {
                let trimmed = text.trim();
                (trimmed.len() < text.len()).then(|| trimmed.into())
            }
            Self::Blanks => has_blanks(text).then(|| {
                let words: Vec<&str> = text.split_whitespace().collect();
                Value::Text(words.join(" ").into())
            }),
            Self::Lower => text
                .chars()
                .any(char::is_uppercase)
                .then(|| Value::Text(text.to_lowercase().into())),
            Self::Upper => text
                .chars()
                .any(char::is_lowercase)
                .then(|| Value::Text(text.to_uppercase().into())),
            Self::DecimalComma => number(text, ',', '.', repair_target),
            Self::DecimalPoint => number(text, '.', ',', repair_target),
            Self::Boolean => boolean(text).map(Value::Boolean),
            Self::Zone => zoned(text, repair_target),
            Self::Text => None,
            Self::Replace(others) => others.get(text).map(|other| other.as_str().into()),
        }
    }
}

/// Whether there is a blank beside another, at an end, or one that is no plain space.
fn has_blanks(text: &str) -> bool {
    let mut before = true;
    for letter in text.chars() {
        let blank = letter.is_whitespace();
        if blank && (before || letter != ' ') {
            return true;
        }
        before = blank;
    }
    before && !text.is_empty()
}

/// Reads a number whose thousands stand in whole groups of three.
fn number(
    text: &str,
    point: char,
    thousands: char,
    repair_target: RepairTarget<'_>,
) -> Option<Value> {
    if !matches!(repair_target, RepairTarget::Number) || text.len() > NUMBER_MAX {
        return None;
    }
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once(point).unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(thousands);
    let first = groups.next()?;
    let grouped = groups.all(|group| group.len() == 3 && plain(group))
        && (1..=if whole.contains(thousands) { 3 } else { NUMBER_MAX }).contains(&first.len());
    if !grouped || !plain(first) || !plain(fraction) {
        return None;
    }
    let mut written = String::with_capacity(text.len() + 2);
    written.extend(text.starts_with('-').then_some('-'));
    written.extend(whole.chars().filter(char::is_ascii_digit));
    if !fraction.is_empty() {
        written.push('.');
        written.push_str(fraction);
    }
    if let Ok(integer) = written.parse() {
        return Some(Value::Integer(integer));
    }
    Decimal::from_str_exact(&written).ok().map(|number| Value::Decimal(number.normalize()))
}

/// A yes or a no, as people write it.
pub(super) fn boolean(text: &str) -> Option<bool> {
    let is = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()));
    if is(["true", "yes", "y", "1"]) {
        Some(true)
    } else if is(["false", "no", "n", "0"]) {
        Some(false)
    } else {
        None
    }
}

fn zoned(text: &str, repair_target: RepairTarget<'_>) -> Option<Value> {
    let RepairTarget::Moment(zone) = repair_target else { return None };
    match bounds::told(text.trim())? {
        PointInTime::Wall(wall) => bounds::in_zone(wall, zone).map(Value::Moment),
        PointInTime::Moment(_) => None,
    }
}

impl Canonical for Repair {
    fn canonical(&self, out: &mut Vec<u8>) {
        if let Self::Replace(others) = self {
            ("replace", others).canonical(out);
        } else {
            let name = Self::NAMES.iter().find(|(_, repair)| repair == self);
            name.map(|(name, _)| *name).canonical(out);
        }
    }
}
