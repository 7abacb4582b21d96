//! Words for people: text from outside made harmless, kinds and names of fields made readable.

use std::borrow::Cow;
use std::fmt::Write as _;

use domain::fact::By;
use domain::moment::two_digits;
use domain::{Moment, Value};

use crate::byte_words::is_plain;
use crate::identity::is_invisible;
use crate::names::Names;

/// The most characters of a value that a claim quotes.
pub const QUOTE_CHARS_MAX: usize = 240;
/// The most characters of a name of a field or a kind.
const LABEL_CHARS_MAX: usize = 60;
/// Room for what is put behind a label.
const LABEL_ROOM: usize = 48;
/// So many digits in a row may be a phone number.
const NUMBER_DIGITS: usize = 7;

/// Text in one line, without what cannot be seen, at most `max` characters; what was longer ends
/// in an ellipsis.
pub fn plain(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max && is_plain(text.as_bytes()) {
        // At most one blank stands at either end.
        let text = text.strip_prefix(' ').unwrap_or(text);
        return Cow::Borrowed(text.strip_suffix(' ').unwrap_or(text));
    }
    let text = text.trim();
    let mut out = String::with_capacity(text.len().min(4 * max));
    let mut chars = 0;
    let mut gap = false;
    for character in text.chars() {
        if is_invisible(character) {
            continue;
        }
        if character.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if chars + usize::from(gap) >= max {
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            chars += 1;
            gap = false;
        }
        out.push(character);
        chars += 1;
    }
    Cow::Owned(out)
}

/// Appends a value as somebody outside said it: text in quotes that it cannot leave, everything
/// else as it reads.
pub fn quote(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => quote_text(out, text),
        Value::Boolean(true) => out.push_str("yes"),
        Value::Boolean(false) => out.push_str("no"),
        Value::Moment(moment) => push_stamp(out, *moment),
        Value::Integer(_) | Value::Decimal(_) => {
            let _ = write!(out, "{value}");
        }
        Value::Money(_) | Value::List(_) | Value::Record(_) => quote_text(out, &value.to_string()),
    }
}

/// Appends text in quotes.
pub fn quote_text(out: &mut String, text: &str) {
    quote_all(out, &plain(text, QUOTE_CHARS_MAX));
}

/// Appends text in quotes that was made plain before.
pub fn quote_all(out: &mut String, shown: &str) {
    out.push('“');
    if shown.is_ascii() {
        out.push_str(shown);
        out.push('”');
        return;
    }
    for character in shown.chars() {
        out.push(if matches!(character, '“' | '”' | '„' | '‟') { '"' } else { character });
    }
    out.push('”');
}

/// `form.submitted` as `Form submitted`, `first_name` as `First name`.
pub fn label(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + LABEL_ROOM);
    push_label(&mut out, name);
    out
}

/// Appends `form.submitted` as `Form submitted`. Most sentences of a brief have one.
pub fn push_label(out: &mut String, name: &str) {
    let name = plain(name, LABEL_CHARS_MAX);
    let mut rest = &*name;
    if let Some(first) = rest.chars().next().filter(|first| !is_separator(*first)) {
        if first.is_ascii() {
            out.push(first.to_ascii_uppercase());
        } else {
            out.extend(first.to_uppercase());
        }
        rest = &rest[first.len_utf8()..];
    }
    while let Some(at) = rest.bytes().position(|byte| is_separator(byte.into())) {
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

const fn is_separator(character: char) -> bool {
    matches!(character, '.' | '_' | '-')
}

/// `2026-11-20 13:38`, in UTC.
pub fn stamp(moment: Moment) -> String {
    let mut out = String::with_capacity(80);
    push_stamp(&mut out, moment);
    out
}

/// Appends `2026-11-20 13:38`, in UTC. Every row of a timeline begins with one.
pub fn push_stamp(out: &mut String, moment: Moment) {
    let at = moment.utc();
    if at.year < 0 {
        out.push('-');
    }
    let year = at.year.unsigned_abs();
    let mut text = *b"0000-00-00 00:00";
    for (place, part) in [
        (0, year / 100),
        (2, year % 100),
        (5, at.month),
        (8, at.day),
        (11, at.hour),
        (14, at.minute),
    ] {
        text[place..place + 2].copy_from_slice(&two_digits(part));
    }
    push_ascii(out, &text);
}

/// Appends what is known to be ASCII.
fn push_ascii(out: &mut String, text: &[u8]) {
    out.push_str(std::str::from_utf8(text).expect("it is ASCII"));
}

/// Hundredths as a number with two decimals.
pub fn hundredths(number: i64) -> String {
    let mut out = String::new();
    push_hundredths(&mut out, number);
    out
}

/// Appends hundredths as a number with two decimals.
pub fn push_hundredths(out: &mut String, number: i64) {
    if number < 0 {
        out.push('-');
    }
    let size = number.unsigned_abs();
    push_number(out, size / 100);
    out.push('.');
    for digit in two_digits((size % 100) as u32) {
        out.push(char::from(digit));
    }
}

/// Appends a number.
pub fn push_number(out: &mut String, number: u64) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// Whether a text looks as if it named or could reach somebody: an address, a long number.
pub fn may_reach_somebody(value: &Value) -> bool {
    match value {
        Value::Text(text) => text_may_reach(text),
        Value::List(values) => values.iter().any(may_reach_somebody),
        Value::Record(fields) => fields.values().any(may_reach_somebody),
        Value::Integer(_)
        | Value::Decimal(_)
        | Value::Boolean(_)
        | Value::Moment(_)
        | Value::Money(_) => false,
    }
}

/// What people call whoever did something, by the names of the strategy of that fact. Nothing that may
/// reach somebody is in it.
pub fn doer(by: &By, names: &dyn Names) -> String {
    match by {
        By::Key(key) => format!("the key {key}"),
        By::User(user) => format!("the user {user}"),
        By::Operator => "the operator of the machine".to_owned(),
        By::Source(source) => format!("the source {source}"),
        By::Member(_) | By::Former(_) => called(&by.to_string(), names),
        By::Behalf { member, .. } => {
            let through = by.through().expect("somebody acts for the member");
            format!("{} through {}", called(&member.0, names), doer(&through, names))
        }
    }
}

/// What people call a member, by the names of a strategy.
pub fn called(id: &str, names: &dyn Names) -> String {
    match names.member(id) {
        Some(name) => name.to_owned(),
        None if text_may_reach(id) => "somebody who is not named".to_owned(),
        None => plain(id, LABEL_CHARS_MAX).into_owned(),
    }
}

/// Whether a text looks as if it named or could reach somebody.
pub fn text_may_reach(text: &str) -> bool {
    let mut digits = 0;
    for character in text.chars() {
        match character {
            '@' | '＠' => return true,
            ' ' | '-' | '.' | '/' | '(' | ')' => {}
            known if known.is_numeric() => digits += 1,
            _ => digits = 0,
        }
        if digits >= NUMBER_DIGITS {
            return true;
        }
    }
    false
}
