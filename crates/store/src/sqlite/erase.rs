//! Erasing: what is taken away in the group, and what is overwritten after it.

use std::fs::File;
use std::path::Path;

use domain::fact::{Aggregate, Fact};
use domain::{Moment, PersonId};
use rusqlite::Connection;

use super::answers;
use super::folder::{DATABASE, KEYS, in_file};
use super::keyring;
use super::row_cache::Row;
use super::session::{PARTS, Session};
use super::settings;
use super::vault::{Label, Name};
use super::writer::SqliteStore;
use crate::erasure::Erasable;
use crate::error::StoreError;
use crate::folder_problem::FolderProblems;
use crate::journal::Purpose;
use crate::quarantine::EntryState;

impl SqliteStore {
    /// Takes away ciphertext, identifiers, body hashes and quarantine entries.
    pub(super) fn take_away(
        &mut self,
        erasable: &Erasable,
        moment: Moment,
    ) -> Result<(), StoreError> {
        let mut unread = Vec::new();
        for node in &erasable.nodes {
            let label = Label::of(Aggregate::Node(*node));
            let Some(mut row) = self.session.row_cache.labelled(&self.session.db, &label)? else {
                continue;
            };
            // Before the parts are taken away: the ids of the signals are read from their sealed
            // content.
            self.forget_bodies(&row, &mut unread)?;
            self.take_parts(&row)?;
            self.take_bodies(row.n)?;
            self.drop_snapshots_with(row.n)?;
            self.forget_names_of(row.n)?;
            self.suppress(&row, erasable.person, moment)?;
            answers::forget_of(&self.session.db, *node)?;
            row.found_by_nothing();
            self.session.row_cache.change(row);
            self.note_erased(row.n)?;
        }
        for account in &erasable.accounts {
            self.drop_snapshots_of(*account)?;
        }
        for entry in &erasable.entries {
            let label = Session::entry_label(*entry);
            let Some(row) = self.session.row_cache.labelled(&self.session.db, &label)? else {
                continue;
            };
            self.take_parts(&row)?;
            self.session
                .db
                .prepare_cached(
                    "UPDATE entries SET state = ?2, item = NULL, field = NULL WHERE n = ?1",
                )?
                .execute((row.n, EntryState::Erased as i64))?;
            self.session
                .db
                .prepare_cached("DELETE FROM found WHERE entry = ?1")?
                .execute([row.n])?;
            self.note_erased(row.n)?;
        }
        self.forget_unread(&unread)
    }

    /// Forgets the body hashes of a node's signals. Those whose content cannot be read any more
    /// are left to a search by position.
    fn forget_bodies(&mut self, row: &Row, unread: &mut Vec<i64>) -> Result<(), StoreError> {
        for (key, _) in self.parts(row)? {
            let position = key / PARTS;
            let opened = self.session.load(position, Some(&Purpose::ERASURE));
            let fact =
                opened.ok().flatten().and_then(|stored| stored.entry.facts.into_iter().next());
            let name = match fact {
                Some(Fact::SignalArrived { source, content: Some(content), .. }) => {
                    self.session.vault.name(&[
                        b"signal",
                        source.as_str().as_bytes(),
                        content.origin.as_bytes(),
                        content.source_id.as_bytes(),
                    ])
                }
                Some(Fact::SignalArrived { .. }) | None => {
                    unread.push(position);
                    continue;
                }
                Some(_) => continue,
            };
            self.session
                .db
                .prepare_cached("UPDATE dedupe SET body = NULL WHERE id = ?1")?
                .execute([name.as_slice()])?;
        }
        Ok(())
    }

    fn forget_unread(&mut self, unread: &[i64]) -> Result<(), StoreError> {
        for position in unread {
            self.session
                .db
                .prepare_cached("UPDATE dedupe SET body = NULL WHERE position = ?1")?
                .execute([position])?;
        }
        Ok(())
    }

    /// The sealed parts under an owner's key, newest first, and whether each is there.
    fn parts(&self, row: &Row) -> Result<Vec<(i64, bool)>, StoreError> {
        let mut step = self
            .session
            .db
            .prepare_cached("SELECT prev, bytes IS NOT NULL FROM sealed WHERE key = ?1")?;
        let mut parts = Vec::new();
        let mut key = row.sealed;
        while key != 0 {
            let (prev, there): (i64, bool) =
                step.query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if prev >= key {
                return Err(StoreError::Damaged("a sealed part points ahead".to_owned()));
            }
            parts.push((key, there));
            key = prev;
        }
        Ok(parts)
    }

    fn take_parts(&mut self, row: &Row) -> Result<(), StoreError> {
        for (key, there) in self.parts(row)? {
            if there {
                self.session
                    .db
                    .prepare_cached("UPDATE sealed SET bytes = NULL WHERE key = ?1")?
                    .execute([key])?;
            }
        }
        Ok(())
    }

    /// Takes the identifiers away and leaves what keeps old input out.
    fn suppress(&mut self, row: &Row, person: PersonId, moment: Moment) -> Result<(), StoreError> {
        let mut names = self
            .session
            .db
            .prepare_cached("SELECT name FROM identifiers WHERE node = ?1")?
            .query_map([row.n], |row| row.get(0))?
            .collect::<Result<Vec<Name>, _>>()?;
        // What led to them before an import was taken back names them as well.
        names.extend(self.session.names_set_aside(row.n, person)?);
        for name in &names {
            self.session
                .db
                .prepare_cached(
                    "INSERT INTO suppressed (name, moment) VALUES (?1, ?2) \
                     ON CONFLICT DO UPDATE SET moment = max(moment, ?2)",
                )?
                .execute((self.session.vault.suppressed(name).as_slice(), moment.0))?;
            self.suppresses = true;
        }
        self.session
            .db
            .prepare_cached("DELETE FROM identifiers WHERE node = ?1")?
            .execute([row.n])?;
        self.session
            .db
            .prepare_cached("DELETE FROM set_aside WHERE node = ?1")?
            .execute([row.n])?;
        Ok(())
    }

    fn note_erased(&mut self, owner: i64) -> Result<(), StoreError> {
        self.session
            .db
            .prepare_cached("INSERT OR IGNORE INTO erased (owner, settled) VALUES (?1, 0)")?
            .execute([owner])?;
        Ok(())
    }

    /// Destroys keys that are there again although their owners were erased. A disk that is full
    /// does not keep them alive.
    pub(super) fn destroy_revived(
        &mut self,
        findings: &mut FolderProblems,
    ) -> Result<usize, StoreError> {
        let path = self.folder.path().to_owned();
        let destroyed = match destroy_revived(&self.session, &path) {
            Err(StoreError::Full) => {
                self.folder.drop_ballast()?;
                destroy_revived(&self.session, &path)?
            }
            destroyed => destroyed?,
        };
        tell_revived(destroyed, findings);
        Ok(destroyed)
    }

    /// Destroys the keys of what was erased, and every copy that the logs hold.
    pub(super) fn settle(&mut self) -> Result<(), StoreError> {
        let owners = self
            .session
            .db
            .prepare_cached("SELECT owner FROM erased WHERE settled = 0")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        if owners.is_empty() {
            return Ok(());
        }
        let head = self.session.head()?;
        self.session.keys.destroy(&owners, &head)?;
        let folder = self.folder.path();
        for (db, name) in [(&self.session.db, DATABASE), (self.session.keys.db(), KEYS)] {
            overwrite_copies(db, &folder.join(name))?;
        }
        self.session.db.execute("UPDATE erased SET settled = 1 WHERE settled = 0", [])?;
        Ok(())
    }
}

/// Says that keys came back, and that they are gone again.
pub(super) fn tell_revived(destroyed: usize, findings: &mut FolderProblems) {
    if destroyed > 0 {
        let says = format!(
            "it held {destroyed} keys of what was erased, as an older copy does; they were destroyed again"
        );
        findings.tell("store-erasure-revived", KEYS, &says);
    }
}

/// Destroys keys of erased people in the key store of a folder that this process need not hold;
/// how many there were.
pub(super) fn destroy_revived(session: &Session, folder: &Path) -> Result<usize, StoreError> {
    let owners = session.revived()?;
    if owners.is_empty() {
        return Ok(0);
    }
    let path = folder.join(KEYS);
    let db = settings::writer(&path)?;
    keyring::overwrite(&db, &owners)?;
    match overwrite_copies(&db, &path) {
        // A server that reads overwrites the copy in the log by itself.
        Ok(()) | Err(StoreError::ReadersBusy) => Ok(owners.len()),
        Err(error) => Err(error),
    }
}

/// Moves the whole log into the database, cuts it to nothing and syncs.
fn overwrite_copies(db: &Connection, path: &Path) -> Result<(), StoreError> {
    let busy: bool = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy {
        return Err(StoreError::ReadersBusy);
    }
    File::open(path).and_then(|file| file.sync_all()).map_err(in_file(path))
}
