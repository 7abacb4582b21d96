//! One pass over the journal of an account, looked at behind as many cuts as are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::fact::{Aggregate, Fact};
use domain::{AccountId, Moment, NodeId, SignalId};

use super::cut::{Cut, PositionedEntry};
use super::journal::Journal;
use crate::state::{Base, Folded, Replay, State, Touchpoint};

/// Entries that are read at once where one looks for an arrival.
const BACK_PAGE: usize = 64;

/// An account as it was behind a cut.
pub(super) struct AccountAt {
    pub(super) folded: Folded,
    /// The moment of the cut; where nothing is cut off, that of the last fact.
    pub(super) moment: Moment,
    /// Entries that were folded, beside the snapshot that the fold began with.
    pub(super) entries: usize,
}

/// Folds an account once and says what it was behind each cut, in the order of the cuts. The fold begins
/// with the newest snapshot that is before all of them.
pub(super) fn fold_at<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    cuts: &[Cut],
) -> Result<Vec<AccountAt>, J::Error> {
    let position = cuts.iter().map(Cut::position).min().unwrap_or(u64::MAX);
    let base = journal.base(account, position, earliest(cuts))?;
    let mut entries = entries_before(journal, account, cuts, base.as_ref())?;
    if let Some(base) = &base {
        let arrivals = arrivals_before(journal, account, base, &entries)?;
        entries.splice(0..0, arrivals);
    }
    let begun = base.as_ref().map_or_else(State::default, |base| base.state.clone());
    let known_at = base.map_or(Moment::EPOCH, |base| base.moment);
    let mut replay = Replay::over(&begun);
    let mut taken = 0;
    let mut seen: Vec<(usize, AccountAt)> = Vec::with_capacity(cuts.len());
    for (kept, at) in in_order(cuts, &entries) {
        entries[taken..kept].iter().for_each(|placed| replay.take_entry(&placed.entry));
        taken = kept;
        let cut = cuts[at];
        // A turn may have written behind the cut: a look apart from the pass takes that in.
        let mut look = replay.clone();
        for placed in &entries[kept..] {
            cut.kept(placed).iter().for_each(|fact| look.take(&placed.entry.header, fact));
        }
        let mut state = begun.clone();
        state.adopt(look.end());
        let before_cut = || entries.iter().filter(|placed| cut.keeps(placed));
        let damaged: BTreeSet<NodeId> = before_cut().filter_map(damaged_node).collect();
        let folded = Folded::of(account, state).with_damage(&damaged);
        let last = || last_moment(&folded, before_cut()).max(known_at);
        let moment = cut.moment().unwrap_or_else(last);
        seen.push((at, AccountAt { folded, moment, entries: entries.len() }));
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
    for placed in entries_before(journal, account, &[cut], None)? {
        cut.kept(&placed).iter().for_each(|fact| replay.take(&placed.entry.header, fact));
    }
    Ok(replay.take_older())
}

/// The entries of an account and of the nodes that are its members at one of the cuts, in the order
/// of the journal: those that are not in the snapshot that the fold begins with.
fn entries_before<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    cuts: &[Cut],
    base: Option<&Base>,
) -> Result<Vec<PositionedEntry>, J::Error> {
    let until = latest(cuts);
    let after = base.map_or(0, |base| base.position);
    let mut entries = journal.entries(Aggregate::Account(account), after, until)?;
    let begun: BTreeSet<NodeId> = base.map_or_else(BTreeSet::new, |base| members_of(base, account));
    let at = |cut: &Cut| members(&begun, &entries, *cut);
    let members: BTreeSet<NodeId> = cuts.iter().flat_map(at).collect();
    for node in members {
        // Of one that came since the snapshot, all that it did before is news here.
        let after = if begun.contains(&node) { after } else { 0 };
        entries.extend(journal.entries(Aggregate::Node(node), after, until)?);
    }
    entries.sort_by_key(|placed| placed.position);
    Ok(entries)
}

/// The members of an account in a snapshot.
fn members_of(base: &Base, account: AccountId) -> BTreeSet<NodeId> {
    let known = base.state.account(account);
    known.map_or_else(BTreeSet::new, |known| known.members.keys().copied().collect())
}

/// The members of an account behind a cut, out of those that it had and of its own entries since.
fn members(begun: &BTreeSet<NodeId>, own: &[PositionedEntry], cut: Cut) -> BTreeSet<NodeId> {
    let mut members = begun.clone();
    for fact in own.iter().flat_map(|placed| cut.kept(placed)) {
        if let Fact::NodeJoined { node, .. } = fact {
            members.insert(*node);
        } else if let Fact::NodeLeft { node, .. } = fact {
            members.remove(node);
        }
    }
    members
}

/// Signals that had arrived when a snapshot was taken and whose turn came later: a snapshot holds what
/// turns came to, and they are no part of that.
fn arrivals_before<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    base: &Base,
    entries: &[PositionedEntry],
) -> Result<Vec<PositionedEntry>, J::Error> {
    let Some(known) = base.state.account(account) else { return Ok(Vec::new()) };
    let mut wanted: BTreeMap<NodeId, BTreeSet<SignalId>> = BTreeMap::new();
    let mut arrived: BTreeSet<SignalId> = BTreeSet::new();
    for placed in entries {
        let Aggregate::Node(node) = placed.entry.header.aggregate else { continue };
        for fact in &placed.entry.facts {
            if let Fact::SignalArrived { signal, .. } = fact {
                arrived.insert(*signal);
            } else if let Fact::SubjectResolved { signal, .. } = fact
                && !arrived.contains(signal)
                && known.node(node).is_some_and(|node| !node.waits_for(*signal))
            {
                wanted.entry(node).or_default().insert(*signal);
            }
        }
    }
    let mut arrivals = Vec::new();
    for (node, wanted) in wanted {
        arrivals.extend(arrivals_of(journal, node, base.position, wanted)?);
    }
    arrivals.sort_by_key(|placed| placed.position);
    Ok(arrivals)
}

/// Looks back along the chain of a node for the arrivals of signals that had no turn before a position.
fn arrivals_of<J: Journal + ?Sized>(
    journal: &J,
    node: NodeId,
    position: u64,
    mut wanted: BTreeSet<SignalId>,
) -> Result<Vec<PositionedEntry>, J::Error> {
    let mut found = Vec::new();
    let mut upto = position;
    while !wanted.is_empty() {
        let page = journal.newest(Aggregate::Node(node), upto, BACK_PAGE)?;
        let Some(oldest) = page.last() else { break };
        upto = oldest.position - 1;
        for placed in page {
            let mut arrives = false;
            for fact in placed.entry.facts.iter().rev() {
                if let Fact::SubjectResolved { signal, .. } = fact {
                    // It had its turn, so the snapshot holds what came of it.
                    wanted.remove(signal);
                } else if let Fact::SignalArrived { signal, .. } = fact {
                    arrives |= wanted.remove(signal);
                }
            }
            if arrives {
                found.push(placed);
            }
        }
    }
    Ok(found)
}

/// The earliest moment that a cut is at; none where nothing is cut off at a moment.
fn earliest(cuts: &[Cut]) -> Option<Moment> {
    cuts.iter().filter_map(Cut::moment).min()
}

/// The moment that all cuts are before; none where one of them cuts nothing off.
fn latest(cuts: &[Cut]) -> Option<Moment> {
    let moments: Option<Vec<Moment>> = cuts.iter().map(Cut::moment).collect();
    moments.and_then(|moments| moments.into_iter().max())
}

/// The cuts in the order in which a pass comes by them, each with how many entries are before it.
fn in_order(cuts: &[Cut], entries: &[PositionedEntry]) -> Vec<(usize, usize)> {
    let kept = |cut: &Cut| entries.iter().position(|placed| !cut.keeps_whole(placed));
    let kept = cuts.iter().map(|cut| kept(cut).unwrap_or(entries.len()));
    let mut order: Vec<(usize, usize)> = kept.zip(0..).collect();
    order.sort_unstable();
    order
}

/// When the last thing was known, of those that are told of the account.
fn last_moment<'a>(folded: &Folded, entries: impl Iterator<Item = &'a PositionedEntry>) -> Moment {
    let known = folded.known();
    let counts = |placed: &&PositionedEntry| match placed.entry.header.aggregate {
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
const fn damaged_node(placed: &PositionedEntry) -> Option<NodeId> {
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
