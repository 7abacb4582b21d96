//! Which handoffs of an account a fact speaks of.

use domain::HandoffId;
use domain::fact::{About, Fact};

use super::account::Account;

/// The handoff that a fact of this account speaks of.
pub fn spoken_of(account: &Account, fact: &Fact) -> Option<HandoffId> {
    fact.about().handoff(|delivery| account.handoff_of(delivery).map(|handoff| handoff.id))
}

/// All handoffs of the account that a fact changes.
pub fn handoffs_spoken_of(account: &Account, fact: &Fact) -> Vec<HandoffId> {
    if let About::Merge(_, nodes) = fact.about() {
        let over = account.handoffs.values().filter(|handoff| nodes.contains(&handoff.node));
        return over.map(|handoff| handoff.id).collect();
    }
    spoken_of(account, fact).into_iter().collect()
}
