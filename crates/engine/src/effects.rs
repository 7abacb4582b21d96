//! What a stage answers with: facts and errands. It changes nothing itself.

use domain::errand::Errand;
use domain::fact::{Aggregate, Fact};
use domain::{AccountId, Moment, NodeId};

/// Facts, each with what it belongs to, and errands, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// What happened.
    pub facts: Vec<(Aggregate, Fact)>,
    /// What is to be done outside, or later.
    pub errands: Vec<Errand>,
}

impl Effects {
    /// Nothing was found yet.
    pub const fn new() -> Self {
        Self { facts: Vec::new(), errands: Vec::new() }
    }

    /// One fact of an account.
    pub fn of_account(account: AccountId, fact: Fact) -> Self {
        Self { facts: vec![(Aggregate::Account(account), fact)], errands: Vec::new() }
    }

    /// Adds a fact of an account.
    pub fn account(&mut self, account: AccountId, fact: Fact) {
        self.facts.push((Aggregate::Account(account), fact));
    }

    /// Adds a fact of a node.
    pub fn node(&mut self, node: NodeId, fact: Fact) {
        self.facts.push((Aggregate::Node(node), fact));
    }

    /// Adds a fact of the desk.
    pub fn desk(&mut self, fact: Fact) {
        self.facts.push((Aggregate::Desk, fact));
    }

    /// Adds an errand.
    pub fn errand(&mut self, errand: Errand) {
        self.errands.push(errand);
    }

    /// Lets what is to leave wait until then at least.
    pub(crate) fn hold_until(&mut self, until: Moment) {
        for (_, fact) in &mut self.facts {
            if let Fact::DeliveryQueued { not_before, .. } = fact {
                *not_before = Some(not_before.map_or(until, |known| known.max(until)));
            }
        }
        for errand in &mut self.errands {
            if let Errand::PlaceDelivery { due, .. } = errand {
                *due = (*due).max(until);
            }
        }
    }

    /// Adds what followed from it.
    pub fn extend(&mut self, more: Self) {
        add(&mut self.facts, more.facts);
        add(&mut self.errands, more.errands);
    }
}

/// Puts items behind others. Where there are no others, nothing is copied.
pub(crate) fn add<T>(to: &mut Vec<T>, more: Vec<T>) {
    if to.is_empty() {
        *to = more;
    } else {
        to.extend(more);
    }
}
