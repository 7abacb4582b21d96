//! The files themselves, the keys in them, and what an erasure must have left behind.

use std::path::Path;

use domain::fact::Aggregate;
use domain::{NodeId, QuarantineId};
use rusqlite::Connection;
use rustc_hash::FxHashSet;

use super::super::folder::{KEYS, missing};
use super::super::keyring::KeyLookup;
use super::super::row_cache::{self, Row};
use super::super::session::Session;
use super::super::settings;
use super::super::vault::{ENTRY_LABEL, Label};
use super::expected_state::ExpectedState;
use crate::error::StoreError;
use crate::folder_problem::FolderProblems;

/// Rows that are read at once.
const AT_ONCE: usize = 1_000;

/// What SQLite itself says of a file; whether it could be read.
pub(super) fn check_file(
    path: &Path,
    name: &'static str,
    problems: &mut FolderProblems,
) -> Result<bool, StoreError> {
    let file = path.join(name);
    if !file.exists() {
        problems.note(name, Err::<(), _>(missing(name)))?;
        return Ok(false);
    }
    let says = settings::reader(&file).and_then(|db| integrity(&db));
    let Some(says) = problems.note(name, says)? else { return Ok(false) };
    for says in says.iter().filter(|says| *says != "ok") {
        problems.tell("store-database-damaged", name, says);
    }
    Ok(true)
}

fn integrity(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare("PRAGMA integrity_check(20)")?;
    let says = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(says)
}

/// Erasures are finished.
pub(super) fn check_settled(
    session: &Session,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let unsettled: i64 =
        session
            .db
            .query_row("SELECT count(*) FROM erased WHERE settled = 0", [], |row| row.get(0))?;
    if unsettled > 0 {
        let says = format!("{unsettled} keys of erased people are still to be destroyed");
        problems.tell("store-erasure-unsettled", KEYS, &says);
    }
    Ok(())
}

/// Whoever has a sealed part must have a key that opens, unless they were erased.
pub(super) fn check_keys(
    session: &Session,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let rows = row_cache::select(
            &session.db,
            "n > ?1 AND sealed > 0 ORDER BY n LIMIT ?2",
            (after, AT_ONCE as i64),
        )?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.n;
        for row in &rows {
            let says = match session.find_key(row.n, &row.label)? {
                KeyLookup::Key(_) => continue,
                KeyLookup::Destroyed if session.is_erased(row.n)? => continue,
                KeyLookup::Destroyed => {
                    "its key was destroyed, and the journal has no erasure of it, as where an \
                     older `baton.db` was put back; erase it again"
                }
                KeyLookup::Missing => "its key is missing",
                KeyLookup::Undecipherable => "its key does not open under the master key",
            };
            problems.tell("store-key-missing", owner_name(row), says);
        }
    }
}

fn owner_name(row: &Row) -> String {
    match row.label.as_slice().first() {
        Some(0) => NodeId::from_bytes(row.label.id()).to_string(),
        Some(&ENTRY_LABEL) => QuarantineId::from_bytes(row.label.id()).to_string(),
        Some(_) | None => format!("aggregate {}", row.n),
    }
}

/// Who was erased has a fact that says so, and nothing else: no ciphertext, no identifier. Whoever a
/// fact says was erased counts as erased.
pub(super) fn check_erased(
    session: &Session,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let nodes = known.erased_nodes.iter().map(|node| Label::of(Aggregate::Node(*node)));
    let entries = known.erased_entries.iter().map(|entry| Session::entry_label(*entry));
    let said: FxHashSet<Label> = nodes.chain(entries).collect();
    for label in &said {
        let Some(row) = session.row_cache.labelled(&session.db, label)? else { continue };
        if !session.is_erased(row.n)? {
            let says = "a fact says that it was erased, and its key is not to be destroyed";
            problems.tell("store-erasure-incomplete", owner_name(&row), says);
        }
    }
    for row in row_cache::select(&session.db, "n IN (SELECT owner FROM erased) ORDER BY n", [])? {
        if !said.contains(&row.label) {
            let says = "it counts as erased, and no fact says so";
            problems.tell("store-erasure-incomplete", owner_name(&row), says);
        }
        if has_parts(session, &row)? {
            let says = "it was erased, and ciphertext of it is still there";
            problems.tell("store-erasure-incomplete", owner_name(&row), says);
        }
    }
    for (table, counting, what) in [
        (
            "identifiers",
            "SELECT count(*) FROM erased JOIN identifiers ON node = owner",
            "identifiers lead to somebody who was erased",
        ),
        (
            "answers",
            "SELECT count(*) FROM answers WHERE substr(request, 1, 10) IN \
             (SELECT substr(id, 2) FROM erased JOIN aggregates ON n = owner)",
            "stored answers are about somebody who was erased",
        ),
    ] {
        let left: i64 = session.db.query_row(counting, [], |row| row.get(0))?;
        if left > 0 {
            problems.tell("store-erasure-incomplete", table, &format!("{left} {what}"));
        }
    }
    Ok(())
}

/// Whether any sealed part of an owner still has its bytes.
fn has_parts(session: &Session, row: &Row) -> Result<bool, StoreError> {
    let mut statement = session.db.prepare_cached(
        "WITH RECURSIVE chain (at) AS (VALUES (?1) UNION \
         SELECT prev FROM sealed JOIN chain ON key = at WHERE prev < key) \
         SELECT EXISTS (SELECT 1 FROM sealed JOIN chain ON key = at WHERE bytes IS NOT NULL)",
    )?;
    Ok(statement.query_row([row.sealed], |row| row.get(0))?)
}
