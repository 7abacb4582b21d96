//! The key store: a key for each node and quarantine entry, wrapped.

use std::cell::RefCell;

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;
use zeroize::Zeroizing;

use super::vault::{Label, OwnKey, Vault, WRAPPED_BYTES};
use crate::chance::Chance;
use crate::error::StoreError;

/// Unwrapped keys that are remembered: those of one generation, and of the one before.
const REMEMBERED: usize = 16_384;

/// What there is of a key.
pub(super) enum Found {
    /// It opens.
    Key(OwnKey),
    /// It was destroyed on purpose.
    Destroyed,
    /// It is not there.
    Missing,
    /// It does not open under the master key.
    Undecipherable,
}

/// The keys, and those that were used last unwrapped.
pub(super) struct Keyring {
    db: Connection,
    grouped: bool,
    cache: RefCell<Cache>,
}

#[derive(Default)]
struct Cache {
    young: FxHashMap<i64, OwnKey>,
    old: FxHashMap<i64, OwnKey>,
    /// The state of the file that the keys were read in; a reader forgets them when it changes.
    version: i64,
}

impl Keyring {
    pub(super) fn new(db: Connection) -> Self {
        Self { db, grouped: false, cache: RefCell::default() }
    }

    pub(super) const fn db(&self) -> &Connection {
        &self.db
    }

    /// Checks that the keys are wrapped under this master key, or says so of a new store.
    pub(super) fn belong_to(&self, vault: &Vault, new: bool) -> Result<(), StoreError> {
        let mark: Option<Vec<u8>> = self
            .db
            .query_row("SELECT derived FROM master WHERE one = 1", [], |row| row.get(0))
            .optional()?;
        match mark {
            Some(mark) if mark == vault.mark() => Ok(()),
            None if new => {
                self.db.execute("INSERT INTO master VALUES (1, ?1)", [vault.mark().as_slice()])?;
                Ok(())
            }
            Some(_) | None => {
                Err(StoreError::Damaged("the master key is not that of the key store".to_owned()))
            }
        }
    }

    /// Makes a key. It is durable with the group, before anything that is sealed under it.
    pub(super) fn make(
        &mut self,
        owner: i64,
        label: &Label,
        vault: &Vault,
        chance: &mut Chance,
    ) -> Result<OwnKey, StoreError> {
        if !self.grouped {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
            self.grouped = true;
        }
        let key = Zeroizing::new(chance.draw::<32>()?);
        let wrapped = vault.wrap(&key, label.as_slice(), chance)?;
        // A key whose group was never committed may have left a row under this number.
        self.db
            .prepare_cached("INSERT OR REPLACE INTO keys (owner, wrapped) VALUES (?1, ?2)")?
            .execute((owner, wrapped))?;
        self.cache.get_mut().remember(owner, key.clone());
        Ok(key)
    }

    /// Looks a key up.
    pub(super) fn find(
        &self,
        owner: i64,
        label: &Label,
        vault: &Vault,
    ) -> Result<Found, StoreError> {
        if let Some(key) = self.cache.borrow_mut().recall(owner) {
            return Ok(Found::Key(key));
        }
        let wrapped: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT wrapped FROM keys WHERE owner = ?1")?
            .query_row([owner], |row| row.get(0))
            .optional()?;
        let Some(wrapped) = wrapped else { return Ok(Found::Missing) };
        if wrapped.iter().all(|byte| *byte == 0) {
            return Ok(Found::Destroyed);
        }
        let Some(key) = vault.unwrap(&wrapped, label.as_slice()) else {
            return Ok(Found::Undecipherable);
        };
        self.cache.borrow_mut().remember(owner, key.clone());
        Ok(Found::Key(key))
    }

    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        if self.grouped {
            self.db.execute_batch("COMMIT")?;
            self.grouped = false;
        }
        Ok(())
    }

    pub(super) fn roll_back(&mut self) {
        if !self.db.is_autocommit() {
            // Nothing is lost by a rollback that fails: the connection is done for anyway.
            let _ = self.db.execute_batch("ROLLBACK");
        }
        self.grouped = false;
        self.cache.get_mut().clear();
    }

    /// Overwrites keys in place.
    pub(super) fn destroy(&mut self, owners: &[i64]) -> Result<(), StoreError> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        self.grouped = true;
        let zeros = [0u8; WRAPPED_BYTES];
        for owner in owners {
            self.db
                .prepare_cached("UPDATE keys SET wrapped = ?2 WHERE owner = ?1")?
                .execute((owner, zeros.as_slice()))?;
        }
        self.cache.get_mut().clear();
        self.commit()
    }

    /// Forgets unwrapped keys where the file has changed since they were read.
    pub(super) fn refresh(&self) -> Result<(), StoreError> {
        let version: i64 =
            self.db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        let mut cache = self.cache.borrow_mut();
        if cache.version != version {
            cache.clear();
            cache.version = version;
        }
        Ok(())
    }
}

impl Cache {
    fn recall(&mut self, owner: i64) -> Option<OwnKey> {
        if let Some(key) = self.young.get(&owner) {
            return Some(key.clone());
        }
        let key = self.old.remove(&owner)?;
        self.remember(owner, key.clone());
        Some(key)
    }

    fn remember(&mut self, owner: i64, key: OwnKey) {
        if self.young.len() >= REMEMBERED {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(owner, key);
    }

    fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}
