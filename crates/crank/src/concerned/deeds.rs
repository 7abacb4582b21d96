//! What people said of who is who: it stands where an import is taken back.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{Aggregate, By, Fact};
use domain::reason::Code;
use domain::{NodeId, PersonId};

/// What somebody said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Said {
    /// Two are one.
    One,
    /// One is two: what signals say may join them again, or not.
    Two { apart: bool },
}

/// What somebody said, with a node of the one who stayed and those that changed.
#[derive(Clone, Debug)]
pub(crate) struct DeedByHand {
    pub(crate) said: Said,
    pub(crate) stays: NodeId,
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) reason: Option<Code>,
    pub(crate) by: By,
}

/// What people said so far, and whose each node is.
#[derive(Debug, Default)]
pub(crate) struct DeedsByHand {
    person_of: BTreeMap<NodeId, PersonId>,
    nodes_of: BTreeMap<PersonId, BTreeSet<NodeId>>,
    deeds: Vec<DeedByHand>,
    /// Of two people who became one, a node of each.
    joined: Vec<(NodeId, NodeId)>,
}

impl DeedsByHand {
    pub(super) fn take(&mut self, aggregate: Aggregate, fact: &Fact) {
        if let (Aggregate::Account(_), Fact::NodeJoined { node, person, .. }) = (aggregate, fact) {
            self.point(*node, *person);
        } else if let Fact::PeopleMerged { winner, nodes, by, reasons, .. } = fact {
            if let Some(by) = by {
                // The first reason says that somebody did it.
                let reason = reasons.get(1).map(|reason| reason.code);
                self.note(*winner, nodes, (Said::One, reason), by);
            }
            let stays = self.node_of(*winner, nodes);
            self.joined.extend(stays.zip(nodes.first().copied()));
            for node in nodes {
                self.point(*node, *winner);
            }
        } else if let Fact::MergeUndone { winner, loser, nodes, by, apart, reason } = fact {
            let said = Said::Two { apart: apart.is_some() };
            self.note(*winner, nodes, (said, *reason), by);
            for node in nodes {
                self.point(*node, *loser);
            }
        }
    }

    /// All of it, in the order in which it was said.
    pub(crate) fn said(&self) -> &[DeedByHand] {
        &self.deeds
    }

    /// Nodes that became one person's since this was asked, whatever they say themselves.
    pub(super) fn take_joined(&mut self) -> Vec<(NodeId, NodeId)> {
        std::mem::take(&mut self.joined)
    }

    fn point(&mut self, node: NodeId, person: PersonId) {
        if let Some(before) = self.person_of.insert(node, person)
            && let Some(theirs) = self.nodes_of.get_mut(&before)
        {
            theirs.remove(&node);
        }
        self.nodes_of.entry(person).or_default().insert(node);
    }

    fn note(
        &mut self,
        winner: PersonId,
        nodes: &[NodeId],
        (said, reason): (Said, Option<Code>),
        by: &By,
    ) {
        // The same is said in each account that it concerns.
        let last = self.deeds.last();
        if last.is_some_and(|last| last.said == said && last.nodes == nodes) {
            return;
        }
        if let Some(stays) = self.node_of(winner, nodes) {
            let (nodes, by) = (nodes.to_vec(), by.clone());
            self.deeds.push(DeedByHand { said, stays, nodes, reason, by });
        }
    }

    fn node_of(&self, person: PersonId, but: &[NodeId]) -> Option<NodeId> {
        let mut theirs = self.nodes_of.get(&person).into_iter().flatten();
        theirs.find(|node| !but.contains(node)).copied()
    }
}
