//! Times as people and spreadsheets write them.

use domain::Moment;
use domain::reason::Code;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// How a time is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Days since 1899-12-30, as spreadsheets count them.
    Excel,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMs,
    /// RFC 3339.
    Rfc3339,
    /// By the directives of `strftime`.
    Strftime(Pattern),
}

/// A pattern of `strftime`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// As written, then with the other form of offset.
    forms: Vec<String>,
    /// It ends in a literal `Z`.
    utc: bool,
}

/// A moment, and what is to be said of it.
pub type Read = (Moment, Option<Code>);

impl Format {
    /// Reads the name or the pattern of a format.
    pub fn new(text: &str) -> Option<Self> {
        match text {
            "excel" => Some(Self::Excel),
            "unix" => Some(Self::Unix),
            "unix-ms" => Some(Self::UnixMs),
            "rfc3339" => Some(Self::Rfc3339),
            pattern => Pattern::new(pattern).map(Self::Strftime),
        }
    }

    /// What is tried where a map names no format: ISO 8601 in its usual forms.
    pub fn usual() -> Vec<Self> {
        let patterns = [
            "%Y-%m-%d",
            "%Y-%m-%d %H:%M:%S%.f",
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%d %H:%M",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%d %H:%M:%S%.f %z",
        ];
        let known = patterns.into_iter().filter_map(Self::new);
        std::iter::once(Self::Rfc3339).chain(known).collect()
    }

    /// The same with day and month swapped, where both stand in figures before the year or without
    /// it in front: nobody writes year, day, month.
    pub fn swapped(&self) -> Option<Self> {
        let Self::Strftime(pattern) = self else { return None };
        let written = pattern.forms.first()?;
        let day = ["%d", "%-d", "%e"].into_iter().find(|day| written.contains(day))?;
        let month = ["%m", "%-m"].into_iter().find(|month| written.contains(month))?;
        if written.starts_with("%Y") || written.starts_with("%y") {
            return None;
        }
        let other = written.replace(day, "\0").replace(month, "%d").replace('\0', "%m");
        Self::new(&other)
    }

    fn read(&self, text: &str, zone: &TimeZone) -> Option<Read> {
        match self {
            Self::Excel => excel(text, zone),
            Self::Unix => since_1970(text, 1_000_000),
            Self::UnixMs => since_1970(text, 1_000),
            Self::Rfc3339 => text.parse().ok().map(|moment| (moment, None)),
            Self::Strftime(pattern) => pattern.read(text, zone),
        }
    }
}

/// The moment that `text` tells, by the first format that fits. An hour that its zone skips is moved
/// on, of an hour that occurs twice the first is taken; both are said.
pub fn moment(text: &str, formats: &[Format], zone: &TimeZone) -> Result<Read, Code> {
    let text = text.trim();
    formats.iter().find_map(|format| format.read(text, zone)).ok_or(Code::TimeUnreadable)
}

impl Pattern {
    fn new(pattern: &str) -> Option<Self> {
        // A pattern that does not read its own writing, or tells no day, would fit no cell.
        let written = strtime::format(pattern, &sample()).ok()?;
        let time = strtime::parse(pattern, &written).ok()?;
        if time.to_date().is_err() && time.to_timestamp().is_err() {
            return None;
        }
        let utc = pattern.ends_with('Z') && !pattern.ends_with("%Z");
        let mut forms = vec![pattern.to_owned()];
        if pattern.contains("%:z") {
            forms.push(pattern.replace("%:z", "%z"));
        } else if pattern.contains("%z") {
            forms.push(pattern.replace("%z", "%:z"));
        }
        Some(Self { forms, utc })
    }

    fn read(&self, text: &str, zone: &TimeZone) -> Option<Read> {
        // A `Z` is the offset of UTC wherever an offset is asked for.
        let spelled = match text.strip_suffix(['Z', 'z']) {
            Some(rest) if self.forms.len() > 1 => Some(format!("{rest}+00:00")),
            _ => None,
        };
        let text = spelled.as_deref().unwrap_or(text);
        let mut forms = self.forms.iter();
        let (form, time) = forms.find_map(|form| Some((form, strtime::parse(form, text).ok()?)))?;
        if is_leap_second(&time, form, text) {
            return None;
        }
        if time.hour().is_none() && time.to_date().is_err() {
            return time.to_timestamp().ok().map(|moment| (Moment::from_timestamp(moment), None));
        }
        let date = time.to_date().ok()?;
        let told = if time.hour().is_some() { time.to_time().ok() } else { None };
        let civil = DateTime::from_parts(date, told.unwrap_or(Time::midnight()));
        if self.utc {
            return in_zone(civil, &TimeZone::UTC, told.is_some());
        }
        match time.offset() {
            Some(offset) => {
                let moment = offset.to_timestamp(civil).ok()?;
                Some((Moment::from_timestamp(moment), None))
            }
            None => in_zone(civil, zone, told.is_some()),
        }
    }
}

/// The reader takes a second of 60 for the one before: then the text says 60 more often than what was
/// read from it.
fn is_leap_second(time: &strtime::BrokenDownTime, form: &str, text: &str) -> bool {
    let sixties = |text: &str| text.matches("60").count();
    time.second() == Some(59)
        && time.to_string(form).is_ok_and(|read| sixties(text) > sixties(&read))
}

/// A day in the middle of things, to try a pattern on.
fn sample() -> jiff::Zoned {
    let noon = Date::constant(2026, 11, 21).at(12, 30, 15, 0);
    noon.to_zoned(TimeZone::UTC).expect("UTC has every hour")
}

fn in_zone(civil: DateTime, zone: &TimeZone, hour_told: bool) -> Option<Read> {
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let says = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => Some(Code::TimeInGap),
        AmbiguousOffset::Fold { .. } => Some(Code::TimeTwice),
    };
    let moment = ambiguous.compatible().ok()?;
    // A date alone means the first moment of its day: nobody wrote an hour.
    Some((Moment::from_timestamp(moment), says.filter(|_| hour_told)))
}

fn since_1970(text: &str, micros: i64) -> Option<Read> {
    let count = super::number::decimal(text, super::number::DecimalStyle::Undeclared).ok()?;
    let micros = count.checked_mul(Decimal::from(micros))?.round().to_i64()?;
    let moment = jiff::Timestamp::from_microsecond(micros).ok()?;
    Some((Moment::from_timestamp(moment), None))
}

const EXCEL_DAYS_MAX: i64 = 2_958_465;

fn excel(text: &str, zone: &TimeZone) -> Option<Read> {
    let serial = super::number::decimal(text, super::number::DecimalStyle::Undeclared).ok()?;
    let days = serial.trunc().to_i64()?;
    // Day 60 is the 29th of February 1900, which never was; before it the count is off by one.
    let from = match days {
        1..=59 => Date::constant(1899, 12, 31),
        61..=EXCEL_DAYS_MAX => Date::constant(1899, 12, 30),
        _ => return None,
    };
    let date = from.checked_add(jiff::Span::new().days(days)).ok()?;
    let millis = (serial.fract() * Decimal::from(86_400_000)).round().to_i64()?;
    let midnight = date.to_datetime(Time::midnight());
    let civil = midnight.checked_add(jiff::Span::new().milliseconds(millis)).ok()?;
    in_zone(civil, zone, millis > 0)
}
