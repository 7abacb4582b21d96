//! A clock towards a target: it runs, it can be paused, and the calendar under it can change.
//!
//! A pause stops every unit. When a calendar changes, what has elapsed stays and the rest is
//! counted in the new one. Both are one operation: what is left after some of it has passed.

use domain::{Moment, Span};
use notation::Duration;

use crate::calendar::Calendar;

/// What is left of a length of time, in the order in which it passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RemainingTime {
    /// Time on the wall.
    pub elapsed: Span,
    /// Open time that is left of a working day that has begun. That day ends at an open moment.
    pub begun: Option<Span>,
    /// Whole working days.
    pub working_days: u32,
    /// Open time.
    pub open: Span,
}

/// A clock towards a target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clock {
    /// What is left at `since`, or while it is paused.
    pub rest: RemainingTime,
    /// Since when it runs; none while it is paused.
    pub since: Option<Moment>,
}

impl RemainingTime {
    /// All of it.
    pub const fn of(duration: &Duration) -> Self {
        Self {
            elapsed: Span::days(duration.days as i64),
            begun: None,
            working_days: duration.working_days,
            open: duration.open,
        }
    }

    /// When it is over, if it runs from here on without a pause.
    pub fn due(&self, calendar: &Calendar, from: Moment) -> Moment {
        let mut at = from + self.elapsed;
        if let Some(begun) = self.begun {
            at = calendar.next_open(calendar.add_open(at, begun));
        }
        calendar.add_open(calendar.add_working_days(at, self.working_days), self.open)
    }

    /// What is left when it has run from one moment until another.
    #[must_use]
    pub fn after(mut self, calendar: &Calendar, from: Moment, until: Moment) -> Self {
        if until <= from {
            return self;
        }
        let mut at = from + self.elapsed;
        if until < at {
            self.elapsed = at - until;
            return self;
        }
        self.elapsed = Span::ZERO;
        if let Some(begun) = self.begun.take() {
            let end = calendar.next_open(calendar.add_open(at, begun));
            if until < end {
                self.begun = Some(calendar.open_between(until, end));
                return self;
            }
            at = end;
        }
        while self.working_days > 0 {
            let end = calendar.next_working_day(at);
            self.working_days -= 1;
            if until < end {
                self.begun = Some(calendar.open_between(until, end));
                return self;
            }
            if end <= at {
                // Past the last year that a calendar knows, days no longer pass.
                self.working_days = 0;
            }
            at = end;
        }
        self.open = (self.open - calendar.open_between(at, until)).max(Span::ZERO);
        self
    }
}

impl Clock {
    /// Starts a clock.
    pub const fn start(within: &Duration, from: Moment) -> Self {
        Self { rest: RemainingTime::of(within), since: Some(from) }
    }

    /// When it is due; not while it is paused.
    pub fn due(&self, calendar: &Calendar) -> Option<Moment> {
        self.since.map(|since| self.rest.due(calendar, since))
    }

    /// Stops every unit. A clock that is paused already stays as it is.
    #[must_use]
    pub fn pause(self, calendar: &Calendar, at: Moment) -> Self {
        match self.since {
            Some(since) => Self { rest: self.rest.after(calendar, since, at), since: None },
            None => self,
        }
    }

    /// Lets it run on. A clock that runs already stays as it is.
    #[must_use]
    pub const fn resume(self, at: Moment) -> Self {
        if self.since.is_some() { self } else { Self { rest: self.rest, since: Some(at) } }
    }

    /// What has elapsed under the old calendar stays; the rest is counted in the one that is asked
    /// next.
    #[must_use]
    pub fn change(self, old: &Calendar, at: Moment) -> Self {
        let runs = self.since.is_some();
        let paused = self.pause(old, at);
        if runs { paused.resume(at) } else { paused }
    }
}

/// How much open time has passed since a deadline: measuring goes on after the breach.
pub fn overrun(calendar: &Calendar, due: Moment, at: Moment) -> Span {
    calendar.open_between(due, at)
}
