//! Rows that an earlier program wrote differently, brought to what they are today. Once a folder.

use rusqlite::OptionalExtension;

use super::answers;
use super::session::Session;
use crate::error::StoreError;

/// The setting that says how far rows were brought.
const ROWS: &str = "rows";
/// What it says when nothing is left to do.
const BROUGHT: i64 = 1;

/// Brings rows to what they are today, all or none.
pub(super) fn bring_rows_up(session: &Session) -> Result<(), StoreError> {
    let brought: Option<i64> = session
        .db
        .query_row("SELECT value FROM settings WHERE name = ?1", [ROWS], |row| {
            Ok(row.get_ref(0)?.as_blob()?.first().copied().map_or(0, i64::from))
        })
        .optional()?;
    if brought.is_some_and(|brought| brought >= BROUGHT) {
        return Ok(());
    }
    session.db.execute_batch("BEGIN IMMEDIATE")?;
    let done = bring(session).and_then(|()| Ok(session.db.execute_batch("COMMIT")?));
    if done.is_err() && !session.db.is_autocommit() {
        // What failed first is what is told.
        let _ = session.db.execute_batch("ROLLBACK");
    }
    done
}

fn bring(session: &Session) -> Result<(), StoreError> {
    answers::key_plain(session)?;
    // The same duplicates of a source were counted under two names.
    session.db.execute_batch(
        "INSERT INTO counters (name, count) \
         SELECT 'duplicates/' || substr(name, 12), count FROM counters \
         WHERE name LIKE 'duplicates.%' \
         ON CONFLICT DO UPDATE SET count = max(counters.count, excluded.count); \
         DELETE FROM counters WHERE name LIKE 'duplicates.%'",
    )?;
    session.db.execute(
        "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
        (ROWS, [BROUGHT as u8].as_slice()),
    )?;
    Ok(())
}
