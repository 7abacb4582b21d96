//! Whose the signals are that quarantine holds.

use std::collections::BTreeMap;

use domain::fact::{Aggregate, Fact};
use domain::{NodeId, QuarantineId, SignalId};

use crate::error::StoreError;
use crate::identity::Key;
use crate::journal::Position;
use crate::quarantine::{EntryRow, EntryState};
use crate::traits::Read;

/// Of the entries that hold a signal, those whose signal arrived at one of these nodes. Such a signal
/// need not name anybody.
pub(crate) fn held_of(
    store: &impl Read,
    nodes: &[NodeId],
    held: &BTreeMap<SignalId, QuarantineId>,
) -> Result<Vec<QuarantineId>, StoreError> {
    let mut theirs = Vec::new();
    if held.is_empty() {
        return Ok(theirs);
    }
    for node in nodes {
        let history = store.history(Aggregate::Node(*node), Position::START, None, None)?;
        for fact in history.iter().flat_map(|stored| &stored.entry.facts) {
            if let Fact::SignalArrived { signal, .. } = fact {
                theirs.extend(held.get(signal));
            }
        }
    }
    Ok(theirs)
}

/// Entries of quarantine that are looked through for signals that were held after they were read.
const ENTRIES_MAX: usize = 10_000;
/// Entries that are read in one go.
const STRIDE: usize = 500;

/// The entries of quarantine that somebody still has to do something about and that name one of these
/// identifiers, newest first: those in whose bytes one stands, and those whose signal arrived at somebody who
/// is known by one.
pub fn entries_naming(store: &impl Read, keys: &[Key]) -> Result<Vec<EntryRow>, StoreError> {
    let mut rows = Vec::new();
    for entry in store.entries_found_by(keys)? {
        rows.extend(store.entry(entry)?.filter(|row| row.state.is_open()));
    }
    let nodes: Vec<NodeId> =
        store.candidates(keys)?.into_iter().flatten().map(|row| row.node).collect();
    if !nodes.is_empty() {
        let held = held_signals(store)?;
        let by_signal = held.iter().map(|(signal, row)| (*signal, row.entry)).collect();
        let theirs = held_of(store, &nodes, &by_signal)?;
        rows.extend(held.into_values().filter(|row| theirs.contains(&row.entry)));
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.since, row.entry)));
    rows.dedup_by_key(|row| row.entry);
    Ok(rows)
}

/// The entries that hold a signal and that nobody has dealt with, the newest of them.
fn held_signals(store: &impl Read) -> Result<BTreeMap<SignalId, EntryRow>, StoreError> {
    let mut held = BTreeMap::new();
    for state in EntryState::ALL.into_iter().filter(|state| state.is_open()) {
        let (mut cursor, mut looked) = (None, 0);
        loop {
            let page = store.entries(Some(state), cursor, STRIDE)?;
            looked += page.rows.len();
            held.extend(page.rows.into_iter().filter_map(|row| Some((row.signal?, row))));
            cursor = page.next;
            if cursor.is_none() || looked >= ENTRIES_MAX {
                break;
            }
        }
    }
    Ok(held)
}
