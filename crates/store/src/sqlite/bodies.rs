//! The bodies of open errands: sealed to the node that they speak of, and deleted when they have
//! arrived. The fact that queued one keeps a MAC of it.

use domain::Moment;
use domain::errand::ErrandId;
use domain::fact::BodyMac;
use rusqlite::OptionalExtension;

use super::schema;
use super::session::{OpenedPart, Session};
use super::vault::{self, Label, NONCE_BYTES};
use super::writer::SqliteStore;
use crate::error::StoreError;
use crate::sealed::BodyFate;

/// What a body is bound to, so that it cannot be passed off as another.
fn context(errand: ErrandId) -> [u8; 20] {
    let (_, id) = errand.to_stored();
    let mut context = *b"baton body..........";
    context[10..].copy_from_slice(id);
    context
}

impl SqliteStore {
    /// Keeps a body until its errand is closed, and says what its fact keeps of it; nothing of
    /// either where the owner was erased.
    pub(super) fn keep_body(
        &mut self,
        errand: ErrandId,
        owner: Label,
        body: &[u8],
        buffer: &mut Vec<u8>,
    ) -> Result<Option<BodyMac>, StoreError> {
        let owner = self.row_of(owner)?;
        let Some(key) = self.key_to_seal(&owner)? else { return Ok(None) };
        buffer.clear();
        buffer.extend_from_slice(&self.chance.draw::<NONCE_BYTES>()?);
        buffer.extend_from_slice(body);
        vault::seal(&key, &context(errand), buffer);
        self.session
            .db
            .prepare_cached(
                "INSERT OR REPLACE INTO bodies (errand, owner, bytes) VALUES (?1, ?2, ?3)",
            )?
            .execute((errand.to_stored().1.as_slice(), owner.n, buffer.as_slice()))?;
        Ok(Some(BodyMac(vault::body_mac(&key, body))))
    }

    /// Does with a body what became of its errand asks for.
    pub(super) fn move_body(
        &mut self,
        errand: ErrandId,
        fate: &BodyFate,
    ) -> Result<(), StoreError> {
        let db = &self.session.db;
        let id = errand.to_stored().1.as_slice();
        match fate {
            BodyFate::Stays => {}
            BodyFate::Dropped => {
                db.prepare_cached("DELETE FROM bodies WHERE errand = ?1")?.execute([id])?;
            }
            BodyFate::KeptUntil(until) => {
                db.prepare_cached("UPDATE bodies SET until = ?2 WHERE errand = ?1")?
                    .execute((id, until.0))?;
            }
        }
        Ok(())
    }

    /// Deletes the bodies of failed errands whose time is over; how many.
    pub(super) fn drop_old_bodies(&mut self, now: Moment) -> Result<u64, StoreError> {
        let dropped = self
            .session
            .db
            .prepare_cached("DELETE FROM bodies WHERE until IS NOT NULL AND until <= ?1")?
            .execute([now.0])?;
        Ok(dropped as u64)
    }

    /// Deletes the bodies of somebody who is erased.
    pub(super) fn take_bodies(&mut self, owner: i64) -> Result<(), StoreError> {
        self.session.db.prepare_cached("DELETE FROM bodies WHERE owner = ?1")?.execute([owner])?;
        Ok(())
    }
}

impl Session {
    /// A body that is kept; `None` where it is not, or its key was destroyed.
    pub(super) fn body(&self, errand: ErrandId) -> Result<Option<Vec<u8>>, StoreError> {
        if !schema::has_table(&self.db, "bodies")? {
            return Ok(None);
        }
        let mut statement =
            self.db.prepare_cached("SELECT owner, bytes FROM bodies WHERE errand = ?1")?;
        let kept: Option<(i64, Vec<u8>)> = statement
            .query_row([errand.to_stored().1.as_slice()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((owner, bytes)) = kept else { return Ok(None) };
        match self.open(owner, &context(errand), &bytes)? {
            OpenedPart::Plain(body) => Ok(Some(body)),
            OpenedPart::Destroyed => Ok(None),
            OpenedPart::Damaged => Err(StoreError::SealedDamaged("a body does not open")),
        }
    }
}
