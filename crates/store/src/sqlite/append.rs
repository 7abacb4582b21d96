//! Appending entries: the clear part, the sealed parts, the leaf, the head.

use domain::fact::{Aggregate, Entry, EntryChange, Fact, Raw};
use domain::signal::Content;
use domain::{HandoffId, Moment, NodeId};
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use super::buffers::Buffers;
use super::keyring::Found;
use super::leaves::{leaf, next_head};
use super::shelf::{PARTS, Shelf};
use super::vault::{self, Label, NONCE_BYTES, OwnKey};
use super::working::Row;
use super::writer::SqliteStore;
use crate::error::StoreError;
use crate::journal::{Head, Position};
use crate::quarantine::EntryState;
use crate::sealed::{self, Whose};

/// A sealed part of the first fact that its entry does not carry, so that it need not be copied.
#[derive(Clone, Copy)]
pub(super) enum Loose<'a> {
    /// The content of a signal.
    Content(&'a Content),
    /// The raw bytes of a quarantine entry.
    Raw(&'a Raw),
}

impl SqliteStore {
    /// The row of an aggregate or an owner of a key, made where it is new.
    pub(super) fn row_of(&mut self, label: Label) -> Result<Row, StoreError> {
        match self.shelf.working.labelled(&self.shelf.db, &label)? {
            Some(row) => Ok(row),
            None => Ok(self.shelf.working.add(label)),
        }
    }

    /// Appends an entry and moves on what can be seen of it in the rows.
    pub(super) fn append_entry(
        &mut self,
        entry: &Entry,
        loose: Option<Loose<'_>>,
    ) -> Result<Position, StoreError> {
        let chain = Label::of(entry.header.aggregate);
        let mut buffers = std::mem::take(&mut self.buffers);
        let written = self.write_entry(entry, &chain, loose, &mut buffers);
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
        loose: Option<Loose<'_>>,
        buffers: &mut Buffers,
    ) -> Result<Position, StoreError> {
        let before = self.shelf.head()?;
        let position = before.position.0 as i64 + 1;
        // The chain's own number comes first: the parts may belong to the same row.
        let n = self.row_of(*chain)?.n;
        buffers.parts.clear();
        let mut macs = Vec::new();
        for (place, fact) in entry.facts.iter().enumerate() {
            if let Some((delivery, handoff, body)) = sealed::queued(fact) {
                let owner = self.owner(entry, chain, Whose::Handoff(handoff))?;
                let kept =
                    self.keep_body(delivery.into(), owner, &body.bytes, &mut buffers.sealed)?;
                macs.extend(kept.map(|mac| (place, mac)));
                continue;
            }
            let Some(whose) = sealed::whose(fact) else { continue };
            buffers.sealed.clear();
            buffers.sealed.extend_from_slice(&self.chance.draw::<NONCE_BYTES>()?);
            let carried = match loose {
                Some(Loose::Content(content)) if place == 0 => {
                    sealed::encode(content, &mut buffers.sealed)
                }
                Some(Loose::Raw(raw)) if place == 0 => sealed::encode(raw, &mut buffers.sealed),
                Some(_) | None => sealed::plain(fact, &mut buffers.sealed),
            };
            if carried {
                let place = u16::try_from(place)
                    .map_err(|_| StoreError::Group("given an entry of too many facts"))?;
                self.seal_part(entry, chain, whose, position, place, buffers)?;
            }
        }
        buffers.body.clear();
        entry.write(&macs, &mut buffers.body);
        let leaf = leaf(&buffers.body, &buffers.parts);
        let mut row = self.row_of(*chain)?;
        self.shelf
            .db
            .prepare_cached(
                "INSERT INTO journal (position, aggregate, prev, moment, body, parts, leaf) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                position,
                n,
                row.last,
                entry.header.moment.0,
                buffers.body.as_slice(),
                buffers.parts.as_slice(),
                leaf.as_slice(),
            ))?;
        row.last = position;
        self.shelf.working.change(row);
        let position = Position(position as u64);
        self.shelf.head = Some(Head { position, hash: next_head(&before.hash, &leaf) });
        Ok(position)
    }

    /// Seals what is in the buffer behind its nonce, unless its owner was erased.
    fn seal_part(
        &mut self,
        entry: &Entry,
        chain: &Label,
        whose: Whose,
        position: i64,
        place: u16,
        buffers: &mut Buffers,
    ) -> Result<(), StoreError> {
        let owner = self.owner(entry, chain, whose)?;
        let mut owner = self.row_of(owner)?;
        let Some(key) = self.key_to_seal(&owner)? else { return Ok(()) };
        let context = vault::context(chain, place, entry.header.schema);
        vault::seal(&key, &context, &mut buffers.sealed);
        buffers.parts.extend_from_slice(&Sha256::digest(&buffers.sealed));
        let part = position * PARTS + i64::from(place);
        self.shelf
            .db
            .prepare_cached("INSERT INTO sealed (key, owner, prev, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute((part, owner.n, owner.sealed, buffers.sealed.as_slice()))?;
        owner.sealed = part;
        self.shelf.working.change(owner);
        Ok(())
    }

    fn owner(&self, entry: &Entry, chain: &Label, whose: Whose) -> Result<Label, StoreError> {
        match whose {
            Whose::Chain => match entry.header.aggregate {
                Aggregate::Node(_) | Aggregate::Governance => Ok(*chain),
                Aggregate::Account(_)
                | Aggregate::Desk
                | Aggregate::Registry
                | Aggregate::Quarantine => Err(StoreError::OwnerUnknown),
            },
            Whose::Entry(entry) => Ok(Shelf::entry_label(entry)),
            Whose::Handoff(handoff) => {
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
            .shelf
            .db
            .prepare_cached("SELECT node FROM handoffs WHERE id = ?1")?
            .query_row([handoff.bytes().as_slice()], |row| row.get(0))
            .optional()?;
        node.map(NodeId::from_bytes).ok_or(StoreError::OwnerUnknown)
    }

    /// The owner's key, made where the owner is new; `None` where it was erased.
    pub(super) fn key_to_seal(&mut self, owner: &Row) -> Result<Option<OwnKey>, StoreError> {
        let shelf = &mut self.shelf;
        // Keys live longer than a group that was taken back: a number without any sealed part may
        // still have the key of somebody who never was.
        if owner.sealed != 0 {
            match shelf.find_key(owner.n, &owner.label)? {
                Found::Key(key) => return Ok(Some(key)),
                Found::Destroyed => return Ok(None),
                Found::Missing => return Err(StoreError::SealedDamaged("a key is missing")),
                Found::Undecipherable => {
                    return Err(StoreError::SealedDamaged("a key cannot be opened"));
                }
            }
        }
        shelf.keys.make(owner.n, &owner.label, &shelf.vault, &mut self.chance).map(Some)
    }

    /// Moves the rows of quarantine entries and the bodies of deliveries along with the facts about
    /// them.
    fn project(&mut self, fact: &Fact, at: Position, moment: Moment) -> Result<(), StoreError> {
        if let Fact::DeliveryMoved { delivery, state, .. } = fact {
            self.move_body((*delivery).into(), &sealed::fate(*state, moment))?;
        }
        let Some((entry, change)) = fact.of_entry() else { return Ok(()) };
        let n = self.row_of(Shelf::entry_label(entry))?.n;
        let db = &self.shelf.db;
        match change {
            EntryChange::Repaired => db
                .prepare_cached("UPDATE entries SET state = ?2, raw_at = ?3 WHERE n = ?1")?
                .execute((n, EntryState::Repaired as i64, at.0 as i64))?,
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
