//! An account together with its nodes, as readers and stages see it.

use std::ops::Deref;
use std::sync::Arc;

use domain::{HandoffId, NodeId, PersonId, SignalId, Text};
use rustc_hash::FxHashMap;

use super::account::Account;
use super::field::Field;
use super::handoff::Handoff;
use super::node::{Node, Touchpoint};
use super::other_values::FieldOf;
use super::ranking::Ranking;

/// The nodes of a state, with those that a turn changed before it.
#[derive(Clone, Copy, Debug)]
pub struct Nodes<'a> {
    /// Those of the state that was there before the turn.
    pub(super) before: &'a FxHashMap<NodeId, Arc<Node>>,
    /// Those that the turn changed: a few.
    pub(super) changed: Option<&'a FxHashMap<NodeId, Arc<Node>>>,
}

impl<'a> Nodes<'a> {
    /// A node, where it is known.
    pub fn get(self, node: NodeId) -> Option<&'a Node> {
        let changed = self.changed.and_then(|changed| changed.get(&node));
        changed.or_else(|| self.before.get(&node)).map(|node| &**node)
    }
}

/// An account and its nodes at one moment.
#[derive(Clone, Copy, Debug)]
pub struct AccountContext<'a> {
    account: &'a Account,
    nodes: Nodes<'a>,
}

impl Deref for AccountContext<'_> {
    type Target = Account;

    fn deref(&self) -> &Account {
        self.account
    }
}

impl PartialEq for AccountContext<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.account == other.account && self.nodes().eq(other.nodes())
    }
}

impl<'a> AccountContext<'a> {
    pub(super) const fn new(account: &'a Account, nodes: Nodes<'a>) -> Self {
        Self { account, nodes }
    }

    /// The account itself.
    pub const fn account(self) -> &'a Account {
        self.account
    }

    /// The handoffs over its people, in the order of their ids.
    pub fn handoffs(self) -> impl Iterator<Item = &'a Handoff> {
        self.account.handoffs.values().map(|handoff| &**handoff)
    }

    /// A handoff over its people.
    pub fn handoff(self, handoff: HandoffId) -> Option<&'a Arc<Handoff>> {
        self.account.handoffs.get(&handoff)
    }

    /// The open handoff of a person, if there is one.
    pub fn open_handoff(self, person: PersonId) -> Option<&'a Handoff> {
        self.account.open_handoff(person)
    }

    /// A member.
    pub fn node(self, node: NodeId) -> Option<&'a Node> {
        self.account.members.get(&node).and_then(|_| self.nodes.get(node))
    }

    /// The members with whose they are, in the order of their ids.
    pub fn nodes(self) -> impl Iterator<Item = (PersonId, &'a Node)> {
        let members = self.account.members.iter();
        members.filter_map(move |(node, person)| Some((*person, self.nodes.get(*node)?)))
    }

    /// The nodes of the company itself, in the order of their ids.
    pub fn company_nodes(self) -> impl Iterator<Item = &'a Node> {
        self.account.companies.iter().filter_map(move |node| self.nodes.get(*node))
    }

    /// Whose a node is; none for the company's own.
    pub fn person_of(self, node: NodeId) -> Option<PersonId> {
        let own = self.account.companies.contains(&node);
        self.account.members.get(&node).copied().filter(|_| !own)
    }

    /// The nodes of a person in this account, in the order of their ids.
    pub fn nodes_of(self, person: PersonId) -> impl Iterator<Item = &'a Node> {
        let members = self.account.members.iter();
        let theirs = members.filter(move |(_, whose)| **whose == person);
        theirs.filter_map(move |(node, _)| self.nodes.get(*node))
    }

    /// The touch that a signal left at a node, or at one of the company's own.
    pub fn touch_of(self, node: NodeId, signal: SignalId) -> Option<&'a Touchpoint> {
        let nodes = self.node(node).into_iter().chain(self.company_nodes());
        let mut touches = nodes.flat_map(|node| node.touchpoints.iter().rev());
        touches.find(|touch| touch.signal == signal).map(|touch| &**touch)
    }

    /// The names of the account's fields, in order.
    pub fn field_names(self) -> impl Iterator<Item = &'a str> {
        self.account.field_nodes.keys().map(Text::as_str)
    }

    /// A field of the account, claims included: the value that counts, over all members.
    pub fn field(self, name: &str) -> Option<&'a Field> {
        self.field_where(name, |_| true)
    }

    /// A field of the account: of the values that may be looked at, the one that counts.
    pub fn field_where(self, name: &str, may: impl Fn(&Field) -> bool) -> Option<&'a Field> {
        let known_by = self.account.field_nodes.get(name)?;
        let ranking = Ranking::of(self.account);
        let best = self.nodes.get(known_by.best)?.account_fields.get(name);
        if let Some(best) = best.filter(|best| ranking.takes(best) && may(best)) {
            return Some(best);
        }
        let tellers = known_by.nodes().filter_map(|node| self.nodes.get(node));
        let said = tellers
            .flat_map(|node| node.said(FieldOf::Account, name).map(move |field| (field, node)));
        let may = said.filter(|(field, _)| ranking.takes(field) && may(field));
        let best = may.max_by(|(one, by), (other, other_by)| {
            ranking.worth(one, by).cmp(&ranking.worth(other, other_by))
        });
        best.map(|(field, _)| field)
    }

    /// A field of a person, claims included: the value that counts, over the person's nodes here.
    pub fn person_field(self, person: PersonId, name: &str) -> Option<&'a Field> {
        let known = self.nodes_of(person).filter_map(|node| node.person_fields.get(name));
        known.max_by_key(|field| field.weight())
    }

    /// A consent of a person, over the person's nodes here: the last word counts.
    pub fn consent(self, person: PersonId, name: &str) -> Option<&'a Field> {
        let known = self.nodes_of(person).filter_map(|node| node.consents.get(name));
        known.max_by_key(|field| (field.moment, field.known))
    }

    /// How the account is called: its name, else its domain, else nothing.
    pub fn name(self) -> Option<&'a str> {
        let known = self.field("name").or_else(|| self.field("domain"))?;
        known.value.text()
    }
}
