//! The desk: who can take a lead, who is owed one, and who gets it.
//!
//! An aggregate of its own. Roster, weights and skills are strategy; pauses, open work and the
//! rotation ledger are the desk's facts. A copy shares what did not change.

mod ledger;
mod line;
mod load;
mod pick;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::handoff::MemberId;
use domain::{HandoffId, Moment, Text};

use crate::chunked::SharedMap;

pub use ledger::{LEAD, Ledger, Standing, shares};
pub use line::{Line, LinePlace, WaitingLead};
pub use load::Load;
pub use pick::{EligibleMember, Pick, PickResult, pick};
pub(crate) use pick::{explored, weights};

/// What the desk knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Desk {
    #[cbor(n(0), with = "crate::chunked::shared_arcs")]
    ledgers: SharedMap<Text, Arc<Ledger>>,
    #[cbor(n(1), with = "crate::chunked::shared_arcs")]
    loads: SharedMap<MemberId, Arc<Load>>,
    /// Who waits, by pool.
    #[cbor(n(2), with = "crate::chunked::shared_arcs")]
    lines: SharedMap<Text, Arc<Line>>,
    /// In which line each of them waits, and where.
    #[cbor(n(3), with = "crate::chunked::shared_arcs")]
    waiting: SharedMap<HandoffId, Arc<WaitingLead>>,
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

    /// What each member has in hand who ever had anything.
    pub fn loads(&self) -> impl Iterator<Item = (&MemberId, &Load)> {
        self.loads.iter().map(|(member, load)| (member, &**load))
    }

    /// Whether a member is paused at a moment, and until when.
    pub fn paused(&self, member: &MemberId, at: Moment) -> Option<Option<Moment>> {
        self.load(member)?.paused_at(at)
    }

    /// Whether anybody waits.
    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Where a handoff waits, if it does.
    pub fn waiting(&self, handoff: HandoffId) -> Option<&WaitingLead> {
        self.waiting.get(&handoff).map(|known| &**known)
    }

    /// The lines in which somebody waits, by pool.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &Line)> {
        let lines = self.lines.iter().map(|(pool, line)| (pool.as_str(), &**line));
        lines.filter(|(_, line)| !line.is_empty())
    }

    pub(crate) fn join_line(&mut self, handoff: HandoffId, waits: WaitingLead) {
        self.leave_line(handoff);
        let line = self.lines.get_or_insert_with(&Text::from(waits.pool.as_str()), Arc::default);
        Arc::make_mut(line).join(waits.place(handoff), waits.account);
        self.waiting.insert(handoff, Arc::new(waits));
    }

    pub(crate) fn leave_line(&mut self, handoff: HandoffId) {
        let Some(waited) = self.waiting.get(&handoff).cloned() else { return };
        self.waiting.remove(&handoff);
        if let Some(line) = self.lines.get_mut(waited.pool.as_str()) {
            Arc::make_mut(line).leave(&waited.place(handoff));
        }
    }

    pub(crate) fn ledger_mut(&mut self, pool: &str) -> &mut Ledger {
        Arc::make_mut(self.ledgers.get_or_insert_with(&Text::from(pool), Arc::default))
    }

    pub(crate) fn load_mut(&mut self, member: &MemberId) -> &mut Load {
        Arc::make_mut(self.loads.get_or_insert_with(member, Arc::default))
    }
}
