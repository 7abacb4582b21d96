//! The one writer of a data folder: opening it, its second head, its end.

use std::path::Path;

use rusqlite::Connection;

use super::buffers::Buffers;
use super::earlier;
use super::folder::{self, DATABASE, Folder, KEYS, is_begun, missing};
use super::go_on;
use super::head::{self, Kept, SecondHead};
use super::keyring::Keyring;
use super::master;
use super::older;
use super::schema;
use super::settings;
use super::shelf::{Shelf, Shelved};
use super::vault::Vault;
use super::witness;
use super::working::Working;
use crate::ailment::{Ailment, Ailments};
use crate::chance::Chance;
use crate::error::StoreError;
use crate::journal::{Head, Meter};
use crate::narrow::Store;

/// The one writer of a data folder, which holds it until it is dropped.
pub struct SqliteStore {
    pub(super) shelf: Shelf,
    pub(super) folder: Folder,
    pub(super) second: SecondHead,
    pub(super) chance: Chance,
    pub(super) group: Option<Group>,
    /// Whether anybody was ever erased.
    pub(super) suppresses: bool,
    pub(super) buffers: Buffers,
    findings: Vec<Ailment>,
    destroyed_again: usize,
}

/// What is done where the journal is shorter than it was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnLoss {
    /// Nothing: somebody has to decide.
    Refuse,
    /// What is there counts.
    GoOn,
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
        let folder = Folder::take(path)?;
        older::refuse_older(folder.path())?;
        Self::open_folder(folder, chance, OnLoss::Refuse)
    }

    /// Opens a folder of an older form, and brings its tables up to date.
    pub(super) fn open_older(folder: Folder, chance: Chance) -> Result<Self, StoreError> {
        Self::open_folder(folder, chance, OnLoss::Refuse)
    }

    /// Opens a folder whose tail or second head is lost, as it is: from here on what is there
    /// counts, and what was sent since the loss can be sent again.
    pub fn open_after_loss(path: &Path, chance: Chance) -> Result<Self, StoreError> {
        Self::open_folder(Folder::take(path)?, chance, OnLoss::GoOn)
    }

    fn open_folder(
        mut folder: Folder,
        mut chance: Chance,
        on_loss: OnLoss,
    ) -> Result<Self, StoreError> {
        let kept = go_on::kept_or_unreadable(folder.path())?;
        let opened = folder.with_reserve(|| open_shelf(&folder, &mut chance, kept.as_ref()));
        let mut shelf = opened?;
        folder.hold(KEYS)?;
        folder.hold(DATABASE)?;
        let mark = shelf.vault.folder_mark();
        let lost = match (on_loss, &kept) {
            (OnLoss::GoOn, kept) => go_on::of_shelf(&shelf, *kept)?.is_some(),
            (OnLoss::Refuse, Some(kept)) => {
                witness::refuse_loss(&shelf, kept)?;
                false
            }
            (OnLoss::Refuse, None) => return Err(head::unreadable()),
        };
        folder.with_reserve(|| {
            if lost {
                go_on::count_what_is_there(&shelf)?;
                shelf.keys.forget_stand()?;
            }
            if lost || kept.and_then(|kept| kept.head()).is_none() {
                head::begin(folder.path(), &shelf.stored_head()?, mark)?;
            }
            witness::refuse_newer_entries(&shelf)?;
            earlier::bring_rows_up(&shelf)?;
            witness::note_second_head(&shelf.db)
        })?;
        shelf.working = Working::of_writer(&shelf.db)?;
        let head = shelf.stored_head()?;
        if let Some(stood) = witness::stood(&shelf.keys, &head)? {
            shelf.keys.stands_at(stood);
        }
        shelf.head = Some(head);
        folder.keep_ballast()?;
        folder.keep_reserve()?;
        let second = SecondHead::open(folder.path(), mark)?;
        let suppresses = any(&shelf.db, "SELECT EXISTS (SELECT 1 FROM suppressed)")?;
        let mut store = Self {
            shelf,
            folder,
            second,
            chance,
            group: None,
            suppresses,
            buffers: Buffers::default(),
            findings: Vec::new(),
            destroyed_again: 0,
        };
        store.look_after_keys()?;
        Ok(store)
    }

    /// Erased people's keys are destroyed before anything is served, those that came back with an
    /// older `keys.db` too.
    fn look_after_keys(&mut self) -> Result<(), StoreError> {
        Store::settle_erasures(self)?;
        let mut findings = Ailments::default();
        self.destroyed_again = self.destroy_revived(&mut findings)?;
        witness::check_newest_key(&self.shelf, &mut findings)?;
        self.findings = findings.finish();
        Ok(())
    }

    /// What was found, and as far as could be mended, when the folder was opened.
    pub fn findings(&self) -> &[Ailment] {
        &self.findings
    }

    /// How many keys of what was erased were there again when the folder was opened, and were
    /// destroyed again.
    pub const fn destroyed_again(&self) -> usize {
        self.destroyed_again
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

/// Opens both databases, making what a new folder lacks. What was there and is gone is not made
/// again.
fn open_shelf(
    folder: &Folder,
    chance: &mut Chance,
    kept: Option<&Kept>,
) -> Result<Shelf, StoreError> {
    let path = folder.path().to_owned();
    let new = !is_begun(&path, DATABASE);
    let once_written =
        kept.and_then(Kept::head).is_some_and(|head| head.position > Head::START.position);
    if new && once_written {
        return Err(missing(DATABASE));
    }
    if !new && !is_begun(&path, KEYS) {
        return Err(missing(KEYS));
    }
    let vault = Vault::new(&*master::find_or_make(&path, chance)?);
    folder::make_private(&path.join(KEYS))?;
    folder.sync_names()?;
    let key_store = settings::writer(&path.join(KEYS))?;
    schema::bring_keys_up(&key_store)?;
    let keys = Keyring::new(key_store);
    keys.belong_to(&vault, new)?;
    if new && !keys.is_empty()? {
        return Err(missing(DATABASE));
    }
    folder::make_private(&path.join(DATABASE))?;
    folder.sync_names()?;
    let db = settings::writer(&path.join(DATABASE))?;
    if !schema::is_made(&db)? && (once_written || !keys.is_empty()?) {
        return Err(missing(DATABASE));
    }
    schema::bring_database_up(&db)?;
    Ok(Shelf {
        db,
        keys,
        vault,
        working: Working::of_reader(),
        head: None,
        meter: Meter::default(),
    })
}

fn any(db: &Connection, sql: &str) -> Result<bool, StoreError> {
    Ok(db.query_row(sql, [], |row| row.get(0))?)
}
