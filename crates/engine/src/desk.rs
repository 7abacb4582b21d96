//! The desk: who can take a lead, who is owed one, and who gets it.
//!
//! An aggregate of its own. Roster, weights and skills are strategy; pauses, open work and the
//! rotation ledger are the desk's facts. A copy shares what did not change.

mod ledger;
mod load;
mod pick;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::Moment;
use domain::handoff::MemberId;

use crate::chunked::SharedMap;

pub use ledger::{LEAD, Ledger, Standing, shares};
pub use load::Load;
pub use pick::{EligibleMember, Pick, PickResult, pick};
pub(crate) use pick::{explored, weights};

/// What the desk knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Desk {
    #[cbor(n(0), with = "crate::chunked::shared_arcs")]
    ledgers: SharedMap<String, Arc<Ledger>>,
    #[cbor(n(1), with = "crate::chunked::shared_arcs")]
    loads: SharedMap<MemberId, Arc<Load>>,
}

impl Desk {
    /// The ledger of a pool, if anybody ever had a turn in it.
    pub fn ledger(&self, pool: &str) -> Option<&Ledger> {
        self.ledgers.get(pool).map(|ledger| &**ledger)
    }

    /// What a member has in hand, if they ever had anything.
    pub fn load(&self, member: &MemberId) -> Option<&Load> {
        self.loads.get(member).map(|load| &**load)
    }

    /// Whether a member is paused at a moment, and until when.
    pub fn paused(&self, member: &MemberId, at: Moment) -> Option<Option<Moment>> {
        self.load(member)?.paused_at(at)
    }

    pub(crate) fn ledger_mut(&mut self, pool: &str) -> &mut Ledger {
        Arc::make_mut(self.ledgers.get_or_insert_with(pool, Arc::default))
    }

    pub(crate) fn load_mut(&mut self, member: &MemberId) -> &mut Load {
        Arc::make_mut(self.loads.get_or_insert_with(member, Arc::default))
    }
}
