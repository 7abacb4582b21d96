//! Which handoffs of an account a fact speaks of.

use domain::HandoffId;
use domain::fact::{About, Fact};

use super::account::Account;

/// The handoff that a fact of this account speaks of.
pub fn spoken_of(account: &Account, fact: &Fact) -> Option<HandoffId> {
    match fact.about() {
        About::Handoff(handoff) => Some(handoff),
        About::Delivery(delivery) => account.handoff_of(delivery).map(|handoff| handoff.id),
        About::Nodes(_) | About::Nothing => None,
    }
}

/// All handoffs of the account that a fact changes.
pub fn handoffs_spoken_of(account: &Account, fact: &Fact) -> Vec<HandoffId> {
    match fact.about() {
        About::Nodes(nodes) => {
            let over = account.handoffs.values().filter(|handoff| nodes.contains(&handoff.node));
            over.map(|handoff| handoff.id).collect()
        }
        About::Handoff(_) | About::Delivery(_) | About::Nothing => {
            spoken_of(account, fact).into_iter().collect()
        }
    }
}
