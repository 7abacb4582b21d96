//! Small readings that the files share: texts with their places, lengths of time, and dates as
//! people and spreadsheets leave them.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use notation::{Diagnostic, Diagnostics, Duration, Node, Span, Spanned};

/// A text and where it stands.
pub(crate) fn text(node: &Node, out: &mut Diagnostics) -> Option<Spanned<String>> {
    node.text(out).map(|text| Spanned::new(text.to_owned(), node.span))
}

/// A list of texts, or one text alone.
pub(crate) fn texts(node: &Node, out: &mut Diagnostics) -> Option<Vec<Spanned<String>>> {
    if let notation::Data::Scalar(_) = node.data {
        return text(node, out).map(|one| vec![one]);
    }
    let nodes = node.list(out)?;
    Some(nodes.iter().filter_map(|node| text(node, out)).collect())
}

/// The longest that anything may be told to wait.
const DAYS_MAX: u32 = 1_830;

/// A length of time that is more than none and at most five years.
pub(crate) fn duration(node: &Node, out: &mut Diagnostics) -> Option<Spanned<Duration>> {
    let word = node.word(out)?;
    let Some(duration) = notation::duration(word) else {
        let says = "this is no length of time";
        let help = "write it with units, as in `90m`, `1d 10h` or `3 working days`";
        out.push(Diagnostic::error("duration-unreadable", node.span, says).help(help));
        return None;
    };
    let days = i64::from(duration.days) + i64::from(duration.working_days);
    let whole = domain::Span::days(days) + duration.open;
    if duration.is_zero() || whole > domain::Span::days(i64::from(DAYS_MAX)) {
        let says = format!("a length of time is more than none and at most {DAYS_MAX} days");
        out.push(Diagnostic::error("duration-range", node.span, says));
        return None;
    }
    Some(Spanned::new(duration, node.span))
}

/// A time of day as `09:00`, its hour in so many digits: the hour and the minute, as they are written.
pub(crate) fn clock(text: &str, hour_digits: RangeInclusive<usize>) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':')?;
    let number = |part: &str, digits: RangeInclusive<usize>| -> Option<u8> {
        let plain = digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    Some((number(hour, hour_digits)?, number(minute, 2..=2)?))
}

/// The years that a date of ours may have.
const YEARS: RangeInclusive<i16> = 1970..=2200;

/// A date as `2026-12-24`; what a spreadsheet made of one is told by name.
pub(crate) fn date(text: &str, span: Span, out: &mut Diagnostics) -> Option<Date> {
    if let Some(date) = iso_date(text) {
        if YEARS.contains(&date.year()) {
            return Some(date);
        }
        let says = "the year lies outside 1970 to 2200";
        out.push(Diagnostic::error("date-unreadable", span, says));
        return None;
    }
    let help = mangled(text).unwrap_or_else(|| "write it as 2026-12-24".to_owned());
    let says = "this is no date as this file has them";
    out.push(Diagnostic::error("date-unreadable", span, says).help(help));
    None
}

fn iso_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| {
            if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() }
        });
    if shaped { text.parse().ok() } else { None }
}

/// What a spreadsheet most likely did to a date.
fn mangled(text: &str) -> Option<String> {
    day_number(text).or_else(|| parts(text)).or_else(|| with_time(text))
}

/// `46023`: days since 30 December 1899.
fn day_number(text: &str) -> Option<String> {
    let days: i64 = text.split_once('.').map_or(text, |(whole, _)| whole).parse().ok()?;
    if !(20_000..=80_000).contains(&days) {
        return None;
    }
    let date = Date::constant(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()?;
    Some(format!("a spreadsheet has written the number of a day, here {date}: write that"))
}

/// `1/2/2026`, `24.12.2026`.
fn parts(text: &str) -> Option<String> {
    let separator = text.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let parts: Vec<i16> =
        text.splitn(4, separator).map(str::parse).collect::<Result<_, _>>().ok()?;
    let [first, second, year] = parts[..] else { return None };
    let year = if (0..100).contains(&year) { year + 2000 } else { year };
    let date = |month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    match (date(second, first), date(first, second)) {
        (Some(day_first), Some(month_first)) if day_first != month_first => Some(format!(
            "a spreadsheet may have written it, as {day_first} or as {month_first}: write the one \
             that is meant"
        )),
        (Some(date), _) | (None, Some(date)) => Some(format!("write it as {date}")),
        (None, None) => None,
    }
}

/// `2026-12-24 00:00:00`.
fn with_time(text: &str) -> Option<String> {
    let date = iso_date(text.get(..10)?)?;
    text[10..].starts_with(['T', ' ']).then(|| format!("write the date alone, as {date}"))
}
