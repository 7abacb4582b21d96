//! Bounds of numbers, dates and moments, and how dates and moments are read out of text.

use domain::Moment;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::canonical::Canonical;

/// A range; each end may be open, and belong to it or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds<T> {
    /// The lower end, and whether it belongs to the range.
    pub least: Option<(T, bool)>,
    /// The upper end, and whether it belongs to the range.
    pub most: Option<(T, bool)>,
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Self { least: None, most: None }
    }
}

impl<T: PartialOrd> Bounds<T> {
    /// Whether a value is in the range.
    pub fn hold(&self, value: &T) -> bool {
        let above = |(end, belongs): &(T, bool)| value > end || (*belongs && value == end);
        let below = |(end, belongs): &(T, bool)| value < end || (*belongs && value == end);
        self.least.as_ref().is_none_or(above) && self.most.as_ref().is_none_or(below)
    }

    /// Whether no value can be in the range.
    pub fn is_crossed(&self) -> bool {
        match (&self.least, &self.most) {
            (Some((least, a)), Some((most, b))) => least > most || (least == most && !(*a && *b)),
            _ => false,
        }
    }
}

impl<T: Canonical> Canonical for Bounds<T> {
    fn canonical(&self, out: &mut Vec<u8>) {
        for (end, belongs) in [&self.least, &self.most].into_iter().flatten() {
            end.canonical(out);
            belongs.canonical(out);
        }
        (self.least.is_some(), self.most.is_some()).canonical(out);
    }
}

impl Canonical for Time {
    fn canonical(&self, out: &mut Vec<u8>) {
        (self.hour(), self.minute()).canonical(out);
        (self.second(), self.subsec_nanosecond()).canonical(out);
    }
}

/// What a text says of a point in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PointInTime {
    /// A moment.
    Moment(Moment),
    /// A date and a time of day without a zone.
    Wall(DateTime),
}

/// Reads `2026-12-24T10:00:00Z`, or without a zone; a blank may stand for the `T`.
pub(super) fn told(text: &str) -> Option<PointInTime> {
    if let Ok(moment) = text.parse::<Moment>() {
        return Some(PointInTime::Moment(moment));
    }
    let bytes = text.as_bytes();
    let shaped = (16..=29).contains(&bytes.len())
        && matches!(bytes[10], b'T' | b't' | b' ')
        && bytes[11..].iter().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'))
        && bytes.get(17..19).is_none_or(|second| second < b"60".as_slice());
    let date = bytes.get(..10).and_then(|_| text.get(..10)).and_then(date)?;
    if !shaped {
        return None;
    }
    text[11..].parse::<Time>().ok().map(|time| PointInTime::Wall(date.to_datetime(time)))
}

/// Reads `2026-12-24`.
pub(super) fn date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| {
            if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() }
        });
    if shaped { text.parse().ok() } else { None }
}

/// Reads `10:00` or `10:00:00`.
pub(super) fn time(text: &str) -> Option<Time> {
    let shaped = matches!(text.len(), 5 | 8)
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
        && text.get(6..8).is_none_or(|second| second < "60");
    if shaped { text.parse().ok() } else { None }
}

/// A wall time in a zone; in a gap it moves on, twice means the first.
pub(super) fn in_zone(wall: DateTime, zone: &TimeZone) -> Option<Moment> {
    let timestamp = zone.to_ambiguous_timestamp(wall).compatible().ok()?;
    Some(Moment::from_timestamp(timestamp))
}
