//! A breaker for each destination: one that failed too often in a row is left alone for a while,
//! and then asked once.
//!
//! Only what says something of the destination counts. A delivery that was refused before and is refused
//! again, while others arrive, says something of itself: a few such deliveries must not hold up the rest.

use domain::{Moment, Span};
use engine::retry;
use store::OutboxRow;

/// Failures in a row that open it.
const FAILURES_MAX: u32 = 5;
/// How long it stays open. Well within the time in which every open delivery is to be tried again
/// after a destination's last fault.
const OPEN_FOR: Span = Span::seconds(30);

/// How long after it last worked another try that fails is held against its delivery alone: as long as a
/// delivery waits at most for its next try, so that none is judged by what was before its last one.
const WORKS_FOR: Span = retry::WAIT_MAX;

/// How a destination has been doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Breaker {
    failures: u32,
    open_until: Option<Moment>,
    /// The latest moment before which it asked not to be called, since it last worked.
    asked: Option<Moment>,
    /// When it last worked.
    worked_at: Option<Moment>,
}

/// When a delivery that found the breaker open is looked at again. What was tried less often comes first, so
/// that the probe is one that says something of the destination.
pub(crate) fn put_off(row: &OutboxRow, until: Moment) -> Moment {
    until + Span(i64::from(row.attempt))
}

impl Breaker {
    /// Until when the destination is to be left alone; asking when that is over is the probe.
    pub(crate) fn closed_at(&mut self, now: Moment) -> Option<Moment> {
        let until = self.open_until?;
        if now < until {
            return Some(until);
        }
        // One probe; whatever else is due waits for what becomes of it.
        self.open_until = Some(now + OPEN_FOR);
        None
    }

    /// The destination did what it was asked, or said why it never will: it is there.
    pub(crate) fn worked(&mut self, now: Moment) {
        *self = Self { worked_at: Some(now), ..Self::default() };
    }

    /// The destination did not take what this attempt brought, the first of its delivery or a later one. Another
    /// try of one that fails while others arrive changes nothing.
    pub(crate) fn refused(&mut self, now: Moment, attempt: u32, not_before: Option<Moment>) {
        let works = self.worked_at.is_some_and(|worked| now <= worked + WORKS_FOR);
        if attempt <= 1 || !works {
            self.failed(now, not_before);
        }
    }

    /// The destination did not, and may have asked for patience. The probe comes no earlier than
    /// the destination asked for.
    pub(crate) fn failed(&mut self, now: Moment, not_before: Option<Moment>) {
        self.failures = self.failures.saturating_add(1);
        let asked = not_before.map(|asked| retry::obeyed(asked, now));
        self.asked = self.asked.max(asked);
        if self.failures >= FAILURES_MAX {
            let own = now + OPEN_FOR;
            self.open_until = Some(self.asked.map_or(own, |asked| own.max(asked)));
        }
    }
}
