//! Taking an import back: what led to a node leads nowhere, until its signals are taken again.

use domain::signal::{Content, SourceName};
use domain::{NodeId, PersonId, QuarantineId};
use rusqlite::OptionalExtension;

use super::row_cache::Row;
use super::session::{Led, Session};
use super::vault::Name;
use super::write::StrongestIdentifier;
use super::writer::SqliteStore;
use crate::arrival::{Arrival, TakenBefore};
use crate::error::StoreError;
use crate::identity::Key;

impl SqliteStore {
    /// Lets an identifier lead nowhere, and keeps to whom it led.
    pub(super) fn lead_nobody_anywhere(&mut self, key: &Key) -> Result<(), StoreError> {
        let name = self.session.vault.identifier(key);
        if let Led::To(holder) = self.session.led_to(&name, key.verified)? {
            self.keep_aside(&name, &holder)?;
        }
        self.session
            .db
            .prepare_cached("DELETE FROM identifiers WHERE name = ?1 AND verified = ?2")?
            .execute((name.as_slice(), key.verified))?;
        Ok(())
    }

    /// Lets nothing lead to a node any more.
    pub(super) fn put_aside(
        &mut self,
        node: NodeId,
        stays: Option<PersonId>,
    ) -> Result<(), StoreError> {
        let mut row = self.known_node(node)?;
        let names = self
            .session
            .db
            .prepare_cached("SELECT name FROM identifiers WHERE node = ?1")?
            .query_map([row.n], |row| row.get(0))?
            .collect::<Result<Vec<Name>, _>>()?;
        for name in &names {
            self.keep_aside(name, &row)?;
        }
        self.session
            .db
            .prepare_cached("DELETE FROM identifiers WHERE node = ?1")?
            .execute([row.n])?;
        row.found_by_nothing();
        if let Some(nobody) = stays {
            self.session
                .db
                .prepare_cached("UPDATE set_aside SET person = ?2 WHERE node = ?1")?
                .execute((row.n, nobody.bytes().as_slice()))?;
        } else {
            row.pointer = None;
        }
        self.session.row_cache.change(row);
        Ok(())
    }

    fn keep_aside(&self, name: &Name, holder: &Row) -> Result<(), StoreError> {
        let person = holder.pointer.as_ref().map(|pointer| pointer.person.bytes().as_slice());
        self.session
            .db
            .prepare_cached(
                "INSERT INTO set_aside (name, node, person) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (name, node) DO UPDATE SET person = coalesce(?3, person)",
            )?
            .execute((name.as_slice(), holder.n, person))?;
        Ok(())
    }

    /// The node at which a signal is taken again.
    pub(super) fn node_again(
        &mut self,
        arrival: &Arrival<'_>,
        strongest: Option<StrongestIdentifier<'_>>,
        before: &TakenBefore,
    ) -> Result<(NodeId, bool), StoreError> {
        if let Some(StrongestIdentifier { led: Led::To(row), .. }) = &strongest {
            return Ok((NodeId::from_bytes(row.label.id()), false));
        }
        let node = if before.is_free { before.node } else { arrival.another_node() };
        self.lead_to_new(node, strongest)?;
        Ok((node, !before.is_free))
    }
}

impl Session {
    /// The name of a signal's id within its source and stream.
    pub(super) fn signal_name(&self, source: &SourceName, content: &Content) -> Name {
        self.vault.name(&[
            b"signal",
            source.as_str().as_bytes(),
            content.origin.as_bytes(),
            content.source_id.as_bytes(),
        ])
    }

    /// Nodes that are nobody's since an import was taken back, and that were this person's or were found by
    /// what leads to them.
    pub(super) fn nodes_set_aside(&self, person: PersonId) -> Result<Vec<NodeId>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT DISTINCT s.node FROM set_aside AS s JOIN aggregates AS a ON a.n = s.node \
             WHERE a.person IS NULL AND (s.person = ?1 OR s.name IN \
             (SELECT i.name FROM identifiers AS i JOIN aggregates AS b ON b.n = i.node \
              WHERE b.person = ?1)) ORDER BY s.node",
        )?;
        let numbers = find
            .query_map([person.bytes().as_slice()], |row| row.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        let mut nodes = Vec::with_capacity(numbers.len());
        for n in numbers {
            let row = self.row_cache.row(&self.db, n)?;
            nodes.extend(row.map(|row| row.node().node));
        }
        Ok(nodes)
    }

    /// The quarantine entries that name somebody by what led to them before an import was taken back.
    pub(super) fn entries_set_aside(
        &self,
        person: PersonId,
    ) -> Result<Vec<QuarantineId>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT DISTINCT entries.id FROM set_aside \
             JOIN found ON found.name = set_aside.name \
             JOIN entries ON entries.n = found.entry \
             WHERE set_aside.person = ?1 ORDER BY entries.id",
        )?;
        let entries = find.query_map([person.bytes().as_slice()], |row| {
            row.get(0).map(QuarantineId::from_bytes)
        })?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// Whose an identifier was before an import was taken back.
    pub(super) fn set_aside_by(&self, key: &Key) -> Result<Option<PersonId>, StoreError> {
        let name = self.vault.identifier(key);
        let person = self
            .db
            .prepare_cached(
                "SELECT s.person FROM set_aside AS s JOIN aggregates AS a ON a.n = s.node \
                 WHERE s.name = ?1 AND s.person IS NOT NULL \
                 AND (a.person IS NULL OR a.person = s.person) ORDER BY s.node LIMIT 1",
            )?
            .query_row([name.as_slice()], |row| row.get(0))
            .optional()?;
        Ok(person.map(PersonId::from_bytes))
    }

    /// The names by which this person was found at a node before an import was taken back.
    pub(super) fn names_set_aside(
        &self,
        node: i64,
        person: PersonId,
    ) -> Result<Vec<Name>, StoreError> {
        let mut find =
            self.db.prepare_cached("SELECT name FROM set_aside WHERE node = ?1 AND person = ?2")?;
        let names = find.query_map((node, person.bytes().as_slice()), |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }
}
