//! What an erasure takes away.

use domain::{AccountId, NodeId, PersonId, QuarantineId};

/// Everything that an erasure of a person concerns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Erasable {
    /// The person who is erased.
    pub person: PersonId,
    /// All nodes of the cluster.
    pub nodes: Vec<NodeId>,
    /// The accounts that they are in.
    pub accounts: Vec<AccountId>,
    /// Quarantine entries whose raw bytes hold one of the person's identifiers, or a signal of one of
    /// the nodes.
    pub entries: Vec<QuarantineId>,
}
