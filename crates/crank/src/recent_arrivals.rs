//! What signals say that were accepted a moment ago: most turns come right after the group that
//! accepted their signals, and need not open and read the journal for it.

use std::sync::Arc;

use domain::signal::Incoming;
use domain::{ImportId, Moment};
use engine::arrived::Arrived;
use engine::identity::Identified;
use engine::state::bytes_of_content;
use rustc_hash::FxHashMap;
use store::{Accepted, Position};

/// Signals that are remembered. Beyond them they are read again in their turn.
const SIGNALS_MAX: usize = 1_024;
/// Bytes of what one of them says. One that says more is read again, too.
const BYTES_MAX: usize = 4 << 10;

/// Signals that wait for their turn, by where they stand in the journal.
#[derive(Default)]
pub(crate) struct RecentArrivals {
    signals: FxHashMap<Position, RecentArrival>,
}

/// A signal as it was accepted.
pub(crate) struct RecentArrival {
    pub(crate) arrived: Arrived,
    /// The import that brought it.
    pub(crate) import: Option<ImportId>,
}

impl RecentArrivals {
    /// Remembers what a signal says that was accepted at a moment, if there is room.
    pub(crate) fn keep(
        &mut self,
        incoming: &Incoming,
        accepted: Accepted,
        (moment, import): (Moment, Option<ImportId>),
        identified: Identified,
    ) {
        let Incoming { source, content, .. } = incoming;
        if self.signals.len() >= SIGNALS_MAX || bytes_of_content(content) > BYTES_MAX {
            return;
        }
        let Accepted { signal, node, position, .. } = accepted;
        let (source, content) = (source.clone(), content.clone());
        let identified = Arc::new(identified);
        let arrived = Arrived::identified(signal, node, source, moment, content, identified);
        self.signals.insert(position, RecentArrival { arrived, import });
    }

    /// Hands over what a signal says, or forgets it.
    pub(crate) fn take(&mut self, position: Position) -> Option<RecentArrival> {
        self.signals.remove(&position)
    }

    /// Forgets all: what was accepted is not there, or may not be known any more.
    pub(crate) fn forget(&mut self) {
        self.signals.clear();
    }
}
