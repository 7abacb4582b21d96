//! Snapshots as callers see them: what a chain came to at a position, in bytes that the store does not
//! read.

use domain::fact::Aggregate;
use domain::{Moment, NodeId};

use crate::journal::Position;

/// Snapshots of one aggregate that are kept. When there are more, every second of the older ones goes, so
/// that those that stay lie evenly over its history.
pub(crate) const KEPT_MAX: usize = 16;

/// What is known of nodes, each by itself, as it was written down.
pub type NodeParts = Vec<(NodeId, Vec<u8>)>;

/// What the chain of an aggregate, and those of its nodes, came to at a position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Of what.
    pub of: Aggregate,
    /// Everything up to this entry of the journal is in it.
    pub position: Position,
    /// When that entry was known.
    pub moment: Moment,
    /// The aggregate itself. It names nobody.
    pub part: Vec<u8>,
    /// What is known of each node, sealed under the key of each where it is kept.
    pub nodes: NodeParts,
}

/// Of the positions of an aggregate's snapshots, oldest first, those that go: none where there is room.
pub(crate) fn thinned(positions: &[u64]) -> Vec<u64> {
    if positions.len() <= KEPT_MAX {
        return Vec::new();
    }
    let older = &positions[..positions.len() - 1];
    older.iter().step_by(2).copied().collect()
}
