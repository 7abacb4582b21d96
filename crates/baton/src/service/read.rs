//! Reading: one value for each thing that can be looked at, whoever asks over whichever face.
//!
//! A [`Service`] is made for one reader. It finds what was typed ([`find`]), looks with the eyes of
//! whoever asks ([`access`]), and gives an [`unrecorded::Unrecorded`] where personal data may be in it.

pub mod failure;

pub mod access;
pub mod find;
pub mod unrecorded;

mod known_strategies;
mod named;
mod no_handoff;
mod recent;

pub mod audit;
pub mod caused;
pub mod counted;
pub mod handoffs;
pub mod identity;
pub mod import_maps;
pub mod imports;
pub mod inbox;
pub mod journal_history;
pub mod ledger;
pub mod merges;
pub mod open_handoffs;
pub mod people;
pub mod quarantine;
pub mod search;

pub mod destinations;
pub mod drafts;
pub mod sources;
pub mod strategies;
pub mod strategy_diff;
pub mod team;

pub mod beside;

mod account;
mod brief;
mod handoff;
mod why;

pub use access::Access;
pub use failure::{NotFound, ReadError};
pub use handoff::HandoffWithStrategies;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crank::StrategyCache;
use domain::{AccountId, HandoffId, PersonId, QuarantineId};
use rules::Strategy;
use rustc_hash::FxHashSet;
use store::sqlite::Reader;
use store::{Cursor, HandoffFilter, HandoffRow, Page, Read as _, StoreError, Within};

use super::who_acts::WhoActs;

/// What somebody may read of a data folder.
#[derive(Clone, Copy)]
pub struct Service<'a> {
    /// The connection that it reads over.
    reader: &'a Reader,
    /// Strategies that were compiled for earlier questions.
    strategies: &'a Mutex<StrategyCache>,
    /// Who asks.
    access: &'a Access,
}

impl<'a> Service<'a> {
    /// Reading on behalf of somebody.
    pub const fn new(
        reader: &'a Reader,
        strategies: &'a Mutex<StrategyCache>,
        access: &'a Access,
    ) -> Self {
        Self { reader, strategies, access }
    }

    /// The strategy in force; none where there is none that can be read.
    pub fn strategy_in_force(self) -> Result<Option<Arc<Strategy>>, ReadError> {
        let Some(force) = self.reader.force()? else { return Ok(None) };
        let mut cache = self.strategies.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(cache.readable(self.reader, force.version)?)
    }

    /// The id of the one who acts and is called as typed, or signs in with this address; else what was typed.
    pub fn id_of_who_acts(self, who: &WhoActs, typed: &str) -> Result<String, ReadError> {
        Ok(who.id(typed, self.reader)?.unwrap_or_else(|| typed.to_owned()))
    }

    /// The handoff whose id begins as typed.
    pub fn handoff_id(self, typed: &str) -> Result<HandoffId, ReadError> {
        match self.within()? {
            Some(within) => find::handoff_within(self.reader, &within, typed),
            None => find::handoff(self.reader, typed),
        }
    }

    /// The account that an id, the beginning of one, or a domain names.
    fn account_id(self, typed: &str) -> Result<AccountId, ReadError> {
        match self.within()? {
            Some(within) => find::account_within(self.reader, &within, typed),
            None => find::account(self.reader, typed),
        }
    }

    /// The person whose id begins as typed. Who is not told of all of them is not told which others begin so.
    fn person_id(self, typed: &str) -> Result<PersonId, ReadError> {
        let found = find::person(self.reader, typed);
        if self.access.sees_all() {
            return found;
        }
        found.map_err(|error| error.untold(failure::Subject::Person, typed))
    }

    /// Whether whoever asks is told of an account.
    fn sees_account(self, account: AccountId) -> Result<bool, ReadError> {
        let Some(within) = self.within()? else { return Ok(true) };
        let account = self.reader.forwarded(account)?;
        Ok(self.reader.is_account_within(&within, account)?)
    }

    /// The part of all handoffs that whoever asks is told of; none where it is all.
    pub fn within(self) -> Result<Option<Within>, ReadError> {
        if self.access.sees_all() {
            return Ok(None);
        }
        let strategy = self.strategy_in_force()?;
        Ok(self.access.within(strategy.as_deref()))
    }

    /// Handoffs that whoever asks is told of, newest first.
    pub fn handoff_rows(
        self,
        filter: &HandoffFilter,
        from: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<HandoffRow>, ReadError> {
        Ok(match self.within()? {
            Some(within) => self.reader.handoffs_within(&within, filter, from, limit)?,
            None => self.reader.handoffs(filter, from, limit)?,
        })
    }

    /// Those of some handoffs that whoever asks is told of.
    pub fn handoffs_in_sight(self, ids: &[HandoffId]) -> Result<BTreeSet<HandoffId>, ReadError> {
        let Some(within) = self.within()? else { return Ok(ids.iter().copied().collect()) };
        let seen = |id: &HandoffId| match self.reader.is_handoff_within(&within, *id) {
            Ok(is_seen) => is_seen.then_some(Ok(*id)),
            Err(error) => Some(Err(error)),
        };
        Ok(ids.iter().filter_map(seen).collect::<Result<_, StoreError>>()?)
    }

    /// All handoffs that whoever asks is told of; none where these are all that there are.
    pub fn all_in_sight(self) -> Result<Option<FxHashSet<HandoffId>>, ReadError> {
        let Some(within) = self.within()? else { return Ok(None) };
        Ok(Some(self.reader.handoff_ids_within(&within)?.into_iter().collect()))
    }

    /// The quarantine entry whose id begins as typed.
    pub fn entry_id(self, typed: &str) -> Result<QuarantineId, ReadError> {
        find::entry(self.reader, typed)
    }
}
