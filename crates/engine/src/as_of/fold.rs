//! One pass over the journal of an account, looked at behind as many cuts as are asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::fact::{Aggregate, Fact};
use domain::{AccountId, Moment, NodeId};

use super::cut::{Cut, Placed};
use super::journal::Journal;
use crate::state::{Folded, Replay, State, Touchpoint};

/// An account as it was behind a cut.
pub(super) struct Look {
    pub(super) folded: Folded,
    /// The moment of the cut; where nothing is cut off, that of the last fact.
    pub(super) moment: Moment,
}

/// Folds an account once and says what it was behind each cut, in the order of the cuts.
pub(super) fn fold_at<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    cuts: &[Cut],
) -> Result<Vec<Look>, J::Error> {
    let entries = entries_before(journal, account, cuts)?;
    let nothing = State::default();
    let mut replay = Replay::over(&nothing);
    let mut taken = 0;
    let mut seen: Vec<(usize, Look)> = Vec::with_capacity(cuts.len());
    for (kept, at) in in_order(cuts, &entries) {
        entries[taken..kept].iter().for_each(|placed| replay.take_entry(&placed.entry));
        taken = kept;
        let cut = cuts[at];
        // A turn may have written behind the cut: a look apart from the pass takes that in.
        let mut look = replay.clone();
        for placed in &entries[kept..] {
            cut.kept(placed).iter().for_each(|fact| look.take(&placed.entry.header, fact));
        }
        let mut state = State::default();
        state.adopt(look.end());
        let before_cut = || entries.iter().filter(|placed| cut.keeps(placed));
        let damaged: BTreeSet<NodeId> = before_cut().filter_map(damaged_node).collect();
        let folded = Folded::of(account, state).with_damage(&damaged);
        let moment = cut.moment().unwrap_or_else(|| last_moment(&folded, before_cut()));
        seen.push((at, Look { folded, moment }));
    }
    seen.sort_by_key(|(at, _)| *at);
    Ok(seen.into_iter().map(|(_, look)| look).collect())
}

/// The touches of an account that are too old to be held behind a cut.
pub(super) fn older_touches<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    cut: Cut,
) -> Result<Vec<(NodeId, Arc<Touchpoint>)>, J::Error> {
    let nothing = State::default();
    let mut replay = Replay::over(&nothing);
    replay.keep_older();
    for placed in entries_before(journal, account, &[cut])? {
        cut.kept(&placed).iter().for_each(|fact| replay.take(&placed.entry.header, fact));
    }
    Ok(replay.take_older())
}

/// The entries of an account and of the nodes that are its members at one of the cuts, in the order
/// of the journal.
fn entries_before<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    cuts: &[Cut],
) -> Result<Vec<Placed>, J::Error> {
    let until = latest(cuts);
    let mut entries = journal.entries(Aggregate::Account(account), until)?;
    let members: BTreeSet<NodeId> = cuts.iter().flat_map(|cut| members(&entries, *cut)).collect();
    for node in members {
        entries.extend(journal.entries(Aggregate::Node(node), until)?);
    }
    entries.sort_by_key(|placed| placed.position);
    Ok(entries)
}

/// The members of an account behind a cut, out of its own entries.
fn members(own: &[Placed], cut: Cut) -> BTreeSet<NodeId> {
    let mut members = BTreeSet::new();
    for fact in own.iter().flat_map(|placed| cut.kept(placed)) {
        if let Fact::NodeJoined { node, .. } = fact {
            members.insert(*node);
        } else if let Fact::NodeLeft { node, .. } = fact {
            members.remove(node);
        }
    }
    members
}

/// The moment that all cuts are before; none where one of them cuts nothing off.
fn latest(cuts: &[Cut]) -> Option<Moment> {
    let moments: Option<Vec<Moment>> = cuts.iter().map(Cut::moment).collect();
    moments.and_then(|moments| moments.into_iter().max())
}

/// The cuts in the order in which a pass comes by them, each with how many entries are before it.
fn in_order(cuts: &[Cut], entries: &[Placed]) -> Vec<(usize, usize)> {
    let kept = |cut: &Cut| entries.iter().position(|placed| !cut.keeps_whole(placed));
    let kept = cuts.iter().map(|cut| kept(cut).unwrap_or(entries.len()));
    let mut order: Vec<(usize, usize)> = kept.zip(0..).collect();
    order.sort_unstable();
    order
}

/// When the last thing was known, of those that are told of the account.
fn last_moment<'a>(folded: &Folded, entries: impl Iterator<Item = &'a Placed>) -> Moment {
    let known = folded.known();
    let counts = |placed: &&Placed| match placed.entry.header.aggregate {
        Aggregate::Node(node) => known.members.contains_key(&node),
        Aggregate::Account(_)
        | Aggregate::Desk
        | Aggregate::Registry
        | Aggregate::Quarantine
        | Aggregate::Governance => true,
    };
    let moments = entries.filter(counts).map(|placed| placed.entry.header.moment);
    moments.max().unwrap_or(Moment::EPOCH)
}

/// The node of an entry of which a sealed part does not open.
const fn damaged_node(placed: &Placed) -> Option<NodeId> {
    match placed.entry.header.aggregate {
        Aggregate::Node(node) if placed.damaged => Some(node),
        Aggregate::Node(_)
        | Aggregate::Account(_)
        | Aggregate::Desk
        | Aggregate::Registry
        | Aggregate::Quarantine
        | Aggregate::Governance => None,
    }
}
