//! The live context: what is known of an account at one moment, folded from the facts alone.
//!
//! A context is folded a node at a time; an account's context is the ordered join of its nodes.
//! Facts are the only way to change it, so a journal that is cut at a moment folds to what was
//! known then.

mod account;
mod handoff;
mod node;

pub use account::Account;
pub use handoff::{Clock, Decision, Delivery, Handoff, QUEUE_OVERDUE};
pub use node::{Anchor, Field, Node, Touchpoint};

use domain::fact::{Entry, Fact};
use domain::{AccountId, NodeId};

/// Folds an account out of its own entries and those of its nodes, which `entries_of` brings. What
/// was known at a moment is what the entries up to that moment fold to.
pub fn fold<'a, E>(
    account: AccountId,
    entries: impl IntoIterator<Item = &'a Entry>,
    mut entries_of: impl FnMut(NodeId) -> Result<Vec<Entry>, E>,
) -> Result<Account, E> {
    let mut folded = Account::new(account);
    for entry in entries {
        for fact in &entry.facts {
            if let Fact::NodeJoined { node, .. } = fact {
                folded.take_in(fold_node(*node, &entries_of(*node)?));
            }
            folded.apply(&entry.header, fact);
        }
    }
    Ok(folded)
}

/// Folds a node out of its entries.
pub fn fold_node<'a>(node: NodeId, entries: impl IntoIterator<Item = &'a Entry>) -> Node {
    let mut folded = Node::new(node);
    for entry in entries {
        for fact in &entry.facts {
            folded.apply(&entry.header, fact);
        }
    }
    folded
}
