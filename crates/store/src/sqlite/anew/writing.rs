//! The one transaction in which rows are written anew.

use super::super::writer::SqliteStore;
use super::aggregates;
use super::compare::{self, Differences};
use crate::error::StoreError;
use crate::traits::Store;

/// A folder whose rows are being written anew, within one transaction.
pub struct Anew {
    pub(super) store: SqliteStore,
}

impl Anew {
    /// Sets the rows aside and writes those of aggregates, which all others lean on. Refuses a
    /// journal that is not whole. `tell` hears how far it is.
    pub fn begin(mut store: SqliteStore, tell: &mut dyn FnMut(u64)) -> Result<Self, StoreError> {
        store.begin()?;
        compare::set_aside(&store.session.db)?;
        let next = aggregates::write(&store.session, tell)?;
        store.session.row_cache.roll_back(next);
        Ok(Self { store })
    }

    /// The store, for asking and for writing rows as a turn does.
    pub const fn store(&mut self) -> &mut SqliteStore {
        &mut self.store
    }

    /// Says what differs from what was there, and keeps what was written, or goes back.
    pub fn end(mut self, keep: bool) -> Result<Vec<Differences>, StoreError> {
        self.store.session.row_cache.flush(&self.store.session.db)?;
        let differences = compare::differences(&self.store.session.db)?;
        if keep {
            // What was folded before is folded again.
            self.store.drop_all_snapshots()?;
            self.store.drop_names()?;
            compare::drop_aside(&self.store.session.db)?;
            self.store.commit()?;
            // A key whose erasure was not noted is destroyed as at each start.
            self.store.settle_erasures()?;
        } else {
            self.store.roll_back();
        }
        self.store.close()?;
        Ok(differences)
    }
}

impl std::fmt::Debug for Anew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}, written anew", self.store)
    }
}
