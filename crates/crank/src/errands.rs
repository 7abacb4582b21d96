//! Errands of the outbox, of whatever kind: an attempt is recorded before its calls, and what came
//! of it afterwards. What an attempt and an answer mean is the matter of each kind.

use std::collections::BTreeSet;

use domain::Moment;
use domain::errand::{Answer, ErrandId};
use store::{OutboxRow, Store};

use crate::attempt::Attempt;
use crate::breaker;
use crate::bundles::Dispatch;
use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// When the next errand can be claimed by the caller's clock, which says `now`.
    pub fn next_errand(&mut self, now: Moment) -> Result<Option<Moment>, CrankError> {
        let due = self.store.outbox_next()?;
        Ok(due.map(|due| self.clock.due_for_caller(due, now)))
    }

    /// Claims at most `limit` due errands, within an open group: make the calls after the commit. A
    /// claim that nobody answers is claimed again after [`CLAIM`](crate::CLAIM).
    pub fn claim(&mut self, now: Moment, limit: usize) -> Result<Vec<Attempt>, CrankError> {
        let at = self.clock.stamp(now);
        let (mut attempts, mut taken_along) = (Vec::new(), BTreeSet::new());
        for mut row in self.store.outbox_claimable(at.get(), limit)? {
            if taken_along.contains(&row.errand) {
                continue;
            }
            let breaker = self.breakers.entry(row.destination.clone()).or_default();
            if let Some(until) = breaker.closed_at(at.get()) {
                // Put off in its row, or it would be looked at in every round while the breaker is
                // open.
                row.due = breaker::put_off(&row, until);
                self.store.outbox_put(&row)?;
                continue;
            }
            let attempt = match self.dispatch_of(&row, at)? {
                Dispatch::Alone => match row.errand {
                    ErrandId::Delivery(delivery) => self.attempt_delivery(row, delivery, at)?,
                },
                Dispatch::Later(due) => {
                    row.due = due;
                    self.store.outbox_put(&row)?;
                    continue;
                }
                Dispatch::Together(bundle, rows) => {
                    taken_along.extend(rows.iter().map(|row| row.errand));
                    self.attempt_together(bundle, rows, at)?
                }
            };
            attempts.extend(attempt);
        }
        Ok(attempts)
    }

    /// Takes in what was answered, within an open group: to an errand, or to a message with several. An
    /// answer to an older attempt, or to an errand that is closed, changes nothing.
    pub fn answered(
        &mut self,
        errand: impl Into<ErrandId>,
        attempt: u32,
        answer: &Answer,
        now: Moment,
    ) -> Result<(), CrankError> {
        let at = self.clock.stamp(now);
        let answer = self.by_the_journal(answer, now);
        let rows = self.answered_rows(errand.into(), attempt)?;
        let Some((row, tried)) = rows.first() else { return Ok(()) };
        let breaker = self.breakers.entry(row.destination.clone()).or_default();
        match &answer {
            // A destination that refuses a delivery for good is up: only failures to answer open
            // the breaker.
            Answer::Later { code, .. } | Answer::Never { code, .. } if code.is_configuration() => {
                breaker.failed(at.get(), None);
            }
            Answer::Delivered { .. } | Answer::Never { .. } => breaker.worked(at.get()),
            Answer::Later { not_before, .. } => breaker.refused(at.get(), *tried, *not_before),
        }
        for (row, attempt) in &rows {
            let ErrandId::Delivery(delivery) = row.errand;
            self.answered_delivery(row, delivery, *attempt, answer.clone(), at)?;
        }
        Ok(())
    }

    /// The open errands that an answer to this attempt is for, each with the number of the attempt among
    /// its own: one that left alone, or all that left with it.
    pub(crate) fn answered_rows(
        &self,
        errand: ErrandId,
        attempt: u32,
    ) -> Result<Vec<(OutboxRow, u32)>, CrankError> {
        let row = self.store.outbox_row(errand)?;
        let ErrandId::Delivery(delivery) = errand;
        let rows = match row {
            Some(OutboxRow { bundle: Some(bundle), .. }) => self.store.outbox_bundle(bundle)?,
            Some(row) => vec![row],
            // The first of them may be closed.
            None => self.store.outbox_bundle(delivery)?,
        };
        let tried = rows.iter().find(|row| row.errand == errand).or(rows.first());
        let newest = tried.map_or(0, |row| row.attempt);
        // What left together may have been tried alone before.
        let numbered = |row: OutboxRow| {
            let number = (row.attempt + attempt).saturating_sub(newest);
            (row, number)
        };
        Ok(rows.into_iter().map(numbered).collect())
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
}
