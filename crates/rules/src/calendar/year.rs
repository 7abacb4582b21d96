//! The open stretches of one year, in instants, with the open time before each.
//!
//! Years are cut at UTC, not at the calendar's own new year: instants then never belong to two
//! years, even where a zone turns its clocks back over midnight.

use domain::Moment;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::hours::{Block, Hours};

pub(super) const FIRST_YEAR: i16 = 1970;
pub(super) const LAST_YEAR: i16 = 2200;
/// How many years a calendar knows.
pub(super) const YEARS: usize = (LAST_YEAR - FIRST_YEAR + 1) as usize;

/// The first moment that a calendar knows.
pub const FIRST: Moment = Moment(STARTS[0]);
/// The first moment that a calendar does not know any more; what is never due is due then.
pub const LAST: Moment = Moment(STARTS[YEARS]);

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// No zone moves its clocks by so much at once.
const OFFSET_CHANGE_MAX: i64 = 26 * 3_600 * SECOND;
/// Where each year begins, and the last one ends, in microseconds.
const STARTS: [i64; YEARS + 1] = starts();

/// Open time without a break.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct OpenInterval {
    start: i64,
    end: i64,
    /// Open time of the year before it.
    before: i64,
}

/// The open time of a year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Year {
    stretches: Box<[OpenInterval]>,
    open: i64,
    /// The parts of the year in which the zone keeps its offset, in order.
    offsets: Box<[OffsetInterval]>,
}

/// Time in which the zone keeps its offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct OffsetInterval {
    start: i64,
    end: i64,
    offset: Offset,
}

/// Which year a moment is in; what lies before or after is in the first or the last.
pub(super) fn index(moment: Moment) -> usize {
    const MEAN: i64 = 31_556_952 * SECOND;
    let guess = (moment.0.max(0) / MEAN).min(YEARS as i64 - 1) as usize;
    // The mean is wrong by less than two days, so that the neighbours suffice.
    if moment.0 < STARTS[guess] {
        guess.saturating_sub(1)
    } else if moment.0 >= STARTS[guess + 1] {
        (guess + 1).min(YEARS - 1)
    } else {
        guess
    }
}

impl Year {
    pub(super) fn new(zone: &TimeZone, hours: &Hours, at: usize) -> Self {
        let mut year = Self { stretches: Box::default(), open: 0, offsets: Box::default() };
        let mut stretches = Vec::with_capacity(600);
        let offsets = offsets(zone, STARTS[at], STARTS[at + 1]);
        for under in &offsets {
            year.under_one_offset(hours, under, &mut stretches);
        }
        year.stretches = stretches.into_boxed_slice();
        year.offsets = offsets.into_boxed_slice();
        year
    }

    /// Adds the open stretches of an interval in which the zone does not change its offset.
    fn under_one_offset(
        &mut self,
        hours: &Hours,
        &OffsetInterval { start: from, end: until, offset }: &OffsetInterval,
        stretches: &mut Vec<OpenInterval>,
    ) {
        let shift = i64::from(offset.seconds()) * SECOND;
        let mut date = offset.to_datetime(Moment(from).timestamp()).date();
        let mut midnight = (from + shift).div_euclid(DAY) * DAY - shift;
        while midnight < until {
            for &Block { start, end } in hours.on(date) {
                let start = (midnight + i64::from(start) * SECOND).max(from);
                let end = (midnight + i64::from(end) * SECOND).min(until);
                self.add(start, end, stretches);
            }
            midnight += DAY;
            date = date.tomorrow().unwrap_or(Date::MAX);
        }
    }

    fn add(&mut self, start: i64, end: i64, stretches: &mut Vec<OpenInterval>) {
        if start >= end {
            return;
        }
        match stretches.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => stretches.push(OpenInterval { start, end, before: self.open }),
        }
        self.open += end - start;
    }

    /// All the open time of the year.
    pub(super) const fn open(&self) -> i64 {
        self.open
    }

    pub(super) fn is_open(&self, moment: Moment) -> bool {
        self.ends_after(moment).is_some_and(|stretch| stretch.start <= moment.0)
    }

    /// The first open moment of the year that is not before this one.
    pub(super) fn next_open(&self, moment: Moment) -> Option<Moment> {
        self.ends_after(moment).map(|stretch| Moment(stretch.start.max(moment.0)))
    }

    /// The open time of the year before a moment.
    pub(super) fn open_before(&self, moment: Moment) -> i64 {
        match self.ends_after(moment) {
            Some(stretch) => stretch.before + moment.0.saturating_sub(stretch.start).max(0),
            None => self.open,
        }
    }

    /// When this much of the year's open time, which is more than none, has passed.
    pub(super) fn when(&self, target: i64) -> Option<Moment> {
        if target > self.open {
            return None;
        }
        let after = self.stretches.partition_point(|stretch| stretch.before < target);
        let stretch = self.stretches.get(after.checked_sub(1)?)?;
        Some(Moment(stretch.start + (target - stretch.before)))
    }

    /// The offset of the zone at a moment of the year.
    pub(super) fn offset_at(&self, moment: Moment) -> Option<Offset> {
        let mut parts = self.offsets.iter();
        let part = parts.find(|part| (part.start..part.end).contains(&moment.0))?;
        Some(part.offset)
    }

    /// The moment of a wall time that the zone has once, given as if it were UTC; none within a day of where
    /// the offset changes or the year ends.
    pub(super) fn once(&self, wall: Moment) -> Option<Moment> {
        let moments = self.offsets.iter().map(|part| {
            let moment = wall.0 - i64::from(part.offset.seconds()) * SECOND;
            let inside = part.start + OFFSET_CHANGE_MAX..part.end - OFFSET_CHANGE_MAX;
            inside.contains(&moment).then_some(Moment(moment))
        });
        moments.flatten().next()
    }

    /// The first stretch that ends after a moment.
    fn ends_after(&self, moment: Moment) -> Option<&OpenInterval> {
        let at = self.stretches.partition_point(|stretch| stretch.end <= moment.0);
        self.stretches.get(at)
    }
}

/// The parts of an interval in which the zone keeps its offset, in order.
fn offsets(zone: &TimeZone, from: i64, until: i64) -> Vec<OffsetInterval> {
    let start = Moment(from).timestamp();
    let mut parts = Vec::new();
    let (mut begins, mut offset) = (from, zone.to_offset(start));
    for transition in zone.following(start) {
        let ends = Moment::from_timestamp(transition.timestamp()).0;
        if ends >= until {
            break;
        }
        parts.push(OffsetInterval { start: begins, end: ends, offset });
        (begins, offset) = (ends, transition.offset());
    }
    parts.push(OffsetInterval { start: begins, end: until, offset });
    parts
}

const fn starts() -> [i64; YEARS + 1] {
    let mut starts = [0; YEARS + 1];
    let mut at = 1;
    while at <= YEARS {
        let year = FIRST_YEAR as i64 + at as i64 - 1;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        starts[at] = starts[at - 1] + (if leap { 366 } else { 365 }) * DAY;
        at += 1;
    }
    starts
}
