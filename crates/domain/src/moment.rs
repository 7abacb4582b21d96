//! Time: moments in UTC with microseconds, and spans between them. Nothing here reads a clock.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, minicbor::Encode, minicbor::Decode,
)]
#[cbor(transparent)]
pub struct Moment(#[n(0)] pub i64);

/// A length of time in microseconds; may be negative.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, minicbor::Encode, minicbor::Decode,
)]
#[cbor(transparent)]
pub struct Span(#[n(0)] pub i64);

/// The text is no RFC 3339 moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a moment reads like 2026-11-20T13:38:02.911Z")]
pub struct MomentError;

impl Moment {
    /// The first moment there is: 1970.
    pub const EPOCH: Self = Self(0);

    /// Seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// From whole seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// The same moment for `jiff`.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }

    /// From `jiff`, with microseconds.
    pub fn from_timestamp(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(1_000_000);
    /// Sixty seconds.
    pub const MINUTE: Self = Self(60 * Self::SECOND.0);
    /// Sixty minutes.
    pub const HOUR: Self = Self(60 * Self::MINUTE.0);
    /// Twenty-four hours elapsed.
    pub const DAY: Self = Self(24 * Self::HOUR.0);

    /// From milliseconds.
    pub const fn ms(ms: i64) -> Self {
        Self(ms * 1_000)
    }

    /// From seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds * Self::SECOND.0)
    }

    /// From minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * Self::MINUTE.0)
    }

    /// From hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours * Self::HOUR.0)
    }

    /// From days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self(days * Self::DAY.0)
    }

    /// Whole milliseconds, rounded down.
    pub const fn as_ms(self) -> i64 {
        self.0.div_euclid(1_000)
    }
}

impl Add<Span> for Moment {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Moment {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Sub for Moment {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ascii() {
            Some(text) => f.write_str(as_str(&text)),
            None => write!(f, "{:.6}", self.timestamp()),
        }
    }
}

/// Characters of `2026-11-20T13:38:02.911000Z`.
pub const TEXT_CHARS: usize = 27;

/// A moment as a calendar and a clock in UTC show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Utc {
    /// The year; before 0 where it is earlier than what four digits can say.
    pub year: i32,
    /// From 1 to 12.
    pub month: u32,
    /// From 1 to 31.
    pub day: u32,
    /// From 0 to 23.
    pub hour: u32,
    /// From 0 to 59.
    pub minute: u32,
    /// From 0 to 59.
    pub second: u32,
    /// From 0 to 999,999.
    pub micros: u32,
}

impl Moment {
    /// What a calendar and a clock show in UTC. Every brief and every answer is full of moments, so
    /// this is reckoned here. What jiff has no year for shows its last second, as there.
    pub const fn utc(self) -> Utc {
        /// The first and the last second that jiff knows.
        const SECONDS: (i64, i64) = (-377_705_023_201, 253_402_207_200);
        const DAY: i64 = 86_400;
        /// From the first of March of the year -12,000 to 1970.
        const BEFORE: i64 = 719_468 + 30 * 146_097;
        let mut seconds = self.seconds();
        if seconds < SECONDS.0 || seconds > SECONDS.1 {
            seconds = SECONDS.1;
        }
        // Years that begin in March end with the day that only some of them have. Four times a count
        // of days, and three more, is cut into centuries, and the rest of it into years.
        let days = (seconds.div_euclid(DAY) + BEFORE) as u32;
        let (century, rest) = div(4 * days + 3, 146_097);
        let (of_century, rest) = div(rest / 4 * 4 + 3, 1_461);
        // Five months from March on, and from August, have 153 days.
        let (month, rest) = div(rest / 4 * 5 + 2, 153);
        let is_next = month >= 10;
        let year = (100 * century + of_century) as i32 - 12_000 + is_next as i32;
        let month = if is_next { month - 9 } else { month + 3 };
        let clock = seconds.rem_euclid(DAY) as u32;
        Utc {
            year,
            month,
            day: rest / 5 + 1,
            hour: clock / 3_600,
            minute: clock / 60 % 60,
            second: clock % 60,
            micros: self.0.rem_euclid(1_000_000) as u32,
        }
    }

    /// As it is written, in ASCII: for whoever writes many of them. None of a year before 0.
    pub fn ascii(self) -> Option<[u8; TEXT_CHARS]> {
        let at = self.utc();
        let year = u32::try_from(at.year).ok()?;
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        for (place, part) in [
            (0, year / 100),
            (2, year % 100),
            (5, at.month),
            (8, at.day),
            (11, at.hour),
            (14, at.minute),
            (17, at.second),
            (20, at.micros / 10_000),
            (22, at.micros / 100 % 100),
            (24, at.micros % 100),
        ] {
            text[place..place + 2].copy_from_slice(&two_digits(part));
        }
        Some(text)
    }
}

const fn div(number: u32, by: u32) -> (u32, u32) {
    (number / by, number % by)
}

/// A number below 100, in ASCII.
pub const fn two_digits(number: u32) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

fn as_str(text: &[u8; TEXT_CHARS]) -> &str {
    std::str::from_utf8(text).expect("digits and marks are ASCII")
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0 as f64 / 1_000.0)
    }
}

impl FromStr for Moment {
    type Err = MomentError;
    /// RFC 3339 with an offset. A second of 60 is refused, as are years past 9999.
    fn from_str(text: &str) -> Result<Self, MomentError> {
        let bytes = text.as_bytes();
        // jiff reads more than RFC 3339 (a leap second, a time without an offset, a zone in brackets).
        let strict = bytes.len() >= 20
            && bytes[..4].iter().all(u8::is_ascii_digit)
            && matches!(bytes[10], b'T' | b't' | b' ')
            && bytes.get(17..19).is_some_and(|second| second < b"60".as_slice())
            && !text.contains('[');
        if !strict {
            return Err(MomentError);
        }
        text.parse::<jiff::Timestamp>().map(Self::from_timestamp).map_err(|_| MomentError)
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.ascii() {
            Some(text) => s.serialize_str(as_str(&text)),
            None => s.collect_str(self),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Span};

    #[track_caller]
    fn check(moment: Moment) {
        let (ours, theirs) = (moment.utc(), jiff::tz::Offset::UTC.to_datetime(moment.timestamp()));
        let date = (ours.year, ours.month, ours.day);
        let of_jiff = (theirs.year(), theirs.month().unsigned_abs(), theirs.day().unsigned_abs());
        assert_eq!(date, (of_jiff.0.into(), of_jiff.1.into(), of_jiff.2.into()), "{}", moment.0);
        let clock = [theirs.hour(), theirs.minute(), theirs.second()];
        let clock = clock.map(|part| u32::from(part.unsigned_abs()));
        assert_eq!([ours.hour, ours.minute, ours.second], clock, "{}", moment.0);
        assert_eq!(i64::from(ours.micros), moment.0.rem_euclid(1_000_000));
    }

    #[test]
    fn a_moment_reads_as_jiff_reads_it() {
        for edge in [i64::MIN, -377_705_023_202_000_000, -1, 0, 253_402_207_200_999_999, i64::MAX] {
            for step in -3..=3 {
                check(Moment(edge.saturating_add(step)));
            }
        }
        // Every day of sixteen centuries, and days on from both ends.
        let days = (-300_000..=300_000).chain(-4_371_586..-4_371_000).chain(2_932_000..2_932_895);
        for day in days {
            check(Moment::EPOCH + Span::days(day));
            check(Moment::EPOCH + Span::days(day) - Span(1));
        }
    }

    #[test]
    fn a_moment_is_written_in_full() {
        for (moment, written) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_773_669_600_020_304, "2026-03-16T14:00:00.020304Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
            (253_402_207_200_999_999, "9999-12-30T22:00:00.999999Z"),
        ] {
            assert_eq!(Moment(moment).to_string(), written);
        }
        assert_eq!(Moment(-62_167_219_200_000_001).ascii(), None);
    }
}
