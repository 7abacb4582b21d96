//! What was parked since the start: counted, and told once for the log.

use domain::reason::Code;
use domain::{DeliveryId, HandoffId, QuarantineId, SignalId};

use crate::error::CrankError;

/// Parked items that are told one by one; the others are only counted.
const TOLD_MAX: usize = 1_000;

/// An item that was parked, for the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parked {
    /// What it is.
    pub what: ParkedItem,
    /// The code of the reason.
    pub code: Code,
    /// The entry of the journal that cannot be read, where that is the reason.
    pub entry: Option<u64>,
}

/// Why something is parked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ParkCause {
    pub(crate) code: Code,
    /// The entry of the journal that cannot be read, where that is the reason.
    pub(crate) entry: Option<u64>,
}

impl ParkCause {
    pub(crate) const fn of(error: &CrankError) -> Self {
        Self { code: error.park_code(), entry: error.unreadable_entry() }
    }
}

impl From<Code> for ParkCause {
    fn from(code: Code) -> Self {
        Self { code, entry: None }
    }
}

/// What was parked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParkedItem {
    /// An arrival whose person's key is damaged: it is in quarantine.
    Arrival(QuarantineId),
    /// A signal: it is in quarantine, or was not readable at all.
    Signal(SignalId),
    /// A timer of a handoff: it comes later.
    Timer(HandoffId),
    /// A delivery: it is failed, or comes later.
    Delivery(DeliveryId),
    /// The answer to a delivery: nothing follows from it.
    Answer(DeliveryId),
    /// The arrival of a signal that cannot be read itself: it has no turn.
    Entry(u64),
}

/// What was parked since the start.
#[derive(Debug, Default)]
pub(crate) struct ParkedSoFar {
    count: u64,
    damaged: u64,
    untold: Vec<Parked>,
    /// Those of the open group.
    open: Vec<Parked>,
}

impl ParkedSoFar {
    pub(crate) fn note(&mut self, what: ParkedItem, cause: impl Into<ParkCause>) {
        let ParkCause { code, entry } = cause.into();
        self.open.push(Parked { what, code, entry });
    }

    /// The open group is durable.
    pub(crate) fn committed(&mut self) {
        for parked in self.open.drain(..) {
            self.count += 1;
            self.damaged += u64::from(parked.code == Code::SealedDamaged);
            if self.untold.len() < TOLD_MAX {
                self.untold.push(parked);
            }
        }
    }

    /// The open group never was.
    pub(crate) fn forget(&mut self) {
        self.open.clear();
    }

    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// How many since what is sealed under their key is damaged.
    pub(crate) const fn damaged(&self) -> u64 {
        self.damaged
    }

    pub(crate) fn take_untold(&mut self) -> Vec<Parked> {
        std::mem::take(&mut self.untold)
    }
}
