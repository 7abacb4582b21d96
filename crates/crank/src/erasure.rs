//! Erasure: a person's data becomes unreadable everywhere, and nothing that stays names them.

use domain::fact::By;
use domain::handoff::Actor;
use domain::signal::Key;
use domain::{AccountId, Moment, NodeId, PersonId, QuarantineId};
use engine::event::{Erasure, Event};
use store::{Store, StoreError};

use crate::crank::Crank;
use crate::error::CrankError;

/// What an erasure took away, and what it did not look through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The person who is erased.
    pub person: PersonId,
    /// Their nodes, whose keys are destroyed.
    pub nodes: Vec<NodeId>,
    /// Quarantine entries that named them, thrown away with their keys.
    pub entries: Vec<QuarantineId>,
    /// The accounts that they were in.
    pub accounts: Vec<AccountId>,
    /// The moment at which it was recorded.
    pub moment: Moment,
}

impl<S: Store> Crank<S> {
    /// The person that an identifier leads to, verified before claimed.
    pub fn person_by(&self, keys: &[Key]) -> Result<Option<PersonId>, CrankError> {
        let rows = self.store.candidates(keys)?;
        let pointers = rows.into_iter().flatten().filter_map(|row| row.pointer);
        Ok(pointers.map(|pointer| pointer.person).next())
    }

    /// Erases a person, in a group of its own. The receipt is given when every copy is overwritten.
    pub fn erase(&mut self, person: PersonId, by: &By, now: Moment) -> Result<Receipt, CrankError> {
        let erased = self.commit_erasure(person, by, now);
        let receipt = self.with_room(erased, |crank| crank.commit_erasure(person, by, now))?;
        let settled = self.store.settle_erasures().map_err(CrankError::Store);
        self.with_room(settled, |crank| Ok(crank.store.settle_erasures()?))?;
        Ok(receipt)
    }

    /// What was done, or where the disk was full, what is done with the room that is kept for it:
    /// whoever is to be forgotten does not wait for a larger disk.
    fn with_room<T>(
        &mut self,
        done: Result<T, CrankError>,
        again: impl FnOnce(&mut Self) -> Result<T, CrankError>,
    ) -> Result<T, CrankError> {
        match done {
            Err(CrankError::Store(StoreError::Full)) => {
                self.store.make_room()?;
                again(self)
            }
            done => done,
        }
    }

    fn commit_erasure(
        &mut self,
        person: PersonId,
        by: &By,
        now: Moment,
    ) -> Result<Receipt, CrankError> {
        self.begin()?;
        // Bodies in memory may name the person; from here on the store alone says what may still be
        // sent.
        self.queued_bodies.forget();
        self.recent_arrivals.forget();
        let written = self.write_erasure(person, by, now).and_then(|receipt| {
            self.commit()?;
            Ok(receipt)
        });
        if written.is_err() {
            self.roll_back();
        }
        written
    }

    fn are_sealable(&self, nodes: &[NodeId]) -> Result<bool, CrankError> {
        for node in nodes {
            if !self.store.is_sealable(*node)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn write_erasure(
        &mut self,
        person: PersonId,
        by: &By,
        now: Moment,
    ) -> Result<Receipt, CrankError> {
        let erasable = self.store.erasable(person)?.ok_or(CrankError::NoPerson(person))?;
        let strategy = self.strategies.in_force().cloned();
        let at = self.clock.stamp(now);
        let event = Event::Erasure(Erasure {
            person,
            nodes: erasable.nodes.clone(),
            entries: erasable.entries.clone(),
            accounts: erasable.accounts.clone(),
            by: by.clone(),
        });
        if !self.are_sealable(&erasable.nodes)? {
            // Nothing can be sealed to them any more, so nothing is: what they were sent is taken back
            // without their name.
            self.store.erase(&erasable, at.get())?;
        }
        // The turn comes first: what it seals to the nodes of the person is taken away with the
        // rest.
        self.handle(&event, at, Actor::Operator, strategy.as_deref())?;
        self.store.erase(&erasable, at.get())?;
        Ok(Receipt {
            person,
            nodes: erasable.nodes,
            entries: erasable.entries,
            accounts: erasable.accounts,
            moment: at.get(),
        })
    }
}
