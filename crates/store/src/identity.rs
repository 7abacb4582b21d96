//! Identifiers and subject nodes: who is found by what.

pub use domain::signal::Key;

use domain::signal::{IdentifierKind, KeySet};
use domain::{AccountId, NodeId, PersonId};

/// Which kinds of identifier a node is found by.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Kinds(pub u8);

impl Kinds {
    /// With one more kind.
    #[must_use]
    pub const fn with(self, kind: IdentifierKind) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    /// Whether an identifier of the kind is bound to the node.
    pub const fn has(self, kind: IdentifierKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

/// Where a node points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pointer {
    /// Whose cluster it is in.
    pub person: PersonId,
    /// Where its touches count.
    pub account: AccountId,
}

/// A node as it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeRow {
    /// The id of the node.
    pub node: NodeId,
    /// Where it points; `None` between acceptance and the first turn.
    pub pointer: Option<Pointer>,
    /// Whether an identifier that it is bound to is verified.
    pub verified: bool,
    /// By which kinds of identifier it is found.
    pub kinds: Kinds,
    /// Whether it was made for an identifier that several people have: it is nobody in particular.
    pub shared: bool,
}

/// Where an identifier leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeadsTo {
    /// Nobody has come with it.
    Nowhere,
    /// Several people have it, so it names none of them.
    Nobody,
    /// To a node.
    Node(NodeRow),
}

impl LeadsTo {
    /// The node, where there is one.
    pub const fn node(self) -> Option<NodeRow> {
        match self {
            Self::Node(row) => Some(row),
            Self::Nowhere | Self::Nobody => None,
        }
    }

    /// Whether several people have the identifier.
    pub const fn is_shared(self) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Nobody => true,
            Self::Node(row) => row.shared,
        }
    }
}

/// Which of some identifiers are held by several people each.
pub fn shared_of(leads: &[LeadsTo]) -> KeySet {
    let shared = leads.iter().enumerate().filter(|(_, leads)| leads.is_shared());
    shared.fold(KeySet::default(), |set, (place, _)| set.with(place))
}

/// What came of binding an identifier to a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindOutcome {
    /// It leads to the node, now or already before.
    Here,
    /// It leads to another node, and still does.
    Elsewhere(NodeId),
    /// Several people have it: it leads to nobody.
    Nobody,
}
