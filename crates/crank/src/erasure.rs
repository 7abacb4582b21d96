//! Erasure: a person's data, or a company's, becomes unreadable everywhere, and nothing that stays names
//! them.

use std::collections::BTreeSet;

use domain::fact::By;
use domain::handoff::Actor;
use domain::signal::Key;
use domain::{AccountId, Moment, NodeId, PersonId};
use engine::event::{Erasure, Event};
use store::{Erasable, Store, StoreError};

use crate::crank::Crank;
use crate::error::CrankError;

/// Whose data an erasure takes away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErasureSubject {
    /// A person's.
    Person(PersonId),
    /// What was said of the company of an account and of nobody there. Its people stay as they are.
    Company(AccountId),
}

impl From<PersonId> for ErasureSubject {
    fn from(person: PersonId) -> Self {
        Self::Person(person)
    }
}

/// What an erasure took away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Erased {
    /// What was taken: of the person, or of each node of the company.
    pub taken: Vec<Erasable>,
    /// The moment at which it was recorded.
    pub moment: Moment,
}

impl<S: Store> Crank<S> {
    /// The person that an identifier leads to, verified before claimed.
    pub fn person_by(&self, keys: &[Key]) -> Result<Option<PersonId>, CrankError> {
        let rows = self.store.candidates(keys)?;
        let pointers = rows.into_iter().flatten().filter_map(|row| row.pointer);
        match pointers.map(|pointer| pointer.person).next() {
            Some(person) => Ok(Some(person)),
            // What an import said of them alone is in the journal still, although it was taken back.
            None => Ok(self.store.set_aside_by(keys)?),
        }
    }

    /// What an erasure would take away.
    pub fn erasable(&mut self, subject: ErasureSubject) -> Result<Vec<Erasable>, CrankError> {
        let people: BTreeSet<PersonId> = match subject {
            ErasureSubject::Person(person) => [person].into(),
            // Each node of a company has an id in place of a person's, which is nobody's.
            ErasureSubject::Company(account) => {
                let known = self.account(account)?;
                let known = known.account();
                let of = |node| known.members.get(node).copied();
                known.companies.iter().filter_map(of).collect()
            }
        };
        let mut found = Vec::new();
        for person in people {
            if let Some(erasable) = self.store.erasable(person)?
                && !self.are_erased(subject, &erasable.nodes)?
            {
                found.push(erasable);
            }
        }
        match subject {
            _ if !found.is_empty() => Ok(found),
            ErasureSubject::Person(person) => Err(CrankError::NoPerson(person)),
            ErasureSubject::Company(account) => Err(CrankError::NoCompany(account)),
        }
    }

    /// Whether nothing is left of a company's node. A person can be erased again, which finishes what a
    /// crash cut off.
    fn are_erased(
        &mut self,
        subject: ErasureSubject,
        nodes: &[NodeId],
    ) -> Result<bool, CrankError> {
        let ErasureSubject::Company(account) = subject else { return Ok(false) };
        let known = self.account(account)?;
        Ok(nodes.iter().all(|node| known.node(*node).is_some_and(|node| node.erased)))
    }

    /// Erases, in a group of its own. It returns when every copy is overwritten.
    pub fn erase(
        &mut self,
        subject: impl Into<ErasureSubject>,
        by: &By,
        now: Moment,
    ) -> Result<Erased, CrankError> {
        let subject = subject.into();
        let erased = self.commit_erasure(subject, by, now);
        let erased = self.with_room(erased, |crank| crank.commit_erasure(subject, by, now))?;
        let settled = self.store.settle_erasures().map_err(CrankError::Store);
        self.with_room(settled, |crank| Ok(crank.store.settle_erasures()?))?;
        Ok(erased)
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
        subject: ErasureSubject,
        by: &By,
        now: Moment,
    ) -> Result<Erased, CrankError> {
        let taken = self.erasable(subject)?;
        self.begin()?;
        // Bodies in memory may name the person; from here on the store alone says what may still be
        // sent.
        self.queued_bodies.forget();
        self.recent_arrivals.forget();
        let written = self.write_all(&taken, by, now).and_then(|moment| {
            self.commit()?;
            Ok(moment)
        });
        if written.is_err() {
            self.roll_back();
        }
        Ok(Erased { taken, moment: written? })
    }

    fn write_all(
        &mut self,
        erasable: &[Erasable],
        by: &By,
        now: Moment,
    ) -> Result<Moment, CrankError> {
        let mut last = now;
        for one in erasable {
            last = self.write_erasure(one, by, now)?;
        }
        Ok(last)
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
        erasable: &Erasable,
        by: &By,
        now: Moment,
    ) -> Result<Moment, CrankError> {
        let strategy = self.strategies.in_force().cloned();
        let at = self.clock.stamp(now);
        let event = Event::Erasure(Erasure {
            person: erasable.person,
            nodes: erasable.nodes.clone(),
            entries: erasable.entries.clone(),
            accounts: erasable.accounts.clone(),
            by: by.clone(),
        });
        if !self.are_sealable(&erasable.nodes)? {
            // Nothing can be sealed to them any more, so nothing is: what they were sent is taken back
            // without their name.
            self.store.erase(erasable, at.get())?;
        }
        // The turn comes first: what it seals to the nodes of the person is taken away with the
        // rest.
        self.handle(&event, at, Actor::Operator, strategy.as_deref())?;
        self.store.erase(erasable, at.get())?;
        Ok(at.get())
    }
}
