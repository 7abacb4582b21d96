//! The doctor: everything that can be wrong with a data folder, found without changing it.

use std::path::Path;

use domain::errand::Wake;
use domain::fact::Fact;
use domain::handoff::{Owner, State, Target};
use domain::{DeliveryId, HandoffId, Moment, NodeId, QuarantineId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::audit::{self, Line};
use super::folder::{self, DATABASE, KEYS};
use super::keyring::Found;
use super::reader::Reader;
use super::shelf::{Shelf, Shelved};
use super::vault::ENTRY_LABEL;
use super::working::{self, Row};
use crate::ailment::{Ailment, Ailments};
use crate::current::{Cursor, HandoffFilter};
use crate::error::StoreError;
use crate::narrow::Read;
use crate::quarantine::EntryState;

/// Rows that are read at once.
const AT_ONCE: usize = 1_000;

/// Looks a folder over. An error means that it could not even be looked at.
pub fn examine(path: &Path) -> Result<Vec<Ailment>, StoreError> {
    let mut ailments = Ailments::default();
    if let Err(StoreError::OpenToOthers { path, mode, .. }) = folder::check_modes(path) {
        let says = format!("others may use it (mode {mode:o})");
        ailments.tell("store-open-to-others", path.display(), &says);
    }
    let reader = Reader::open(path)?;
    check_files(&reader, &mut ailments)?;
    let verdict = audit::verify(&reader)?;
    let mut told = ailments.finish();
    told.extend(verdict.ailments);
    let mut ailments = Ailments::default();
    let shelf = reader.shelf()?;
    let mut known = Known::default();
    // One snapshot: a server that goes on meanwhile would differ from what was read before.
    let _snapshot = shelf.snapshot()?;
    audit::walk(shelf, |line| {
        known.line(&line);
        Ok(())
    })?;
    check_keys(shelf, &mut ailments)?;
    check_handoffs(&reader, &known, &mut ailments)?;
    check_deliveries(shelf, &known, &mut ailments)?;
    check_timers(shelf, &known, &mut ailments)?;
    check_acceptance(shelf, &known, &mut ailments)?;
    check_identifiers(shelf, &mut ailments)?;
    check_entries(&reader, &known, &mut ailments)?;
    told.extend(ailments.finish());
    Ok(told)
}

/// What the journal says of how things stand.
#[derive(Default)]
struct Known {
    handoffs: FxHashMap<HandoffId, (State, Owner)>,
    open: FxHashMap<DeliveryId, i64>,
    clocks: FxHashMap<(HandoffId, Target), (u32, Moment)>,
    /// Positions of accepted signals.
    accepted: Bits,
    entries: FxHashMap<QuarantineId, EntryState>,
    erased: FxHashSet<QuarantineId>,
}

/// A set of positions.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, at: i64) {
        let word = (at / 64) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (at % 64);
    }

    fn has(&self, at: i64) -> bool {
        self.0.get((at / 64) as usize).is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    fn all(&self) -> impl Iterator<Item = i64> {
        let bits = |(at, word): (usize, &u64)| {
            let word = *word;
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| at as i64 * 64 + bit)
        };
        self.0.iter().enumerate().flat_map(bits)
    }
}

impl Known {
    fn line(&mut self, line: &Line) {
        for fact in line.entry.iter().flat_map(|entry| &entry.facts) {
            self.fact(fact, line.position);
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "few facts leave something open")]
    fn fact(&mut self, fact: &Fact, position: i64) {
        match fact {
            Fact::SignalArrived { .. } => self.accepted.set(position),
            Fact::SignalQuarantined { entry, .. } => {
                self.entries.insert(*entry, EntryState::Waiting);
            }
            Fact::QuarantineRepaired { entry, .. } => {
                self.entries.insert(*entry, EntryState::Repaired);
            }
            Fact::QuarantineReleased { entry, .. } => {
                self.entries.insert(*entry, EntryState::Released);
            }
            Fact::QuarantineDiscarded { entry } => {
                self.entries.insert(*entry, EntryState::Discarded);
            }
            Fact::PersonErased { entries, .. } => self.erased.extend(entries),
            Fact::HandoffProposed { handoff, .. } => {
                self.handoffs.insert(*handoff, (State::Proposed, Owner::Engine));
            }
            Fact::OwnerAssigned { handoff, owner, .. } => {
                if let Some((_, known)) = self.handoffs.get_mut(handoff) {
                    known.clone_from(owner);
                }
            }
            Fact::HandoffMoved { handoff, state, .. }
            | Fact::OutcomeRecorded { handoff, outcome: state, .. } => {
                if let Some((known, _)) = self.handoffs.get_mut(handoff) {
                    *known = *state;
                }
            }
            Fact::ClockStarted { handoff, target, due, generation, .. } => {
                self.clocks.insert((*handoff, *target), (*generation, *due));
            }
            Fact::ClockStopped { handoff, target, .. }
            | Fact::SlaBreached { handoff, target, .. } => {
                self.clocks.remove(&(*handoff, *target));
            }
            Fact::DeliveryQueued { delivery, .. } => {
                self.open.insert(*delivery, position);
            }
            Fact::DeliveryMoved { delivery, state, .. } if state.is_closed() => {
                self.open.remove(delivery);
            }
            _ => {}
        }
    }
}

/// What SQLite itself says of its files, and what was left undone.
fn check_files(reader: &Reader, ailments: &mut Ailments) -> Result<(), StoreError> {
    let shelf = reader.shelf()?;
    for (db, name) in [(&shelf.db, DATABASE), (shelf.keys.db(), KEYS)] {
        let mut statement = db.prepare("PRAGMA integrity_check(20)")?;
        let says =
            statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        for says in says.iter().filter(|says| *says != "ok") {
            ailments.tell("store-database-damaged", name, says);
        }
    }
    let unsettled: i64 =
        shelf
            .db
            .query_row("SELECT count(*) FROM erased WHERE settled = 0", [], |row| row.get(0))?;
    if unsettled > 0 {
        let says = format!("{unsettled} keys of erased people are still to be destroyed");
        ailments.tell("store-erasure-unsettled", KEYS, &says);
    }
    Ok(())
}

/// Whoever has a sealed part must have a key that opens, unless they were erased.
fn check_keys(shelf: &Shelf, ailments: &mut Ailments) -> Result<(), StoreError> {
    let mut erased = shelf.db.prepare("SELECT EXISTS (SELECT 1 FROM erased WHERE owner = ?1)")?;
    let mut after = 0;
    loop {
        let rows = working::select(
            &shelf.db,
            "n > ?1 AND sealed > 0 ORDER BY n LIMIT ?2",
            (after, AT_ONCE as i64),
        )?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.n;
        for row in &rows {
            let says = match shelf.keys.find(row.n, &row.label, &shelf.vault)? {
                Found::Key(_) => continue,
                Found::Destroyed => {
                    if erased.query_row([row.n], |row| row.get(0))? {
                        continue;
                    }
                    "its key was destroyed, and it was not erased"
                }
                Found::Missing => "its key is missing",
                Found::Undecipherable => "its key does not open under the master key",
            };
            ailments.tell("store-key-missing", owner_name(row), says);
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

/// Rows of handoffs say what the journal says.
fn check_handoffs(
    reader: &Reader,
    known: &Known,
    ailments: &mut Ailments,
) -> Result<(), StoreError> {
    let mut cursor: Option<Cursor> = None;
    let mut seen = 0;
    loop {
        let page = reader.handoffs(&HandoffFilter::default(), cursor, AT_ONCE)?;
        for row in &page.rows {
            let Some((state, owner)) = known.handoffs.get(&row.handoff) else {
                ailments.tell("store-handoff-differs", row.handoff, "no fact tells of it");
                continue;
            };
            seen += 1;
            if *state != row.state {
                let says = format!("it is `{state}` in the journal and `{}` in its row", row.state);
                ailments.tell("store-handoff-differs", row.handoff, &says);
            }
            if *owner != row.owner {
                let says = "its owner in the journal is not that of its row";
                ailments.tell("store-handoff-differs", row.handoff, says);
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
                ailments.tell("store-handoff-differs", handoff, "it has no row");
            }
        }
    }
    Ok(())
}

/// Open deliveries have a row, and rows a fact.
fn check_deliveries(
    shelf: &Shelf,
    known: &Known,
    ailments: &mut Ailments,
) -> Result<(), StoreError> {
    let mut statement = shelf.db.prepare("SELECT id, queued_at FROM outbox")?;
    let rows = statement
        .query_map([], |row| Ok((DeliveryId::from_bytes(row.get(0)?), row.get::<_, i64>(1)?)))?
        .collect::<Result<FxHashMap<_, _>, _>>()?;
    for (delivery, queued_at) in &rows {
        match known.open.get(delivery) {
            Some(position) if position == queued_at => {}
            Some(_) => {
                ailments.tell("store-delivery-differs", delivery, "its row points elsewhere");
            }
            None => {
                let says = "it is in the outbox, and no fact queued it or one closed it";
                ailments.tell("store-delivery-differs", delivery, says);
            }
        }
    }
    for delivery in known.open.keys().filter(|delivery| !rows.contains_key(delivery)) {
        ailments.tell("store-delivery-differs", delivery, "it is open, and not in the outbox");
    }
    Ok(())
}

/// An open clock of an open handoff has a timer.
fn check_timers(shelf: &Shelf, known: &Known, ailments: &mut Ailments) -> Result<(), StoreError> {
    let mut find =
        shelf.db.prepare("SELECT EXISTS (SELECT 1 FROM timers WHERE due = ?1 AND wake = ?2)")?;
    for ((handoff, target), (generation, due)) in &known.clocks {
        let open = known.handoffs.get(handoff).is_some_and(|(state, _)| !state.is_terminal());
        let wake = Wake::Due { handoff: *handoff, target: *target, generation: *generation };
        let mut bytes = Vec::new();
        crate::sealed::encode(&wake, &mut bytes);
        if open && !find.query_row((due.0, bytes), |row| row.get::<_, bool>(0))? {
            let says = format!("its clock towards `{target}` runs, and no timer ends it");
            ailments.tell("store-timer-missing", handoff, &says);
        }
    }
    Ok(())
}

/// Every accepted signal is known for ever, and what waits was accepted.
fn check_acceptance(
    shelf: &Shelf,
    known: &Known,
    ailments: &mut Ailments,
) -> Result<(), StoreError> {
    let mut rows = Bits::default();
    let mut statement = shelf.db.prepare("SELECT position FROM dedupe")?;
    let mut query = statement.query([])?;
    while let Some(row) = query.next()? {
        let position: i64 = row.get(0)?;
        if known.accepted.has(position) {
            rows.set(position);
        } else {
            ailments.tell(
                "store-dedupe-missing",
                format!("entry {position}"),
                "an id is known, and its signal is not",
            );
        }
    }
    for position in known.accepted.all().filter(|position| !rows.has(*position)) {
        let says = "a signal was accepted, and its id is not known";
        ailments.tell("store-dedupe-missing", format!("entry {position}"), says);
    }
    let mut statement = shelf.db.prepare("SELECT position FROM inbox")?;
    let mut query = statement.query([])?;
    while let Some(row) = query.next()? {
        let position: i64 = row.get(0)?;
        if !known.accepted.has(position) {
            let says = "something waits for its turn, and no signal was accepted there";
            ailments.tell("store-inbox-stray", format!("entry {position}"), says);
        }
    }
    Ok(())
}

fn check_identifiers(shelf: &Shelf, ailments: &mut Ailments) -> Result<(), StoreError> {
    let stray: i64 = shelf.db.query_row(
        "SELECT count(*) FROM identifiers \
         LEFT JOIN aggregates ON aggregates.n = identifiers.node WHERE aggregates.n IS NULL",
        [],
        |row| row.get(0),
    )?;
    if stray > 0 {
        let says = format!("{stray} identifiers lead to no node");
        ailments.tell("store-identifier-stray", "identifiers", &says);
    }
    Ok(())
}

/// Rows of quarantine entries say what the journal says.
fn check_entries(
    reader: &Reader,
    known: &Known,
    ailments: &mut Ailments,
) -> Result<(), StoreError> {
    for (entry, state) in &known.entries {
        let wanted = if known.erased.contains(entry) { EntryState::Erased } else { *state };
        match reader.entry(*entry)? {
            Some(row) if row.state == wanted => {}
            Some(_) => ailments.tell("store-quarantine-differs", entry, "its row says otherwise"),
            None => ailments.tell("store-quarantine-differs", entry, "it has no row"),
        }
    }
    Ok(())
}
