//! Who is who because somebody says so: two are joined, or nodes are split off a person.

use std::collections::BTreeMap;

use domain::fact::By;
use domain::handoff::Actor;
use domain::reason::Code;
use domain::{Moment, NodeId, PersonId};
use engine::Outcome;
use engine::event::{Event, Join, Pointer, Unmerge};
use engine::stages::resolve::{CLUSTER_MAX, Move};
use rules::Strategy;
use store::{NodeRow, Store};

use crate::crank::Crank;
use crate::error::CrankError;

/// What came of joining or splitting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ByHand {
    /// Who stays.
    pub winner: PersonId,
    /// Who is the winner from here on, or somebody of their own.
    pub loser: PersonId,
    /// The nodes that changed from one to the other.
    pub nodes: Vec<NodeId>,
    /// Nodes that changed their place.
    pub moves: Vec<Move>,
}

/// Where the nodes of a cluster point.
pub(crate) fn pointers(cluster: &[NodeRow]) -> BTreeMap<NodeId, Pointer> {
    let pointer = |row: &NodeRow| {
        let place = row.pointer.map(|pointer| (pointer.person, pointer.account));
        (row.node, Pointer { place, named: row.verified })
    };
    cluster.iter().map(pointer).collect()
}

impl<S: Store> Crank<S> {
    /// Joins two people, within an open group. The smaller id stays, as where a signal says so.
    pub fn join_people(
        &mut self,
        (one, other): (PersonId, PersonId),
        reason: Option<Code>,
        by: &By,
        now: Moment,
    ) -> Result<ByHand, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let (winner, loser) = (one.min(other), one.max(other));
        if winner == loser {
            return Err(CrankError::SamePerson(winner));
        }
        let (ours, theirs) = (self.store.cluster(winner)?, self.store.cluster(loser)?);
        for (person, cluster) in [(winner, &ours), (loser, &theirs)] {
            if cluster.is_empty() {
                return Err(CrankError::NoPerson(person));
            }
        }
        if ours.len() + theirs.len() > CLUSTER_MAX {
            return Err(CrankError::TooManyNodes(ours.len() + theirs.len()));
        }
        let mut cluster = pointers(&ours);
        cluster.extend(pointers(&theirs));
        let join = Join { winner, loser, cluster, reason, by: by.clone() };
        let nodes = join.theirs();
        let at = self.clock.stamp(now);
        let outcome = self.handle(&Event::Join(join), at, Actor::Operator, Some(&strategy))?;
        for row in &theirs {
            if let Some(pointer) = row.pointer {
                self.store.point(row.node, winner, pointer.account)?;
            }
        }
        let Outcome::Unmerged(moves) = outcome else { return Err(CrankError::NoStrategy) };
        self.point_moved(&moves)?;
        Ok(ByHand { winner, loser, nodes, moves })
    }

    /// Splits nodes off a person, within an open group: they are somebody of their own from here on, whom
    /// what signals say does not join again.
    pub fn split_person(
        &mut self,
        person: PersonId,
        nodes: &[NodeId],
        reason: Option<Code>,
        by: &By,
        now: Moment,
    ) -> Result<ByHand, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let cluster = self.store.cluster(person)?;
        if cluster.is_empty() {
            return Err(CrankError::NoPerson(person));
        }
        let mut merged = nodes.to_vec();
        merged.sort_unstable();
        merged.dedup();
        if let Some(other) = merged.iter().find(|node| cluster.iter().all(|row| row.node != **node))
        {
            return Err(CrankError::NotTheirs(*other, person));
        }
        if merged.is_empty() || merged.len() == cluster.len() {
            return Err(CrankError::NothingLeft(person));
        }
        let mut parts: Vec<&[u8]> = vec![b"split", person.bytes()];
        parts.extend(merged.iter().map(|node| node.bytes().as_slice()));
        let loser = PersonId::caused_by(&parts);
        let unmerge = Unmerge {
            winner: person,
            loser,
            merged: merged.clone(),
            cluster: pointers(&cluster),
            is_split: true,
            reason,
            by: by.clone(),
        };
        let moves = self.part(&unmerge, &cluster, &strategy, now)?;
        Ok(ByHand { winner: person, loser, nodes: merged, moves })
    }

    /// Takes back a merge, or splits nodes off, and says which nodes changed their place.
    pub(crate) fn part(
        &mut self,
        unmerge: &Unmerge,
        cluster: &[NodeRow],
        strategy: &Strategy,
        now: Moment,
    ) -> Result<Vec<Move>, CrankError> {
        let at = self.clock.stamp(now);
        let event = Event::Unmerge(unmerge.clone());
        let outcome = self.handle(&event, at, Actor::Operator, Some(strategy))?;
        for row in cluster.iter().filter(|row| unmerge.merged.contains(&row.node)) {
            if let Some(pointer) = row.pointer {
                self.store.point(row.node, unmerge.loser, pointer.account)?;
            }
        }
        let Outcome::Unmerged(moves) = outcome else { return Ok(Vec::new()) };
        self.point_moved(&moves)?;
        Ok(moves)
    }

    /// Writes where nodes are that changed their place.
    pub(crate) fn point_moved(&mut self, moves: &[Move]) -> Result<(), CrankError> {
        for moved in moves {
            self.store.forward(moved.to, moved.to)?;
            self.store.point(moved.node, moved.person, moved.to)?;
            if let Some(from) = moved.from {
                self.forward_if_empty(moved.node, from, moved.to)?;
            }
        }
        Ok(())
    }
}
