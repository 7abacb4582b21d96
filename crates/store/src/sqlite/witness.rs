//! Witnesses of how far the journal got: its own head, the second head, the key store. What one of
//! them saw and the journal does not have is lost, and nothing is written over it.

use rusqlite::{Connection, OptionalExtension};

use super::head::SecondHeadFile;
use super::keyring::{KeyLookup, KeyWitness, Keyring};
use super::row_cache;
use super::session::Session;
use crate::error::StoreError;
use crate::folder_problem::FolderProblems;
use crate::journal::{Head, Position};

/// The setting that says that a second head was written, so that one that is gone is missed.
const SECOND_HEAD: &str = "second-head";

/// Refuses a journal that is shorter than one of the witnesses saw it, or another one.
pub(super) fn refuse_loss(session: &Session, kept: &SecondHeadFile) -> Result<(), StoreError> {
    let head = session.stored_head()?;
    let end = journal_end(&session.db)?;
    if end < head.position {
        return Err(StoreError::TailLost { found: end.0, known: head.position.0 });
    }
    if end > head.position {
        return Err(StoreError::HeadDiffers("`baton.db` has entries beyond its head"));
    }
    if kept.is_foreign(session.vault.folder_mark()) {
        return Err(StoreError::HeadForeign);
    }
    match kept {
        SecondHeadFile::Head(second, _) => compare(&head, second, "the second head")?,
        SecondHeadFile::Absent | SecondHeadFile::Empty
            if is_second_head_missing(&session.db, kept, &head)? =>
        {
            return Err(StoreError::HeadMissing);
        }
        SecondHeadFile::Absent | SecondHeadFile::Empty => {}
    }
    let stand = session.keys.stand()?;
    stand.map_or(Ok(()), |stand| {
        if stand.last.position <= head.position {
            compare(&head, &stand.last, "the one that `keys.db` tells of")
        } else {
            // The last group that made keys may never have come to the journal.
            compare(&head, &stand.before, "the one that `keys.db` tells of")
        }
    })
}

fn compare(head: &Head, witness: &Head, whose: &'static str) -> Result<(), StoreError> {
    if witness.position > head.position {
        return Err(StoreError::TailLost { found: head.position.0, known: witness.position.0 });
    }
    if witness.position == head.position && witness.hash != head.hash {
        return Err(StoreError::HeadDiffers(whose));
    }
    Ok(())
}

/// Refuses to write after entries that only a newer version can read.
pub(super) fn refuse_newer_entries(session: &Session) -> Result<(), StoreError> {
    let end = journal_end(&session.db)?;
    match session.load(end.0 as i64, None) {
        // Damage to one entry is the doctor's business.
        Ok(_) | Err(StoreError::Damaged(_) | StoreError::EntryUnreadable(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether the file of the second head was there and is gone. A folder that was never written to
/// has none, and one that ended within its first moments under an earlier program an empty one.
pub(super) fn is_second_head_missing(
    db: &Connection,
    kept: &SecondHeadFile,
    head: &Head,
) -> Result<bool, StoreError> {
    let noted: Option<i64> = db
        .query_row("SELECT 1 FROM settings WHERE name = ?1", [SECOND_HEAD], |row| row.get(0))
        .optional()?;
    Ok(match kept {
        SecondHeadFile::Head(..) => false,
        SecondHeadFile::Absent => noted.is_some() || head.position > Position::START,
        SecondHeadFile::Empty => noted.is_some(),
    })
}

/// Notes that a second head is kept, once.
pub(super) fn note_second_head(db: &Connection) -> Result<(), StoreError> {
    let sql = "INSERT INTO settings (name, value) SELECT ?1, x'01' \
               WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = ?1)";
    let noted = db.query_row("SELECT 1 FROM settings WHERE name = ?1", [SECOND_HEAD], |_| Ok(()));
    if noted.optional()?.is_none() {
        db.execute(sql, [SECOND_HEAD])?;
    }
    Ok(())
}

/// Where the journal really ends.
pub(super) fn journal_end(db: &Connection) -> Result<Position, StoreError> {
    let sql = "SELECT coalesce(max(position), 0) FROM journal";
    Ok(Position(db.query_row(sql, [], |row| row.get::<_, i64>(0))? as u64))
}

/// The head of the last group that made keys and came to the journal.
pub(super) fn stood(keys: &Keyring, head: &Head) -> Result<Option<Head>, StoreError> {
    let reached = |stand: KeyWitness| {
        if stand.last.position <= head.position { stand.last } else { stand.before }
    };
    Ok(keys.stand()?.map(reached))
}

/// Keys are made in the order of their owners, so an older `keys.db` lacks that of the newest.
pub(super) fn check_newest_key(
    session: &Session,
    findings: &mut FolderProblems,
) -> Result<(), StoreError> {
    let newest = row_cache::select(&session.db, "sealed > 0 ORDER BY n DESC LIMIT 1", [])?;
    let Some(row) = newest.first() else { return Ok(()) };
    if let KeyLookup::Missing = session.find_key(row.n, &row.label)? {
        let says = "the newest key is missing: `keys.db` is older than `baton.db`";
        findings.tell("store-key-missing", super::folder::KEYS, says);
    }
    Ok(())
}
