//! The journal's time. One type owns it, and every call of the crank that is told `now` feeds it.

#[cfg(test)]
mod tests;

use domain::{Moment, Span};

/// A moment by the journal's clock. Only [`JournalClock`] makes one, so that no entry bears a
/// moment of the caller's clock, and no moment is translated twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct JournalMoment(Moment);

impl JournalMoment {
    /// The moment as it is written.
    pub(crate) const fn get(self) -> Moment {
        self.0
    }
}

/// The journal's time, which never falls.
///
/// It is the caller's clock as long as that one goes forward. While the caller's clock is behind
/// what was written, the journal's time goes on at half its speed: a clock that was put back stalls
/// nothing, and is caught up with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct JournalClock {
    /// The latest moment that was given out for writing, and what has passed since at half speed.
    last: Moment,
    /// The caller's clock when `last` was that; `None` before it was told anything.
    told: Option<Moment>,
}

impl JournalClock {
    /// The clock of a journal whose last entry bears this moment.
    pub(crate) const fn resumed(last: Moment) -> Self {
        Self { last, told: None }
    }

    /// The moment of what is written at `now`.
    pub(crate) fn stamp(&mut self, now: Moment) -> JournalMoment {
        let at = self.look(now);
        self.last = at.0;
        at
    }

    /// The journal's time at `now`, for asking what is due. A clock that is put forward and back
    /// again while nothing is written leaves no trace.
    pub(crate) fn look(&mut self, now: Moment) -> JournalMoment {
        if now >= self.last {
            self.told = Some(now);
            return JournalMoment(now);
        }
        let passed = self.told.map_or(0, |told| now.0.saturating_sub(told.0).max(0));
        // Of an odd microsecond the half is kept: a caller that asks often sees time pass, too.
        self.told = Some(Moment(now.0 - passed % 2));
        self.last = Moment(self.last.0.saturating_add(passed / 2));
        JournalMoment(self.last)
    }

    /// What the caller's clock, which says `now`, calls this moment, by the journal's time.
    pub(crate) fn of_caller(&mut self, moment: Moment, now: Moment) -> Moment {
        let at = self.look(now).0;
        Moment(at.0.saturating_add(moment.0.saturating_sub(now.0)))
    }

    /// When something that is due by the journal's time is due by the caller's clock, which says
    /// `now`.
    pub(crate) fn due_for_caller(&mut self, due: Moment, now: Moment) -> Moment {
        let at = self.look(now).0;
        let told = self.told.unwrap_or(now);
        if at <= told {
            return due;
        }
        // At half speed, or where the caller's clock has caught up before then, by that one.
        let at_half_speed = Span(due.0.saturating_sub(at.0).max(0).saturating_mul(2));
        let caught_up = Span(due.0.saturating_sub(told.0).max(0));
        (told + at_half_speed.min(caught_up)).max(now)
    }
}
