//! The one writer of a data folder: opening it, its second head, its end.

use std::path::Path;

use rusqlite::Connection;

use super::buffers::Buffers;
use super::folder::{self, DATABASE, Folder, KEYS, is_begun, missing};
use super::head::{self, SecondHead, SecondHeadFile};
use super::keyring::Keyring;
use super::loss;
use super::master;
use super::older_form;
use super::row_cache::RowCache;
use super::row_upgrade;
use super::schema;
use super::session::{HasSession, Session};
use super::settings;
use super::vault::Vault;
use super::witness;
use crate::chance::Chance;
use crate::error::StoreError;
use crate::folder_problem::{FolderProblem, FolderProblems};
use crate::journal::{Head, Meter};
use crate::traits::Store;

/// The one writer of a data folder, which holds it until it is dropped.
pub struct SqliteStore {
    pub(super) session: Session,
    pub(super) folder: Folder,
    pub(super) second: SecondHead,
    pub(super) chance: Chance,
    pub(super) group: Option<Group>,
    /// Whether anybody was ever erased.
    pub(super) suppresses: bool,
    pub(super) buffers: Buffers,
    findings: Vec<FolderProblem>,
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
        older_form::refuse_older(folder.path())?;
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
        let kept = loss::second_head_or_unreadable(folder.path())?;
        let opened = folder.with_reserve(|| open_session(&folder, &mut chance, kept.as_ref()));
        let mut session = opened?;
        // Both files are open: from here on it is noticed when one is replaced underneath.
        folder.hold(KEYS)?;
        folder.hold(DATABASE)?;
        let mark = session.vault.folder_mark();
        let lost = match (on_loss, &kept) {
            (OnLoss::GoOn, kept) => loss::of_session(&session, *kept)?.is_some(),
            (OnLoss::Refuse, Some(kept)) => {
                witness::refuse_loss(&session, kept)?;
                false
            }
            (OnLoss::Refuse, None) => return Err(head::unreadable()),
        };
        folder.with_reserve(|| {
            if lost {
                loss::accept_loss(&session)?;
                session.keys.forget_witness()?;
            }
            if lost || kept.and_then(|kept| kept.head()).is_none() {
                head::begin(folder.path(), &session.stored_head()?, mark)?;
            }
            witness::refuse_newer_entries(&session)?;
            row_upgrade::bring_rows_up(&session)?;
            witness::note_second_head(&session.db)
        })?;
        session.row_cache = RowCache::of_writer(&session.db)?;
        let head = session.stored_head()?;
        if let Some(stood) = witness::stood(&session.keys, &head)? {
            session.keys.stands_at(stood);
        }
        session.head = Some(head);
        folder.keep_ballast()?;
        folder.keep_reserve()?;
        let second = SecondHead::open(folder.path(), mark)?;
        let suppresses = any(&session.db, "SELECT EXISTS (SELECT 1 FROM suppressed)")?;
        let mut store = Self {
            session,
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
        let mut findings = FolderProblems::default();
        self.destroyed_again = self.destroy_revived(&mut findings)?;
        witness::check_newest_key(&self.session, &mut findings)?;
        self.findings = findings.finish();
        Ok(())
    }

    /// What was found, and as far as could be mended, when the folder was opened.
    pub fn findings(&self) -> &[FolderProblem] {
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
        let both = [&self.session.db, self.session.keys.db()];
        let ask = |db: &Connection, name| Ok((name, settings::read_back(db, name)?));
        both.iter().flat_map(|db| names.map(|name| ask(db, name))).collect()
    }

    pub(super) fn in_group(&self) -> Result<(), StoreError> {
        if self.group.is_some() { Ok(()) } else { Err(StoreError::Group("not begun")) }
    }
}

impl HasSession for SqliteStore {
    fn session(&self) -> Result<&Session, StoreError> {
        Ok(&self.session)
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "data folder {}", self.folder.path().display())
    }
}

/// Opens both databases, making what a new folder lacks. What was there and is gone is not made
/// again.
fn open_session(
    folder: &Folder,
    chance: &mut Chance,
    kept: Option<&SecondHeadFile>,
) -> Result<Session, StoreError> {
    let path = folder.path().to_owned();
    let new = !is_begun(&path, DATABASE);
    let once_written = kept
        .and_then(SecondHeadFile::head)
        .is_some_and(|head| head.position > Head::START.position);
    if new && once_written {
        return Err(missing(DATABASE));
    }
    if !new && !is_begun(&path, KEYS) {
        return Err(missing(KEYS));
    }
    let vault = Vault::new(&*master::find_or_make(&path, chance)?);
    // The key store is made before the database: a database without its keys then always means that
    // keys were lost.
    folder::make_private(&path.join(KEYS))?;
    folder.sync_names()?;
    let key_store = settings::writer(&path.join(KEYS))?;
    schema::bring_keys_up(&key_store)?;
    let keys = Keyring::new(key_store);
    keys.belong_to(&vault, new, &path)?;
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
    Ok(Session {
        db,
        keys,
        vault,
        row_cache: RowCache::of_reader(),
        head: None,
        meter: Meter::default(),
    })
}

fn any(db: &Connection, sql: &str) -> Result<bool, StoreError> {
    Ok(db.query_row(sql, [], |row| row.get(0))?)
}
