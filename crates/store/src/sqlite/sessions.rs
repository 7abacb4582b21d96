//! Sessions that outlive the server: the hash of a secret, whose it is, until when. They lie in a file of
//! their own, which is no part of the journal and of no use in a copy.
//!
//! A session that was ended must stay ended. So a file that was put back from a backup, copied with its
//! folder, damaged or written by another version is thrown away, and everybody signs in again.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use domain::{Moment, UserId};
use rusqlite::Connection;

use super::folder::{self, SESSIONS};
use super::settings;
use crate::error::StoreError;

/// What SQLite keeps beside a file.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];
/// The version of what stands in it.
const VERSION: i64 = 1;
const SCHEMA: &str = "
    CREATE TABLE origin (inode INTEGER NOT NULL, born INTEGER NOT NULL) STRICT;
    CREATE TABLE sessions (hash BLOB NOT NULL PRIMARY KEY, user BLOB NOT NULL,
        generation INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_of_users ON sessions (user);";

/// A session as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// The hash of its secret.
    pub hash: [u8; 32],
    /// The user.
    pub user: UserId,
    /// The generation of the user's sessions that it belongs to.
    pub generation: u32,
    /// When it ends by itself.
    pub expires: Moment,
}

/// The file of sessions, open for the one process that holds the folder.
#[derive(Debug)]
pub struct SessionFile {
    db: Connection,
    path: PathBuf,
}

impl SessionFile {
    /// Opens the file in a folder that this process holds, and says what is in it. One that is not its own
    /// any more begins anew, without a session.
    pub fn open(data: &Path) -> Result<(Self, Vec<SessionRow>), StoreError> {
        let path = data.join(SESSIONS);
        if let Some(known) = open_as_left(&path) {
            return Ok(known);
        }
        remove(&path)?;
        let file = begin(path)?;
        Ok((file, Vec::new()))
    }

    /// Keeps a session.
    pub fn put(&mut self, row: &SessionRow) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO sessions (hash, user, generation, expires) \
                   VALUES (?1, ?2, ?3, ?4)";
        let user = row.user.bytes().as_slice();
        let values = (row.hash.as_slice(), user, row.generation, row.expires.0);
        self.db.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Forgets sessions.
    pub fn end(&mut self, hashes: &[[u8; 32]]) -> Result<(), StoreError> {
        let group = self.db.transaction()?;
        for hash in hashes {
            let sql = "DELETE FROM sessions WHERE hash = ?1";
            group.prepare_cached(sql)?.execute([hash.as_slice()])?;
        }
        Ok(group.commit()?)
    }

    /// Forgets all sessions of a user.
    pub fn end_all_of(&mut self, user: UserId) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE user = ?1";
        self.db.prepare_cached(sql)?.execute([user.bytes().as_slice()])?;
        Ok(())
    }

    /// Throws the file away: what could not be taken out of it opens nothing after the next start.
    pub fn discard(self) -> Result<(), StoreError> {
        let Self { db, path } = self;
        drop(db);
        remove(&path)
    }
}

/// The file as this folder's last process left it; nothing where it is anything else.
fn open_as_left(path: &Path) -> Option<(SessionFile, Vec<SessionRow>)> {
    // A copy is a file of its own, whatever stands in it.
    let origin = origin_of(path)?;
    let db = settings::writer(path).ok()?;
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).ok()?;
    let known = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let written: (i64, i64) = db.query_row("SELECT inode, born FROM origin", [], known).ok()?;
    if version != VERSION || written != origin {
        return None;
    }
    let rows = rows_of(&db).ok()?;
    Some((SessionFile { db, path: path.to_owned() }, rows))
}

fn rows_of(db: &Connection) -> rusqlite::Result<Vec<SessionRow>> {
    let mut statement = db.prepare("SELECT hash, user, generation, expires FROM sessions")?;
    let rows = statement.query_map([], |row| {
        let user = UserId::from_bytes(row.get(1)?);
        let expires = Moment(row.get(3)?);
        Ok(SessionRow { hash: row.get(0)?, user, generation: row.get(2)?, expires })
    })?;
    rows.collect()
}

fn begin(path: PathBuf) -> Result<SessionFile, StoreError> {
    folder::make_private(&path)?;
    let mut db = settings::writer(&path)?;
    let origin = origin_of(&path).ok_or_else(|| folder::missing(SESSIONS))?;
    let group = db.transaction()?;
    group.execute_batch(SCHEMA)?;
    group.execute("INSERT INTO origin (inode, born) VALUES (?1, ?2)", origin)?;
    group.pragma_update(None, "user_version", VERSION)?;
    group.commit()?;
    Ok(SessionFile { db, path })
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

#[cfg(test)]
mod tests;
