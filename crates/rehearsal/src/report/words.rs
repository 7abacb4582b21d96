//! Figures and foreign text as people read them.

use domain::Moment;
use domain::handoff::Owner;
use engine::names::Names;
use jiff::tz::TimeZone;

/// The most characters of a foreign text that are shown.
const TEXT_MAX: usize = 120;
/// Fewer than this and a rate says nothing.
pub(super) const TELLING_MIN: u64 = 30;

/// A foreign text: bounded, and without what would steer a reader's screen. Escaping is the page's.
pub(super) fn text(foreign: &str) -> String {
    let mut shown: String = foreign.chars().take(TEXT_MAX).map(harmless).collect();
    if foreign.chars().nth(TEXT_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// Control characters and marks that turn the direction of writing are shown as what cannot be shown.
const fn harmless(character: char) -> char {
    match character {
        '\u{0}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' => '\u{fffd}',
        other => other,
    }
}

/// A number with commas between thousands.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Part of a whole in percent, and what it is of. Nothing of nothing is nothing.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "none".to_owned();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    let rounded = format!("{percent:.1} %");
    match rounded.as_str() {
        // Neither all nor nothing is said where it is not so.
        "100.0 %" if part < whole => "99.9 %".to_owned(),
        "0.0 %" if part > 0 => "under 0.1 %".to_owned(),
        _ => rounded,
    }
}

/// A rate, unless there are too few to tell.
pub(super) fn rate(part: u64, whole: u64) -> String {
    if whole < TELLING_MIN { "too few to tell".to_owned() } else { percent(part, whole) }
}

/// A date in words, in UTC.
pub(super) fn date(moment: Moment) -> String {
    let day = moment.timestamp().to_zoned(TimeZone::UTC);
    day.strftime("%-d %B %Y").to_string()
}

/// A date that is short.
pub(super) fn short_date(moment: Moment) -> String {
    moment.timestamp().to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()
}

/// A moment for a table; without the time of day where that is midnight, since most exports have none.
pub(super) fn when(moment: Moment) -> String {
    let day = moment.timestamp().to_zoned(TimeZone::UTC);
    let format = if moment.seconds() % 86_400 == 0 { "%-d %b %Y" } else { "%-d %b %Y %H:%M" };
    day.strftime(format).to_string()
}

/// Milliseconds as people say them.
pub(super) fn time(ms: i64) -> String {
    match ms {
        ..1_000 => {
            if ms == 0 {
                "0 s".to_owned()
            } else {
                format!("{ms} ms")
            }
        }
        1_000..120_000 => format!("{:.1} s", ms as f64 / 1_000.0),
        120_000..7_200_000 => format!("{} min", ms / 60_000),
        7_200_000..172_800_000 => format!("{:.1} h", ms as f64 / 3_600_000.0),
        _ => format!("{:.1} days", ms as f64 / 86_400_000.0),
    }
}

/// An owner as people call them.
pub(super) fn owner(owner: &Owner, names: &dyn Names) -> String {
    match owner {
        Owner::Person(member) => text(names.member(&member.0).unwrap_or(&member.0)),
        Owner::Queue(queue) => format!("queue {}", text(&queue.0)),
        Owner::Engine => "nobody".to_owned(),
    }
}

/// A code without its hyphens.
pub(super) fn spoken(code: &str) -> String {
    code.replace('-', " ")
}
