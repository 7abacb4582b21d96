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
        match self.text() {
            Some(text) => f.write_str(as_str(&text)),
            None => write!(f, "{:.6}", self.timestamp()),
        }
    }
}

/// Characters of `2026-11-20T13:38:02.911000Z`.
const TEXT_CHARS: usize = 27;

impl Moment {
    /// As it is written, by hand: every brief and every answer is full of moments. Years before 0
    /// and past 9999 are written by jiff.
    fn text(self) -> Option<[u8; TEXT_CHARS]> {
        let at = jiff::tz::Offset::UTC.to_datetime(self.timestamp());
        let year = u32::try_from(at.year()).ok()?;
        let micros = self.0.rem_euclid(1_000_000) as u32;
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        put(&mut text[0..4], year);
        for (place, part) in
            [(5, at.month()), (8, at.day()), (11, at.hour()), (14, at.minute()), (17, at.second())]
        {
            put(&mut text[place..place + 2], u32::from(part.unsigned_abs()));
        }
        put(&mut text[20..26], micros);
        Some(text)
    }
}

/// Writes a number that fits, with zeros in front.
fn put(out: &mut [u8], mut number: u32) {
    for digit in out.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
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
        match self.text() {
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
