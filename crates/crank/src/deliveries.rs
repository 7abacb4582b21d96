//! Deliveries: an attempt is recorded before its call, and what came of it afterwards.

use domain::handoff::Actor;
use domain::{DeliveryId, Moment};
use engine::Outcome;
use engine::event::{Answer, Event};
use engine::stages::deliver;
use rules::Strategy;
use store::{OutboxRow, Purpose, Store};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;

/// Something to bring to a destination now. The attempt is recorded once the group is committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// What is due.
    pub row: OutboxRow,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// The same bytes at each attempt.
    pub body: Vec<u8>,
}

impl<S: Store> Crank<S> {
    /// When the next delivery can be claimed by the caller's clock, which says `now`.
    pub fn next_delivery(&mut self, now: Moment) -> Result<Option<Moment>, CrankError> {
        let due = self.store.outbox_next()?;
        Ok(due.map(|due| self.clock.due_for_caller(due, now)))
    }

    /// Claims at most `limit` due deliveries, within an open group: make the calls after the
    /// commit. A claim that nobody answers is claimed again after a minute.
    pub fn claim(&mut self, now: Moment, limit: usize) -> Result<Vec<Attempt>, CrankError> {
        let at = self.clock.stamp(now);
        let mut attempts = Vec::new();
        for mut row in self.store.outbox_claimable(at.get(), limit)? {
            let breaker = self.breakers.entry(row.destination.clone()).or_default();
            if let Some(until) = breaker.closed_at(at.get()) {
                row.due = until;
                self.store.outbox_put(&row)?;
                continue;
            }
            let strategy = self.strategies.in_force().cloned();
            let body = match self.queued_bodies.take(row.delivery) {
                Some(body) => Some(body),
                None => self.stored_body(&row, strategy.as_deref())?,
            };
            if let Some(body) = body {
                attempts.extend(self.attempt(row, body, strategy.as_deref(), at)?);
            } else {
                // Whom it speaks of was erased: there is nothing to send.
                let (account, delivery) = (row.account, row.delivery);
                let strategy = strategy.as_deref();
                let event = Event::Forgotten { account, delivery };
                self.handle(&event, at, Actor::Engine, strategy)?;
                self.store.outbox_delete(delivery)?;
            }
        }
        Ok(attempts)
    }

    fn stored_body(
        &mut self,
        row: &OutboxRow,
        strategy: Option<&Strategy>,
    ) -> Result<Option<Vec<u8>>, CrankError> {
        match self.store.outbox_body(row, &Purpose::DELIVERY)? {
            Some(body) => Ok(Some(body)),
            None => self.undo_body(row, strategy),
        }
    }

    /// What takes back a delivery about somebody who was erased since.
    fn undo_body(
        &mut self,
        row: &OutboxRow,
        strategy: Option<&Strategy>,
    ) -> Result<Option<Vec<u8>>, CrankError> {
        let Some(strategy) = strategy else { return Ok(None) };
        let account = self.account(row.account)?;
        let handoff = account.handoffs.get(&row.handoff);
        Ok(handoff.and_then(|handoff| deliver::undo_body(handoff, strategy, row.delivery)))
    }

    fn attempt(
        &mut self,
        mut row: OutboxRow,
        body: Vec<u8>,
        strategy: Option<&Strategy>,
        at: JournalMoment,
    ) -> Result<Option<Attempt>, CrankError> {
        row.attempt += 1;
        let (account, delivery, attempt) = (row.account, row.delivery, row.attempt);
        let event = Event::Attempt { account, delivery, attempt };
        let outcome = self.handle(&event, at, Actor::Engine, strategy)?;
        let wanted = outcome == Outcome::Attempt(true);
        if !wanted {
            self.store.outbox_delete(delivery)?;
        }
        Ok(wanted.then_some(Attempt { row, attempt, body }))
    }

    /// An answer whose moments are those of the journal's time: a destination that asks for five
    /// minutes gets them whatever the caller's clock did meanwhile.
    fn by_the_journal(&mut self, answer: &Answer, now: Moment) -> Answer {
        let mut answer = answer.clone();
        if let Answer::Later { not_before: Some(asked), .. } = &mut answer {
            *asked = self.clock.of_caller(*asked, now);
        }
        answer
    }

    /// Takes in what a destination answered, within an open group. An answer to an older attempt,
    /// or to a delivery that is closed, changes nothing.
    pub fn answered(
        &mut self,
        delivery: DeliveryId,
        attempt: u32,
        answer: &Answer,
        now: Moment,
    ) -> Result<(), CrankError> {
        let at = self.clock.stamp(now);
        let answer = &self.by_the_journal(answer, now);
        let Some(row) = self.store.outbox_row(delivery)? else { return Ok(()) };
        let breaker = self.breakers.entry(row.destination.clone()).or_default();
        match answer {
            Answer::Delivered { .. } | Answer::Never { .. } => breaker.worked(),
            Answer::Later { not_before, .. } => breaker.failed(at.get(), *not_before),
        }
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let (account, answer) = (row.account, answer.clone());
        let event = Event::Answer { account, delivery, attempt, answer };
        self.handle(&event, at, Actor::Destination, Some(&strategy))?;
        Ok(())
    }
}
