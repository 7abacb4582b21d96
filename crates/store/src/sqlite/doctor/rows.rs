//! Rows of current state say what the journal says, and the journal what they say.

use domain::fact::About;
use domain::{DeliveryId, QuarantineId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::reader::Reader;
use super::super::schema;
use super::super::session::Session;
use super::expected_state::{Bits, ExpectedState};
use crate::current::{Cursor, HandoffFilter};
use crate::error::StoreError;
use crate::folder_problem::FolderProblems;
use crate::quarantine::EntryState;
use crate::traits::Read;

/// Rows that are read at once.
const AT_ONCE: usize = 1_000;

/// Rows of handoffs say what the journal says.
pub(super) fn check_handoffs(
    reader: &Reader,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let mut cursor: Option<Cursor> = None;
    let mut seen = 0;
    loop {
        let page = reader.handoffs(&HandoffFilter::default(), cursor, AT_ONCE)?;
        for row in &page.rows {
            let Some((state, owner)) = known.handoffs.get(&row.handoff) else {
                problems.tell("store-handoff-differs", row.handoff, "no fact tells of it");
                continue;
            };
            seen += 1;
            if *state != row.state {
                let says = format!("it is `{state}` in the journal and `{}` in its row", row.state);
                problems.tell("store-handoff-differs", row.handoff, &says);
            }
            if *owner != row.owner {
                let says = "its owner in the journal is not that of its row";
                problems.tell("store-handoff-differs", row.handoff, says);
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if seen < known.handoffs.len() {
        for handoff in known.handoffs.keys() {
            if reader.handoff(*handoff)?.is_none() {
                problems.tell("store-handoff-differs", handoff, "it has no row");
            }
        }
    }
    Ok(())
}

/// Open deliveries have a row, and rows a fact.
pub(super) fn check_deliveries(
    session: &Session,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let mut statement = session.db.prepare("SELECT id, queued_at FROM outbox")?;
    let rows = statement
        .query_map([], |row| Ok((DeliveryId::from_bytes(row.get(0)?), row.get::<_, i64>(1)?)))?
        .collect::<Result<FxHashMap<_, _>, _>>()?;
    for (delivery, queued_at) in &rows {
        match known.open.get(delivery) {
            Some(queued) if queued.position == *queued_at => {}
            Some(_) => {
                problems.tell("store-delivery-differs", delivery, "its row points elsewhere");
            }
            None => {
                let says = "it is in the outbox, and no fact queued it or one closed it";
                problems.tell("store-delivery-differs", delivery, says);
            }
        }
    }
    for delivery in known.open.keys().filter(|delivery| !rows.contains_key(delivery)) {
        problems.tell("store-delivery-differs", delivery, "it is open, and not in the outbox");
    }
    Ok(())
}

/// What an open delivery sends is there unless its person was erased, and nothing else is kept but what
/// failed not long ago.
pub(super) fn check_bodies(
    reader: &Reader,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let db = &reader.session.db;
    let mut kept = FxHashSet::default();
    if schema::has_table(db, "bodies")? {
        let mut statement = db.prepare("SELECT errand, until IS NULL FROM bodies")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let delivery = DeliveryId::from_bytes(row.get(0)?);
            kept.insert(delivery);
            if row.get(1)? && !known.open.contains_key(&delivery) {
                let says = "it is closed, and what it sent is still kept";
                problems.tell("store-delivery-differs", delivery, says);
            }
        }
    }
    for (delivery, queued) in known.open.iter().filter(|(_, queued)| queued.apart) {
        if kept.contains(delivery) {
            continue;
        }
        let row = reader.handoff(queued.handoff)?;
        if row.is_none_or(|row| !known.erased_nodes.contains(&row.node)) {
            let says = "it is open, and what it sends is gone";
            problems.tell("store-part-missing", delivery, says);
        }
    }
    Ok(())
}

/// Every accepted signal is known for ever, and what waits was accepted.
pub(super) fn check_acceptance(
    session: &Session,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let mut rows = Bits::default();
    let mut statement = session.db.prepare("SELECT position, body IS NULL FROM dedupe")?;
    let mut query = statement.query([])?;
    while let Some(row) = query.next()? {
        let (position, bare): (i64, bool) = (row.get(0)?, row.get(1)?);
        if known.accepted.has(position) {
            rows.set(position);
            check_body(known, position, bare, problems);
        } else {
            problems.tell(
                "store-dedupe-missing",
                format!("entry {position}"),
                "an id is known, and its signal is not",
            );
        }
    }
    for position in known.accepted.all().filter(|position| !rows.has(*position)) {
        if is_taken_back(session, known, position)? {
            continue;
        }
        let says = "a signal was accepted, and its id is not known";
        problems.tell("store-dedupe-missing", format!("entry {position}"), says);
    }
    let mut statement = session.db.prepare("SELECT position FROM inbox")?;
    let mut query = statement.query([])?;
    while let Some(row) = query.next()? {
        let position: i64 = row.get(0)?;
        if !known.accepted.has(position) {
            let says = "something waits for its turn, and no signal was accepted there";
            problems.tell("store-inbox-stray", format!("entry {position}"), says);
        }
    }
    Ok(())
}

/// Whether a signal was taken back with its import, or again because of it.
fn is_taken_back(
    session: &Session,
    known: &ExpectedState,
    position: i64,
) -> Result<bool, StoreError> {
    if known.taken_back.is_empty() {
        return Ok(false);
    }
    let stored = session.load(position, None)?;
    let mut facts = stored.iter().flat_map(|stored| &stored.entry.facts);
    Ok(facts.any(|fact| {
        let About::Signal(signal) = fact.about() else { return false };
        known.taken_back.contains(&signal)
    }))
}

/// The hash of a signal's body is there until its person is erased, and no longer.
fn check_body(known: &ExpectedState, position: i64, bare: bool, problems: &mut FolderProblems) {
    let place = || format!("entry {position}");
    match (known.accepted_of_erased.has(position), bare) {
        (true, false) => {
            let says = "its person was erased, and the hash of its body is still there";
            problems.tell("store-erasure-incomplete", place(), says);
        }
        (false, true) => {
            let says = "the hash of its body is gone, and its person was not erased";
            problems.tell("store-dedupe-missing", place(), says);
        }
        (true, true) | (false, false) => {}
    }
}

/// Identifiers lead to nodes, and nodes have the identifiers that they were found by.
pub(super) fn check_identifiers(
    session: &Session,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let stray: i64 = session.db.query_row(
        // An identifier that several people have leads to nobody: to 0.
        "SELECT count(*) FROM identifiers \
         LEFT JOIN aggregates ON aggregates.n = identifiers.node \
         WHERE aggregates.n IS NULL AND identifiers.node <> 0",
        [],
        |row| row.get(0),
    )?;
    if stray > 0 {
        let says = format!("{stray} identifiers lead to no node");
        problems.tell("store-identifier-stray", "identifiers", &says);
    }
    let unfound: i64 = session.db.query_row(
        "SELECT count(*) FROM aggregates LEFT JOIN identifiers ON identifiers.node = aggregates.n \
         WHERE aggregates.flags & 255 <> 0 AND aggregates.flags & 1024 = 0 \
         AND identifiers.node IS NULL",
        [],
        |row| row.get(0),
    )?;
    if unfound > 0 {
        let says = format!("{unfound} nodes were found by identifiers that are gone");
        problems.tell("store-identifier-stray", "identifiers", &says);
    }
    Ok(())
}

/// Rows of quarantine entries say what the journal says.
pub(super) fn check_entries(
    reader: &Reader,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    for (entry, state) in &known.entries {
        let wanted = if known.erased_entries.contains(entry) { EntryState::Erased } else { *state };
        match reader.entry(*entry)? {
            Some(row) if row.state == wanted => {}
            Some(_) => problems.tell("store-quarantine-differs", entry, "its row says otherwise"),
            None => problems.tell("store-quarantine-differs", entry, "it has no row"),
        }
    }
    let mut statement = reader.session.db.prepare("SELECT id FROM entries")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let entry = QuarantineId::from_bytes(row.get(0)?);
        if !known.entries.contains_key(&entry) {
            problems.tell("store-quarantine-differs", entry, "no fact tells of it");
        }
    }
    Ok(())
}
