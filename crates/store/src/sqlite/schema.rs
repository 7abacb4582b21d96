//! Schemas and how a folder of an older one is brought up to date.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::folder;
use super::form::FORM;
use super::settings;
use crate::error::StoreError;

/// Marks our databases ("BATN").
const APPLICATION: i64 = 0x4241_544e;
/// The setting with the latest schema that facts of the journal may have.
const FACT_SCHEMA: &str = "fact-schema";

/// A database of the folder, and how it came to be what it is.
struct Series {
    /// The file that it is in.
    file: &'static str,
    /// A table by which it is told from the other one.
    table: &'static str,
    /// Steps, oldest first. A shipped step is never edited.
    steps: &'static [&'static str],
    /// After how many steps it can be read.
    readable: i64,
}

const DATABASE: Series = Series {
    file: folder::DATABASE,
    table: "journal",
    steps: &[
        include_str!("migrations/0001_begin.sql"),
        include_str!("migrations/0002_bodies.sql"),
        include_str!("migrations/0003_errands.sql"),
        include_str!("migrations/0004_snapshots.sql"),
        include_str!("migrations/0005_moments.sql"),
        include_str!("migrations/0006_users.sql"),
        include_str!("migrations/0007_bundles.sql"),
        include_str!("migrations/0008_set_aside.sql"),
        include_str!("migrations/0009_names.sql"),
        include_str!("migrations/0010_qualify_by.sql"),
        include_str!("migrations/0011_handoff_members.sql"),
    ],
    readable: 1,
};

const KEYS: Series = Series {
    file: folder::KEYS,
    table: "keys",
    steps: &[
        include_str!("migrations/keys_0001_begin.sql"),
        include_str!("migrations/keys_0002_stand.sql"),
        include_str!("migrations/keys_0003_users.sql"),
    ],
    readable: 1,
};

/// Brings the journal's database up to date.
pub(super) fn bring_database_up(db: &Connection) -> Result<(), StoreError> {
    bring_up(db, &DATABASE)?;
    let written = fact_schema(db)?;
    refuse_newer_facts(written)?;
    if written.is_none_or(|written| written < FORM) {
        db.execute(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
            (FACT_SCHEMA, FORM.to_be_bytes().as_slice()),
        )?;
    }
    Ok(())
}

/// Brings the key store up to date.
pub(super) fn bring_keys_up(db: &Connection) -> Result<(), StoreError> {
    bring_up(db, &KEYS)
}

/// Whether a database was made at all; a first start that was cut short leaves an empty one.
pub(super) fn is_made(db: &Connection) -> Result<bool, StoreError> {
    let (application, version) = marks(db)?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(application != 0 || version != 0 || tables > 0)
}

/// Refuses a journal's database that this program cannot read.
pub(super) fn check_database(db: &Connection) -> Result<(), StoreError> {
    check(db, &DATABASE)?;
    refuse_newer_facts(fact_schema(db)?)
}

/// Whether the tables of a folder are those of an earlier program. What cannot be looked at here is named by
/// whoever opens it.
pub(super) fn lags(path: &Path) -> bool {
    [&DATABASE, &KEYS].into_iter().any(|series| {
        let version = settings::reader(&path.join(series.file)).and_then(|db| {
            check(&db, series)?;
            Ok(marks(&db)?.1)
        });
        version.is_ok_and(|version| version < series.steps.len() as i64)
    })
}

/// Lets a folder that waits for its migration be read with what it lacks as unknown. Nothing is written.
pub(super) fn stand_in(db: &Connection) -> Result<(), StoreError> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM pragma_table_info('handoffs') WHERE name = 'qualify_by')";
    if db.query_row(sql, [], |row| row.get(0))? {
        return Ok(());
    }
    db.execute_batch(
        "PRAGMA query_only = OFF; \
         CREATE TEMP VIEW handoffs AS SELECT *, NULL AS qualify_by FROM main.handoffs; \
         PRAGMA query_only = ON",
    )?;
    Ok(())
}

/// Refuses a key store that this program cannot read.
pub(super) fn check_keys(db: &Connection) -> Result<(), StoreError> {
    check(db, &KEYS)
}

/// Whether a database has a table: earlier steps did not make all of them.
pub(super) fn has_table(db: &Connection, table: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
    Ok(db.prepare_cached(sql)?.query_row([table], |row| row.get(0))?)
}

fn check(db: &Connection, series: &Series) -> Result<(), StoreError> {
    let (application, version) = marks(db)?;
    if application != APPLICATION || !has_table(db, series.table)? || version < series.readable {
        return Err(foreign(series));
    }
    refuse_newer(version, series)
}

fn bring_up(db: &Connection, series: &Series) -> Result<(), StoreError> {
    let (_, version) = marks(db)?;
    if is_made(db)? {
        check(db, series)?;
    }
    for (at, step) in series.steps.iter().enumerate().skip(version as usize) {
        db.execute_batch(&format!(
            "BEGIN IMMEDIATE;\n{step}\nPRAGMA application_id = {APPLICATION};\nPRAGMA user_version = {};\nCOMMIT;",
            at + 1
        ))?;
    }
    Ok(())
}

fn refuse_newer(version: i64, series: &Series) -> Result<(), StoreError> {
    let known = series.steps.len() as i64;
    if version > known { Err(StoreError::Newer { found: version, known }) } else { Ok(()) }
}

/// The latest schema that facts of the journal may have; `None` where nothing says so.
pub(super) fn fact_schema(db: &Connection) -> Result<Option<u16>, StoreError> {
    let value: Option<Vec<u8>> = db
        .query_row("SELECT value FROM settings WHERE name = ?1", [FACT_SCHEMA], |row| row.get(0))
        .optional()?;
    let unreadable = || StoreError::Damaged(format!("the setting `{FACT_SCHEMA}` is unreadable"));
    value
        .map(|value| value.try_into().map(u16::from_be_bytes).map_err(|_| unreadable()))
        .transpose()
}

/// How many entries the journal has.
pub(super) fn entries(db: &Connection) -> Result<u64, StoreError> {
    let position: i64 =
        db.query_row("SELECT position FROM head WHERE one = 1", [], |row| row.get(0))?;
    Ok(position as u64)
}

fn refuse_newer_facts(written: Option<u16>) -> Result<(), StoreError> {
    match written {
        Some(written) if written > FORM => {
            Err(StoreError::Newer { found: i64::from(written), known: i64::from(FORM) })
        }
        Some(_) | None => Ok(()),
    }
}

fn foreign(series: &Series) -> StoreError {
    StoreError::Damaged(format!("`{}` is not what this program keeps there", series.file))
}

fn marks(db: &Connection) -> Result<(i64, i64), StoreError> {
    let application = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok((application, version))
}
