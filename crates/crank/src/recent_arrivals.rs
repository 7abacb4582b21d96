//! Whose recently accepted signals say that they are: most turns come right after the group that
//! accepted their signals, and need not read the identifiers again for it.

use std::sync::Arc;

use domain::SignalId;
use engine::identity::Identified;
use rustc_hash::FxHashMap;

/// Signals that are remembered. Beyond them identifiers are read again in the signal's turn.
const SIGNALS_MAX: usize = 1_024;
/// Identifiers of one of them. Those of one that has more are read again, too.
const KEYS_MAX: usize = 8;

/// The identifiers of signals that were accepted and have not had their turn.
#[derive(Default)]
pub(crate) struct RecentArrivals {
    identified: FxHashMap<SignalId, Arc<Identified>>,
}

impl RecentArrivals {
    /// Remembers what a signal says, if there is room.
    pub(crate) fn keep(&mut self, signal: SignalId, identified: Identified) {
        if self.identified.len() < SIGNALS_MAX && identified.keys.len() <= KEYS_MAX {
            self.identified.insert(signal, Arc::new(identified));
        }
    }

    /// Hands over what a signal says.
    pub(crate) fn take(&mut self, signal: SignalId) -> Option<Arc<Identified>> {
        self.identified.remove(&signal)
    }

    /// Forgets all: what was accepted is not there, or may not be known any more.
    pub(crate) fn forget(&mut self) {
        self.identified.clear();
    }
}
