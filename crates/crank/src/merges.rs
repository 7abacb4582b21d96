//! Taking back a merge: two people who were thought to be one are two again.
//!
//! A merge may lie far back in long histories. So it is looked for beside the loop, by whoever asks, and
//! the loop reads the entry that was found and what was written since.

use std::collections::BTreeSet;

use domain::fact::{Aggregate, By, Entry, Fact};
use domain::{AccountId, Moment, NodeId, PersonId};
use engine::event::Unmerge;
use store::{NodeRow, Position, Read, Store, StoreError};

use crate::by_hand::{ByHand, pointers};
use crate::crank::Crank;
use crate::error::CrankError;

/// Entries that are read at once.
const PAGE: usize = 256;

impl<S: Store> Crank<S> {
    /// Takes back the merge of `loser` into `winner` that [`find_merge`] found, within an open group.
    /// Afterwards clusters, contexts, consents and scores are as if they had never been merged.
    pub fn undo_merge(
        &mut self,
        winner: PersonId,
        loser: PersonId,
        found: FoundMerge,
        by: &By,
        now: Moment,
    ) -> Result<ByHand, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let cluster = self.store.cluster(winner)?;
        if cluster.is_empty() {
            return Err(CrankError::NoPerson(winner));
        }
        let merged = self.merged_nodes(winner, loser, found)?;
        let split = Unmerge {
            winner,
            loser,
            merged,
            cluster: pointers(&cluster),
            is_split: false,
            reason: None,
            by: by.clone(),
        };
        let moves = self.part(&split, &cluster, &strategy, now)?;
        Ok(ByHand { winner, loser, nodes: split.merged, moves })
    }

    /// The nodes that a merge moved, unless it was taken back since it was found.
    fn merged_nodes(
        &self,
        winner: PersonId,
        loser: PersonId,
        found: FoundMerge,
    ) -> Result<Vec<NodeId>, CrankError> {
        let stored = self.store.at(found.at, None)?;
        let mut said = stored.and_then(|stored| said_of(&stored.entry, winner, loser));
        let mut after = found.read_up_to;
        loop {
            let page = self.store.journal(after, PAGE, None)?;
            let Some(last) = page.last() else { break };
            after = last.position;
            for stored in &page {
                said = said_of(&stored.entry, winner, loser).or(said);
            }
        }
        match said {
            Some(Said::Merged(nodes)) => Ok(nodes),
            Some(Said::Undone) | None => Err(CrankError::NotMerged(loser, winner)),
        }
    }
}

/// Where a merge stands in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoundMerge {
    /// The entry that says it.
    pub at: Position,
    /// Up to here nothing has taken it back.
    pub read_up_to: Position,
}

/// What an entry says of two people.
enum Said {
    Merged(Vec<NodeId>),
    Undone,
}

fn said_of(entry: &Entry, winner: PersonId, loser: PersonId) -> Option<Said> {
    let mut said = None;
    for fact in &entry.facts {
        if let Fact::PeopleMerged { winner: w, loser: l, nodes, .. } = fact
            && (*w, *l) == (winner, loser)
        {
            said = Some(Said::Merged(nodes.clone()));
        } else if let Fact::MergeUndone { winner: w, loser: l, .. } = fact
            && (*w, *l) == (winner, loser)
        {
            said = Some(Said::Undone);
        }
    }
    said
}

/// Looks for the last merge of `loser` into `winner`. It may have to read all that was ever said of where
/// they are and were, so it is no work for the loop.
pub fn find_merge(
    store: &impl Read,
    winner: PersonId,
    loser: PersonId,
) -> Result<FoundMerge, CrankError> {
    let read_up_to = store.head()?.position;
    let cluster = store.cluster(winner)?;
    if cluster.is_empty() {
        return Err(CrankError::NoPerson(winner));
    }
    let mut last: Option<(Position, Said)> = None;
    for account in once_in(store, &cluster, read_up_to)? {
        let before = last.as_ref().map_or(Position::START, |(position, _)| *position);
        let found = newest_in(store, Aggregate::Account(account), (before, read_up_to), |entry| {
            said_of(entry, winner, loser)
        })?;
        last = found.or(last);
    }
    match last {
        Some((at, Said::Merged(_))) => Ok(FoundMerge { at, read_up_to }),
        Some((_, Said::Undone)) | None => Err(CrankError::NotMerged(loser, winner)),
    }
}

/// Every account that a node of the cluster is or was in: who moved since took no history along.
fn once_in(
    store: &impl Read,
    cluster: &[NodeRow],
    upto: Position,
) -> Result<BTreeSet<AccountId>, StoreError> {
    let pointers = cluster.iter().filter_map(|row| row.pointer);
    let mut accounts: BTreeSet<AccountId> = pointers.map(|pointer| pointer.account).collect();
    for row in cluster {
        newest_in(store, Aggregate::Node(row.node), (Position::START, upto), |entry| {
            for fact in &entry.facts {
                if let Fact::SubjectResolved { account, .. } = fact {
                    accounts.insert(*account);
                }
            }
            None::<()>
        })?;
    }
    Ok(accounts)
}

/// Goes back along a chain, between two positions, until somebody has found what they look for. A page
/// of it is in memory at a time.
fn newest_in<T>(
    store: &impl Read,
    aggregate: Aggregate,
    (after, mut upto): (Position, Position),
    mut look: impl FnMut(&Entry) -> Option<T>,
) -> Result<Option<(Position, T)>, StoreError> {
    loop {
        let page = store.newest(aggregate, upto, PAGE, None)?;
        for stored in &page {
            if stored.position <= after {
                return Ok(None);
            }
            if let Some(found) = look(&stored.entry) {
                return Ok(Some((stored.position, found)));
            }
        }
        let Some(oldest) = page.last() else { return Ok(None) };
        upto = Position(oldest.position.0 - 1);
    }
}
