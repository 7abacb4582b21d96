//! Serving who waits: whenever somebody has room again, the lines are looked through from their heads,
//! in the same group and before anything newer.

use std::collections::BTreeSet;

use domain::HandoffId;
use domain::errand::Wake;
use domain::handoff::Actor;
use engine::event::Event;
use engine::stages::route::next_in_line;
use engine::state::{Handoff, Waking};
use store::Store;

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// Serves who waits where a turn gave somebody room.
    pub(crate) fn serve_freed(&mut self, at: JournalMoment) -> Result<(), CrankError> {
        if std::mem::take(&mut self.has_new_room) && !self.serves {
            self.serve_lines(at)?;
        }
        Ok(())
    }

    /// Looks at those who wait while a pool has room, each at most once; whom it looked at.
    pub(crate) fn serve_lines(
        &mut self,
        at: JournalMoment,
    ) -> Result<BTreeSet<HandoffId>, CrankError> {
        let mut seen = BTreeSet::new();
        let Some(strategy) = self.strategies.in_force().cloned() else { return Ok(seen) };
        self.serves = true;
        while let Some((account, handoff)) = next_in_line(&strategy, self.desk(), at.get(), &seen) {
            seen.insert(handoff);
            let account = self.store.forwarded(account)?;
            self.account(account)?;
            let Some(known) = self.accounts.handoff(account, handoff) else { continue };
            let wake = Wake::Route { handoff, round: known.round };
            let waits = Handoff::wakes(known);
            for Waking { due, .. } in waits.iter().filter(|waits| waits.wake == wake) {
                self.take_timer_away(account, wake, *due)?;
            }
            let event = Event::Timer { account, wake };
            self.handle(&event, at, Actor::Clock, Some(&strategy))?;
        }
        self.serves = false;
        Ok(seen)
    }

    /// Serves who waits before a signal's turn, where the time has come for something: a shift began, or
    /// a cap's day is over, and its timer was not fired yet.
    pub(crate) fn serve_due(&mut self, at: JournalMoment) -> Result<(), CrankError> {
        let waits = self.desk().has_waiting();
        if waits && self.store.next_due()?.is_some_and(|due| due <= at.get()) {
            self.serve_lines(at)?;
        }
        Ok(())
    }
}
