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

use std::sync::{Arc, Mutex, PoisonError};

use crank::StrategyCache;
use domain::{HandoffId, QuarantineId};
use rules::Strategy;
use store::Read as _;
use store::sqlite::Reader;

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
        find::handoff(self.reader, typed)
    }

    /// The quarantine entry whose id begins as typed.
    pub fn entry_id(self, typed: &str) -> Result<QuarantineId, ReadError> {
        find::entry(self.reader, typed)
    }
}
