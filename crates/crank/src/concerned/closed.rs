//! Nodes that share names with each other, directly or by steps.

use domain::NodeId;
use rustc_hash::FxHashMap;

/// Sets of nodes that grow together.
#[derive(Debug, Default)]
pub(super) struct ClosedSets {
    places: FxHashMap<NodeId, usize>,
    parents: Vec<usize>,
    /// The nodes of each set that is no other's part.
    members: Vec<Vec<NodeId>>,
    /// The node that came first with each name.
    names: FxHashMap<u64, NodeId>,
}

impl ClosedSets {
    /// A node has a name.
    pub(super) fn named(&mut self, node: NodeId, name: u64) {
        let first = *self.names.entry(name).or_insert(node);
        self.join(first, node);
    }

    /// Two nodes belong together.
    pub(super) fn join(&mut self, one: NodeId, other: NodeId) {
        let (mut one, mut other) = (self.root_of(one), self.root_of(other));
        if one == other {
            return;
        }
        if self.members[one].len() < self.members[other].len() {
            std::mem::swap(&mut one, &mut other);
        }
        self.parents[other] = one;
        let moved = std::mem::take(&mut self.members[other]);
        self.members[one].extend(moved);
    }

    /// The nodes that belong together with a node, itself included.
    pub(super) fn with(&mut self, node: NodeId) -> &[NodeId] {
        let root = self.root_of(node);
        &self.members[root]
    }

    fn root_of(&mut self, node: NodeId) -> usize {
        let mut at = *self.places.entry(node).or_insert_with(|| {
            self.parents.push(self.parents.len());
            self.members.push(vec![node]);
            self.parents.len() - 1
        });
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }
}
