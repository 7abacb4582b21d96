//! What a turn needs to be loaded before it is taken.

use domain::{AccountId, Moment, NodeId};

use crate::arrived::Arrived;
use crate::event::{Event, Join, Pointer, Unmerge};
use crate::stages::resolve::{Resolved, Unmerged, candidates, part, resolve, unite};
use crate::state::State;

/// How many times [`needs`] has to be asked at most: for whom a signal may be about, and for where
/// they go.
pub const ROUNDS_MAX: usize = 3;

/// What is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Accounts, each with all of its nodes.
    pub accounts: Vec<AccountId>,
}

/// What an event needs besides what is loaded. Whoever takes the turn loads it and asks again until
/// nothing is missing.
pub fn needs(state: &State, event: &Event) -> Needs {
    let missing = |mut accounts: Vec<AccountId>| {
        accounts.retain(|account| !state.has(*account));
        accounts.sort_unstable();
        accounts.dedup();
        Needs { accounts }
    };
    // Where somebody goes follows from what is known of them where they are.
    let first = missing(places(event));
    if !first.accounts.is_empty() {
        return first;
    }
    if leads_where_loaded(state, event) {
        return Needs::default();
    }
    // Nothing that is known is later than the turn that is about to be taken.
    missing(concerned(event, &place(state, event, Moment(i64::MAX))))
}

/// Whether all accounts that a signal can lead to are loaded, so that nobody has to find out whose it is
/// to know that nothing is missing. The accounts that it names are.
fn leads_where_loaded(state: &State, event: &Event) -> bool {
    let Event::Signal { arrived, lookup } = event else { return false };
    let anchor = |node: NodeId, pointer: &Pointer| {
        let known = pointer.place.and_then(|(_, account)| state.account(account)?.node(node));
        known.and_then(|known| known.anchor)
    };
    let home = lookup.nodes.get(&arrived.node).filter(|home| home.place.is_some());
    let Some(home) = home else { return false };
    // Somebody with a business identifier is where it says, and so is all of their cluster, but for
    // those who have one of their own.
    let business = match (&arrived.identified.workplace, lookup.company.business) {
        (Some(_), known) => known.is_some_and(|known| state.has(known)),
        (None, _) => anchor(arrived.node, home).is_some(),
    };
    business
        && lookup.nodes.iter().all(|(node, pointer)| {
            pointer.place.is_some()
                && anchor(*node, pointer).is_none_or(|anchor| state.has(anchor.account))
        })
}

/// The accounts that an event names.
fn places(event: &Event) -> Vec<AccountId> {
    match event {
        Event::Signal { arrived, lookup } => {
            // Where a signal that is taken again was, a handoff may be that somebody works.
            let was = arrived.again.and_then(|again| again.account);
            let places = lookup.nodes.values().filter_map(|pointer| Some(pointer.place?.1));
            places.chain(lookup.elsewhere.iter().copied()).chain(was).collect()
        }
        Event::TakeBack(taken) => {
            taken.nodes.iter().filter_map(|node| Some(node.place?.1)).collect()
        }
        Event::Unmerge(Unmerge { cluster, .. }) | Event::Join(Join { cluster, .. }) => {
            cluster.values().filter_map(|pointer| Some(pointer.place?.1)).collect()
        }
        Event::Erasure(erasure) => erasure.accounts.clone(),
        Event::Deed { account, .. }
        | Event::Timer { account, .. }
        | Event::Attempt { account, .. }
        | Event::Answer { account, .. }
        | Event::Forgotten { account, .. }
        | Event::Parked { account, .. } => vec![*account],
        Event::Desk(_)
        | Event::InForce { .. }
        | Event::Quarantine { .. }
        | Event::Reading { .. }
        | Event::Import(_)
        | Event::User(_) => Vec::new(),
    }
}

/// What follows from an event for where people are, once the accounts that it names are loaded.
#[derive(Debug)]
pub(crate) enum Placement {
    /// Whose a signal is.
    Signal(Resolved),
    /// Where a taken back merge leaves everybody.
    Unmerge(Unmerged),
    /// Where everybody is once two are one.
    Join(Unmerged),
    /// Nobody moves.
    Nobody,
}

/// Says where people are after an event, at a moment.
pub(crate) fn place(state: &State, event: &Event, now: Moment) -> Placement {
    match event {
        Event::Signal { arrived, lookup } => {
            let candidates = candidates(state, lookup);
            let Arrived { signal, node, identified, .. } = &**arrived;
            let now = arrived.as_of(now);
            Placement::Signal(resolve(*signal, *node, now, identified, candidates))
        }
        Event::Unmerge(unmerge) => Placement::Unmerge(part(state, unmerge)),
        Event::Join(join) => Placement::Join(unite(state, join)),
        Event::Deed { .. }
        | Event::Timer { .. }
        | Event::Attempt { .. }
        | Event::Answer { .. }
        | Event::Forgotten { .. }
        | Event::Erasure(_)
        | Event::Desk(_)
        | Event::InForce { .. }
        | Event::Quarantine { .. }
        | Event::Reading { .. }
        | Event::Import(_)
        | Event::TakeBack(_)
        | Event::User(_)
        | Event::Parked { .. } => Placement::Nobody,
    }
}

/// The accounts that an event concerns.
pub(crate) fn concerned(event: &Event, placed: &Placement) -> Vec<AccountId> {
    let mut accounts = places(event);
    match placed {
        Placement::Signal(resolved) => accounts.extend(resolved.accounts()),
        Placement::Unmerge(placed) | Placement::Join(placed) => {
            accounts.extend(placed.moves.iter().map(|moved| moved.to));
        }
        Placement::Nobody => {}
    }
    accounts
}
