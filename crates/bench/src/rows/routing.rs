//! A routing table with the reason why not of each row, and candidates with their reasons.

use domain::Moment;
use engine::availability::TeamAvailability;
use engine::desk::{Desk, Pick, pick};
use engine::lead::Lead;
use rules::routing::RouteMatch;
use rules::{Frame, Strategy, Truth};

use crate::clock::{Took, timed};
use crate::company::{self, MONDAY};
use crate::house::House;
use crate::reference::zen::Zen;
use crate::table::{Measurement, time};

/// How many times faster than the other engine.
const TIMES_MIN: f64 = 25.0;
/// What 50 candidates may cost.
const CANDIDATES_NS_MAX: f64 = 10_000.0;
/// Leads in a slice.
const LEADS: usize = 2_000;
/// How many times each of them is judged in a slice, which makes it long beside the clock's ticks.
const TIMES: usize = 25;
/// Slices; the fastest of each is told, so that whatever else runs counts for neither.
const SLICES: usize = 9;

/// Measures both.
pub(crate) fn measure() -> Vec<Measurement> {
    let strategy = company::strategy(&company::files());
    let mut house = House::default();
    let mut leads = Vec::new();
    for person in 0..LEADS {
        let (incoming, moment) = company::before(person, 0);
        let arrived = house.accept(incoming, moment);
        house.take(&strategy, &arrived);
        leads.push(arrived.signal);
    }
    let people = house.everybody();
    let scenes: Vec<Lead<'_>> = people
        .iter()
        .zip(&leads)
        .map(|((account, person), signal)| {
            Lead::new(&strategy, *account, *person, *signal, None, MONDAY)
        })
        .collect();
    let mut zen = Zen::start();
    let (mut filled, mut judged, mut every, mut first) = (f64::MAX, f64::MAX, f64::MAX, f64::MAX);
    for _ in 0..SLICES {
        let ((), took) = timed(|| (0..TIMES).for_each(|_| fill_and_judge(&strategy, &scenes)));
        filled = filled.min(took.ns_each(TIMES * LEADS));
        judged = judged.min(judge_alone(&strategy, &scenes).ns_each(TIMES * LEADS));
        if let Some(slice) = zen.as_mut().map(Zen::slice) {
            (every, first) = (every.min(slice.every), first.min(slice.first));
        }
    }
    let times = every / filled;
    let there = zen.is_some();
    let routing = Measurement {
        what: format!("{} routes, each with its reason why not", strategy.routing.routes.len()),
        ours: format!("{} (judging alone {})", time(filled), time(judged)),
        beside: if there {
            format!("zen-engine {} (stopping at the first {})", time(every), time(first))
        } else {
            "`bench-zen` is not built".to_owned()
        },
        came_to: if there { format!("{times:.0} times") } else { String::new() },
        budget: format!("≥ {TIMES_MIN:.0} times"),
        met: there.then_some(times >= TIMES_MIN),
    };
    vec![routing, candidates(&strategy, &scenes[0])]
}

fn fill_and_judge(strategy: &Strategy, scenes: &[Lead<'_>]) {
    let mut judged: Vec<RouteMatch> = Vec::new();
    for scene in scenes {
        judge(strategy, &strategy.frame(scene), &mut judged);
        std::hint::black_box(&judged);
    }
}

/// Every route, where the engine stops at the one that takes the lead.
fn judge(strategy: &Strategy, frame: &Frame<'_>, out: &mut Vec<RouteMatch>) {
    out.clear();
    out.extend(strategy.routing.routes.iter().map(|route| route.judge(frame)));
}

fn judge_alone(strategy: &Strategy, scenes: &[Lead<'_>]) -> Took {
    let frames: Vec<Frame<'_>> = scenes.iter().map(|scene| strategy.frame(scene)).collect();
    let mut judged: Vec<RouteMatch> = Vec::new();
    // The first time asks for what the routes look at.
    frames.iter().for_each(|frame| judge(strategy, frame, &mut judged));
    let mut held = 0;
    let ((), took) = timed(|| {
        for frame in (0..TIMES).flat_map(|_| &frames) {
            judge(strategy, frame, &mut judged);
            held += judged.iter().filter(|one| one.truth == Truth::Yes).count();
        }
    });
    assert!(held > 0, "no route held for anybody");
    took
}

/// A pool of the whole team, so that 50 are asked.
fn candidates(strategy: &Strategy, lead: &Lead<'_>) -> Measurement {
    let mut pool = strategy.routing.pools[0].clone();
    pool.fixed = Some(vec![Truth::Yes; strategy.team.members.len()]);
    let desk = Desk::default();
    let (mut best, mut asked) = (f64::MAX, 0);
    for _ in 0..SLICES {
        let ((), took) = timed(|| {
            for at in 0..TIMES * LEADS {
                let now = Moment(MONDAY.0 + at as i64);
                let called =
                    TeamAvailability::new(strategy, now).in_pool(&pool, lead, &desk, &[], true);
                let handoff = domain::HandoffId::caused_by(&[&(at as u64).to_be_bytes()]);
                let found = pick(Pick::Weighted, &called.eligible, &strategy.chance, handoff);
                assert!(found.is_some(), "somebody is there");
                asked = called.candidates.len();
            }
        });
        best = best.min(took.ns_each(TIMES * LEADS));
    }
    Measurement {
        what: format!("{asked} candidates with their reasons, and the choice among them"),
        ours: time(best),
        budget: format!("≤ {}", time(CANDIDATES_NS_MAX)),
        came_to: time(best),
        met: Some(best <= CANDIDATES_NS_MAX),
        ..Measurement::default()
    }
}
