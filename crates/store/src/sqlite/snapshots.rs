//! Snapshots in a data folder: sealed, bound to the entry that they end with, and gone with an erasure.

use domain::fact::Aggregate;
use domain::{AccountId, Moment, NodeId};
use rusqlite::OptionalExtension;

use super::keyring::KeyLookup;
use super::schema;
use super::session::{OpenedPart, Session};
use super::vault::{self, Label, NONCE_BYTES, OwnKey};
use super::writer::SqliteStore;
use crate::error::StoreError;
use crate::journal::Position;
use crate::snapshot::{NodeParts, Snapshot, thinned};

impl Session {
    pub(super) fn kept_snapshot(
        &self,
        of: Aggregate,
        version: &str,
        position: Position,
        until: Option<Moment>,
    ) -> Result<Option<Snapshot>, StoreError> {
        // A folder that an earlier program left is read as it is.
        if !schema::has_table(&self.db, "snapshots")? {
            return Ok(None);
        }
        let Some(row) = self.row_cache.labelled(&self.db, &Label::of(of))? else { return Ok(None) };
        let mut statement = self.db.prepare_cached(
            "SELECT n, position, moment, part FROM snapshots WHERE aggregate = ?1 \
             AND position <= ?2 AND moment <= ?3 AND version = ?4 ORDER BY position DESC",
        )?;
        let most = i64::try_from(position.0).unwrap_or(i64::MAX);
        let until = until.map_or(i64::MAX, |until| until.0);
        let mut rows = statement.query((row.n, most, until, version))?;
        while let Some(found) = rows.next()? {
            let (n, at): (i64, i64) = (found.get(0)?, found.get(1)?);
            let sealed = found.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
            let Some(leaf) = self.leaf_at(at)? else { continue };
            let bound = SnapshotBinding { of: row.label, version, at, leaf: &leaf };
            let key = self.vault.snapshots();
            let Some(part) = vault::open(key, &bound.context(&row.label), sealed) else { continue };
            let Some(nodes) = self.snapshot_nodes(n, &bound)? else { continue };
            let (position, moment) = (Position(at as u64), Moment(found.get(2)?));
            return Ok(Some(Snapshot { of, position, moment, part, nodes }));
        }
        Ok(None)
    }

    /// The parts of the nodes of a snapshot; none where one of them does not open.
    fn snapshot_nodes(
        &self,
        n: i64,
        bound: &SnapshotBinding<'_>,
    ) -> Result<Option<NodeParts>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT owner, bytes FROM snapshot_nodes WHERE snapshot = ?1 ORDER BY n",
        )?;
        let mut rows = statement.query([n])?;
        let mut nodes = Vec::new();
        while let Some(found) = rows.next()? {
            let owner: i64 = found.get(0)?;
            let bytes = found.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let Some(row) = self.row_cache.row(&self.db, owner)? else { return Ok(None) };
            self.meter.part(bytes.len());
            match self.open(owner, &bound.context(&row.label), bytes)? {
                OpenedPart::Plain(plain) => nodes.push((NodeId::from_bytes(row.label.id()), plain)),
                OpenedPart::Destroyed | OpenedPart::Damaged => return Ok(None),
            }
        }
        Ok(Some(nodes))
    }

    fn leaf_at(&self, position: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT leaf FROM journal WHERE position = ?1")?;
        Ok(statement.query_row([position], |row| row.get(0)).optional()?)
    }

    pub(super) fn newest_snapshot(
        &self,
        version: &str,
    ) -> Result<Option<(Aggregate, Position)>, StoreError> {
        if !schema::has_table(&self.db, "snapshots")? {
            return Ok(None);
        }
        let mut statement = self.db.prepare_cached(
            "SELECT id, position FROM snapshots JOIN aggregates ON aggregates.n = aggregate \
             WHERE version = ?1 ORDER BY snapshots.n DESC LIMIT 1",
        )?;
        let found: Option<(Vec<u8>, i64)> =
            statement.query_row([version], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(found.and_then(|(label, position)| {
            Some((Label::read(&label)?.aggregate()?, Position(position as u64)))
        }))
    }
}

/// What the parts of one snapshot are bound to.
struct SnapshotBinding<'a> {
    of: Label,
    version: &'a str,
    at: i64,
    leaf: &'a [u8],
}

impl SnapshotBinding<'_> {
    fn context(&self, whose: &Label) -> Vec<u8> {
        vault::snapshot_context(&self.of, whose, self.version, self.at, self.leaf)
    }
}

impl SqliteStore {
    pub(super) fn keep_snapshot(
        &mut self,
        version: &str,
        snapshot: &Snapshot,
    ) -> Result<bool, StoreError> {
        let of = self.row_of(Label::of(snapshot.of))?;
        let at = snapshot.position.0 as i64;
        let Some(leaf) = self.session.leaf_at(at)? else { return Ok(false) };
        let bound = SnapshotBinding { of: of.label, version, at, leaf: &leaf };
        let mut nodes = Vec::with_capacity(snapshot.nodes.len());
        for (node, plain) in &snapshot.nodes {
            let row = self.row_of(Label::of(Aggregate::Node(*node)))?;
            let KeyLookup::Key(key) = self.session.find_key(row.n, &row.label)? else {
                return Ok(false);
            };
            nodes.push((row.n, self.sealed(&key, &bound.context(&row.label), plain)?));
        }
        let part = {
            let key = self.session.vault.snapshots().clone();
            self.sealed(&key, &bound.context(&of.label), &snapshot.part)?
        };
        let db = &self.session.db;
        db.prepare_cached(
            "INSERT INTO snapshots (aggregate, position, moment, version, part) \
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute((of.n, at, snapshot.moment.0, version, part.as_slice()))?;
        if db.changes() > 0 {
            let n = db.last_insert_rowid();
            let mut put = db.prepare_cached(
                "INSERT INTO snapshot_nodes (snapshot, owner, bytes) VALUES (?1, ?2, ?3)",
            )?;
            for (owner, bytes) in nodes {
                put.execute((n, owner, bytes.as_slice()))?;
            }
        }
        self.drop_other_versions(version)?;
        self.thin(of.n)?;
        Ok(true)
    }

    fn sealed(
        &mut self,
        key: &OwnKey,
        context: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let mut sealed = self.chance.draw::<NONCE_BYTES>()?.to_vec();
        sealed.extend_from_slice(plain);
        vault::seal(key, context, &mut sealed);
        Ok(sealed)
    }

    /// What an earlier program wrote is of no use any more.
    fn drop_other_versions(&self, version: &str) -> Result<(), StoreError> {
        let mut others =
            self.session.db.prepare_cached("SELECT n FROM snapshots WHERE version <> ?1")?;
        let others =
            others.query_map([version], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        self.drop_snapshots(&others)
    }

    fn thin(&self, aggregate: i64) -> Result<(), StoreError> {
        let mut statement = self.session.db.prepare_cached(
            "SELECT position FROM snapshots WHERE aggregate = ?1 ORDER BY position",
        )?;
        let positions = statement.query_map([aggregate], |row| row.get::<_, i64>(0))?;
        let positions =
            positions.map(|at| at.map(|at| at as u64)).collect::<Result<Vec<_>, _>>()?;
        let mut find = self
            .session
            .db
            .prepare_cached("SELECT n FROM snapshots WHERE aggregate = ?1 AND position = ?2")?;
        for position in thinned(&positions) {
            let n = find.query_row((aggregate, position as i64), |row| row.get(0))?;
            self.drop_snapshots(&[n])?;
        }
        Ok(())
    }

    /// Drops all snapshots.
    pub(super) fn drop_all_snapshots(&self) -> Result<(), StoreError> {
        let drop_all = "DELETE FROM snapshot_nodes; DELETE FROM snapshots";
        Ok(self.session.db.execute_batch(drop_all)?)
    }

    /// Drops the snapshots that a node is in.
    pub(super) fn drop_snapshots_with(&self, owner: i64) -> Result<(), StoreError> {
        let mut held = self
            .session
            .db
            .prepare_cached("SELECT snapshot FROM snapshot_nodes WHERE owner = ?1")?;
        let held = held.query_map([owner], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        self.drop_snapshots(&held)
    }

    /// Drops the snapshots of an account.
    pub(super) fn drop_snapshots_of(&self, account: AccountId) -> Result<(), StoreError> {
        let label = Label::of(Aggregate::Account(account));
        let Some(row) = self.session.row_cache.labelled(&self.session.db, &label)? else {
            return Ok(());
        };
        let mut of =
            self.session.db.prepare_cached("SELECT n FROM snapshots WHERE aggregate = ?1")?;
        let of = of.query_map([row.n], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        self.drop_snapshots(&of)
    }

    fn drop_snapshots(&self, snapshots: &[i64]) -> Result<(), StoreError> {
        let db = &self.session.db;
        for n in snapshots {
            db.prepare_cached("DELETE FROM snapshot_nodes WHERE snapshot = ?1")?.execute([n])?;
            db.prepare_cached("DELETE FROM snapshots WHERE n = ?1")?.execute([n])?;
        }
        Ok(())
    }
}
