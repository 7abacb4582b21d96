//! Taking back a merge: two people who were thought to be one are two again.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{Aggregate, By, Fact};
use domain::handoff::Actor;
use domain::{AccountId, Moment, NodeId, PersonId};
use engine::stages::resolve::{Somebody, part};
use engine::way;
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
        let (theirs, ours): (Vec<NodeRow>, Vec<NodeRow>) =
            cluster.into_iter().partition(|row| nodes.contains(&row.node));
        let ours = self.somebodies(&ours, winner)?;
        let theirs = self.somebodies(&theirs, loser)?;
        let moves = part([(&winner, ours.clone()), (&loser, theirs.clone())]);
        let accounts: BTreeSet<AccountId> =
            ours.iter().chain(&theirs).filter_map(|(_, somebody)| somebody.account).collect();
        let told: Vec<AccountId> = accounts.iter().copied().collect();
        let concerned: Vec<AccountId> =
            accounts.into_iter().chain(moves.iter().map(|moved| moved.to)).collect();
        self.turn(&concerned, now, Actor::Operator, Some(&strategy), |turn| {
            way::undo_merge(turn, &strategy, &told, (winner, loser, &nodes), &moves, by);
        })?;
        for (node, somebody) in theirs {
            if let Some(account) = somebody.account {
                self.store.point(node, loser, account)?;
            }
        }
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

    fn somebodies(
        &mut self,
        rows: &[NodeRow],
        person: PersonId,
    ) -> Result<Vec<(NodeId, Somebody)>, CrankError> {
        let mut known = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(pointer) = row.pointer else { continue };
            let loaded = self.accounts.load(&self.store, &[pointer.account])?;
            let node = loaded.account(pointer.account).and_then(|known| known.node(row.node));
            let mut somebody = node.map_or_else(|| Somebody::new(row.verified), Somebody::of);
            somebody.person = Some(person);
            somebody.account = Some(pointer.account);
            known.push((row.node, somebody));
        }
        Ok(known)
    }
}
