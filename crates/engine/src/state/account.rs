//! An account: which nodes are its members and whose they are, and the handoffs over it.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::fact::Score;
use domain::{AccountId, ByName, DeliveryId, HandoffId, Moment, NodeId, PersonId, SignalId};

use super::handoff::{Decision, Handoff};
use crate::chunked::SharedMap;

/// One account, as far as the facts say.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Account {
    /// The id of the account.
    #[n(0)]
    pub id: AccountId,
    /// Its members and whose each is, by the node's id.
    #[cbor(n(1), with = "crate::chunked::shared_map")]
    pub members: SharedMap<NodeId, PersonId>,
    /// Handoffs over its people, by their id.
    #[cbor(n(2), with = "crate::chunked::shared_arcs")]
    pub handoffs: SharedMap<HandoffId, Arc<Handoff>>,
    /// The last score of each person.
    #[cbor(n(3), with = "crate::chunked::shared_arcs")]
    pub scores: SharedMap<PersonId, Arc<Score>>,
    /// Where nodes went that are members no more.
    #[cbor(n(4), with = "crate::chunked::shared_map")]
    pub forwards: SharedMap<NodeId, AccountId>,
    /// Where the last node went that left.
    #[n(5)]
    pub left_to: Option<AccountId>,
    /// The last decision on each person.
    #[cbor(n(6), with = "crate::chunked::shared_arcs")]
    pub decisions: SharedMap<PersonId, Arc<Decision>>,
    /// Who must not be contacted, and since when it was last said.
    #[cbor(n(7), with = "crate::chunked::shared_map")]
    pub suppressed: SharedMap<PersonId, Moment>,
    /// Those of its members that are nodes of the company itself.
    #[cbor(n(9), with = "crate::chunked::shared")]
    pub companies: Arc<BTreeSet<NodeId>>,
    /// Since when something that was said of the company alone waits for somebody to be handed off.
    #[n(10)]
    pub waits_since: Option<Moment>,
    /// The nodes that each of the account's fields is known by.
    #[cbor(skip)]
    pub(super) field_nodes: Arc<ByName<KnownBy>>,
    /// The score of the signal that is on its way.
    #[cbor(n(8), with = "crate::chunked::shared_pair")]
    pub(super) scored: Option<(SignalId, Arc<Score>)>,
}

/// The nodes that a field is known by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct KnownBy {
    /// The one whose value counts.
    pub(super) best: NodeId,
    /// Those with the best value of another source, in the order of their ids.
    pub(super) others: Box<[NodeId]>,
}

impl KnownBy {
    /// A field that one node alone has told of.
    pub(super) fn one(best: NodeId) -> Self {
        Self { best, others: Box::default() }
    }

    /// All of them.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        std::iter::once(self.best).chain(self.others.iter().copied())
    }
}

/// The account of somebody who belongs to no company.
pub fn alone(node: NodeId) -> AccountId {
    AccountId::caused_by(&[b"alone", node.bytes()])
}

impl Account {
    /// An account of which nothing is known.
    pub(super) fn new(id: AccountId) -> Self {
        Self {
            id,
            members: SharedMap::new(),
            handoffs: SharedMap::new(),
            scores: SharedMap::new(),
            forwards: SharedMap::new(),
            left_to: None,
            decisions: SharedMap::new(),
            suppressed: SharedMap::new(),
            companies: Arc::default(),
            waits_since: None,
            field_nodes: Arc::default(),
            scored: None,
        }
    }

    /// The people of this account, in the order of their ids. The company's own nodes are nobody.
    pub fn people(&self) -> Vec<PersonId> {
        let members = self.members.iter().filter(|(node, _)| !self.companies.contains(*node));
        let mut people: Vec<_> = members.map(|(_, person)| *person).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// The open handoff of a person, if there is one.
    pub fn open_handoff(&self, person: PersonId) -> Option<&Handoff> {
        let mut handoffs = self.handoffs.values().map(|handoff| &**handoff);
        handoffs.find(|handoff| handoff.person == person && handoff.is_open())
    }

    /// Whether this is the account of somebody who belongs to no company.
    pub fn is_somebodys_own(&self) -> bool {
        let nodes = self.members.keys().chain(self.forwards.keys());
        nodes.into_iter().any(|node| alone(*node) == self.id)
    }

    /// The handoff that a delivery belongs to.
    pub fn handoff_of(&self, delivery: DeliveryId) -> Option<&Handoff> {
        let mut handoffs = self.handoffs.values().map(|handoff| &**handoff);
        handoffs.find(|handoff| handoff.delivery(delivery).is_some())
    }
}
