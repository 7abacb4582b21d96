//! Handoffs that changed, for whoever shows them live. Nothing is noted unless somebody asked for it.

use domain::HandoffId;
use store::Position;

/// A handoff that changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HandoffChanged {
    /// The last entry of the turn that changed it.
    pub at: Position,
    /// Which handoff.
    pub handoff: HandoffId,
    /// Its version from then on.
    pub version: u64,
}

/// What changed since somebody asked last, and what the open group changes besides.
#[derive(Debug, Default)]
pub(crate) struct ChangedHandoffs {
    is_wanted: bool,
    durable: Vec<HandoffChanged>,
    open: Vec<HandoffChanged>,
}

impl ChangedHandoffs {
    /// From here on changes are noted.
    pub(crate) const fn want(&mut self) {
        self.is_wanted = true;
    }

    pub(crate) fn note(&mut self, changed: HandoffChanged) {
        if self.is_wanted {
            self.open.push(changed);
        }
    }

    /// The open group is durable.
    pub(crate) fn committed(&mut self) {
        self.durable.append(&mut self.open);
    }

    /// The open group never was.
    pub(crate) fn forget(&mut self) {
        self.open.clear();
    }

    /// Gives what is durable, once.
    pub(crate) fn take(&mut self) -> Vec<HandoffChanged> {
        std::mem::take(&mut self.durable)
    }
}
