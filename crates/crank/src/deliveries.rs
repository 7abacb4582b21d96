//! Deliveries: an attempt is recorded before its call, and what came of it afterwards.

use domain::handoff::Actor;
use domain::{DeliveryId, Moment, Span};
use engine::stages::deliver::{self, Answer};
use store::{OutboxRow, Purpose, Store};

use crate::crank::Crank;
use crate::error::CrankError;

/// How long an attempt may take before it counts as given up.
const CLAIM: Span = Span::seconds(60);

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
    /// When the next delivery can be claimed.
    pub fn next_delivery(&self) -> Result<Option<Moment>, CrankError> {
        Ok(self.store.outbox_next()?)
    }

    /// Claims at most `limit` due deliveries, within an open group: make the calls after the
    /// commit. A claim that nobody answers is claimed again after a minute.
    pub fn claim(&mut self, now: Moment, limit: usize) -> Result<Vec<Attempt>, CrankError> {
        let now = self.moment(now);
        let mut attempts = Vec::new();
        for mut row in self.store.outbox_claimable(now, limit)? {
            let breaker = self.breakers.entry(row.destination.clone()).or_default();
            if let Some(until) = breaker.closed_at(now) {
                row.due = until;
                self.store.outbox_put(&row)?;
                continue;
            }
            match self.store.outbox_body(&row, &Purpose::DELIVERY)? {
                Some(body) => attempts.push(self.attempt(row, body, now)?),
                // Whom it speaks of was erased: there is nothing to send.
                None => self.store.outbox_delete(row.delivery)?,
            }
        }
        Ok(attempts)
    }

    fn attempt(
        &mut self,
        mut row: OutboxRow,
        body: Vec<u8>,
        now: Moment,
    ) -> Result<Attempt, CrankError> {
        row.claimed_until = Some(now + CLAIM);
        row.attempt += 1;
        self.store.outbox_put(&row)?;
        let (account, attempt) = (row.account, row.attempt);
        self.turn(&[account], now, Actor::Engine, None, |turn| {
            deliver::attempt(turn, account, row.delivery, attempt);
        })?;
        Ok(Attempt { row, attempt, body })
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
        let Some(row) = self.store.outbox_row(delivery)? else { return Ok(()) };
        let breaker = self.breakers.entry(row.destination.clone()).or_default();
        match answer {
            Answer::Delivered { .. } | Answer::Never { .. } => breaker.worked(),
            Answer::Later { .. } => breaker.failed(now),
        }
        let strategy = self.book.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let account = row.account;
        self.turn(&[account], now, Actor::Destination, Some(&strategy), |turn| {
            deliver::answered(turn, &strategy, account, delivery, attempt, answer);
        })
    }
}
