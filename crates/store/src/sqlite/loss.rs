//! Going on from what is there, after a tail or the second head was lost.

use std::path::Path;

use domain::Moment;
use rusqlite::Connection;

use super::head::{self, SecondHeadFile};
use super::leaves::next_head;
use super::session::{PARTS, Session};
use super::witness;
use crate::error::StoreError;
use crate::journal::Position;
use crate::quarantine::EntryState;

/// What a folder has lost, as far as its witnesses know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loss {
    /// The last entry that is there.
    pub found: Position,
    /// The last entry that was there; `None` where the witness itself is lost, and nobody knows.
    pub known: Option<Position>,
    /// When the last entry that is there was written: what came later is lost. `None` where there
    /// is no entry.
    pub since: Option<Moment>,
}

impl Loss {
    /// How many entries are lost, as far as anybody knows.
    pub fn entries(&self) -> Option<u64> {
        self.known.map(|known| known.0.saturating_sub(self.found.0))
    }
}

/// What is lost of a journal whose second head is as told; `None` of it where it cannot be read.
pub(super) fn of_session(
    session: &Session,
    kept: Option<SecondHeadFile>,
) -> Result<Option<Loss>, StoreError> {
    let found = witness::journal_end(&session.db)?;
    let known = match kept.map(|kept| witness::refuse_loss(session, &kept)) {
        Some(Ok(())) => return Ok(None),
        Some(Err(StoreError::TailLost { known, .. })) => Some(Position(known)),
        None | Some(Err(StoreError::HeadMissing | StoreError::HeadForeign)) => None,
        Some(Err(error)) => return Err(error),
    };
    let since = session.load(found.0 as i64, None)?.map(|stored| stored.entry.header.moment);
    Ok(Some(Loss { found, known, since }))
}

/// What the second head says; `None` where it cannot be read.
pub(super) fn second_head_or_unreadable(path: &Path) -> Result<Option<SecondHeadFile>, StoreError> {
    match head::read(path) {
        Ok(kept) => Ok(Some(kept)),
        Err(StoreError::Damaged(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Takes the journal as it is for all there is: its head is computed anew, and rows about entries
/// that are gone go too, so that what is sent again is not taken for known.
pub(super) fn accept_loss(session: &Session) -> Result<(), StoreError> {
    let db = &session.db;
    let (end, head) = recomputed(db)?;
    db.execute_batch("BEGIN IMMEDIATE")?;
    let done = rewind(db, end, &head).and_then(|()| Ok(db.execute_batch("COMMIT")?));
    if done.is_err() && !db.is_autocommit() {
        // What failed first is what is told.
        let _ = db.execute_batch("ROLLBACK");
    }
    done
}

/// The end of the journal and its head there. Entries that are missing before the end are no lost
/// tail, and nobody goes on over them.
fn recomputed(db: &Connection) -> Result<(i64, [u8; 32]), StoreError> {
    let mut statement = db.prepare("SELECT position, leaf FROM journal ORDER BY position")?;
    let mut rows = statement.query([])?;
    let (mut end, mut head) = (0, [0; 32]);
    while let Some(row) = rows.next()? {
        let position: i64 = row.get(0)?;
        if position != end + 1 {
            let says = format!("entry {} is missing, and later ones are there", end + 1);
            return Err(StoreError::Damaged(says));
        }
        end = position;
        head = next_head(&head, &row.get(1)?);
    }
    Ok((end, head))
}

fn rewind(db: &Connection, end: i64, head: &[u8; 32]) -> Result<(), StoreError> {
    let first_lost_part = (end + 1) * PARTS;
    db.execute("DELETE FROM sealed WHERE key >= ?1", [first_lost_part])?;
    for sql in [
        "DELETE FROM dedupe WHERE position > ?1",
        "DELETE FROM inbox WHERE position > ?1",
        // What was to be sent goes with the fact that queued it.
        "DELETE FROM bodies WHERE errand IN (SELECT id FROM outbox WHERE queued_at > ?1)",
        "DELETE FROM outbox WHERE queued_at > ?1",
        "UPDATE aggregates SET last = ends.last FROM (\
         SELECT known.n AS n, coalesce(max(journal.position), 0) AS last FROM aggregates AS known \
         LEFT JOIN journal ON journal.aggregate = known.n WHERE known.last > ?1 GROUP BY known.n) \
         AS ends WHERE ends.n = aggregates.n",
    ] {
        db.execute(sql, [end])?;
    }
    db.execute(
        "UPDATE aggregates SET sealed = ends.last FROM (\
         SELECT known.n AS n, coalesce(max(sealed.key), 0) AS last FROM aggregates AS known \
         LEFT JOIN sealed ON sealed.owner = known.n WHERE known.sealed >= ?1 GROUP BY known.n) \
         AS ends WHERE ends.n = aggregates.n",
        [first_lost_part],
    )?;
    rewind_entries(db, end)?;
    db.execute("UPDATE head SET position = ?1, hash = ?2", (end, head.as_slice()))?;
    Ok(())
}

/// Quarantine entries have the bytes that they had then, or were not there yet.
fn rewind_entries(db: &Connection, end: i64) -> Result<(), StoreError> {
    db.execute(
        "UPDATE entries SET raw_at = known.sealed / ?2, state = ?3 FROM aggregates AS known \
         WHERE known.n = entries.n AND entries.raw_at > ?1 AND known.sealed > 0",
        (end, PARTS, EntryState::Waiting as i64),
    )?;
    for sql in [
        "DELETE FROM found WHERE entry IN (SELECT n FROM entries WHERE raw_at > ?1)",
        "DELETE FROM entries WHERE raw_at > ?1",
    ] {
        db.execute(sql, [end])?;
    }
    Ok(())
}
