//! The periods that caps count in.

use std::sync::OnceLock;

use domain::Moment;
use jiff::civil::Date;

use super::year::{FIRST_YEAR, YEARS};

/// The most days of a year.
const DAYS: usize = 366;

/// The day, the week from Monday and the month of a date, each with its begin and its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Periods {
    /// The date itself.
    pub day: (Moment, Moment),
    /// Its week.
    pub week: (Moment, Moment),
    /// Its month.
    pub month: (Moment, Moment),
}

/// The periods of each date of a year, once one of them was asked for.
type YearPeriods = OnceLock<Box<[OnceLock<Periods>]>>;

/// The periods of each date that was asked for, by year.
#[derive(Clone, Debug)]
pub(super) struct KnownPeriods(Box<[YearPeriods]>);

impl Default for KnownPeriods {
    fn default() -> Self {
        Self((0..YEARS).map(|_| OnceLock::new()).collect())
    }
}

impl KnownPeriods {
    /// Where those of a date are kept; nowhere outside the years that a calendar knows.
    pub(super) fn of(&self, date: Date) -> Option<&OnceLock<Periods>> {
        let year = self.0.get(usize::try_from(date.year() - FIRST_YEAR).ok()?)?;
        let days = year.get_or_init(|| (0..DAYS).map(|_| OnceLock::new()).collect());
        days.get(usize::try_from(date.day_of_year() - 1).ok()?)
    }
}

impl Periods {
    /// Of a date, where each date starts at that moment.
    pub(super) fn new(date: Date, start: impl Fn(Date) -> Moment) -> Self {
        let days = |days: i64| jiff::Span::new().days(days);
        let back = i64::from(date.weekday().to_monday_zero_offset());
        let monday = date.saturating_sub(days(back));
        let tomorrow = date.saturating_add(days(1));
        let next_month = date.last_of_month().saturating_add(days(1));
        Self {
            day: (start(date), start(tomorrow)),
            week: (start(monday), start(monday.saturating_add(days(7)))),
            month: (start(date.first_of_month()), start(next_month)),
        }
    }
}
