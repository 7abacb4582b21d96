//! The key store: a key for each node and quarantine entry, wrapped.

use std::cell::RefCell;
use std::path::Path;

use domain::UserId;
use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;
use zeroize::Zeroizing;

use super::folder::{MASTER_KEY, hex};
use super::schema;
use super::vault::{self, Label, OwnKey, Vault, WRAPPED_BYTES};
use crate::chance::Chance;
use crate::error::StoreError;
use crate::journal::{Head, Position};

/// Unwrapped keys that are remembered: those of one generation, and of the one before.
const REMEMBERED: usize = 16_384;

/// Bytes of the mark of a master key that tell it from others, for people.
const FINGERPRINT_BYTES: usize = 6;

/// What people tell master keys apart by. It tells nothing of the key.
fn fingerprint(mark: &[u8]) -> String {
    hex(&mark[..mark.len().min(FINGERPRINT_BYTES)])
}

/// What there is of a key.
pub(super) enum KeyLookup {
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
    /// The head of the last group that made keys and is known to be in the journal.
    stood: Head,
    /// Whether the key store itself says so of that head.
    confirmed: bool,
    cache: RefCell<Cache>,
}

/// How far the journal was when keys were made, as the key store tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct KeyWitness {
    /// After the last group that made keys. Keys are durable before their group is: this one may
    /// never have come to the journal.
    pub(super) last: Head,
    /// After a group before it that did.
    pub(super) before: Head,
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
        Self { db, grouped: false, stood: Head::START, confirmed: true, cache: RefCell::default() }
    }

    /// What the key store says of the journal; `None` where it never made a key, or was written by
    /// a program that kept no such record.
    pub(super) fn stand(&self) -> Result<Option<KeyWitness>, StoreError> {
        if !schema::has_table(&self.db, "stand")? {
            return Ok(None);
        }
        let mut statement = self.db.prepare_cached(
            "SELECT position, hash, before_position, before_hash FROM stand WHERE one = 1",
        )?;
        let read = |row: &rusqlite::Row<'_>| {
            let head = |at| {
                let position = Position(row.get::<_, i64>(at)? as u64);
                Ok::<_, rusqlite::Error>(Head { position, hash: row.get(at + 1)? })
            };
            Ok(KeyWitness { last: head(0)?, before: head(2)? })
        };
        Ok(statement.query_row([], read).optional()?)
    }

    /// Takes a head of the journal for one that it stood at.
    pub(super) const fn stands_at(&mut self, head: Head) {
        self.stood = head;
        self.confirmed = false;
    }

    /// Forgets how far the journal was: from here on what is there counts.
    pub(super) fn forget_witness(&self) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM stand", [])?;
        Ok(())
    }

    /// Whether nobody ever had a key.
    pub(super) fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(!self.db.query_row("SELECT EXISTS (SELECT 1 FROM keys)", [], |row| row.get(0))?)
    }

    pub(super) const fn db(&self) -> &Connection {
        &self.db
    }

    /// Checks that the keys are wrapped under this master key, or says so of a new store.
    pub(super) fn belong_to(
        &self,
        vault: &Vault,
        new: bool,
        folder: &Path,
    ) -> Result<(), StoreError> {
        if self.mark()?.is_none() && new {
            self.db.execute("INSERT INTO master VALUES (1, ?1)", [vault.mark().as_slice()])?;
        }
        self.check_under(vault, folder)
    }

    /// Refuses a master key that the keys are not wrapped under.
    pub(super) fn check_under(&self, vault: &Vault, folder: &Path) -> Result<(), StoreError> {
        let Some(mark) = self.mark()? else {
            let says = "the key store does not say which master key it is under";
            return Err(StoreError::Damaged(says.to_owned()));
        };
        if mark == vault.mark() {
            return Ok(());
        }
        let (expected, found) = (fingerprint(&mark), fingerprint(vault.mark()));
        Err(StoreError::MasterKeyWrong { path: folder.join(MASTER_KEY), expected, found })
    }

    fn mark(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT derived FROM master WHERE one = 1")?;
        Ok(statement.query_row([], |row| row.get(0)).optional()?)
    }

    /// Makes a key. It is durable with the group, before anything that is sealed under it.
    pub(super) fn make(
        &mut self,
        owner: i64,
        label: &Label,
        vault: &Vault,
        chance: &mut Chance,
    ) -> Result<OwnKey, StoreError> {
        self.begin_group()?;
        let key = Zeroizing::new(chance.draw::<32>()?);
        let wrapped = vault.wrap(&key, label.as_slice(), chance)?;
        // A key whose group was never committed may have left a row under this number.
        self.db
            .prepare_cached("INSERT OR REPLACE INTO keys (owner, wrapped) VALUES (?1, ?2)")?
            .execute((owner, wrapped))?;
        self.cache.get_mut().remember(owner, key.clone());
        Ok(key)
    }

    /// The key of a user, made where they are new.
    pub(super) fn user_to_seal(
        &mut self,
        user: UserId,
        vault: &Vault,
        chance: &mut Chance,
    ) -> Result<OwnKey, StoreError> {
        if let Some(key) = self.user(user, vault)? {
            return Ok(key);
        }
        self.begin_group()?;
        let key = Zeroizing::new(chance.draw::<32>()?);
        let wrapped = vault.wrap(&key, &vault::user_context(user), chance)?;
        self.db
            .prepare_cached("INSERT INTO user_keys (user, wrapped) VALUES (?1, ?2)")?
            .execute((user.bytes().as_slice(), wrapped))?;
        Ok(key)
    }

    /// The key of a user; `None` where they have none.
    pub(super) fn user(&self, user: UserId, vault: &Vault) -> Result<Option<OwnKey>, StoreError> {
        if !schema::has_table(&self.db, "user_keys")? {
            return Ok(None);
        }
        let wrapped: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT wrapped FROM user_keys WHERE user = ?1")?
            .query_row([user.bytes().as_slice()], |row| row.get(0))
            .optional()?;
        let Some(wrapped) = wrapped else { return Ok(None) };
        let key = vault.unwrap(&wrapped, &vault::user_context(user));
        key.map(Some).ok_or(StoreError::SealedDamaged("the key of a user cannot be opened"))
    }

    /// Keys are made in a group of the key store's own.
    fn begin_group(&mut self) -> Result<(), StoreError> {
        if !self.grouped {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
            self.grouped = true;
        }
        Ok(())
    }

    /// A key that was unwrapped before.
    pub(super) fn remembered(&self, owner: i64) -> Option<OwnKey> {
        self.cache.borrow_mut().recall(owner)
    }

    /// Looks a key up in the file, and remembers it.
    pub(super) fn find(
        &self,
        owner: i64,
        label: &Label,
        vault: &Vault,
    ) -> Result<KeyLookup, StoreError> {
        let found = self.look(owner, label, vault)?;
        if let KeyLookup::Key(key) = &found {
            self.cache.borrow_mut().remember(owner, key.clone());
        }
        Ok(found)
    }

    /// What the file has of a key.
    pub(super) fn look(
        &self,
        owner: i64,
        label: &Label,
        vault: &Vault,
    ) -> Result<KeyLookup, StoreError> {
        let wrapped: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT wrapped FROM keys WHERE owner = ?1")?
            .query_row([owner], |row| row.get(0))
            .optional()?;
        let Some(wrapped) = wrapped else { return Ok(KeyLookup::Missing) };
        if wrapped.iter().all(|byte| *byte == 0) {
            return Ok(KeyLookup::Destroyed);
        }
        Ok(vault
            .unwrap(&wrapped, label.as_slice())
            .map_or(KeyLookup::Undecipherable, KeyLookup::Key))
    }

    /// Makes the keys of a group durable; `head` is where the journal will be after the group.
    /// Says whether there were any.
    pub(super) fn commit(&mut self, head: &Head) -> Result<bool, StoreError> {
        if !self.grouped {
            return Ok(false);
        }
        self.note_witness(head)?;
        self.db.execute_batch("COMMIT")?;
        self.grouped = false;
        Ok(true)
    }

    pub(super) fn roll_back(&mut self) {
        if !self.db.is_autocommit() {
            // Nothing is lost by a rollback that fails: the connection is done for anyway.
            let _ = self.db.execute_batch("ROLLBACK");
        }
        self.grouped = false;
        self.cache.get_mut().clear();
    }

    /// Overwrites keys in place. The erasure is in the journal, which stands at `head`: a key store
    /// that destroyed keys is a witness of it.
    pub(super) fn destroy(&mut self, owners: &[i64], head: &Head) -> Result<(), StoreError> {
        self.cache.get_mut().clear();
        overwrite(&self.db, owners)?;
        self.stood = *head;
        self.note_witness(head)?;
        self.confirmed = true;
        Ok(())
    }

    /// The last group that made keys is in the journal: from here on it is missed if it is gone.
    pub(super) fn confirm(&mut self) -> Result<(), StoreError> {
        if self.confirmed || self.grouped {
            return Ok(());
        }
        self.note_witness(&self.stood)?;
        self.confirmed = true;
        Ok(())
    }

    fn note_witness(&self, head: &Head) -> Result<(), StoreError> {
        let number = |head: &Head| head.position.0 as i64;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO stand (one, position, hash, before_position, before_hash) \
                 VALUES (1, ?1, ?2, ?3, ?4)",
            )?
            .execute((
                number(head),
                head.hash.as_slice(),
                number(&self.stood),
                self.stood.hash.as_slice(),
            ))?;
        Ok(())
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

/// Overwrites keys in place, in a group of its own.
pub(super) fn overwrite(db: &Connection, owners: &[i64]) -> Result<(), StoreError> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    let overwritten = owners.iter().try_for_each(|owner| {
        db.prepare_cached("UPDATE keys SET wrapped = zeroblob(?2) WHERE owner = ?1")?
            .execute((owner, WRAPPED_BYTES as i64))
            .map(drop)
    });
    let done = overwritten.and_then(|()| db.execute_batch("COMMIT"));
    if done.is_err() && !db.is_autocommit() {
        // What failed first is what is told.
        let _ = db.execute_batch("ROLLBACK");
    }
    Ok(done?)
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
