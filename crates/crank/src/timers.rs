//! Timers: what is due is looked at again. A timer that no longer fits does nothing.

use std::collections::BTreeSet;

use domain::errand::{Errand, Wake};
use domain::fact::{Aggregate, Entry};
use domain::handoff::Actor;
use domain::{AccountId, HandoffId, Moment, Span};
use engine::event::{Event, handoff_of};
use engine::state::{Waking, handoffs_spoken_of};
use store::{Store, Timer};

use crate::crank::Crank;
use crate::error::CrankError;

/// How long a timer rests that changed nothing and that its handoff still waits for: a step of a
/// chain that the strategy in force does not have.
const REST: Span = Span::DAY;

/// What a handoff waited for before a turn.
pub(crate) struct Waited {
    account: AccountId,
    handoff: HandoffId,
    wakes: Vec<Waking>,
}

impl<S: Store> Crank<S> {
    /// When the next timer is due by the caller's clock, which says `now`.
    pub fn next_timer(&mut self, now: Moment) -> Result<Option<Moment>, CrankError> {
        let due = [self.store.next_due()?, self.next_leaving()].into_iter().flatten().min();
        Ok(due.map(|due| self.clock.due_for_caller(due, now)))
    }

    /// Fires at most `limit` timers that are due, within an open group; how many.
    pub fn fire_timers(&mut self, now: Moment, limit: usize) -> Result<usize, CrankError> {
        let Some(strategy) = self.strategies.in_force().cloned() else { return Ok(0) };
        let at = self.clock.stamp(now);
        let left = self.fire_leavings(at)?;
        let due = self.store.timers_due(at.get(), limit)?;
        // Of those who wait the head of the line is looked at first, whoever's timer is due.
        let waits = |timer: &&Timer| self.desk().waiting(handoff_of(timer.wake)).is_some();
        let mut seen = BTreeSet::new();
        if due.iter().any(|timer| waits(&timer)) {
            seen = self.serve_lines(at)?;
        }
        for timer in &due {
            if matches!(timer.wake, Wake::Route { handoff, .. } if seen.contains(&handoff)) {
                self.store.timer_delete(timer)?;
                continue;
            }
            let account = self.store.forwarded(timer.account)?;
            let event = Event::Timer { account, wake: timer.wake };
            self.handle(&event, at, Actor::Clock, Some(&strategy))?;
            self.store.timer_delete(timer)?;
            // Looking again for an owner says itself when that is to be.
            let looks_again = matches!(timer.wake, Wake::Route { .. });
            if !looks_again && self.waits_for(account, timer.wake) {
                self.store.timer_put(&Timer { due: at.get() + REST, ..*timer })?;
            }
        }
        Ok(left + due.len())
    }

    /// Whether a handoff waits for something.
    pub(crate) fn waits_for(&self, account: AccountId, wake: Wake) -> bool {
        let known = self.accounts.handoff(account, handoff_of(wake));
        known.is_some_and(|known| known.wakes().iter().any(|known| known.wake == wake))
    }

    /// What the handoffs that a turn speaks of wait for before it.
    pub(crate) fn waited_for(&self, entries: &[Entry]) -> Vec<Waited> {
        let mut waited: Vec<Waited> = Vec::new();
        for entry in entries {
            let Aggregate::Account(account) = entry.header.aggregate else { continue };
            let Some(known) = self.accounts.state().account(account) else { continue };
            for handoff in entry.facts.iter().flat_map(|fact| handoffs_spoken_of(&known, fact)) {
                let is_known = |one: &Waited| (one.account, one.handoff) == (account, handoff);
                if waited.iter().any(is_known) {
                    continue;
                }
                let wakes = known.handoff(handoff).map_or_else(Vec::new, |known| known.wakes());
                waited.push(Waited { account, handoff, wakes });
            }
        }
        waited
    }

    /// A handoff is looked at again once: takes away the timers that the turn puts anew, but for the one
    /// that has just fired. To be called while what is known is that of before the turn.
    pub(crate) fn replace_timers(
        &mut self,
        event: &Event,
        errands: &[Errand],
    ) -> Result<(), CrankError> {
        for errand in errands {
            let Errand::WakeAt { account, wake: wake @ Wake::Route { .. }, .. } = errand else {
                continue;
            };
            if matches!(event, Event::Timer { wake: fired, .. } if fired == wake) {
                continue;
            }
            let known = self.accounts.handoff(*account, handoff_of(*wake));
            let waits = known.map_or_else(Vec::new, engine::state::Handoff::wakes);
            for Waking { due, .. } in waits.iter().filter(|known| known.wake == *wake) {
                self.take_timer_away(*account, *wake, *due)?;
            }
        }
        Ok(())
    }

    /// Takes away a timer that is due then, or that was put off since.
    pub(crate) fn take_timer_away(
        &mut self,
        account: AccountId,
        wake: Wake,
        due: Option<Moment>,
    ) -> Result<(), CrankError> {
        let gone = match due {
            Some(due) => self.store.timer_delete(&Timer { due, account, wake })?,
            None => false,
        };
        if !gone {
            self.store.timer_drop(wake)?;
        }
        Ok(())
    }

    /// Takes away the timers of what the handoffs do not wait for any more, so that the table holds
    /// what follows from their state and nothing else.
    pub(crate) fn let_go_of_timers(&mut self, waited: &[Waited]) -> Result<(), CrankError> {
        for Waited { account, handoff, wakes } in waited {
            let known = self.accounts.handoff(*account, *handoff);
            let waits = known.map_or_else(Vec::new, engine::state::Handoff::wakes);
            for Waking { wake, due } in wakes {
                if waits.iter().any(|known| known.wake == *wake) {
                    continue;
                }
                self.take_timer_away(*account, *wake, *due)?;
            }
        }
        Ok(())
    }
}
