//! Bringing a folder of an older form up to date: what it takes, the backup, the steps.
//!
//! Entries are never rewritten. Only tables change, each step in a transaction of its own, so that a
//! migration that was cut short goes on where it stopped.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::folder::{self, DATABASE, Folder, in_file};
use super::form::FORM;
use super::schema;
use super::settings;
use super::writer::SqliteStore;
use crate::chance::Chance;
use crate::error::StoreError;

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
    pub bytes_needed: u64,
    /// Where the backup goes.
    pub backup: PathBuf,
}

impl Plan {
    /// Whether there is nothing to do.
    pub const fn is_done(&self) -> bool {
        self.from >= self.to
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
    let mut bytes_needed = 0;
    for (_, file) in files(path)? {
        bytes_needed += fs::metadata(&file).map_err(in_file(&file))?.len();
    }
    Ok(Plan { from, to: FORM, entries, bytes_needed, backup: backup_of(path, from) })
}

/// Brings a folder up to date. The backup is made first, unless there is one already; `tell` hears
/// how many of its bytes are copied.
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
    if with_backup && !plan.backup.exists() {
        back_up(path, &plan.backup, tell)?;
    }
    SqliteStore::open_older(held, chance)?.close()?;
    Ok(plan)
}

fn backup_of(path: &Path, from: u16) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".form-{from}"));
    path.with_file_name(name)
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
    let mut part = backup.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    if part.exists() {
        fs::remove_dir_all(&part).map_err(in_file(&part))?;
    }
    fs::DirBuilder::new().mode(0o700).create(&part).map_err(in_file(&part))?;
    let mut copied = 0;
    for (name, file) in files(path)? {
        let copy = part.join(name);
        copied += fs::copy(&file, &copy).map_err(in_file(&copy))?;
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).map_err(in_file(&copy))?;
        fs::File::open(&copy).and_then(|file| file.sync_all()).map_err(in_file(&copy))?;
        tell(copied);
    }
    fs::rename(&part, backup).map_err(in_file(backup))?;
    if let Some(parent) = backup.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::File::open(parent).and_then(|names| names.sync_all()).map_err(in_file(parent))?;
    }
    Ok(())
}
