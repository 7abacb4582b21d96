//! A rehearsal in sum: what was read, who would have got how much, how long it took, and what really
//! happened.

use std::collections::{BTreeMap, BTreeSet};

use domain::Moment;
use domain::fact::StrategyVersion;
use domain::handoff::{MemberId, Owner, Target};
use domain::reason::Code;
use engine::desk::LEAD;
use rules::Strategy;
use rules::routing::{Caps, Method};
use serde::Serialize;

use super::afterwards::{Ending, KnownOutcomes};
use super::deliveries::DestinationShare;
use super::handoff_tally::BegunBy;
use super::line::{Lead, route_name};
use super::read::History;
use super::result::{self, LeadResult};
use super::tally::Tally;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// The zone of every moment and date of a rehearsal.
pub const ZONE: &str = "UTC";
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
    /// Rows without a time: they are played last.
    pub undated: u64,
    /// Rows whose signal names no account: they stand alone.
    pub without_account: u64,
    /// Decisions that compared a field with another type than it has, and so could not tell, by what
    /// the field is not.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unlike_types: BTreeMap<String, u64>,
    /// Leads that were played: a line each.
    pub leads: u64,
    /// Leads among them that say no time. They are in no figure of time, and no cap counts them.
    pub undated_leads: u64,
    /// The first moment that a lead says.
    pub from: Option<Moment>,
    /// The last moment that a lead says.
    pub until: Option<Moment>,
    /// The zone of every moment and date here.
    pub zone: &'static str,
    /// What was decided, to how many leads.
    pub decisions: BTreeMap<&'static str, u64>,
    /// What became of the leads. Each is in exactly one of these, so they add up to all.
    pub results: BTreeMap<LeadResult, u64>,
    /// Leads that a person or a queue has.
    pub routed: u64,
    /// Leads for which nobody was found, by why.
    pub unrouted: BTreeMap<Code, u64>,
    /// Leads that still wait for somebody, by what they wait for.
    pub waiting: BTreeMap<Code, u64>,
    /// Leads that a contract did not let through, by why.
    pub stopped: BTreeMap<Code, u64>,
    /// Routes that decided, in their order.
    pub routes: Vec<RouteShare>,
    /// Routed leads that no route found the present owner of: they were given on, or put into the
    /// queue for what finds nobody.
    pub by_no_route: u64,
    /// Routed leads in queues, by the queue.
    pub queues: BTreeMap<String, u64>,
    /// Each member of the team by their id.
    pub reps: BTreeMap<String, RepShare>,
    /// Handoffs that rows began which are no leads.
    pub other_handoffs: u64,
    /// The furthest that any rep ever was from their share, in leads.
    pub largest_drift: f64,
    /// Clocks that ran out.
    pub sla: Breaches,
    /// What each destination would get on each occasion, and whom it would tell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<DestinationShare>,
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
}

impl Summary {
    /// Why nobody has the leads of a result; none where the result says it all.
    pub fn why(&self, result: LeadResult) -> Option<&BTreeMap<Code, u64>> {
        match result {
            LeadResult::Waiting => Some(&self.waiting),
            LeadResult::Unrouted => Some(&self.unrouted),
            LeadResult::Stopped => Some(&self.stopped),
            LeadResult::Routed
            | LeadResult::Review
            | LeadResult::Held
            | LeadResult::Nurtured
            | LeadResult::Suppressed
            | LeadResult::Sequence
            | LeadResult::Meeting
            | LeadResult::Enrichment => None,
        }
    }
}

/// How many leads a route decided on.
#[derive(Clone, Debug, Serialize)]
pub struct RouteShare {
    /// What people call it.
    pub route: String,
    /// How many.
    pub leads: u64,
    /// How many of them a person or a queue has: the others wait, are held or asked about.
    pub routed: u64,
}

/// What a rep received, and what they were entitled to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RepShare {
    /// What people call them.
    pub name: String,
    /// Leads that are theirs in the end: over all reps and queues these are the routed ones.
    pub leads: u64,
    /// Leads that they were given, also those that went on to somebody else. A lead of somebody who
    /// is in a handoff already is given to nobody anew.
    pub received: u32,
    /// Of these, leads that were theirs by name.
    pub named: u32,
    /// Handoffs that they were given and that rows began which are no leads.
    #[serde(skip_serializing_if = "is_none")]
    pub others: u32,
    /// Their share of the leads that they could have had.
    pub entitled: f64,
    /// The furthest that they ever were from their share of a pool, in leads.
    pub drift: f64,
    /// The most leads that they had in hand at once.
    pub open_most: u32,
    /// The caps of each pool that they can be in; a cap that is not there is none.
    pub caps: BTreeMap<String, CapsView>,
}

/// The caps of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CapsView {
    /// In sixty minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hour: Option<u32>,
    /// On one date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<u32>,
    /// In one week.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week: Option<u32>,
    /// In one month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<u32>,
    /// Open at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<u32>,
}

impl From<Caps> for CapsView {
    fn from(Caps { hour, day, week, month, open }: Caps) -> Self {
        Self { hour, day, week, month, open }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_none(number: &u32) -> bool {
    *number == 0
}

/// Clocks that ran out, of leads whose time is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Breaches {
    /// Offers not taken, people not called and leads left in a queue for too long: the three together.
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
    let reps = reps(strategy, tally, leads);
    let results = result::counted(leads.iter().map(|lead| lead.result));
    let without = |result| {
        counted(leads.iter().filter(|lead| lead.result == result).filter_map(|lead| lead.without))
    };
    let routed = || leads.iter().filter(|lead| lead.result == LeadResult::Routed);
    let dated = || leads.iter().filter(|lead| !lead.undated);
    Summary {
        read: history.counts.read,
        duplicates: history.counts.duplicates,
        quarantined: history.counts.quarantined(),
        quarantined_by: history.counts.quarantined.clone(),
        undated: history.counts.undated,
        without_account: tally.without_account,
        unlike_types: tally.unlike.clone(),
        leads: leads.len() as u64,
        undated_leads: leads.iter().filter(|lead| lead.undated).count() as u64,
        from: dated().next().map(|lead| lead.moment),
        until: dated().next_back().map(|lead| lead.moment),
        zone: ZONE,
        decisions: counted(leads.iter().map(Lead::decision)),
        routed: routed().count() as u64,
        results,
        unrouted: without(LeadResult::Unrouted),
        waiting: without(LeadResult::Waiting),
        stopped: without(LeadResult::Stopped),
        routes: routes(strategy, leads),
        by_no_route: routed().filter(|lead| lead.route().is_none()).count() as u64,
        queues: counted(routed().filter_map(|lead| match lead.owner() {
            Some(Owner::Queue(queue)) => Some(queue.0.clone()),
            Some(Owner::Engine | Owner::Person(_)) | None => None,
        })),
        other_handoffs: tally.handoffs.values().filter(|case| !case.begun.is_lead()).count() as u64,
        largest_drift: reps.values().map(|rep| rep.drift).fold(0.0, f64::max),
        reps,
        sla: breaches(tally),
        deliveries: tally.deliveries.shares(strategy),
        time_to_route_ms: Percentiles::of(
            dated().filter_map(|lead| Some(lead.routed_after?.as_ms())).collect(),
        ),
        behaviour,
        outcomes: outcomes(leads, known.strays, field_of(history).as_deref()),
        strategy: strategy.version,
        engine: engine::view::ENGINE,
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
    let decided = || leads.iter().filter(|lead| lead.route().is_some());
    let all = counted(decided().map(Lead::route));
    let routed = decided().filter(|lead| lead.result == LeadResult::Routed);
    let routed = counted(routed.map(Lead::route));
    let of = |counts: &BTreeMap<_, u64>, route| counts.get(&Some(route)).copied().unwrap_or(0);
    let places = 0..strategy.routing.routes.len() as u16;
    places
        .map(|route| RouteShare {
            route: route_name(route, strategy).into_owned(),
            leads: of(&all, route),
            routed: of(&routed, route),
        })
        .collect()
}

/// Everybody in the team, also who would have got nothing; but a manager whom no pool has and who got
/// nothing is no rep. Pools that go by open work promise no
/// shares, so there is no drift in them.
fn reps(strategy: &Strategy, tally: &Tally, leads: &[Lead]) -> BTreeMap<String, RepShare> {
    let mut reps = team(strategy);
    let mut entitled: BTreeMap<&str, i64> = BTreeMap::new();
    for (pool, turns) in &tally.turns {
        let method = pool.as_ref().and_then(|pool| strategy.routing.pool(pool));
        let promises = method.is_none_or(|(_, pool)| pool.method != Method::LeastOpenWork);
        for (member, turns) in turns {
            let id = member.0.as_str();
            let rep = reps.entry(id.to_owned()).or_default();
            rep.received += turns.received;
            rep.others += turns.others;
            rep.named += if pool.is_none() { turns.received } else { 0 };
            if promises {
                rep.drift = rep.drift.max(leads_of(turns.furthest));
            }
            *entitled.entry(id).or_default() += turns.entitled;
        }
    }
    for lead in leads.iter().filter(|lead| lead.result == LeadResult::Routed) {
        if let Some(Owner::Person(member)) = lead.owner() {
            reps.entry(member.0.to_string()).or_default().leads += 1;
        }
    }
    let managers = strategy.team.members.iter().filter_map(|member| member.manager.as_ref());
    let managers: BTreeSet<&str> = managers.map(|manager| manager.value.as_str()).collect();
    reps.retain(|id, rep| {
        let has_something = rep.received > 0 || rep.leads > 0;
        has_something || !rep.caps.is_empty() || !managers.contains(id.as_str())
    });
    for (id, rep) in &mut reps {
        rep.name.clone_from(strategy.team.member(id).map_or(id, |member| &member.name));
        rep.entitled = leads_of(entitled.get(id.as_str()).copied().unwrap_or_default());
        rep.open_most =
            tally.hand.get(&MemberId(id.into())).map(|hand| hand.most).unwrap_or_default();
    }
    reps
}

/// Every member with the pools that they can be in, before anything was given to them.
fn team(strategy: &Strategy) -> BTreeMap<String, RepShare> {
    let members = strategy.team.members.iter();
    let mut reps: BTreeMap<String, RepShare> =
        members.map(|member| (member.id.0.to_string(), RepShare::default())).collect();
    for pool in &strategy.routing.pools {
        for place in pool.places(&strategy.team) {
            let id = strategy.team.members[place].id.0.as_str();
            if let Some(rep) = reps.get_mut(id) {
                rep.caps.insert(pool.name.value.clone(), pool.caps.into());
            }
        }
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
    for case in tally.handoffs.values().filter(|case| case.begun == BegunBy::Lead) {
        for (target, times) in &case.breaches {
            *match target {
                Target::Accept => &mut sum.accept,
                Target::FirstTouch => &mut sum.first_touch,
                Target::Qualify => &mut sum.qualify,
            } += u64::from(*times);
        }
        sum.queue += u64::from(case.overdue_in_queue);
    }
    sum.breaches = sum.accept + sum.first_touch + sum.queue;
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
        if let Some(owner) = lead.owner().filter(|owner| **owner != Owner::Engine) {
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
