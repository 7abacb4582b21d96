//! An account: the ordered join of its nodes, and the handoffs over it.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::{Fact, Header, Score};
use domain::handoff::Action;
use domain::{AccountId, DeliveryId, HandoffId, Moment, NodeId, PersonId, SignalId, Text};

use super::handoff::{Decision, Handoff};
use super::node::{Field, Node};

/// One account, as far as the facts say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// Its members, by their id.
    pub nodes: BTreeMap<NodeId, Box<Node>>,
    /// Handoffs over its people, by their id.
    pub handoffs: BTreeMap<HandoffId, Box<Handoff>>,
    /// The last score of each person.
    pub scores: BTreeMap<PersonId, Arc<Score>>,
    /// Where nodes went that are members no more.
    pub forwards: BTreeMap<NodeId, AccountId>,
    /// The last decision on each person.
    pub decisions: BTreeMap<PersonId, Arc<Decision>>,
    /// Who must not be contacted, and since when it was last said.
    pub suppressed: BTreeMap<PersonId, Moment>,
    /// The node that each of the account's fields is known by.
    field_nodes: BTreeMap<Text, NodeId>,
    /// The score of the signal that is on its way.
    scored: Option<(SignalId, Arc<Score>)>,
}

impl Account {
    /// An account of which nothing is known.
    pub const fn new(id: AccountId) -> Self {
        Self {
            id,
            nodes: BTreeMap::new(),
            handoffs: BTreeMap::new(),
            scores: BTreeMap::new(),
            forwards: BTreeMap::new(),
            decisions: BTreeMap::new(),
            suppressed: BTreeMap::new(),
            field_nodes: BTreeMap::new(),
            scored: None,
        }
    }

    /// A field of the account: the value that was so last, over all members.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.nodes.get(self.field_nodes.get(name)?)?.account_fields.get(name)
    }

    /// The names of the account's fields, in order.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.field_nodes.keys().map(Text::as_str)
    }

    /// A field of a person: the value that was so last, over the person's nodes here.
    pub fn person_field(&self, person: PersonId, name: &str) -> Option<&Field> {
        let known = self.nodes_of(person).filter_map(|node| node.person_fields.get(name));
        known.max_by_key(|field| (field.moment, field.known))
    }

    /// A consent of a person, over the person's nodes here: the last word counts.
    pub fn consent(&self, person: PersonId, name: &str) -> Option<&Field> {
        let known = self.nodes_of(person).filter_map(|node| node.consents.get(name));
        known.max_by_key(|field| (field.moment, field.known))
    }

    /// The nodes of a person in this account.
    pub fn nodes_of(&self, person: PersonId) -> impl Iterator<Item = &Node> {
        self.nodes.values().map(|node| &**node).filter(move |node| node.person == Some(person))
    }

    /// The people of this account, in the order of their ids.
    pub fn people(&self) -> Vec<PersonId> {
        let mut people: Vec<_> = self.nodes.values().filter_map(|node| node.person).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// The open handoff of a person, if there is one.
    pub fn open_handoff(&self, person: PersonId) -> Option<&Handoff> {
        self.handoffs
            .values()
            .map(|handoff| &**handoff)
            .find(|handoff| handoff.person == person && handoff.is_open())
    }

    /// The handoff that a delivery belongs to.
    pub fn handoff_of(&self, delivery: DeliveryId) -> Option<&Handoff> {
        self.handoffs
            .values()
            .map(|handoff| &**handoff)
            .find(|handoff| handoff.delivery(delivery).is_some())
    }

    /// How the account is called: its name, else its domain, else nothing.
    pub fn name(&self) -> Option<&str> {
        let known = self.field("name").or_else(|| self.field("domain"))?;
        known.value.text()
    }

    /// Puts a member in, with what is known of it.
    pub fn take_in(&mut self, node: Node) {
        self.forwards.remove(&node.id);
        let id = node.id;
        self.nodes.insert(id, Box::new(node));
        self.refresh(id);
    }

    /// Takes a member out, with what is known of it.
    pub fn give_away(&mut self, node: NodeId, to: AccountId) -> Option<Node> {
        let gone = self.nodes.remove(&node)?;
        self.forwards.insert(node, to);
        self.field_nodes.clear();
        for member in self.nodes.keys().copied().collect::<Vec<_>>() {
            self.refresh(member);
        }
        Some(*gone)
    }

    /// Takes in a fact of a member's own entries.
    pub fn apply_to_node(&mut self, node: NodeId, header: &Header, fact: &Fact) {
        if let Some(member) = self.nodes.get_mut(&node) {
            member.apply(header, fact);
            if matches!(fact, Fact::CheckpointReached { .. }) {
                self.refresh(node);
            }
        }
    }

    /// Takes in a fact of the account's entries. Whoever folds a journal gives a node that joins
    /// with [`Account::take_in`].
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not named speaks of one handoff")]
    pub fn apply(&mut self, header: &Header, fact: &Fact) {
        match fact {
            Fact::NodeJoined { node, person, .. } => {
                if let Some(member) = self.nodes.get_mut(node) {
                    member.person = Some(*person);
                }
            }
            Fact::NodeLeft { node, to } => {
                self.give_away(*node, *to);
            }
            Fact::PeopleMerged { winner, nodes, .. } => self.belong(nodes, *winner),
            Fact::MergeUndone { loser, nodes, .. } => self.belong(nodes, *loser),
            Fact::PersonErased { nodes, .. } => {
                for node in nodes {
                    self.apply_to_node(*node, header, fact);
                }
                self.refresh_all();
            }
            Fact::LeadScored { signal, person, score } => {
                let score = Arc::new(score.clone());
                self.scores.insert(*person, Arc::clone(&score));
                self.scored = Some((*signal, score));
            }
            Fact::DecisionMade { person, action, reasons, autonomy, .. } => {
                let decision = Decision {
                    action: *action,
                    reasons: reasons.clone(),
                    autonomy: *autonomy,
                    known_as_of: header.moment,
                };
                self.decisions.insert(*person, Arc::new(decision));
                if *action == Action::Suppress {
                    self.suppressed.insert(*person, header.moment);
                }
            }
            Fact::HandoffProposed { handoff, person, signal, .. } => {
                if let Some(mut proposed) = Handoff::proposed(header, fact) {
                    proposed.decision = self.decisions.get(person).cloned();
                    if let Some((scored, score)) = &self.scored
                        && scored == signal
                    {
                        proposed.score = Arc::clone(score);
                    }
                    self.handoffs.insert(*handoff, Box::new(proposed));
                }
            }
            _ => {
                if let Some(handoff) = self.concerned(fact) {
                    handoff.apply(header, fact);
                }
            }
        }
    }

    /// The handoff that a fact of this account speaks of.
    pub fn spoken_of(&self, fact: &Fact) -> Option<HandoffId> {
        if let Fact::HandoffProposed { handoff, .. } = fact {
            return Some(*handoff);
        }
        handoff_named(fact).or_else(|| {
            let delivery = delivery_named(fact)?;
            self.handoff_of(delivery).map(|handoff| handoff.id)
        })
    }

    fn belong(&mut self, nodes: &[NodeId], person: PersonId) {
        for node in nodes {
            if let Some(member) = self.nodes.get_mut(node) {
                member.person = Some(person);
            }
        }
        // A handoff is over whoever its node is.
        for handoff in self.handoffs.values_mut().filter(|known| nodes.contains(&known.node)) {
            handoff.person = person;
        }
    }

    fn concerned(&mut self, fact: &Fact) -> Option<&mut Handoff> {
        self.handoffs.get_mut(&self.spoken_of(fact)?).map(|handoff| &mut **handoff)
    }

    fn refresh_all(&mut self) {
        self.field_nodes.clear();
        for member in self.nodes.keys().copied().collect::<Vec<_>>() {
            self.refresh(member);
        }
    }

    /// Looks which of the account's fields this member knows best.
    fn refresh(&mut self, node: NodeId) {
        let Some(member) = self.nodes.get(&node) else { return };
        for (name, field) in &member.account_fields {
            let best = self.field_nodes.get(name.as_str()).copied();
            // What somebody says of a company that they are known to belong to beats every claim.
            let rank = |field: &Field, of: &Node| {
                (of.anchor.is_some_and(|anchor| anchor.verified), field.moment, field.known, of.id)
            };
            let known = best.and_then(|best| {
                let of = self.nodes.get(&best)?;
                Some(rank(of.account_fields.get(name)?, of))
            });
            if known.is_none_or(|known| known < rank(field, member)) {
                self.field_nodes.insert(name.clone(), node);
            }
        }
    }
}

/// The handoff that a fact names.
#[expect(clippy::wildcard_enum_match_arm, reason = "a list of the facts that name one")]
pub(super) const fn handoff_named(fact: &Fact) -> Option<HandoffId> {
    match fact {
        Fact::OwnerWanted { handoff, .. }
        | Fact::OwnerAssigned { handoff, .. }
        | Fact::HandoffMoved { handoff, .. }
        | Fact::ClockStarted { handoff, .. }
        | Fact::ClockStopped { handoff, .. }
        | Fact::SlaWarned { handoff, .. }
        | Fact::SlaBreached { handoff, .. }
        | Fact::Escalated { handoff, .. }
        | Fact::Touched { handoff, .. }
        | Fact::OutcomeRecorded { handoff, .. }
        | Fact::Debriefed { handoff, .. }
        | Fact::BriefWritten { handoff, .. }
        | Fact::DeliveryQueued { handoff, .. } => Some(*handoff),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a list of the facts that name one")]
const fn delivery_named(fact: &Fact) -> Option<DeliveryId> {
    match fact {
        Fact::DeliveryAttempted { delivery, .. } | Fact::DeliveryMoved { delivery, .. } => {
            Some(*delivery)
        }
        _ => None,
    }
}
