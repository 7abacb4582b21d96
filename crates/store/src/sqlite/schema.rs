//! Schemas and how a folder of an older one is brought up to date.

use rusqlite::Connection;

use crate::error::StoreError;

/// Marks our databases ("BATN").
const APPLICATION: i64 = 0x4241_544e;

/// Steps of `baton.db`, oldest first. A shipped step is never edited.
const DATABASE: &[&str] = &[include_str!("migrations/0001_begin.sql")];
/// Steps of `keys.db`, oldest first.
const KEYS: &[&str] = &[include_str!("migrations/keys_0001_begin.sql")];

/// Brings the journal's database up to date.
pub(super) fn bring_database_up(db: &Connection) -> Result<(), StoreError> {
    bring_up(db, DATABASE)
}

/// Brings the key store up to date.
pub(super) fn bring_keys_up(db: &Connection) -> Result<(), StoreError> {
    bring_up(db, KEYS)
}

/// Refuses a database that is not ours, or of another schema than this program reads.
pub(super) fn check(db: &Connection) -> Result<(), StoreError> {
    let (application, version) = marks(db)?;
    let known = DATABASE.len() as i64;
    if version > known {
        Err(StoreError::Newer { found: version, known })
    } else if application != APPLICATION || version < known {
        Err(StoreError::Damaged("`baton.db` is not of this program's schema".to_owned()))
    } else {
        Ok(())
    }
}

fn bring_up(db: &Connection, steps: &[&str]) -> Result<(), StoreError> {
    let (application, version) = marks(db)?;
    let known = steps.len() as i64;
    if version > known {
        return Err(StoreError::Newer { found: version, known });
    }
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && tables > 0 {
        return Err(StoreError::Damaged("a database in the folder is not ours".to_owned()));
    }
    for (at, step) in steps.iter().enumerate().skip(version as usize) {
        db.execute_batch(&format!(
            "BEGIN IMMEDIATE;\n{step}\nPRAGMA application_id = {APPLICATION};\nPRAGMA user_version = {};\nCOMMIT;",
            at + 1
        ))?;
    }
    Ok(())
}

fn marks(db: &Connection) -> Result<(i64, i64), StoreError> {
    let application = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok((application, version))
}
