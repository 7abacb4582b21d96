//! The figures of `baton demo --json`.

use std::collections::BTreeMap;

use domain::handoff::Owner;
use serde::Serialize;
use store::{Read, StoreError};

use super::watch::{HandoffProgress, Watch};

/// How long leads waited for an owner, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TimeToRoute {
    /// Half of them waited no longer.
    pub p50: i64,
    /// Nine in ten waited no longer.
    pub p90: i64,
    /// Ninety-nine in a hundred waited no longer.
    pub p99: i64,
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Signals that were accepted.
    pub signals: u64,
    /// People who are known by an address, a number or a source's id.
    pub people: u64,
    /// Companies that somebody belongs to.
    pub accounts: u64,
    /// Handoffs that began.
    pub handoffs: u64,
    /// Effects that a destination confirmed.
    pub deliveries: u64,
    /// Open handoffs that neither a person nor a queue has, by the reason, or the state without one.
    pub unrouted: BTreeMap<String, u64>,
    /// From the signal's acceptance until a person or a queue had the lead.
    pub time_to_route_ms: TimeToRoute,
    /// Dirt whose trace was found, by kind.
    pub dirt: BTreeMap<&'static str, u64>,
}

impl Figures {
    /// The figures of everything that was watched.
    pub fn of(watch: &Watch, store: &impl Read) -> Result<Self, StoreError> {
        let (people, accounts) = watch.population(store)?;
        let dirt = watch.dirt().iter();
        Ok(Self {
            signals: watch.signals(),
            people,
            accounts,
            handoffs: watch.handoffs().len() as u64,
            deliveries: watch.deliveries().delivered,
            unrouted: unrouted(watch.handoffs().values()),
            time_to_route_ms: time_to_route(watch.handoffs().values()),
            dirt: dirt.map(|(dirt, count)| (dirt.name(), *count)).collect(),
        })
    }
}

fn unrouted<'s>(handoffs: impl Iterator<Item = &'s HandoffProgress>) -> BTreeMap<String, u64> {
    let mut unrouted: BTreeMap<String, u64> = BTreeMap::new();
    let nobodys =
        |seen: &&HandoffProgress| seen.owner == Owner::Engine && !seen.state.is_terminal();
    for seen in handoffs.filter(nobodys) {
        let why = seen.why.map_or(seen.state.as_str(), |code| code.as_str());
        *unrouted.entry(why.to_owned()).or_default() += 1;
    }
    unrouted
}

fn time_to_route<'s>(handoffs: impl Iterator<Item = &'s HandoffProgress>) -> TimeToRoute {
    let waited = handoffs.filter_map(|seen| Some((seen.routed? - seen.arrived).as_ms()));
    let mut waited: Vec<i64> = waited.collect();
    waited.sort_unstable();
    let rank = |per_cent: usize| {
        let at = (waited.len() * per_cent).div_ceil(100).saturating_sub(1);
        waited.get(at).copied().unwrap_or_default()
    };
    TimeToRoute { p50: rank(50), p90: rank(90), p99: rank(99) }
}
