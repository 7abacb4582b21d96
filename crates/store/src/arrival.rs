//! Acceptance: a signal is kept before anybody knows whose it is.

use domain::fact::{Again, Aggregate, Entry, Fact, Header, SCHEMA};
use domain::handoff::Actor;
use domain::signal::{Content, Incoming, SourceName};
use domain::{ImportId, Moment, NodeId, SignalId};

use crate::identity::Key;
use crate::journal::Position;

/// A signal that wants in.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The id that it gets if it is accepted.
    pub signal: SignalId,
    /// What came.
    pub incoming: &'a Incoming,
    /// Its identifiers, normalised, strongest first. The first that names a subject finds the
    /// node; without one the signal has a node of its own.
    pub keys: &'a [Key],
    /// When we know it.
    pub moment: Moment,
    /// The import that brings it.
    pub import: Option<ImportId>,
    /// Where it is taken again, since an import was taken back: what was known of it before.
    pub again: Option<Again>,
}

impl Arrival<'_> {
    /// Whether it names a person by more than a cookie, whoever vouches for that.
    fn is_lead(&self) -> bool {
        self.keys.iter().any(Key::names_a_person)
    }

    /// A node for it where that which it was sealed to is somebody else's.
    pub(crate) fn another_node(&self) -> NodeId {
        NodeId::caused_by(&[self.signal.bytes(), &self.moment.0.to_be_bytes()])
    }

    /// Its entry at its node. What it says is kept beside.
    pub(crate) fn entry(&self, node: NodeId) -> Entry {
        Entry {
            header: Header {
                schema: SCHEMA,
                aggregate: Aggregate::Node(node),
                moment: self.moment,
                actor: Actor::Source,
                correlation: Some(self.signal),
                strategy: None,
                engine: None,
            },
            facts: vec![Fact::SignalArrived {
                signal: self.signal,
                source: self.incoming.source.clone(),
                occurred: self.incoming.content.occurred,
                import: self.import,
                lead: Some(self.is_lead()),
                again: self.again,
                content: None,
            }],
        }
    }
}

/// Where a signal was that is taken again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TakenBefore {
    /// The node that it was sealed to.
    pub node: NodeId,
    /// Where it stands in the journal.
    pub position: Position,
    /// Whether nobody is the node so far, so that it can be sealed to it again.
    pub is_free: bool,
}

/// What came of it. Only `Accepted` wrote anything but a count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acceptance {
    /// It is in the journal and in the inbox.
    Accepted(Accepted),
    /// The same id with the same body was accepted before.
    Duplicate {
        /// Where that one stands.
        first: Position,
    },
    /// The same id was accepted with another body. The caller quarantines it.
    Reused {
        /// Where the one with the other body stands.
        first: Position,
    },
    /// It tells of somebody who was erased after it happened. It is counted and dropped.
    Erased,
    /// Its node has a key that is damaged, so nothing can be sealed to it. The caller quarantines it.
    KeyDamaged,
}

/// An accepted signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Accepted {
    /// Its id.
    pub signal: SignalId,
    /// The node that it is sealed to.
    pub node: NodeId,
    /// Whether the node was made for it.
    pub new_node: bool,
    /// Where it stands in the journal.
    pub position: Position,
}

/// An accepted signal that no turn has taken yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// Where it stands in the journal; names it to [`crate::Store::done`].
    pub position: Position,
    /// Its id.
    pub signal: SignalId,
    /// Its node.
    pub node: NodeId,
    /// The configured source.
    pub source: SourceName,
    /// The import that brought it.
    pub import: Option<ImportId>,
    /// When we knew.
    pub accepted: Moment,
    /// What it says; `None` where it was erased before its turn, or does not open.
    pub content: Option<Box<Content>>,
    /// Whether it does not open, since its key or its bytes are damaged.
    pub damaged: bool,
}
