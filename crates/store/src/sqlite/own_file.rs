//! A database of the folder that is no part of the journal, and that counts in the place alone where it was
//! made: a copy of it, one that was damaged and one of another version begin anew.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rusqlite::Connection;

use super::folder;
use super::settings;
use crate::error::StoreError;

/// What SQLite keeps beside a file.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];
const ORIGIN: &str = "CREATE TABLE origin (inode INTEGER NOT NULL, born INTEGER NOT NULL) STRICT;";

/// The file as this folder's last process left it; nothing where it is anything else.
pub(super) fn open_as_left(path: &Path, version: i64) -> Option<Connection> {
    // A copy is a file of its own, whatever stands in it.
    let origin = origin_of(path)?;
    let db = settings::writer(path).ok()?;
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).ok()?;
    let known = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let written: (i64, i64) = db.query_row("SELECT inode, born FROM origin", [], known).ok()?;
    (found == version && written == origin).then_some(db)
}

/// Begins the file anew, with nothing in it but these tables.
pub(super) fn begin(path: &Path, schema: &str, version: i64) -> Result<Connection, StoreError> {
    remove(path)?;
    folder::make_private(path)?;
    let mut db = settings::writer(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let origin = origin_of(path).ok_or_else(|| folder::missing(&name))?;
    let group = db.transaction()?;
    group.execute_batch(ORIGIN)?;
    group.execute_batch(schema)?;
    group.execute("INSERT INTO origin (inode, born) VALUES (?1, ?2)", origin)?;
    group.pragma_update(None, "user_version", version)?;
    group.commit()?;
    Ok(db)
}

/// By what a file is told from a copy of it: its number, and when it was made where the disk knows that.
fn origin_of(path: &Path) -> Option<(i64, i64)> {
    let data = fs::metadata(path).ok()?;
    let born = data.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
    let born = born.map_or(0, |born| i64::try_from(born.as_nanos()).unwrap_or(i64::MAX));
    Some((data.ino().cast_signed(), born))
}

/// Removes a file of ours with what SQLite keeps beside it.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    for end in BESIDE {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let file = PathBuf::from(name);
        match fs::remove_file(&file) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(folder::in_file(&file)(cause));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
