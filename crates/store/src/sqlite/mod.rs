//! A data folder: SQLite for the journal and current state, a key store beside it, a second head.
//!
//! [`SqliteStore`] is the one writer, [`Reader`] reads beside it, [`doctor`] and [`audit`] look
//! for damage. `docs/JOURNAL.md` says how a stranger reads the files.

mod folder;
mod keyring;
mod read;
mod schema;
mod settings;
mod shelf;
mod vault;
mod working;
mod write;

mod append;
mod erase;

use std::path::Path;

use rusqlite::Connection;

pub use folder::{DATABASE, KEYS, LOCK, MASTER_KEY, SECOND_HEAD};

use crate::chance::Chance;
use crate::error::StoreError;
use crate::journal::Head;
use folder::Folder;
use keyring::Keyring;
use settings::Deletes;
use shelf::{Shelf, Shelved};
use vault::Vault;
use working::Working;

/// The one writer of a data folder, which holds it until it is dropped.
pub struct SqliteStore {
    shelf: Shelf,
    folder: Folder,
    chance: Chance,
    group: Option<Group>,
    /// Whether anybody was ever erased.
    suppresses: bool,
    buffers: append::Buffers,
}

/// How things stood when the group began.
#[derive(Clone, Copy)]
struct Group {
    head: Head,
    next: i64,
    suppresses: bool,
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
        let key_store = settings::writer(&folder.path().join(KEYS), Deletes::Securely)?;
        schema::bring_keys_up(&key_store)?;
        let keys = Keyring::new(key_store);
        keys.belong_to(&vault, new)?;
        folder::make_private(&database)?;
        let db = settings::writer(&database, Deletes::Plainly)?;
        schema::bring_database_up(&db)?;
        folder.sync_names()?;
        let working = Working::of_writer(&db)?;
        let mut shelf = Shelf { db, keys, vault, working, head: None };
        let head = shelf.stored_head()?;
        refuse_loss(&head, folder::read_head(folder.path())?)?;
        shelf.head = Some(head);
        let suppresses = any(&shelf.db, "SELECT EXISTS (SELECT 1 FROM suppressed)")?;
        let buffers = append::Buffers::default();
        let mut store = Self { shelf, folder, chance, group: None, suppresses, buffers };
        crate::Store::settle_erasures(&mut store)?;
        Ok(store)
    }

    /// Writes and syncs the second head. To be called at least every second while entries are
    /// written, and before the end.
    pub fn sync_head(&mut self) -> Result<(), StoreError> {
        let head = match &self.group {
            Some(group) => group.head,
            None => self.shelf.head()?,
        };
        self.folder.write_head(&head)
    }

    /// Moves what is in the log into the databases, as far as readers let it. For idle moments.
    pub fn checkpoint_idle(&mut self) -> Result<(), StoreError> {
        for db in [&self.shelf.db, self.shelf.keys.db()] {
            db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// Ends in order: the second head, and everything in the databases themselves.
    pub fn close(mut self) -> Result<(), StoreError> {
        crate::Store::roll_back(&mut self);
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

    fn in_group(&self) -> Result<(), StoreError> {
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

/// Reads a data folder beside its writer, or without one.
pub struct Reader {
    shelf: Shelf,
    folder: std::path::PathBuf,
}

impl Reader {
    /// Opens a folder for reading. It need not be held by anybody.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let database = path.join(DATABASE);
        if !database.exists() {
            return Err(StoreError::NoFolder(path.to_owned()));
        }
        let vault = Vault::new(&*folder::read_master_key(path)?);
        let db = settings::reader(&database)?;
        schema::check(&db)?;
        let keys = Keyring::new(settings::reader(&path.join(KEYS))?);
        let shelf = Shelf { db, keys, vault, working: Working::of_reader(), head: None };
        Ok(Self { shelf, folder: path.to_owned() })
    }
}

impl Shelved for Reader {
    fn shelf(&self) -> Result<&Shelf, StoreError> {
        self.shelf.keys.refresh()?;
        Ok(&self.shelf)
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "reader of {}", self.folder.display())
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
