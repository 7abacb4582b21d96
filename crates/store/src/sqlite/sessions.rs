//! Sessions that outlive the server: the hash of a secret, whose it is, until when. They lie in a file of
//! their own, which is no part of the journal and of no use in a copy.
//!
//! A session that was ended must stay ended. So a file that was put back from a backup, copied with its
//! folder, damaged or written by another version is thrown away, and everybody signs in again.

use std::path::{Path, PathBuf};

use domain::{Moment, UserId};
use rusqlite::Connection;

use super::folder::SESSIONS;
use super::own_file;
use crate::error::StoreError;

/// The version of what stands in it.
const VERSION: i64 = 1;
const SCHEMA: &str = "
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
        if let Some(db) = own_file::open_as_left(&path, VERSION)
            && let Ok(rows) = rows_of(&db)
        {
            return Ok((Self { db, path }, rows));
        }
        let db = own_file::begin(&path, SCHEMA, VERSION)?;
        Ok((Self { db, path }, Vec::new()))
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
        own_file::remove(&path)
    }
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

#[cfg(test)]
mod tests;
