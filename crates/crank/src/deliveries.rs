//! Errands of the kind delivery: what is still meant is sent, and what came of it is a turn of its
//! account.

use domain::errand::Answer;
use domain::fact::Aggregate;
use domain::handoff::Actor;
use domain::{AccountId, DeliveryId};
use engine::Outcome;
use engine::event::Event;
use engine::stages::deliver;
use rules::Strategy;
use store::{OutboxRow, Purpose, Store, StoreError};

use crate::attempt::{Attempt, Offer};
use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// Records an attempt at a delivery that leaves alone; none where there is nothing to send any more,
    /// or it is no longer meant.
    pub(crate) fn attempt_delivery(
        &mut self,
        row: OutboxRow,
        delivery: DeliveryId,
        at: JournalMoment,
    ) -> Result<Option<Attempt>, CrankError> {
        self.attempt_where(row, (delivery, None), |_| true, at)
    }

    /// Records an attempt at a delivery under the id of a message; none where there is nothing to send any
    /// more, it is no longer meant, or its body does not fit: it stays due then.
    pub(crate) fn attempt_where(
        &mut self,
        mut row: OutboxRow,
        (delivery, bundle): (DeliveryId, Option<DeliveryId>),
        fits: impl Fn(&[u8]) -> bool,
        at: JournalMoment,
    ) -> Result<Option<Attempt>, CrankError> {
        let account = account_of(&row)?;
        let strategy = self.strategies.in_force().cloned();
        let strategy = strategy.as_deref();
        let queued = self.queued_bodies.take(row.errand);
        let body = match queued {
            Some(body) => Some(body),
            None => self.stored_body(&row, delivery, strategy)?,
        };
        let Some(body) = body else {
            // Whom it speaks of was erased.
            let event = Event::Forgotten { account, delivery };
            self.handle(&event, at, Actor::Engine, strategy)?;
            self.store.outbox_delete(row.errand)?;
            return Ok(None);
        };
        if !fits(&body) {
            return Ok(None);
        }
        row.attempt += 1;
        row.bundle = bundle;
        let attempt = row.attempt;
        let event = Event::Attempt { account, delivery, attempt, bundle };
        let outcome = self.handle(&event, at, Actor::Engine, strategy)?;
        let wanted = outcome == Outcome::Attempt(true);
        if !wanted {
            self.store.outbox_delete(row.errand)?;
            return Ok(None);
        }
        let known = self.account(account)?;
        let handoff = known.account().handoff_of(delivery);
        let offers = handoff.and_then(|handoff| Offer::of(handoff, delivery)).into_iter().collect();
        Ok(Some(Attempt { row, attempt, body, offers }))
    }

    /// Takes in what a destination answered to a delivery.
    pub(crate) fn answered_delivery(
        &mut self,
        row: &OutboxRow,
        delivery: DeliveryId,
        attempt: u32,
        answer: Answer,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let event = Event::Answer { account: account_of(row)?, delivery, attempt, answer };
        self.handle(&event, at, Actor::Destination, Some(&strategy))?;
        Ok(())
    }

    fn stored_body(
        &mut self,
        row: &OutboxRow,
        delivery: DeliveryId,
        strategy: Option<&Strategy>,
    ) -> Result<Option<Vec<u8>>, CrankError> {
        match self.store.outbox_body(row, &Purpose::DELIVERY)? {
            Some(body) => Ok(Some(body)),
            None => self.undo_body(row, delivery, strategy),
        }
    }

    /// What takes back a delivery about somebody who was erased since.
    fn undo_body(
        &mut self,
        row: &OutboxRow,
        delivery: DeliveryId,
        strategy: Option<&Strategy>,
    ) -> Result<Option<Vec<u8>>, CrankError> {
        let Some(strategy) = strategy else { return Ok(None) };
        let known = self.account(account_of(row)?)?;
        let handoff = known.account().handoff_of(delivery);
        Ok(handoff.and_then(|handoff| deliver::undo_body(handoff, strategy, delivery)))
    }
}

/// The account whose turn a delivery is: each is one's.
pub(crate) fn account_of(row: &OutboxRow) -> Result<AccountId, StoreError> {
    match row.aggregate {
        Aggregate::Account(account) => Ok(account),
        Aggregate::Node(_)
        | Aggregate::Desk
        | Aggregate::Registry
        | Aggregate::Quarantine
        | Aggregate::Governance => {
            Err(StoreError::Damaged(format!("`{}` is of no account in the outbox", row.errand)))
        }
    }
}
