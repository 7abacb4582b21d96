//! What no fact holds is taken from the rows that were there: what was put off, what leads to somebody
//! whose words do not open, by what an item is told that comes again.

use domain::errand::Wake;
use domain::fact::{Aggregate, Fact};
use domain::signal::Key;
use domain::{AccountId, Moment, NodeId, QuarantineId};
use rusqlite::OptionalExtension;

use super::super::session::Session;
use super::super::vault::Label;
use super::writing::Anew;
use crate::current::{OutboxRow, StrategyInForce};
use crate::error::StoreError;
use crate::journal::Position;
use crate::quarantine::EntryRow;
use crate::sealed;
use crate::traits::{Read, Store};

impl Anew {
    /// Puts an accepted signal into the inbox: no turn has taken it.
    pub fn wait(&mut self, position: Position) -> Result<(), StoreError> {
        self.store
            .session
            .db
            .prepare_cached("INSERT INTO inbox (position) VALUES (?1)")?
            .execute([position.0 as i64])?;
        Ok(())
    }

    /// Whether a signal waited for its turn.
    pub fn waited(&self, position: Position) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM temp.before_inbox WHERE position = ?1)";
        let mut find = self.store.session.db.prepare_cached(sql)?;
        Ok(find.query_row([position.0 as i64], |row| row.get(0))?)
    }

    /// When somebody was erased last to whom this identifier led.
    pub fn erased_at(&self, key: &Key) -> Result<Option<Moment>, StoreError> {
        self.store.session.erased_at(std::slice::from_ref(key))
    }

    /// Whether this identifier led to this node.
    pub fn led_to(&self, key: &Key, node: NodeId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM temp.before_identifiers AS i \
                   JOIN main.aggregates AS a ON a.n = i.node \
                   WHERE i.name = ?1 AND i.verified = ?2 AND a.id = ?3)";
        let name = self.store.session.vault.identifier(key);
        let label = Label::of(Aggregate::Node(node));
        let mut find = self.store.session.db.prepare_cached(sql)?;
        let bound = (name.as_slice(), key.verified, label.as_slice());
        Ok(find.query_row(bound, |row| row.get(0))?)
    }

    /// Lets what led to a node lead to it again, where its words do not open.
    pub fn keep_identifiers(&mut self, node: NodeId) -> Result<(), StoreError> {
        let label = Label::of(Aggregate::Node(node));
        let session = &mut self.store.session;
        session.row_cache.flush(&session.db)?;
        session
            .db
            .prepare_cached(
                "INSERT OR IGNORE INTO main.identifiers (name, verified, node) \
                 SELECT b.name, b.verified, b.node FROM temp.before_identifiers AS b \
                 JOIN main.aggregates AS a ON a.n = b.node WHERE a.id = ?1",
            )?
            .execute([label.as_slice()])?;
        session
            .db
            .prepare_cached(
                "UPDATE main.aggregates SET flags = flags | coalesce((SELECT b.flags FROM \
                 temp.before_aggregates AS b WHERE b.n = aggregates.n AND b.id = aggregates.id), 0) \
                 WHERE id = ?1",
            )?
            .execute([label.as_slice()])?;
        let next = session.row_cache.next();
        session.row_cache.roll_back(next);
        Ok(())
    }

    /// Lets an identifier lead to the node that was made for it: to nobody in particular where several
    /// people have it.
    pub fn lead_first(&mut self, key: &Key, node: NodeId) -> Result<(), StoreError> {
        self.store.lead_first(key, node)
    }

    /// Lets identifiers lead to nobody again that several people had, where it cannot be read any more
    /// who they were.
    pub fn keep_shared(&mut self) -> Result<(), StoreError> {
        let session = &mut self.store.session;
        session.row_cache.flush(&session.db)?;
        session.db.execute_batch(
            "INSERT OR REPLACE INTO main.identifiers (name, verified, node) \
             SELECT b.name, b.verified, b.node FROM temp.before_identifiers AS b \
             LEFT JOIN temp.before_aggregates AS a ON a.n = b.node \
             WHERE b.node = 0 OR a.flags & 512 <> 0; \
             UPDATE main.aggregates SET flags = flags | (SELECT b.flags FROM \
             temp.before_aggregates AS b WHERE b.n = aggregates.n AND b.id = aggregates.id) \
             WHERE n IN (SELECT n FROM temp.before_aggregates WHERE flags & 1536 <> 0);",
        )?;
        let next = session.row_cache.next();
        session.row_cache.roll_back(next);
        Ok(())
    }

    /// Lets the names of a company lead to its account again, where who said them is unreadable.
    pub fn keep_names(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.store
            .session
            .db
            .prepare_cached(
                "INSERT OR IGNORE INTO main.account_names (name, account) \
                 SELECT name, account FROM temp.before_account_names WHERE account = ?1",
            )?
            .execute([account.bytes().as_slice()])?;
        Ok(())
    }

    /// When a timer for this was due.
    pub fn timer(&self, wake: Wake) -> Result<Option<Moment>, StoreError> {
        let mut bytes = Vec::new();
        sealed::encode(&wake, &mut bytes);
        let sql = "SELECT max(due) FROM temp.before_timers WHERE wake = ?1";
        let mut find = self.store.session.db.prepare_cached(sql)?;
        let due: Option<i64> = find.query_row([bytes.as_slice()], |row| row.get(0))?;
        Ok(due.map(Moment))
    }

    /// Writes an open errand. Where it was put off longer than facts say, that stays: a destination
    /// that failed rests.
    pub fn put_errand(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        let (kind, id) = row.errand.to_stored();
        let sql = "SELECT due, claimed_until FROM temp.before_outbox WHERE id = ?1 AND kind = ?2";
        let before: Option<(i64, Option<i64>)> = self
            .store
            .session
            .db
            .prepare_cached(sql)?
            .query_row((id.as_slice(), kind), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let mut row = row.clone();
        if let Some((due, claimed_until)) = before.filter(|(due, _)| *due > row.due.0) {
            (row.due, row.claimed_until) = (Moment(due), claimed_until.map(Moment));
        }
        self.store.outbox_put(&row)
    }

    /// Whether a quarantine entry had a row.
    pub fn has_entry(&self, entry: QuarantineId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM temp.before_entries WHERE id = ?1)";
        let mut find = self.store.session.db.prepare_cached(sql)?;
        Ok(find.query_row([entry.bytes().as_slice()], |row| row.get(0))?)
    }

    /// Writes a quarantine entry, by what its row said it is told when it comes again, else by
    /// `item`: its origin and what it is told by.
    pub fn put_entry(
        &mut self,
        row: &EntryRow,
        item: Option<(&str, &[u8])>,
        found: &[Key],
    ) -> Result<(), StoreError> {
        let label = Session::entry_label(row.entry);
        let session = &self.store.session;
        let Some(known) = session.row_cache.labelled(&session.db, &label)? else { return Ok(()) };
        let before: Option<Option<Vec<u8>>> = session
            .db
            .prepare_cached("SELECT item FROM temp.before_entries WHERE id = ?1")?
            .query_row([row.entry.bytes().as_slice()], |row| row.get(0))
            .optional()?;
        let made = item.map(|(origin, item)| {
            let source = row.source.as_str().as_bytes();
            session.vault.name(&[b"item", source, origin.as_bytes(), item]).to_vec()
        });
        session
            .db
            .prepare_cached(
                "INSERT INTO entries (n, id, source, cause, field, line, import, signal, since, \
                 state, raw_at, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute((
                known.n,
                row.entry.bytes().as_slice(),
                row.source.as_str(),
                row.cause.as_str(),
                row.field.as_deref(),
                row.line.map(|line| line as i64),
                row.import.as_ref().map(|import| import.bytes().as_slice()),
                row.signal.as_ref().map(|signal| signal.bytes().as_slice()),
                row.since.0,
                row.state as i64,
                row.raw_at.0 as i64,
                before.unwrap_or(made),
            ))?;
        let mut find = session
            .db
            .prepare_cached("INSERT OR IGNORE INTO found (name, entry) VALUES (?1, ?2)")?;
        for key in found {
            find.execute((session.vault.identifier(key).as_slice(), known.n))?;
        }
        Ok(())
    }

    /// Notes that a node or a quarantine entry was erased, where that is not noted.
    pub fn note_erased(&mut self, owner: Erased) -> Result<(), StoreError> {
        let label = match owner {
            Erased::Node(node) => Label::of(Aggregate::Node(node)),
            Erased::Entry(entry) => Session::entry_label(entry),
        };
        let session = &self.store.session;
        let Some(known) = session.row_cache.labelled(&session.db, &label)? else { return Ok(()) };
        session
            .db
            .prepare_cached("INSERT OR IGNORE INTO erased (owner, settled) VALUES (?1, 0)")?
            .execute([known.n])?;
        Ok(())
    }

    /// Says what is in force, where its files are kept; whether anything was changed.
    pub fn put_force(&mut self, force: &StrategyInForce) -> Result<bool, StoreError> {
        let kept = self.store.strategy(force.version)?.is_some();
        let changes = kept && self.store.force()?.as_ref() != Some(force);
        if changes {
            self.store.put_force(force)?;
        }
        Ok(changes)
    }
}

/// What was erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Erased {
    /// A node.
    Node(NodeId),
    /// A quarantine entry.
    Entry(QuarantineId),
}

/// A fact as it stands in the journal: what is sealed is apart.
pub fn without_sealed(mut fact: Fact) -> Fact {
    sealed::strip(&mut fact);
    fact
}
