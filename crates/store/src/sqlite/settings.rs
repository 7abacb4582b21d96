//! Connections that keep what was promised: each setting is read back after it was set.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;

/// How long a connection waits for another's lock.
const PATIENCE: Duration = Duration::from_secs(5);
/// Statements that stay prepared on a connection.
const STATEMENTS: usize = 160;
/// Pages in the log before a commit has to checkpoint by itself; idle moments come first.
const LOG_PAGES: i64 = 16_384;
/// What the log may keep on disk once it is checkpointed.
const LOG_BYTES: i64 = 64 << 20;

/// The one connection that writes.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(PATIENCE)?;
    // The size of a page can be chosen before the first page is there, and never after.
    db.execute_batch("PRAGMA page_size = 8192")?;
    keep(&db, "page_size", "8192")?;
    let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(weak("journal_mode", "wal", mode));
    }
    set(&db, "synchronous", "FULL", "2")?;
    // What is erased must not stay behind in the free space of a page.
    set(&db, "secure_delete", "ON", "1")?;
    set(&db, "wal_autocheckpoint", &LOG_PAGES.to_string(), &LOG_PAGES.to_string())?;
    set(&db, "journal_size_limit", &LOG_BYTES.to_string(), &LOG_BYTES.to_string())?;
    common(&db)?;
    Ok(db)
}

/// A connection that cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(PATIENCE)?;
    if let Err(error) = look(&db) {
        // The disk is too full, or not ours, for what readers and writers share.
        db = if log_is_empty(path) {
            // No process writes: without a log the file is all there is.
            Connection::open_with_flags(alone(path), flags | OpenFlags::SQLITE_OPEN_URI)?
        } else {
            // What a killed process left in the log is read as well.
            undisturbed(path).map_err(|_| error)?
        };
    }
    set(&db, "query_only", "ON", "1")?;
    common(&db)?;
    Ok(db)
}

fn look(db: &Connection) -> rusqlite::Result<()> {
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// A connection that shares nothing with others, so that it needs no file beside the log. It gets
/// none while somebody else has the database open.
fn undisturbed(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    // The log stays as it is: whoever writes next moves it.
    db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
    look(&db)?;
    Ok(db)
}

fn log_is_empty(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).map_or(true, |log| log.len() == 0)
}

/// The file by an address that says that nobody changes it.
fn alone(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
    let mut address = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        if plain(byte) {
            address.push(char::from(*byte));
        } else {
            address.push('%');
            address.push_str(&super::folder::hex(&[*byte]));
        }
    }
    address.push_str("?immutable=1");
    address
}

fn common(db: &Connection) -> Result<(), StoreError> {
    // What is sorted or spilt must not reach a file of its own.
    set(db, "temp_store", "MEMORY", "2")?;
    set(db, "foreign_keys", "OFF", "0")?;
    set(db, "trusted_schema", "OFF", "0")?;
    set(db, "cache_size", "-65536", "-65536")?;
    // A plan does not depend on what is bound, so no statement is prepared again for it.
    db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Sets and reads back.
fn set(db: &Connection, pragma: &'static str, value: &str, wanted: &str) -> Result<(), StoreError> {
    db.prepare(&format!("PRAGMA {pragma} = {value}"))?.query([])?.next()?;
    keep(db, pragma, wanted)
}

fn keep(db: &Connection, pragma: &'static str, wanted: &str) -> Result<(), StoreError> {
    let found = read_back(db, pragma)?;
    if found == wanted { Ok(()) } else { Err(weak(pragma, wanted, found)) }
}

/// What the database says a setting is.
pub(super) fn read_back(db: &Connection, pragma: &str) -> Result<String, StoreError> {
    let value: rusqlite::types::Value =
        db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))?;
    Ok(match value {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        rusqlite::types::Value::Null
        | rusqlite::types::Value::Real(_)
        | rusqlite::types::Value::Blob(_) => String::new(),
    })
}

fn weak(pragma: &'static str, wanted: &str, found: String) -> StoreError {
    StoreError::Weak { pragma, wanted: wanted.to_owned(), found }
}
