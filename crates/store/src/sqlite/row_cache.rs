//! The rows of aggregates that the current group has touched: read once, changed in memory,
//! written when the group commits.

use std::cell::RefCell;

use domain::{AccountId, NodeId, PersonId};
use rusqlite::{Connection, OptionalExtension};
use rustc_hash::{FxHashMap, FxHashSet};

use super::vault::Label;
use crate::error::StoreError;
use crate::identity::{Kinds, NodeRow, Pointer};

/// Rows that stay in memory from one group to the next.
const KEPT: usize = 65_536;
const VERIFIED: i64 = 1 << 8;
/// The node was made for an identifier that several people have.
const SHARED: i64 = 1 << 9;
/// All that led to the node was found to be held by several people, or by an earlier turn's node.
const LEFT: i64 = 1 << 10;

/// An aggregate, or another owner of a key.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) n: i64,
    pub(super) label: Label,
    /// Its last position in the journal.
    pub(super) last: i64,
    /// Its last sealed part.
    pub(super) sealed: i64,
    pub(super) pointer: Option<Pointer>,
    flags: i64,
    state: RowState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RowState {
    Clean,
    Changed,
    New,
}

impl Row {
    /// As a node.
    pub(super) fn node(&self) -> NodeRow {
        NodeRow {
            node: NodeId::from_bytes(self.label.id()),
            pointer: self.pointer,
            verified: self.flags & VERIFIED != 0,
            kinds: Kinds(self.flags as u8),
            shared: self.flags & SHARED != 0,
        }
    }

    /// Sets what leads to the node.
    pub(super) fn found_by(&mut self, kinds: Kinds, verified: bool) {
        let kept = self.flags & (SHARED | LEFT);
        self.flags = kept | i64::from(kinds.0) | if verified { VERIFIED } else { 0 };
    }

    /// Nothing leads to it any more, and nobody knows what once did.
    pub(super) const fn found_by_nothing(&mut self) {
        self.flags = 0;
    }

    /// Notes that it was made for an identifier that several people have.
    pub(super) const fn made_for_shared(&mut self) {
        self.flags |= SHARED;
    }

    /// Notes that nothing leads to it any more.
    pub(super) const fn left_alone(&mut self) {
        self.flags |= LEFT;
    }
}

/// Cached rows of aggregates.
#[derive(Default)]
pub(super) struct RowCache {
    rows: RefCell<FxHashMap<i64, Row>>,
    numbers: RefCell<FxHashMap<Label, i64>>,
    touched: RefCell<Vec<i64>>,
    /// People who got or lost a node since rows were written last.
    moved: RefCell<FxHashSet<PersonId>>,
    next: i64,
    /// A reader beside the writer keeps nothing: what it read may have changed since.
    keeps: bool,
}

const COLUMNS: &str = "n, id, last, sealed, person, account, flags";

impl RowCache {
    /// For the writer, whose rows nobody else changes.
    pub(super) fn of_writer(db: &Connection) -> Result<Self, StoreError> {
        let next =
            db.query_row("SELECT coalesce(max(n), 0) + 1 FROM aggregates", [], |row| row.get(0))?;
        Ok(Self { next, keeps: true, ..Self::default() })
    }

    /// For a reader.
    pub(super) fn of_reader() -> Self {
        Self::default()
    }

    /// The row of this number.
    pub(super) fn row(&self, db: &Connection, n: i64) -> Result<Option<Row>, StoreError> {
        if let Some(row) = self.rows.borrow().get(&n) {
            return Ok(Some(*row));
        }
        let row = db
            .prepare_cached(
                "SELECT n, id, last, sealed, person, account, flags FROM aggregates WHERE n = ?1",
            )?
            .query_row([n], read_row)
            .optional()?;
        Ok(row.inspect(|row| self.keep(row)))
    }

    /// The row of this label.
    pub(super) fn labelled(
        &self,
        db: &Connection,
        label: &Label,
    ) -> Result<Option<Row>, StoreError> {
        if let Some(n) = self.numbers.borrow().get(label).copied() {
            return self.row(db, n);
        }
        let row = db
            .prepare_cached(
                "SELECT n, id, last, sealed, person, account, flags FROM aggregates WHERE id = ?1",
            )?
            .query_row([label.as_slice()], read_row)
            .optional()?;
        Ok(row.inspect(|row| self.keep(row)))
    }

    fn keep(&self, row: &Row) {
        if self.keeps {
            self.rows.borrow_mut().insert(row.n, *row);
            self.numbers.borrow_mut().insert(row.label, row.n);
        }
    }

    /// A row for something new.
    pub(super) fn add(&mut self, label: Label) -> Row {
        let n = self.next;
        self.next += 1;
        let row =
            Row { n, label, last: 0, sealed: 0, pointer: None, flags: 0, state: RowState::New };
        self.keep(&row);
        self.touched.get_mut().push(n);
        row
    }

    /// Puts a changed row back.
    pub(super) fn change(&mut self, mut row: Row) {
        if row.state == RowState::Clean {
            row.state = RowState::Changed;
            self.touched.get_mut().push(row.n);
        }
        let before = self.rows.get_mut().insert(row.n, row);
        let person = |row: Row| row.pointer.map(|pointer| pointer.person);
        let (was, is) = (before.and_then(person), person(row));
        if was != is {
            self.moved.get_mut().extend([was, is].into_iter().flatten());
        }
    }

    /// The rows of a person's nodes, in the order of their numbers. Rows are written first only where the
    /// table does not have the person's nodes: most of a group's turns would write the same rows again.
    pub(super) fn of_person(
        &self,
        db: &Connection,
        person: PersonId,
    ) -> Result<Vec<Row>, StoreError> {
        if self.moved.borrow().contains(&person) {
            self.flush(db)?;
        }
        let mut rows = select(db, "person = ?1 ORDER BY n", [person.bytes().as_slice()])?;
        let known = self.rows.borrow();
        for row in &mut rows {
            if let Some(known) = known.get(&row.n) {
                *row = *known;
            }
        }
        Ok(rows)
    }

    /// Writes what was changed, in the order of its numbers.
    pub(super) fn flush(&self, db: &Connection) -> Result<(), StoreError> {
        self.moved.borrow_mut().clear();
        let mut touched = self.touched.borrow_mut();
        if touched.is_empty() {
            return Ok(());
        }
        touched.sort_unstable();
        let mut rows = self.rows.borrow_mut();
        let mut insert = db.prepare_cached(
            "INSERT INTO aggregates (n, id, last, sealed, person, account, flags) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let mut update = db.prepare_cached(
            "UPDATE aggregates SET last = ?2, sealed = ?3, person = ?4, account = ?5, flags = ?6 \
             WHERE n = ?1",
        )?;
        for n in touched.drain(..) {
            let row = rows.get_mut(&n).expect("what was touched is at hand");
            let person = row.pointer.map(|pointer| *pointer.person.bytes());
            let account = row.pointer.map(|pointer| *pointer.account.bytes());
            let person = person.as_ref().map(<[u8; 10]>::as_slice);
            let account = account.as_ref().map(<[u8; 10]>::as_slice);
            if row.state == RowState::New {
                let label = row.label.as_slice();
                insert.execute((n, label, row.last, row.sealed, person, account, row.flags))?;
            } else {
                update.execute((n, row.last, row.sealed, person, account, row.flags))?;
            }
            row.state = RowState::Clean;
        }
        Ok(())
    }

    /// Keeps memory bounded between groups.
    pub(super) fn shrink(&mut self) {
        if self.rows.get_mut().len() > KEPT {
            self.rows.get_mut().clear();
            self.numbers.get_mut().clear();
        }
    }

    /// Forgets what the group did.
    pub(super) fn roll_back(&mut self, next: i64) {
        self.rows.get_mut().clear();
        self.numbers.get_mut().clear();
        self.touched.get_mut().clear();
        self.moved.get_mut().clear();
        self.next = next;
    }

    /// The number that the next new row gets.
    pub(super) const fn next(&self) -> i64 {
        self.next
    }
}

/// Reads the columns `n, id, last, sealed, person, account, flags`.
pub(super) fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let label = Label::read(row.get_ref(1)?.as_blob()?).ok_or(rusqlite::Error::InvalidQuery)?;
    let person: Option<[u8; 10]> = row.get(4)?;
    let account: Option<[u8; 10]> = row.get(5)?;
    let pointer = person.zip(account).map(|(person, account)| Pointer {
        person: PersonId::from_bytes(person),
        account: AccountId::from_bytes(account),
    });
    Ok(Row {
        n: row.get(0)?,
        label,
        last: row.get(2)?,
        sealed: row.get(3)?,
        pointer,
        flags: row.get(6)?,
        state: RowState::Clean,
    })
}

/// Reads all rows that a condition selects.
pub(super) fn select(
    db: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Row>, StoreError> {
    let mut statement =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM aggregates WHERE {condition}"))?;
    let rows = statement.query_map(parameters, read_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
