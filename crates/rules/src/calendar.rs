//! Calendars: when somebody works, and when time is used up.
//!
//! An instant is open when its wall clock reads inside a block of its date: blocks include their
//! start and exclude their end. So an hour that a zone leaves out is not worked, and one that it
//! repeats is worked twice.
//!
//! A calendar keeps the open stretches of each year it was asked about, with the open time before
//! each; a deadline is then two binary searches. It knows the years 1970 to 2200: what lies outside
//! is closed, and a deadline that is never reached is the end of 2200.

mod hours;
mod ics;
mod periods;
mod read;
mod weekdays;
mod year;

use std::sync::OnceLock;

use domain::{Moment, Span};
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::canonical::canonical;
use hours::in_order;
use periods::KnownPeriods;
use year::{YEARS, Year};

pub use hours::{Block, DAY_SECONDS, Hours};
pub use periods::Periods;
pub use read::parse;
pub(crate) use read::zone_help;
pub use year::{FIRST, LAST};

/// When somebody works.
#[derive(Clone, Debug)]
pub struct Calendar {
    name: String,
    zone_name: String,
    zone: TimeZone,
    hours: Hours,
    years: Box<[OnceLock<Year>]>,
    periods: KnownPeriods,
}

/// Why there is no such calendar.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CalendarError {
    /// The time-zone database does not have it.
    #[error("there is no time zone `{0}`")]
    UnknownZone(String),
    /// Nothing would ever be due.
    #[error("no weekday has working hours")]
    WithoutWorkingDay,
    /// A block ends before it starts, ends after midnight or overlaps another.
    #[error("blocks must be in order, apart and within a day")]
    Blocks,
}

/// How a wall time met the zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wall {
    /// It occurs once.
    Once,
    /// It does not occur: moved on by the gap.
    Gap,
    /// It occurs twice: the first.
    Twice,
}

impl Calendar {
    /// A calendar of these hours in a zone of the built-in database (`Europe/Berlin`).
    pub fn new(name: &str, zone: &str, hours: Hours) -> Result<Self, CalendarError> {
        let known = TimeZoneDatabase::bundled()
            .get(zone)
            .map_err(|_| CalendarError::UnknownZone(zone.to_owned()))?;
        if hours.week.iter().all(Vec::is_empty) {
            return Err(CalendarError::WithoutWorkingDay);
        }
        if !hours.week.iter().chain(hours.hours_on.values()).all(|blocks| in_order(blocks)) {
            return Err(CalendarError::Blocks);
        }
        Ok(Self {
            name: name.to_owned(),
            zone_name: zone.to_owned(),
            zone: known,
            hours,
            years: (0..YEARS).map(|_| OnceLock::new()).collect(),
            periods: KnownPeriods::default(),
        })
    }

    /// The name that files use for it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone's name.
    pub fn zone(&self) -> &str {
        &self.zone_name
    }

    /// What it says.
    pub const fn hours(&self) -> &Hours {
        &self.hours
    }

    /// Whether somebody works at this moment.
    pub fn is_open(&self, moment: Moment) -> bool {
        (FIRST..LAST).contains(&moment) && self.year(year::index(moment)).is_open(moment)
    }

    /// The first open moment that is not before this one.
    pub fn next_open(&self, moment: Moment) -> Moment {
        let first = year::index(moment);
        let found = (first..YEARS).find_map(|at| self.year(at).next_open(moment));
        found.unwrap_or_else(|| LAST.max(moment))
    }

    /// The earliest moment by which this much open time has passed. Time that is used up at a
    /// block's end is due at that end; no time at all is due at once.
    pub fn add_open(&self, from: Moment, time: Span) -> Moment {
        if time <= Span::ZERO {
            return from;
        }
        let first = year::index(from);
        let mut target = self.year(first).open_before(from).saturating_add(time.0);
        for at in first..YEARS {
            let year = self.year(at);
            if let Some(due) = year.when(target) {
                return due;
            }
            target -= year.open();
        }
        LAST.max(from)
    }

    /// The open time between two moments; none when the second is not after the first.
    pub fn open_between(&self, from: Moment, until: Moment) -> Span {
        if until <= from {
            return Span::ZERO;
        }
        let (first, last) = (year::index(from), year::index(until));
        let years: i64 = (first..last).map(|at| self.year(at).open()).sum();
        Span(years + self.year(last).open_before(until) - self.year(first).open_before(from))
    }

    /// Moves on by working days. Each moves to the next open moment, then to the same wall time on
    /// the next date that has a block, and if that time is closed, to the next open moment.
    pub fn add_working_days(&self, from: Moment, days: u32) -> Moment {
        let mut at = from;
        for _ in 0..days {
            if at >= LAST {
                break;
            }
            at = self.next_working_day(at);
        }
        at
    }

    /// The end of the one working day that begins at or after this moment.
    pub fn next_working_day(&self, from: Moment) -> Moment {
        let start = self.wall(self.next_open(from));
        let Some(date) = self.next_date_with_a_block(start.date()) else {
            return LAST.max(from);
        };
        let due = self.next_open(self.moment(date.to_datetime(start.time())).0);
        due.min(LAST).max(from)
    }

    /// The calendar's own date at a moment: a cap's day.
    pub fn date(&self, moment: Moment) -> Date {
        self.wall(moment).date()
    }

    /// What the wall clock reads at a moment.
    pub fn wall(&self, moment: Moment) -> DateTime {
        let known = (FIRST..LAST).contains(&moment).then(|| self.year(year::index(moment)));
        match known.and_then(|year| year.offset_at(moment)) {
            Some(offset) => offset.to_datetime(moment.timestamp()),
            None => self.zone.to_datetime(moment.timestamp()),
        }
    }

    /// The moment of a wall time. In a gap it moves on by the gap; twice means the first.
    pub fn moment(&self, wall: DateTime) -> (Moment, Wall) {
        if let Some(moment) = self.moment_once(wall) {
            return (moment, Wall::Once);
        }
        let ambiguous = self.zone.to_ambiguous_timestamp(wall);
        let met = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => Wall::Once,
            AmbiguousOffset::Gap { .. } => Wall::Gap,
            AmbiguousOffset::Fold { .. } => Wall::Twice,
        };
        (ambiguous.compatible().map_or(LAST, Moment::from_timestamp), met)
    }

    /// The moment of a wall time far from any change of the zone's offset, without asking the zone.
    fn moment_once(&self, wall: DateTime) -> Option<Moment> {
        let as_utc = Moment::from_timestamp(Offset::UTC.to_timestamp(wall).ok()?);
        let known = (FIRST..LAST).contains(&as_utc);
        known.then(|| self.year(year::index(as_utc)).once(as_utc))?
    }

    /// The first moment of a date in the calendar's zone.
    pub fn start_of(&self, date: Date) -> Moment {
        self.moment(date.to_datetime(jiff::civil::Time::midnight())).0
    }

    /// The periods of one of its dates. Each date is looked up in the zone once.
    pub fn periods(&self, date: Date) -> Periods {
        let periods = || Periods::new(date, |date| self.start_of(date));
        self.periods.of(date).map_or_else(periods, |known| *known.get_or_init(periods))
    }

    /// Whether a date is a holiday without hours of its own.
    pub fn is_holiday(&self, date: Date) -> bool {
        self.hours.is_holiday(date)
    }

    fn next_date_with_a_block(&self, date: Date) -> Option<Date> {
        let mut next = date.tomorrow().ok()?;
        while self.hours.on(next).is_empty() {
            next = next.tomorrow().ok().filter(|date| date.year() <= year::LAST_YEAR)?;
        }
        Some(next)
    }

    fn year(&self, at: usize) -> &Year {
        self.years[at].get_or_init(|| Year::new(&self.zone, &self.hours, at))
    }
}

impl PartialEq for Calendar {
    /// Two calendars are one when they say the same; what they have computed does not count.
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.zone_name, &self.hours) == (&other.name, &other.zone_name, &other.hours)
    }
}

impl Eq for Calendar {}

canonical!(Calendar { name, zone_name, hours });
