//! Timers: what is due is looked at again. A timer that no longer fits does nothing.

use domain::Moment;
use domain::handoff::Actor;
use engine::event::Event;
use store::Store;

use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// When the next timer is due.
    pub fn next_timer(&self) -> Result<Option<Moment>, CrankError> {
        Ok(self.store.next_due()?.map(|due| self.by_the_caller(due)))
    }

    /// Fires at most `limit` timers that are due, within an open group; how many.
    pub fn fire_timers(&mut self, now: Moment, limit: usize) -> Result<usize, CrankError> {
        let Some(strategy) = self.strategies.in_force().cloned() else { return Ok(0) };
        let now = self.moment(now);
        let due = self.store.timers_due(now, limit)?;
        for timer in &due {
            let account = self.store.forwarded(timer.account)?;
            let event = Event::Timer { account, wake: timer.wake };
            self.handle(&event, now, Actor::Clock, Some(&strategy))?;
            self.store.timer_delete(timer)?;
        }
        Ok(due.len())
    }
}
