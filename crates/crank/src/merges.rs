//! Taking back a merge: two people who were thought to be one are two again.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{Aggregate, By, Fact};
use domain::handoff::Actor;
use domain::{AccountId, Moment, NodeId, PersonId};
use engine::Outcome;
use engine::event::{Event, Pointer, Unmerge};
use store::{NodeRow, Position, Store};

use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// Takes back the merge of `loser` into `winner`, within an open group. Afterwards clusters,
    /// contexts, consents and scores are as if they had never been merged.
    pub fn undo_merge(
        &mut self,
        winner: PersonId,
        loser: PersonId,
        by: &By,
        now: Moment,
    ) -> Result<(), CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let cluster = self.store.cluster(winner)?;
        if cluster.is_empty() {
            return Err(CrankError::NoPerson(winner));
        }
        let nodes = self.merged_nodes(&cluster, winner, loser)?;
        let pointers: BTreeMap<NodeId, Pointer> = cluster
            .iter()
            .map(|row| {
                let place = row.pointer.map(|pointer| (pointer.person, pointer.account));
                (row.node, Pointer { place, named: row.verified })
            })
            .collect();
        let merged = nodes.clone();
        let unmerge = Unmerge { winner, loser, merged, cluster: pointers, by: by.clone() };
        let event = Event::Unmerge(unmerge);
        let at = self.clock.stamp(now);
        let outcome = self.handle(&event, at, Actor::Operator, Some(&strategy))?;
        for row in cluster.iter().filter(|row| nodes.contains(&row.node)) {
            if let Some(pointer) = row.pointer {
                self.store.point(row.node, loser, pointer.account)?;
            }
        }
        let Outcome::Unmerged(moves) = outcome else { return Ok(()) };
        for moved in moves {
            self.store.forward(moved.to, moved.to)?;
            self.store.point(moved.node, moved.person, moved.to)?;
            if let Some(from) = moved.from {
                self.forward_if_empty(moved.node, from, moved.to)?;
            }
        }
        Ok(())
    }

    /// The nodes that a merge moved and that nothing has moved back since.
    fn merged_nodes(
        &self,
        cluster: &[NodeRow],
        winner: PersonId,
        loser: PersonId,
    ) -> Result<Vec<NodeId>, CrankError> {
        let mut told: BTreeMap<Position, Option<Vec<NodeId>>> = BTreeMap::new();
        for account in self.once_in(cluster)? {
            let history =
                self.store.history(Aggregate::Account(account), Position::START, None, None)?;
            for stored in history {
                for fact in &stored.entry.facts {
                    if let Fact::PeopleMerged { winner: w, loser: l, nodes, .. } = fact
                        && (*w, *l) == (winner, loser)
                    {
                        told.insert(stored.position, Some(nodes.clone()));
                    } else if let Fact::MergeUndone { winner: w, loser: l, .. } = fact
                        && (*w, *l) == (winner, loser)
                    {
                        told.insert(stored.position, None);
                    }
                }
            }
        }
        let nodes = told.into_values().next_back().flatten();
        nodes.ok_or(CrankError::NotMerged(loser, winner))
    }

    /// Every account that a node of the cluster is or was in: who moved since took no history along.
    fn once_in(&self, cluster: &[NodeRow]) -> Result<BTreeSet<AccountId>, CrankError> {
        let pointers = cluster.iter().filter_map(|row| row.pointer);
        let mut accounts: BTreeSet<AccountId> = pointers.map(|pointer| pointer.account).collect();
        for row in cluster {
            let history =
                self.store.history(Aggregate::Node(row.node), Position::START, None, None)?;
            for fact in history.iter().flat_map(|stored| &stored.entry.facts) {
                if let Fact::SubjectResolved { account, .. } = fact {
                    accounts.insert(*account);
                }
            }
        }
        Ok(accounts)
    }
}
