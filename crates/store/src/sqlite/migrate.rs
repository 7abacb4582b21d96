//! Bringing a folder of an older form up to date: what it takes, the backup, the steps.
//!
//! Entries are never rewritten. Only tables change, each step in a transaction of its own, so that a
//! migration that was cut short goes on where it stopped.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use super::doctor;
use super::folder::{self, DATABASE, Folder, KEYS, MASTER_KEY, in_file};
use super::form::FORM;
use super::room;
use super::schema;
use super::settings;
use super::writer::SqliteStore;
use crate::chance::Chance;
use crate::error::StoreError;

/// How many copies of one folder have names of their own.
const NAMES_MAX: u32 = 100;

/// What a migration takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The form that the folder has.
    pub from: u16,
    /// The form that it gets.
    pub to: u16,
    /// Entries of the journal. They stay as they are.
    pub entries: u64,
    /// Room that the backup takes, in bytes.
    pub bytes_copied: u64,
    /// Room that is needed besides, in bytes: for rows that change and files that are new.
    pub bytes_changed: u64,
    /// Room that is free where the folder is, in bytes.
    pub bytes_free: u64,
    /// Where the backup goes.
    pub backup: PathBuf,
}

impl Plan {
    /// Whether there is nothing to do.
    pub const fn is_done(&self) -> bool {
        self.from >= self.to
    }

    /// Room that is needed in all, with a backup or without, in bytes. A backup that is there already
    /// takes none.
    pub fn bytes_needed(&self, with_backup: bool) -> u64 {
        self.bytes_changed.saturating_add(self.bytes_of_backup(with_backup))
    }

    fn makes_backup(&self, with_backup: bool) -> bool {
        with_backup && !is_there(&self.backup)
    }

    fn bytes_of_backup(&self, with_backup: bool) -> u64 {
        if self.makes_backup(with_backup) { self.bytes_copied } else { 0 }
    }

    /// Refuses to begin where there is less room than is needed: half a copy is of no use, and a full
    /// disk stops others.
    fn check_room(&self, path: &Path, with_backup: bool) -> Result<(), StoreError> {
        let beside = self.backup.parent().unwrap_or(path);
        room::check(&[(path, self.bytes_changed), (beside, self.bytes_of_backup(with_backup))])
    }
}

/// Says what it takes to bring a folder up to date, and changes nothing.
pub fn plan(path: &Path) -> Result<Plan, StoreError> {
    if !path.join(DATABASE).exists() {
        return Err(StoreError::NoFolder(path.to_owned()));
    }
    let path = &fs::canonicalize(path).map_err(in_file(path))?;
    folder::check_modes(path)?;
    let db = settings::reader(&path.join(DATABASE))?;
    schema::check_database(&db)?;
    let from = schema::fact_schema(&db)?.unwrap_or(1);
    let entries = schema::entries(&db)?;
    let bytes_copied = bytes_of_copy(path)?;
    let bytes_changed = if from < FORM { bytes_of_changes(path, &db)? } else { 0 };
    let backup = backup_of(path, from)?;
    let bytes_free = room::free(path)?;
    Ok(Plan { from, to: FORM, entries, bytes_copied, bytes_changed, bytes_free, backup })
}

/// Bytes that one row of the outbox may take twice: as it is written anew, and in the write-ahead log.
const ROW_BYTES: u64 = 2 << 10;
/// Bytes that the steps take whatever the folder holds.
const STEP_BYTES: u64 = 1 << 20;

fn bytes_of_changes(path: &Path, db: &Connection) -> Result<u64, StoreError> {
    let rows: i64 = db.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?;
    let reserve = fs::metadata(path.join(folder::RESERVE)).map_or(0, |known| known.len());
    // A column of the journal goes, so each of its pages is written to the log once; they are most of
    // the file.
    let database = path.join(DATABASE);
    let whole = fs::metadata(&database).map_err(in_file(&database))?.len();
    let rows = rows as u64 * ROW_BYTES;
    Ok(folder::RESERVE_BYTES.saturating_sub(reserve) + whole + rows + STEP_BYTES)
}

fn bytes_of_copy(path: &Path) -> Result<u64, StoreError> {
    let mut bytes = 0;
    for (_, file) in files(path)? {
        bytes += fs::metadata(&file).map_err(in_file(&file))?.len();
    }
    Ok(bytes)
}

/// Brings a folder up to date, unless it is damaged. The backup is made first, unless there is one of
/// the folder as it stands already; `tell` hears how many of its bytes are copied.
pub fn migrate(
    path: &Path,
    with_backup: bool,
    chance: Chance,
    tell: &mut dyn FnMut(u64),
) -> Result<Plan, StoreError> {
    let plan = plan(path)?;
    if plan.is_done() {
        return Ok(plan);
    }
    let held = Folder::take(path)?;
    // Before anything is copied: a copy of what is damaged would be taken for a good one.
    if let Some(found) = doctor::damage(path)?.into_iter().next() {
        return Err(StoreError::Damaged(format!("{}, {}", found.place, found.says)));
    }
    plan.check_room(path, with_backup)?;
    if plan.makes_backup(with_backup) {
        back_up(path, &plan.backup, tell)?;
    }
    SqliteStore::open_older(held, chance)?.close()?;
    Ok(plan)
}

/// Where the backup goes, or is already: a name that something else has is passed over, be it an
/// older copy of the same folder.
fn backup_of(path: &Path, from: u16) -> Result<PathBuf, StoreError> {
    for at in 1..=NAMES_MAX {
        let behind = if at == 1 { format!(".form-{from}") } else { format!(".form-{from}.{at}") };
        let backup = beside(path, &behind);
        if !is_there(&backup) || is_copy(&backup, path, from) {
            return Ok(backup);
        }
    }
    let taken = io::Error::from(io::ErrorKind::AlreadyExists);
    Err(in_file(&beside(path, &format!(".form-{from}")))(taken))
}

fn beside(path: &Path, behind: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(behind);
    path.with_file_name(name)
}

/// Whether anything has this name, a link that leads nowhere included.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether a folder is a copy of another one as it stands: of the form that it had, with the same
/// journal to its last entry. A migration adds no entry.
fn is_copy(backup: &Path, path: &Path, from: u16) -> bool {
    let is_folder = fs::symlink_metadata(backup).is_ok_and(|known| known.is_dir());
    let has_files = || {
        let names = [DATABASE, KEYS, MASTER_KEY].into_iter();
        names.into_iter().all(|name| backup.join(name).is_file())
    };
    let form = || {
        let db = settings::reader(&backup.join(DATABASE)).ok()?;
        schema::fact_schema(&db).ok().map(|found| found.unwrap_or(1))
    };
    is_folder && has_files() && form() == Some(from) && {
        let (copy, own) = (end_of_journal(backup), end_of_journal(path));
        copy.is_ok_and(|copy| own.is_ok_and(|own| copy == own))
    }
}

/// How many entries there are, and the last one's leaf, which stands for all before it.
fn end_of_journal(path: &Path) -> Result<(u64, Option<Vec<u8>>), StoreError> {
    let db = settings::reader(&path.join(DATABASE))?;
    let last = "SELECT leaf FROM journal ORDER BY position DESC LIMIT 1";
    let leaf = db.query_row(last, [], |row| row.get(0)).optional()?;
    Ok((schema::entries(&db)?, leaf))
}

/// The files of a folder that a copy needs, by name. What processes share is made anew.
fn files(path: &Path) -> Result<Vec<(std::ffi::OsString, PathBuf)>, StoreError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(in_file(path))? {
        let entry = entry.map_err(in_file(path))?;
        let shared = entry.file_name().to_string_lossy().ends_with("-shm");
        let is_file = entry.file_type().map_err(in_file(path))?.is_file();
        if is_file && !shared && entry.file_name() != folder::LOCK {
            files.push((entry.file_name(), entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

/// Copies a folder that this process holds. The copy has its name once it is whole.
fn back_up(path: &Path, backup: &Path, tell: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    let part = beside(backup, ".part");
    clear(&part, path)?;
    fs::DirBuilder::new().mode(0o700).create(&part).map_err(in_file(&part))?;
    if let Err(failed) = copy_files(path, &part, tell) {
        // Half a copy is of no use, and it may be what fills the disk.
        let _ = fs::remove_dir_all(&part);
        return Err(failed);
    }
    fs::rename(&part, backup).map_err(in_file(backup))?;
    if let Some(parent) = backup.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::File::open(parent).and_then(|names| names.sync_all()).map_err(in_file(parent))?;
    }
    Ok(())
}

/// Removes what a copy that was cut short has left. What holds anything else is somebody's.
fn clear(part: &Path, path: &Path) -> Result<(), StoreError> {
    if !is_there(part) {
        return Ok(());
    }
    let ours: Vec<_> = files(path)?.into_iter().map(|(name, _)| name).collect();
    for entry in fs::read_dir(part).map_err(in_file(part))? {
        let name = entry.map_err(in_file(part))?.file_name();
        if !ours.contains(&name) {
            return Err(in_file(&part.join(name))(io::ErrorKind::AlreadyExists.into()));
        }
    }
    fs::remove_dir_all(part).map_err(in_file(part))
}

fn copy_files(path: &Path, part: &Path, tell: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    let mut copied = 0;
    for (name, file) in files(path)? {
        let copy = part.join(name);
        copied += fs::copy(&file, &copy).map_err(in_file(&copy))?;
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).map_err(in_file(&copy))?;
        fs::File::open(&copy).and_then(|file| file.sync_all()).map_err(in_file(&copy))?;
        tell(copied);
    }
    Ok(())
}
