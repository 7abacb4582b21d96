//! Parks one timer, delivery or answer that the program fails on: it waits where people see it, and
//! the rest goes on. A signal that the program fails on goes into quarantine.

use domain::errand::{Answer, ErrandId};
use domain::handoff::{Actor, DeliveryState};
use domain::reason::Code;
use domain::{AccountId, DeliveryId, HandoffId, Moment, Span};
use engine::event::{Event, Parked as ParkedEvent, handoff_of};
use store::{OutboxRow, Store, Timer};

use crate::attempt::Attempt;
use crate::bundles::Dispatch;
use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::deliveries::account_of;
use crate::error::{CrankError, GroupError};
use crate::parked::{ParkCause, Parked, ParkedItem};

/// How long something rests that the program failed on. A later version may be able to take it.
const REST: Span = Span::DAY;
/// How long something rests whose key is damaged. Keys may be restored meanwhile.
const REST_DAMAGED: Span = Span::HOUR;

impl<S: Store> Crank<S> {
    /// Fires at most `limit` timers that are due, in a group of its own; how many were dealt with.
    /// One that the program fails on rests for a day, and its handoff says why.
    pub fn take_timers(&mut self, now: Moment, limit: usize) -> Result<usize, GroupError> {
        let left = self.take_leavings(now)?;
        let fired = self.in_halves(
            limit,
            |crank, limit| crank.fire_timers(now, limit),
            |crank, cause| {
                let (at, code) = (crank.clock.stamp(now), cause.code);
                let due = crank.store.timers_due(at.get(), 1);
                let first = due.map_err(|error| GroupError::Inside(error.into()))?.pop();
                let Some(timer) = first else { return Ok(0) };
                let handoff = handoff_of(timer.wake);
                crank.park_with_reason(
                    (ParkedItem::Timer(handoff), cause),
                    |crank| crank.say_parked(timer.account, handoff, code, at),
                    |crank| crank.rest_timer(&timer, code, at),
                )?;
                Ok(1)
            },
        )?;
        Ok(left + fired)
    }

    /// Claims at most `limit` due errands, in a group of its own: make the calls afterwards. One
    /// that the program fails on is failed for good, and says why.
    pub fn take_claims(&mut self, now: Moment, limit: usize) -> Result<Vec<Attempt>, GroupError> {
        self.in_halves(
            limit,
            |crank, limit| crank.claim(now, limit),
            |crank, cause| {
                let at = crank.clock.stamp(now);
                let due = crank.store.outbox_claimable(at.get(), 1);
                let first = due.map_err(|error| GroupError::Inside(error.into()))?.pop();
                let Some(row) = first else { return Ok(Vec::new()) };
                let dispatch = crank.dispatch_of(&row, at).map_err(GroupError::Inside)?;
                match dispatch {
                    Dispatch::Together(_, rows) if rows.len() > 1 => crank.claim_apart(rows, at),
                    Dispatch::Together(..) | Dispatch::Alone | Dispatch::Later(_) => {
                        crank.park_errand(&row, cause, at)?;
                        Ok(Vec::new())
                    }
                }
            },
        )
    }

    /// Claims what was to leave together each by itself, in groups of their own, since the program fails on
    /// one of them: that one is failed for good, and the others leave.
    fn claim_apart(
        &mut self,
        rows: Vec<OutboxRow>,
        at: JournalMoment,
    ) -> Result<Vec<Attempt>, GroupError> {
        let mut attempts = Vec::new();
        for row in rows {
            let ErrandId::Delivery(delivery) = row.errand;
            let alone = self.in_group(|crank| crank.attempt_delivery(row.clone(), delivery, at));
            match alone {
                Ok(attempt) => attempts.extend(attempt),
                Err(GroupError::Inside(error)) if error.is_of_one() => {
                    self.park_errand(&row, ParkCause::of(&error), at)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(attempts)
    }

    /// One errand that the program fails on is failed for good, and says why.
    fn park_errand(
        &mut self,
        row: &OutboxRow,
        cause: ParkCause,
        at: JournalMoment,
    ) -> Result<(), GroupError> {
        let ErrandId::Delivery(delivery) = row.errand;
        let failed = DeliveryState::Failed;
        self.park_with_reason(
            (ParkedItem::Delivery(delivery), cause),
            |crank| crank.close(row, delivery, (row.attempt, failed), cause.code, at),
            |crank| crank.rest_errand(row.clone(), at),
        )
    }

    /// The program failed on an answer for this reason: it is kept in plain, and nothing follows from
    /// it. Where it was to a message with several, it is taken in for each by itself, and kept in plain for
    /// those that the program fails on.
    pub fn park_answer(
        &mut self,
        errand: impl Into<ErrandId>,
        attempt: u32,
        answer: &Answer,
        code: Code,
        now: Moment,
    ) -> Result<(), GroupError> {
        let rows = self.answered_rows(errand.into(), attempt).map_err(GroupError::Inside)?;
        let is_one = rows.len() == 1;
        for (row, attempt) in rows {
            let ErrandId::Delivery(delivery) = row.errand;
            let at = self.clock.stamp(now);
            let taken = if is_one {
                Err(code)
            } else {
                self.answered_alone(&row, delivery, attempt, answer, at)?
            };
            if let Err(code) = taken {
                self.park_one_answer(row, attempt, answer, code, now)?;
            }
        }
        Ok(())
    }

    /// Takes an answer in for one errand, in a group of its own; why the program fails on it.
    fn answered_alone(
        &mut self,
        row: &OutboxRow,
        delivery: DeliveryId,
        attempt: u32,
        answer: &Answer,
        at: JournalMoment,
    ) -> Result<Result<(), Code>, GroupError> {
        let answered = self
            .in_group(|crank| crank.answered_delivery(row, delivery, attempt, answer.clone(), at));
        match answered {
            Err(GroupError::Inside(error)) if error.is_of_one() => Ok(Err(error.park_code())),
            Err(error) => Err(error),
            Ok(()) => Ok(Ok(())),
        }
    }

    fn park_one_answer(
        &mut self,
        row: OutboxRow,
        attempt: u32,
        answer: &Answer,
        code: Code,
        now: Moment,
    ) -> Result<(), GroupError> {
        let cause = ParkCause::from(code);
        let ErrandId::Delivery(delivery) = row.errand;
        let state = match answer {
            Answer::Delivered { .. } => DeliveryState::Delivered,
            Answer::Later { .. } | Answer::Never { .. } => DeliveryState::Failed,
        };
        let at = self.clock.stamp(now);
        self.park_with_reason(
            (ParkedItem::Answer(delivery), cause),
            |crank| crank.close(&row, delivery, (attempt, state), cause.code, at),
            |crank| crank.rest_errand(row.clone(), at),
        )
    }

    pub(crate) fn note_parked(&mut self, what: ParkedItem, cause: impl Into<ParkCause>) {
        self.parked.note(what, cause);
    }

    /// How many items were parked since the start.
    pub const fn parked(&self) -> u64 {
        self.parked.count()
    }

    /// How many of them since what is sealed under their key is damaged.
    pub const fn parked_damaged(&self) -> u64 {
        self.parked.damaged()
    }

    /// What was parked since this was asked last, for the log.
    pub fn take_parked(&mut self) -> Vec<Parked> {
        self.parked.take_untold()
    }

    /// Parks something, and says so in its handoff. Where the program fails on that too, it only
    /// comes later.
    fn park_with_reason(
        &mut self,
        (what, cause): (ParkedItem, ParkCause),
        say: impl FnOnce(&mut Self) -> Result<(), CrankError>,
        plain: impl Fn(&mut Self) -> Result<(), CrankError>,
    ) -> Result<(), GroupError> {
        let rest = |crank: &mut Self| {
            plain(crank)?;
            crank.parked.note(what, cause);
            Ok(())
        };
        match self.in_group(|crank| say(crank).and_then(|()| rest(crank))) {
            Err(GroupError::Inside(error)) if error.is_of_one() => self.in_group(rest),
            done => done,
        }
    }

    /// The handoff stays where it is, and says why it waits.
    fn say_parked(
        &mut self,
        account: AccountId,
        handoff: HandoffId,
        code: Code,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let account = self.store.forwarded(account)?;
        let event = Event::Parked { account, item: ParkedEvent::Timer(handoff), code };
        self.handle(&event, at, Actor::Engine, None)?;
        Ok(())
    }

    fn close(
        &mut self,
        row: &OutboxRow,
        delivery: DeliveryId,
        (attempt, state): (u32, DeliveryState),
        code: Code,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        // A handoff stays with the account that proposed it, wherever its people went.
        let account = account_of(row)?;
        let item = ParkedEvent::Delivery { delivery, attempt, state };
        self.handle(&Event::Parked { account, item, code }, at, Actor::Engine, None)?;
        Ok(())
    }

    fn rest_timer(
        &mut self,
        timer: &Timer,
        code: Code,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let damaged = matches!(code, Code::SealedDamaged | Code::EntryDamaged);
        let rest = if damaged { REST_DAMAGED } else { REST };
        self.store.timer_delete(timer)?;
        Ok(self.store.timer_put(&Timer { due: at.get() + rest, ..*timer })?)
    }

    /// What is open yet rests.
    fn rest_errand(&mut self, row: OutboxRow, at: JournalMoment) -> Result<(), CrankError> {
        if self.store.outbox_row(row.errand)?.is_none() {
            return Ok(());
        }
        let row = OutboxRow { due: at.get() + REST, claimed_until: None, ..row };
        Ok(self.store.outbox_put(&row)?)
    }
}
