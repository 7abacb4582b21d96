//! A rehearsal in sum: what was read, who would have got how much, how long it took, and what really
//! happened.

use std::collections::BTreeMap;

use domain::Moment;
use domain::fact::StrategyVersion;
use domain::handoff::{MemberId, Owner, Target};
use domain::reason::Code;
use engine::desk::LEAD;
use rules::Strategy;
use rules::routing::Method;
use serde::Serialize;

use super::afterwards::{Ending, KnownOutcomes};
use super::line::{Lead, route_name};
use super::read::History;
use super::tally::Tally;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// The most values by which leads are told apart.
const SEGMENTS_MAX: usize = 20;

/// A rehearsal in sum.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Rows that were read.
    pub read: u64,
    /// Rows that were there before.
    pub duplicates: u64,
    /// Rows that could not be taken.
    pub quarantined: u64,
    /// The same by why.
    pub quarantined_by: BTreeMap<Code, u64>,
    /// Rows without a time: they follow at the end.
    pub undated: u64,
    /// Rows whose signal names no account: they stand alone.
    pub without_account: u64,
    /// Decisions that compared a field with another type than it has, and so could not tell, by what
    /// the field is not.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unlike_types: BTreeMap<String, u64>,
    /// Leads that were played: a line each.
    pub leads: u64,
    /// The first moment that a lead says.
    pub from: Option<Moment>,
    /// The last moment that a lead says.
    pub until: Option<Moment>,
    /// What was decided, to how many leads.
    pub decisions: BTreeMap<&'static str, u64>,
    /// Leads that reached a person or a queue.
    pub routed: u64,
    /// Leads that were to reach somebody and did not, by why.
    pub unrouted: BTreeMap<Code, u64>,
    /// Routes that decided, in their order.
    pub routes: Vec<RouteShare>,
    /// Leads in queues, by the queue.
    pub queues: BTreeMap<String, u64>,
    /// Each rep by their id.
    pub reps: BTreeMap<String, RepShare>,
    /// The furthest that any rep ever was from their share, in leads.
    pub largest_drift: f64,
    /// Clocks that ran out.
    pub sla: Breaches,
    /// From a lead's moment to its first owner, in virtual time.
    pub time_to_route_ms: Percentiles,
    /// How owners behaved.
    pub behaviour: &'static str,
    /// What really happened.
    pub outcomes: Outcomes,
    /// The strategy.
    pub strategy: StrategyVersion,
    /// The engine.
    pub engine: &'static str,
    /// How long the rehearsal took, by the clock of whoever ran it.
    pub seconds: f64,
}

/// How many leads a route decided on.
#[derive(Clone, Debug, Serialize)]
pub struct RouteShare {
    /// What people call it.
    pub route: String,
    /// How many.
    pub leads: u64,
}

/// What a rep received, and what they were entitled to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RepShare {
    /// What people call them.
    pub name: String,
    /// Leads that they were given.
    pub received: u32,
    /// Of these, leads that were theirs by name.
    pub named: u32,
    /// Their share of the leads that they could have had.
    pub entitled: f64,
    /// The furthest that they ever were from their share of a pool, in leads.
    pub drift: f64,
    /// The most that they had in hand at once.
    pub open_most: u32,
}

/// Clocks that ran out, while a person had the lead.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Breaches {
    /// Offers not taken and people not called in time.
    pub breaches: u64,
    /// Offers not taken in time.
    pub accept: u64,
    /// Nobody got in touch in time.
    pub first_touch: u64,
    /// Not qualified in time. Only recorded outcomes say when a lead is qualified, so these are not
    /// among the breaches.
    pub qualify: u64,
    /// Leads that lay in a queue for too long.
    pub queue: u64,
}

/// Where half, nine in ten and ninety-nine in a hundred lie; none where there is nothing to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Percentiles {
    /// What half of them stay within.
    pub p50: Option<i64>,
    /// Nine in ten.
    pub p90: Option<i64>,
    /// Ninety-nine in a hundred.
    pub p99: Option<i64>,
}

impl Percentiles {
    /// Of some figures, by nearest rank.
    pub fn of(mut figures: Vec<i64>) -> Self {
        figures.sort_unstable();
        let rank = |hundredth: usize| {
            let place = (figures.len() * hundredth).div_ceil(100);
            place.checked_sub(1).and_then(|place| figures.get(place)).copied()
        };
        Self { p50: rank(50), p90: rank(90), p99: rank(99) }
    }
}

/// What really happened, as far as the history says.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcomes {
    /// Leads that were won.
    pub won: u64,
    /// Leads that were lost.
    pub lost: u64,
    /// Leads of which nothing is known.
    pub unknown: u64,
    /// Rows about outcomes that belong to no lead of the history.
    pub strays: u64,
    /// Leads that were won before they came.
    pub won_before: u64,
    /// From coming to being won.
    pub days_to_win: Percentiles,
    /// The same, one figure a lead, for drawing.
    #[serde(skip)]
    pub days: Vec<i64>,
    /// By who would have had them.
    pub by_owner: BTreeMap<String, Ended>,
    /// By who really had them.
    pub by_real_owner: BTreeMap<String, Ended>,
    /// By what was known of them when they came.
    pub by_segment: Option<Segments>,
}

/// How many leads there are, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// All of them.
    pub leads: u64,
    /// How many were won.
    pub won: u64,
    /// How many were lost.
    pub lost: u64,
}

impl Ended {
    fn add(&mut self, ending: Option<Ending>) {
        self.leads += 1;
        match ending {
            Some(Ending::Won) => self.won += 1,
            Some(Ending::Lost) => self.lost += 1,
            None => {}
        }
    }
}

/// Leads told apart by a field.
#[derive(Clone, Debug, Serialize)]
pub struct Segments {
    /// The field.
    pub field: String,
    /// Its values; `""` where it is not known.
    pub values: BTreeMap<String, Ended>,
}

/// Sums up what was told of each lead.
pub(super) fn sum_up(
    strategy: &Strategy,
    history: &History,
    known: &KnownOutcomes,
    tally: &Tally,
    leads: &[Lead],
    behaviour: &'static str,
) -> Summary {
    let reps = reps(strategy, tally);
    Summary {
        read: history.counts.read,
        duplicates: history.counts.duplicates,
        quarantined: history.counts.quarantined(),
        quarantined_by: history.counts.quarantined.clone(),
        undated: history.counts.undated,
        without_account: tally.without_account,
        unlike_types: tally.unlike.clone(),
        leads: leads.len() as u64,
        from: leads.iter().find(|lead| !lead.undated).map(|lead| lead.moment),
        until: leads.iter().rfind(|lead| !lead.undated).map(|lead| lead.moment),
        decisions: counted(leads.iter().map(Lead::decision)),
        routed: leads.iter().filter(|lead| lead.is_routed()).count() as u64,
        unrouted: counted(leads.iter().filter_map(|lead| lead.unrouted)),
        routes: routes(strategy, leads),
        queues: counted(leads.iter().filter_map(|lead| match &lead.owner {
            Some(Owner::Queue(queue)) => Some(queue.0.clone()),
            Some(Owner::Engine | Owner::Person(_)) | None => None,
        })),
        largest_drift: reps.values().map(|rep| rep.drift).fold(0.0, f64::max),
        reps,
        sla: breaches(tally),
        time_to_route_ms: Percentiles::of(
            leads.iter().filter_map(|lead| Some(lead.routed_after?.as_ms())).collect(),
        ),
        behaviour,
        outcomes: outcomes(leads, known.strays, field_of(history).as_deref()),
        strategy: strategy.version,
        engine: engine::view::ENGINE,
        seconds: 0.0,
    }
}

fn counted<K: Ord>(all: impl Iterator<Item = K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    for key in all {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn routes(strategy: &Strategy, leads: &[Lead]) -> Vec<RouteShare> {
    let counts = counted(leads.iter().filter_map(|lead| lead.route));
    let all = 0..strategy.routing.routes.len() as u16;
    all.map(|route| RouteShare {
        route: route_name(route, strategy).into_owned(),
        leads: counts.get(&route).copied().unwrap_or_default(),
    })
    .collect()
}

/// Who received anything or could have: somebody of no pool that was ever asked is not in it. Pools
/// that go by open work promise no shares, so there is no drift in them.
fn reps(strategy: &Strategy, tally: &Tally) -> BTreeMap<String, RepShare> {
    let mut reps: BTreeMap<String, RepShare> = BTreeMap::new();
    let mut entitled: BTreeMap<&str, i64> = BTreeMap::new();
    for (pool, turns) in &tally.turns {
        let method = pool.as_ref().and_then(|pool| strategy.routing.pool(pool));
        let promises = method.is_none_or(|(_, pool)| pool.method != Method::LeastOpenWork);
        for (member, turns) in turns {
            let id = member.0.as_str();
            let rep = reps.entry(id.to_owned()).or_default();
            rep.received += turns.received;
            rep.named += if pool.is_none() { turns.received } else { 0 };
            if promises {
                rep.drift = rep.drift.max(leads_of(turns.furthest));
            }
            *entitled.entry(id).or_default() += turns.entitled;
        }
    }
    for (id, rep) in &mut reps {
        rep.name.clone_from(strategy.team.member(id).map_or(id, |member| &member.name));
        rep.entitled = leads_of(entitled.get(id.as_str()).copied().unwrap_or_default());
        rep.open_most =
            tally.hand.get(&MemberId(id.into())).map(|hand| hand.most).unwrap_or_default();
    }
    reps
}

/// Trillionths of a lead as leads, to the hundredth.
fn leads_of(trillionths: i64) -> f64 {
    let hundredth = LEAD / 100;
    let hundredths = (trillionths + hundredth / 2).div_euclid(hundredth);
    hundredths as f64 / 100.0
}

fn breaches(tally: &Tally) -> Breaches {
    let mut sum = Breaches::default();
    for case in tally.handoffs.values() {
        for (target, times) in &case.breaches {
            *match target {
                Target::Accept => &mut sum.accept,
                Target::FirstTouch => &mut sum.first_touch,
                Target::Qualify => &mut sum.qualify,
            } += u64::from(*times);
        }
        sum.queue += u64::from(case.overdue_in_queue);
    }
    sum.breaches = sum.accept + sum.first_touch;
    sum
}

fn outcomes(leads: &[Lead], strays: u64, field: Option<&str>) -> Outcomes {
    let mut outcomes = Outcomes { strays, ..Outcomes::default() };
    let mut segments = BTreeMap::new();
    for lead in leads {
        let ending = lead.afterwards.ending;
        match ending {
            Some(Ending::Won) => outcomes.won += 1,
            Some(Ending::Lost) => outcomes.lost += 1,
            None => outcomes.unknown += 1,
        }
        if let Some(owner) = lead.owner.as_ref().filter(|owner| **owner != Owner::Engine) {
            outcomes.by_owner.entry(owner.id().to_owned()).or_default().add(ending);
        }
        if let Some(who) = &lead.afterwards.who {
            outcomes.by_real_owner.entry(who.clone()).or_default().add(ending);
        }
        let value = lead.segment.clone().unwrap_or_default();
        Ended::add(segments.entry(value).or_default(), ending);
        if ending == Some(Ending::Won)
            && let Some(at) = lead.afterwards.at.filter(|_| !lead.undated)
        {
            let days = (at - lead.moment).as_ms().div_euclid(DAY_MS);
            if days < 0 {
                outcomes.won_before += 1;
            } else {
                outcomes.days.push(days);
            }
        }
    }
    outcomes.days.sort_unstable();
    outcomes.days_to_win = Percentiles::of(outcomes.days.clone());
    outcomes.by_segment = field.map(|field| Segments { field: field.to_owned(), values: segments });
    outcomes
}

/// The field that tells leads apart: the first text of few values that are not all the same.
pub(super) fn field_of(history: &History) -> Option<String> {
    let mut values: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for row in history.rows.iter().filter(|row| row.lead) {
        for (name, value) in &row.incoming.content.fields {
            let Some(text) = value.text() else { continue };
            let known = values.entry(name).or_default();
            // One more than the most is enough to know that there are too many.
            if known.len() <= SEGMENTS_MAX || known.contains_key(text) {
                *known.entry(text).or_default() += 1;
            }
        }
    }
    let few = |known: &BTreeMap<&str, u64>| (2..=SEGMENTS_MAX).contains(&known.len());
    values.into_iter().find(|(_, known)| few(known)).map(|(name, _)| name.to_owned())
}
