//! The bodies of open deliveries: sealed to the node of their handoff, and deleted when they have
//! arrived. The fact that queued one keeps a MAC of it.

use domain::fact::BodyMac;
use domain::{DeliveryId, Moment};
use rusqlite::OptionalExtension;

use super::schema;
use super::shelf::{Opened, Shelf};
use super::vault::{self, Label, NONCE_BYTES};
use super::writer::SqliteStore;
use crate::error::StoreError;
use crate::sealed::BodyFate;

/// What a body is bound to, so that it cannot be passed off as another.
fn context(delivery: DeliveryId) -> [u8; 20] {
    let mut context = *b"baton body..........";
    context[10..].copy_from_slice(delivery.bytes());
    context
}

impl SqliteStore {
    /// Keeps a body until its delivery is closed, and says what its fact keeps of it; nothing of
    /// either where the owner was erased.
    pub(super) fn keep_body(
        &mut self,
        delivery: DeliveryId,
        owner: Label,
        body: &[u8],
        buffer: &mut Vec<u8>,
    ) -> Result<Option<BodyMac>, StoreError> {
        let owner = self.row_of(owner)?;
        let Some(key) = self.key_to_seal(&owner)? else { return Ok(None) };
        buffer.clear();
        buffer.extend_from_slice(&self.chance.draw::<NONCE_BYTES>()?);
        buffer.extend_from_slice(body);
        vault::seal(&key, &context(delivery), buffer);
        self.shelf
            .db
            .prepare_cached(
                "INSERT OR REPLACE INTO bodies (delivery, owner, bytes) VALUES (?1, ?2, ?3)",
            )?
            .execute((delivery.bytes().as_slice(), owner.n, buffer.as_slice()))?;
        Ok(Some(BodyMac(vault::body_mac(&key, body))))
    }

    /// Does with a body what its delivery's state asks for.
    pub(super) fn move_body(
        &mut self,
        delivery: DeliveryId,
        fate: &BodyFate,
    ) -> Result<(), StoreError> {
        let db = &self.shelf.db;
        let delivery = delivery.bytes().as_slice();
        match fate {
            BodyFate::Stays => {}
            BodyFate::Dropped => {
                db.prepare_cached("DELETE FROM bodies WHERE delivery = ?1")?.execute([delivery])?;
            }
            BodyFate::KeptUntil(until) => {
                db.prepare_cached("UPDATE bodies SET until = ?2 WHERE delivery = ?1")?
                    .execute((delivery, until.0))?;
            }
        }
        Ok(())
    }

    /// Deletes the bodies of failed deliveries whose time is over.
    pub(super) fn drop_old_bodies(&mut self, now: Moment) -> Result<(), StoreError> {
        self.shelf
            .db
            .prepare_cached("DELETE FROM bodies WHERE until IS NOT NULL AND until <= ?1")?
            .execute([now.0])?;
        Ok(())
    }

    /// Deletes the bodies of somebody who is erased.
    pub(super) fn take_bodies(&mut self, owner: i64) -> Result<(), StoreError> {
        self.shelf.db.prepare_cached("DELETE FROM bodies WHERE owner = ?1")?.execute([owner])?;
        Ok(())
    }
}

impl Shelf {
    /// A body that is kept; `None` where it is not, or its key was destroyed.
    pub(super) fn body(&self, delivery: DeliveryId) -> Result<Option<Vec<u8>>, StoreError> {
        if !schema::has_table(&self.db, "bodies")? {
            return Ok(None);
        }
        let mut statement =
            self.db.prepare_cached("SELECT owner, bytes FROM bodies WHERE delivery = ?1")?;
        let kept: Option<(i64, Vec<u8>)> = statement
            .query_row([delivery.bytes().as_slice()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((owner, bytes)) = kept else { return Ok(None) };
        match self.open(owner, &context(delivery), &bytes)? {
            Opened::Plain(body) => Ok(Some(body)),
            Opened::Destroyed => Ok(None),
            Opened::Damaged => Err(StoreError::SealedDamaged("a body does not open")),
        }
    }
}
