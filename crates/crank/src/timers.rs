//! Timers: what is due is looked at again. A timer that no longer fits does nothing.

use domain::Moment;
use domain::handoff::Actor;
use engine::event::Event;
use store::Store;

use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// When the next timer is due by the caller's clock, which says `now`.
    pub fn next_timer(&mut self, now: Moment) -> Result<Option<Moment>, CrankError> {
        let due = self.store.next_due()?;
        Ok(due.map(|due| self.clock.due_for_caller(due, now)))
    }

    /// Fires at most `limit` timers that are due, within an open group; how many.
    pub fn fire_timers(&mut self, now: Moment, limit: usize) -> Result<usize, CrankError> {
        let Some(strategy) = self.strategies.in_force().cloned() else { return Ok(0) };
        let at = self.clock.stamp(now);
        let due = self.store.timers_due(at.get(), limit)?;
        for timer in &due {
            let account = self.store.forwarded(timer.account)?;
            let event = Event::Timer { account, wake: timer.wake };
            self.handle(&event, at, Actor::Clock, Some(&strategy))?;
            self.store.timer_delete(timer)?;
        }
        Ok(due.len())
    }
}
