//! The one writer of a data folder: opening it, its second head, its end.

use std::path::Path;

use rusqlite::Connection;

use super::buffers::Buffers;
use super::folder::{self, DATABASE, Folder, KEYS, MASTER_KEY};
use super::keyring::Keyring;
use super::schema;
use super::settings;
use super::shelf::{Shelf, Shelved};
use super::vault::Vault;
use super::working::Working;
use crate::chance::Chance;
use crate::error::StoreError;
use crate::journal::Head;
use crate::narrow::Store;

/// The one writer of a data folder, which holds it until it is dropped.
pub struct SqliteStore {
    pub(super) shelf: Shelf,
    pub(super) folder: Folder,
    pub(super) chance: Chance,
    pub(super) group: Option<Group>,
    /// Whether anybody was ever erased.
    pub(super) suppresses: bool,
    pub(super) buffers: Buffers,
}

/// How things stood when the group began.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) head: Head,
    pub(super) next: i64,
    pub(super) suppresses: bool,
}

impl SqliteStore {
    /// Opens a folder, making what is not there. Refuses one that is open to others, held by
    /// another process, of a newer schema or shorter than it once was.
    pub fn open(path: &Path, chance: Chance) -> Result<Self, StoreError> {
        Self::open_folder(Folder::take(path)?, chance)
    }

    /// Opens a folder whose tail is lost, as it is: from here on what is there counts.
    pub fn open_after_loss(path: &Path, chance: Chance) -> Result<Self, StoreError> {
        let mut folder = Folder::take(path)?;
        folder.forget_head()?;
        Self::open_folder(folder, chance)
    }

    fn open_folder(folder: Folder, mut chance: Chance) -> Result<Self, StoreError> {
        let database = folder.path().join(DATABASE);
        let new = !database.exists();
        if !new && !folder.path().join(MASTER_KEY).exists() {
            return Err(StoreError::Damaged(format!("`{MASTER_KEY}` is missing")));
        }
        let vault = Vault::new(&*folder.master_key(&mut chance)?);
        folder::make_private(&folder.path().join(KEYS))?;
        let key_store = settings::writer(&folder.path().join(KEYS))?;
        schema::bring_keys_up(&key_store)?;
        let keys = Keyring::new(key_store);
        keys.belong_to(&vault, new)?;
        folder::make_private(&database)?;
        let db = settings::writer(&database)?;
        schema::bring_database_up(&db)?;
        folder.keep_ballast()?;
        folder.sync_names()?;
        let working = Working::of_writer(&db)?;
        let mut shelf = Shelf { db, keys, vault, working, head: None };
        let head = shelf.stored_head()?;
        refuse_loss(&head, folder::read_head(folder.path())?)?;
        shelf.head = Some(head);
        let suppresses = any(&shelf.db, "SELECT EXISTS (SELECT 1 FROM suppressed)")?;
        let buffers = Buffers::default();
        let mut store = Self { shelf, folder, chance, group: None, suppresses, buffers };
        Store::settle_erasures(&mut store)?;
        Ok(store)
    }

    /// Ends in order: the second head, and everything in the databases themselves.
    pub fn close(mut self) -> Result<(), StoreError> {
        Store::roll_back(&mut self);
        self.sync_head()?;
        self.checkpoint_idle()
    }

    /// What the databases say of the settings that durability rests on, `baton.db` first.
    pub fn promises(&self) -> Result<Vec<(&'static str, String)>, StoreError> {
        let names = ["journal_mode", "synchronous", "page_size", "temp_store", "secure_delete"];
        let both = [&self.shelf.db, self.shelf.keys.db()];
        let ask = |db: &Connection, name| Ok((name, settings::read_back(db, name)?));
        both.iter().flat_map(|db| names.map(|name| ask(db, name))).collect()
    }

    pub(super) fn in_group(&self) -> Result<(), StoreError> {
        if self.group.is_some() { Ok(()) } else { Err(StoreError::Group("not begun")) }
    }
}

impl Shelved for SqliteStore {
    fn shelf(&self) -> Result<&Shelf, StoreError> {
        Ok(&self.shelf)
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "data folder {}", self.folder.path().display())
    }
}

/// Compares what is there with what was there when the second head was written last.
fn refuse_loss(head: &Head, second: Option<Head>) -> Result<(), StoreError> {
    let Some(second) = second else { return Ok(()) };
    if second.position > head.position {
        return Err(StoreError::TailLost { found: head.position.0, known: second.position.0 });
    }
    if second.position == head.position && second.hash != head.hash {
        return Err(StoreError::Damaged(
            "the head is not the one that was written last".to_owned(),
        ));
    }
    Ok(())
}

fn any(db: &Connection, sql: &str) -> Result<bool, StoreError> {
    Ok(db.query_row(sql, [], |row| row.get(0))?)
}
