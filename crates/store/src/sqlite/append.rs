//! Appending entries: the clear part, the sealed parts, the leaf, the head.

use domain::fact::{Aggregate, Entry, EntryChange, Fact, Raw};
use domain::signal::Content;
use domain::{HandoffId, Moment, NodeId};
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use super::buffers::Buffers;
use super::keyring::KeyLookup;
use super::leaves::{leaf, next_head};
use super::row_cache::Row;
use super::session::{PARTS, Session};
use super::vault::{self, Label, NONCE_BYTES, OwnKey};
use super::writer::SqliteStore;
use crate::error::StoreError;
use crate::journal::{Head, Position};
use crate::quarantine::EntryState;
use crate::sealed::{self, SealOwner};

/// A sealed part of the first fact that its entry does not carry, so that it need not be copied.
#[derive(Clone, Copy)]
pub(super) enum DetachedPart<'a> {
    /// The content of a signal.
    Content(&'a Content),
    /// The raw bytes of a quarantine entry.
    Raw(&'a Raw),
}

impl SqliteStore {
    /// The row of an aggregate or an owner of a key, made where it is new.
    pub(super) fn row_of(&mut self, label: Label) -> Result<Row, StoreError> {
        match self.session.row_cache.labelled(&self.session.db, &label)? {
            Some(row) => Ok(row),
            None => Ok(self.session.row_cache.add(label)),
        }
    }

    /// Appends an entry and moves on what can be seen of it in the rows.
    pub(super) fn append_entry(
        &mut self,
        entry: &Entry,
        detached: Option<DetachedPart<'_>>,
    ) -> Result<Position, StoreError> {
        let chain = Label::of(entry.header.aggregate);
        let mut buffers = std::mem::take(&mut self.buffers);
        let written = self.write_entry(entry, &chain, detached, &mut buffers);
        self.buffers = buffers;
        let position = written?;
        for fact in &entry.facts {
            self.project(fact, position, entry.header.moment)?;
        }
        Ok(position)
    }

    fn write_entry(
        &mut self,
        entry: &Entry,
        chain: &Label,
        detached: Option<DetachedPart<'_>>,
        buffers: &mut Buffers,
    ) -> Result<Position, StoreError> {
        let before = self.session.head()?;
        let position = before.position.0 as i64 + 1;
        // The chain's own number comes first: the parts may belong to the same row.
        let n = self.row_of(*chain)?.n;
        buffers.parts.clear();
        let mut macs = Vec::new();
        for (place, fact) in entry.facts.iter().enumerate() {
            if let Some((delivery, handoff, body)) = sealed::queued(fact) {
                let owner = self.owner(entry, chain, SealOwner::Handoff(handoff))?;
                let kept =
                    self.keep_body(delivery.into(), owner, &body.bytes, &mut buffers.sealed)?;
                macs.extend(kept.map(|mac| (place, mac)));
                continue;
            }
            let Some(seal_owner) = sealed::seal_owner(fact) else { continue };
            buffers.sealed.clear();
            buffers.sealed.extend_from_slice(&self.chance.draw::<NONCE_BYTES>()?);
            let carried = match detached {
                Some(DetachedPart::Content(content)) if place == 0 => {
                    sealed::encode(content, &mut buffers.sealed)
                }
                Some(DetachedPart::Raw(raw)) if place == 0 => {
                    sealed::encode(raw, &mut buffers.sealed)
                }
                Some(_) | None => sealed::plain(fact, &mut buffers.sealed),
            };
            if carried {
                let place = u16::try_from(place)
                    .map_err(|_| StoreError::Group("given an entry of too many facts"))?;
                self.seal_part(entry, chain, seal_owner, position, place, buffers)?;
            }
        }
        buffers.body.clear();
        entry.write(&macs, &mut buffers.body);
        let leaf = leaf(&buffers.body, &buffers.parts);
        let mut row = self.row_of(*chain)?;
        self.session
            .db
            .prepare_cached(
                "INSERT INTO journal (position, aggregate, prev, body, parts, leaf) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                position,
                n,
                row.last,
                buffers.body.as_slice(),
                buffers.parts.as_slice(),
                leaf.as_slice(),
            ))?;
        row.last = position;
        self.session.row_cache.change(row);
        let position = Position(position as u64);
        self.session.head = Some(Head { position, hash: next_head(&before.hash, &leaf) });
        Ok(position)
    }

    /// Seals what is in the buffer behind its nonce, unless its owner was erased.
    fn seal_part(
        &mut self,
        entry: &Entry,
        chain: &Label,
        seal_owner: SealOwner,
        position: i64,
        place: u16,
        buffers: &mut Buffers,
    ) -> Result<(), StoreError> {
        let owner = self.owner(entry, chain, seal_owner)?;
        let mut owner = self.row_of(owner)?;
        let Some(key) = self.key_to_seal(&owner)? else { return Ok(()) };
        let context = vault::context(chain, place, entry.header.schema);
        vault::seal(&key, &context, &mut buffers.sealed);
        buffers.parts.extend_from_slice(&Sha256::digest(&buffers.sealed));
        let part = position * PARTS + i64::from(place);
        self.session
            .db
            .prepare_cached("INSERT INTO sealed (key, owner, prev, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute((part, owner.n, owner.sealed, buffers.sealed.as_slice()))?;
        owner.sealed = part;
        self.session.row_cache.change(owner);
        Ok(())
    }

    fn owner(
        &self,
        entry: &Entry,
        chain: &Label,
        seal_owner: SealOwner,
    ) -> Result<Label, StoreError> {
        match seal_owner {
            SealOwner::Chain => match entry.header.aggregate {
                Aggregate::Node(_) | Aggregate::Governance => Ok(*chain),
                Aggregate::Account(_)
                | Aggregate::Desk
                | Aggregate::Registry
                | Aggregate::Quarantine => Err(StoreError::OwnerUnknown),
            },
            SealOwner::Entry(entry) => Ok(Session::entry_label(entry)),
            SealOwner::Handoff(handoff) => {
                let node = match sealed::proposed_in(entry, handoff) {
                    Some(node) => node,
                    None => self.node_of(handoff)?,
                };
                Ok(Label::of(Aggregate::Node(node)))
            }
        }
    }

    fn node_of(&self, handoff: HandoffId) -> Result<NodeId, StoreError> {
        let node: Option<[u8; 10]> = self
            .session
            .db
            .prepare_cached("SELECT node FROM handoffs WHERE id = ?1")?
            .query_row([handoff.bytes().as_slice()], |row| row.get(0))
            .optional()?;
        node.map(NodeId::from_bytes).ok_or(StoreError::OwnerUnknown)
    }

    /// The owner's key, made where the owner is new; `None` where it was erased.
    pub(super) fn key_to_seal(&mut self, owner: &Row) -> Result<Option<OwnKey>, StoreError> {
        let session = &mut self.session;
        // Keys live longer than a group that was taken back: a number without any sealed part may
        // still have the key of somebody who never was.
        if owner.sealed != 0 {
            match session.find_key(owner.n, &owner.label)? {
                KeyLookup::Key(key) => return Ok(Some(key)),
                KeyLookup::Destroyed => return Ok(None),
                KeyLookup::Missing => return Err(StoreError::SealedDamaged("a key is missing")),
                KeyLookup::Undecipherable => {
                    return Err(StoreError::SealedDamaged("a key cannot be opened"));
                }
            }
        }
        session.keys.make(owner.n, &owner.label, &session.vault, &mut self.chance).map(Some)
    }

    /// Moves the rows of quarantine entries and the bodies of deliveries along with the facts about
    /// them.
    fn project(&mut self, fact: &Fact, at: Position, moment: Moment) -> Result<(), StoreError> {
        if let Fact::DeliveryMoved { delivery, state, .. } = fact {
            self.move_body((*delivery).into(), &sealed::fate(*state, moment))?;
        }
        let Some((entry, change)) = fact.of_entry() else { return Ok(()) };
        let n = self.row_of(Session::entry_label(entry))?.n;
        let db = &self.session.db;
        match change {
            EntryChange::Repaired => db
                .prepare_cached("UPDATE entries SET state = ?2, raw_at = ?3 WHERE n = ?1")?
                .execute((n, EntryState::Repaired as i64, at.0 as i64))?,
            EntryChange::StillHeld(cause, field) => db
                .prepare_cached(
                    "UPDATE entries SET state = ?2, raw_at = ?3, cause = ?4, field = ?5 WHERE n = ?1",
                )?
                .execute((n, EntryState::Waiting as i64, at.0 as i64, cause.as_str(), field))?,
            EntryChange::Released(signal) => db
                .prepare_cached("UPDATE entries SET state = ?2, signal = ?3 WHERE n = ?1")?
                .execute((n, EntryState::Released as i64, signal.bytes().as_slice()))?,
            EntryChange::Discarded => db
                .prepare_cached("UPDATE entries SET state = ?2 WHERE n = ?1")?
                .execute((n, EntryState::Discarded as i64))?,
        };
        Ok(())
    }
}
