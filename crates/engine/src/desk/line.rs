//! The line of a pool: the leads that it had nobody for, in the order in which they are served.

use domain::{AccountId, HandoffId, Moment};

use crate::chunked::SharedMap;

/// Where a lead stands in its line: by priority, then by how long it has waited.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode,
)]
pub struct LinePlace {
    /// The priority of its SLA class: 1 goes first, 255 is none.
    #[n(0)]
    pub priority: u8,
    /// Since when it waits.
    #[n(1)]
    pub since: Moment,
    /// Which handoff. It tells apart those of one moment.
    #[n(2)]
    pub handoff: HandoffId,
}

/// A lead that waits.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct WaitingLead {
    /// Its account.
    #[n(0)]
    pub account: AccountId,
    /// In the line of which pool.
    #[n(1)]
    pub pool: String,
    /// The priority of its SLA class.
    #[n(2)]
    pub priority: u8,
    /// Since when it waits.
    #[n(3)]
    pub since: Moment,
}

impl WaitingLead {
    /// Where it stands in its line.
    pub const fn place(&self, handoff: HandoffId) -> LinePlace {
        LinePlace { priority: self.priority, since: self.since, handoff }
    }
}

/// Who waits for somebody of a pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Line {
    #[cbor(n(0), with = "crate::chunked::shared_map")]
    places: SharedMap<LinePlace, AccountId>,
}

impl Line {
    /// Everybody in it with their accounts, who is served first coming first.
    pub fn places(&self) -> impl Iterator<Item = (&LinePlace, AccountId)> {
        self.places.iter().map(|(place, account)| (place, *account))
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.places.len() == 0
    }

    pub(crate) fn join(&mut self, place: LinePlace, account: AccountId) {
        self.places.insert(place, account);
    }

    pub(crate) fn leave(&mut self, place: &LinePlace) {
        self.places.remove(place);
    }
}
