//! Parks one timer, delivery or answer that the program fails on: it waits where people see it, and
//! the rest goes on. A signal that the program fails on goes into quarantine.

use domain::handoff::{Actor, DeliveryState};
use domain::{AccountId, DeliveryId, HandoffId, Moment, Span};
use engine::event::{Answer, Event, Parked, handoff_of};
use store::{OutboxRow, Store, Timer};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::deliveries::Attempt;
use crate::error::{CrankError, Ungrouped};

/// How long something rests that the program failed on. A later version may be able to take it.
const REST: Span = Span::DAY;

impl<S: Store> Crank<S> {
    /// Fires at most `limit` timers that are due, in a group of its own; how many were dealt with.
    /// One that the program fails on rests for a day, and its handoff says why.
    pub fn take_timers(&mut self, now: Moment, limit: usize) -> Result<usize, Ungrouped> {
        self.in_halves(
            limit,
            |crank, limit| crank.fire_timers(now, limit),
            |crank| {
                let at = crank.clock.stamp(now);
                let due = crank.store.timers_due(at.get(), 1);
                let first = due.map_err(|error| Ungrouped::Inside(error.into()))?.pop();
                let Some(timer) = first else { return Ok(0) };
                crank.park_with_reason(
                    |crank| crank.say_parked(timer.account, handoff_of(timer.wake), at),
                    |crank| crank.rest_timer(&timer, at),
                )?;
                Ok(1)
            },
        )
    }

    /// Claims at most `limit` due deliveries, in a group of its own: make the calls afterwards. One
    /// that the program fails on is failed for good, and says why.
    pub fn take_claims(&mut self, now: Moment, limit: usize) -> Result<Vec<Attempt>, Ungrouped> {
        self.in_halves(
            limit,
            |crank, limit| crank.claim(now, limit),
            |crank| {
                let at = crank.clock.stamp(now);
                let due = crank.store.outbox_claimable(at.get(), 1);
                let first = due.map_err(|error| Ungrouped::Inside(error.into()))?.pop();
                let Some(row) = first else { return Ok(Vec::new()) };
                let failed = DeliveryState::Failed;
                crank.park_with_reason(
                    |crank| crank.close(row.account, row.delivery, row.attempt, failed, at),
                    |crank| crank.rest_delivery(row.clone(), at),
                )?;
                Ok(Vec::new())
            },
        )
    }

    /// The program failed on an answer: it is kept in plain, and nothing follows from it.
    pub fn park_answer(
        &mut self,
        delivery: DeliveryId,
        attempt: u32,
        answer: &Answer,
        now: Moment,
    ) -> Result<(), Ungrouped> {
        self.parked += 1;
        let row =
            self.store.outbox_row(delivery).map_err(|error| Ungrouped::Inside(error.into()))?;
        let Some(row) = row else { return Ok(()) };
        let state = match answer {
            Answer::Delivered { .. } => DeliveryState::Delivered,
            Answer::Later { .. } | Answer::Never { .. } => DeliveryState::Failed,
        };
        let at = self.clock.stamp(now);
        self.park_with_reason(
            |crank| crank.close(row.account, delivery, attempt, state, at),
            |crank| crank.rest_delivery(row.clone(), at),
        )
    }

    /// Parks something, and says so in its handoff. Where the program fails on that too, it only
    /// comes later.
    fn park_with_reason(
        &mut self,
        say: impl FnOnce(&mut Self) -> Result<(), CrankError>,
        plain: impl Fn(&mut Self) -> Result<(), CrankError>,
    ) -> Result<(), Ungrouped> {
        match self.in_group(|crank| say(crank).and_then(|()| plain(crank))) {
            Err(Ungrouped::Inside(error)) if error.is_of_one() => self.in_group(plain),
            done => done,
        }
    }

    /// The handoff stays where it is, and says why it waits.
    fn say_parked(
        &mut self,
        account: AccountId,
        handoff: HandoffId,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let account = self.store.forwarded(account)?;
        let event = Event::Parked { account, item: Parked::Timer(handoff) };
        self.handle(&event, at, Actor::Engine, None)?;
        Ok(())
    }

    fn close(
        &mut self,
        account: AccountId,
        delivery: DeliveryId,
        attempt: u32,
        state: DeliveryState,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let account = self.store.forwarded(account)?;
        let item = Parked::Delivery { delivery, attempt, state };
        self.handle(&Event::Parked { account, item }, at, Actor::Engine, None)?;
        Ok(())
    }

    fn rest_timer(&mut self, timer: &Timer, at: JournalMoment) -> Result<(), CrankError> {
        self.store.timer_delete(timer)?;
        Ok(self.store.timer_put(&Timer { due: at.get() + REST, ..*timer })?)
    }

    /// What is open yet rests.
    fn rest_delivery(&mut self, row: OutboxRow, at: JournalMoment) -> Result<(), CrankError> {
        if self.store.outbox_row(row.delivery)?.is_none() {
            return Ok(());
        }
        let row = OutboxRow { due: at.get() + REST, claimed_until: None, ..row };
        Ok(self.store.outbox_put(&row)?)
    }
}
