//! The desk: who can take a lead, who is owed one, and who gets it.
//!
//! An aggregate of its own. Roster, weights and skills are strategy; pauses, open work and the
//! rotation ledger are the desk's facts.

mod ledger;
mod load;
mod pick;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::Moment;
use domain::fact::{Fact, Header};
use domain::handoff::MemberId;

pub use ledger::{LEAD, Ledger, Standing, shares};
pub use load::Load;
pub use pick::{Asked, Found, Pick, pick};
pub(crate) use pick::{explored, weights};

/// What the desk knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    ledgers: BTreeMap<String, Ledger>,
    loads: BTreeMap<MemberId, Load>,
}

impl Desk {
    /// Takes in a fact of the desk's entries.
    #[expect(clippy::wildcard_enum_match_arm, reason = "other facts are not the desk's")]
    pub fn apply(&mut self, header: &Header, fact: &Fact) {
        match fact {
            Fact::TurnTaken { handoff, pool, member, eligible, weights, instead_of } => {
                if let Some(before) = instead_of {
                    self.load_mut(before).end(*handoff);
                }
                self.load_mut(member).begin(*handoff, header.moment);
                if let Some(pool) = pool {
                    let ledger = self.ledgers.entry(pool.clone()).or_default();
                    ledger.turn(eligible, weights, member, header.moment);
                }
            }
            Fact::WorkEnded { handoff, member } => self.load_mut(member).end(*handoff),
            Fact::MemberPaused { member, until, .. } => self.load_mut(member).pause(*until),
            Fact::MemberResumed { member, .. } => self.load_mut(member).resume(),
            Fact::CreditGiven { pool, member, leads, .. } => {
                self.ledgers.entry(pool.clone()).or_default().credit(member, *leads);
            }
            _ => {}
        }
    }

    /// The ledger of a pool, if anybody ever had a turn in it.
    pub fn ledger(&self, pool: &str) -> Option<&Ledger> {
        self.ledgers.get(pool)
    }

    /// What a member has in hand, if they ever had anything.
    pub fn load(&self, member: &MemberId) -> Option<&Load> {
        self.loads.get(member)
    }

    /// Whether a member is paused at a moment, and until when.
    pub fn paused(&self, member: &MemberId, at: Moment) -> Option<Option<Moment>> {
        self.loads.get(member)?.paused_at(at)
    }

    fn load_mut(&mut self, member: &MemberId) -> &mut Load {
        if !self.loads.contains_key(member) {
            self.loads.insert(member.clone(), Load::default());
        }
        self.loads.get_mut(member).expect("was put in above")
    }
}
