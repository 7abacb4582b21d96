//! Whose recently accepted signals say that they are: most turns come right after the group that
//! accepted their signals, and need not read the identifiers again for it.

use std::sync::Arc;

use engine::identity::Identified;
use rustc_hash::FxHashMap;
use store::Position;

/// Signals that are remembered. Beyond them identifiers are read again in the signal's turn.
const SIGNALS_MAX: usize = 1_024;
/// Identifiers of one of them. Those of one that has more are read again, too.
const KEYS_MAX: usize = 8;

/// The identifiers of signals that wait for their turn, by where they stand in the journal.
#[derive(Default)]
pub(crate) struct RecentArrivals {
    identified: FxHashMap<Position, Arc<Identified>>,
}

impl RecentArrivals {
    /// Remembers what a signal says, if there is room.
    pub(crate) fn keep(&mut self, position: Position, identified: Identified) {
        if self.identified.len() < SIGNALS_MAX && identified.keys.len() <= KEYS_MAX {
            self.identified.insert(position, Arc::new(identified));
        }
    }

    /// Hands over what a signal says, or forgets it.
    pub(crate) fn take(&mut self, position: Position) -> Option<Arc<Identified>> {
        self.identified.remove(&position)
    }

    /// Forgets all: what was accepted is not there, or may not be known any more.
    pub(crate) fn forget(&mut self) {
        self.identified.clear();
    }
}
