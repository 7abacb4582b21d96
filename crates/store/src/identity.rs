//! Identifiers and subject nodes: who is found by what.

use domain::signal::IdentifierKind;
use domain::{AccountId, NodeId, PersonId};

/// A normalised identifier. The store keeps a keyed hash of it alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// What it is.
    pub kind: IdentifierKind,
    /// The source, for kinds that are unique within one (external ids, cookies); else empty.
    pub scope: String,
    /// The normalised value.
    pub value: String,
    /// Whether the source verifies it. A claimed one has a row, and so a node, of its own.
    pub verified: bool,
}

impl Key {
    /// Whether it says who somebody is, rather than where they work.
    pub const fn names_a_subject(&self) -> bool {
        !matches!(self.kind, IdentifierKind::Domain | IdentifierKind::Company)
    }
}

impl std::fmt::Debug for Key {
    /// Without the value: identifiers are personal data and debug output reaches logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({})", self.kind.name(), if self.verified { "verified" } else { "claimed" })
    }
}

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
    /// Which.
    pub node: NodeId,
    /// Where it points; `None` between acceptance and the first turn.
    pub pointer: Option<Pointer>,
    /// Whether an identifier that it is bound to is verified.
    pub verified: bool,
    /// By which kinds of identifier it is found.
    pub kinds: Kinds,
}

/// What came of binding an identifier to a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// It leads to the node, now or already before.
    Here,
    /// It leads to another node, and still does.
    Elsewhere(NodeId),
}
