//! Whose the signals are that quarantine holds.

use std::collections::BTreeMap;

use domain::fact::{Aggregate, Fact};
use domain::{NodeId, QuarantineId, SignalId};

use crate::error::StoreError;
use crate::journal::Position;
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
