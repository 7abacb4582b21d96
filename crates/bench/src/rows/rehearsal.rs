//! A history through the crank over memory, as a rehearsal takes it.

use std::sync::Arc;

use crank::{Crank, Ids, Offer};
use domain::fact::Raw;
use domain::signal::Incoming;
use domain::{Moment, Span};
use store::memory::MemoryStore;

use crate::clock::timed;
use crate::company::{self, MONDAY, PEOPLE};
use crate::table::{Told, time};

/// Ten million in a minute on two cores.
const NS_MAX: f64 = 12_000.0;
/// Signals of a group.
const GROUP: usize = 1_000;
/// Signals beside those that make the people known.
const VISITS: usize = 100_000;
/// Of so many visits one is a wish for a quote.
const QUOTE_EVERY: usize = 40;

/// Measures what a signal costs of the processor: acceptance, its turn, and what follows from it.
pub(crate) fn measure() -> Vec<Told> {
    let mut crank = Crank::open(MemoryStore::default(), Ids::Derived(7)).expect("memory");
    let files = company::files();
    let strategy = Arc::new(company::strategy(&files));
    let begins = MONDAY - Span::days(30);
    crank.begin().expect("memory");
    crank.apply(&files, strategy, "live", "bench", begins).expect("memory");
    crank.commit().expect("memory");
    let known: Vec<Incoming> = (0..PEOPLE).map(|person| company::before(person, 0).0).collect();
    for group in known.chunks(GROUP) {
        take(&mut crank, group, begins);
    }
    let mut slices = Vec::new();
    let mut handoffs = 0;
    for first in (0..VISITS).step_by(GROUP) {
        let when = MONDAY + Span::minutes((first / GROUP) as i64);
        let signals: Vec<Incoming> = (first..first + GROUP).map(|at| signal(at, when)).collect();
        let (begun, took) = timed(|| take(&mut crank, &signals, when));
        handoffs += begun;
        slices.push(took.ns_each(GROUP));
    }
    slices.sort_by(f64::total_cmp);
    let median = slices[slices.len() / 2];
    vec![Told {
        what: "a signal of a history, rehearsed over memory".to_owned(),
        ours: format!(
            "{} of a core, {handoffs} of {VISITS} begin a handoff or are in one",
            time(median)
        ),
        came_to: time(median),
        budget: format!("≤ {}", time(NS_MAX)),
        met: Some(median <= NS_MAX),
        ..Told::default()
    }]
}

fn signal(at: usize, when: Moment) -> Incoming {
    // The step shares no factor with the people, so that everybody comes by.
    let person = (at / QUOTE_EVERY + at * 7_919) % PEOPLE;
    if at.is_multiple_of(QUOTE_EVERY) {
        let mut asks = company::asks(person).0;
        asks.content.occurred = Some(when);
        asks.content.source_id = format!("q-{at}").into();
        return asks;
    }
    company::visits(person, at, when)
}

/// Accepts a group and takes its turns; how many handed off.
fn take(crank: &mut Crank<MemoryStore>, signals: &[Incoming], now: Moment) -> usize {
    crank.begin().expect("memory");
    for incoming in signals {
        let raw = || -> Raw { unreachable!("nothing is kept apart") };
        crank
            .accept(&Offer::Signal { incoming, raw: &raw, line: None }, None, now)
            .expect("memory");
    }
    let taken = crank.turns(now, signals.len()).expect("memory");
    crank.commit().expect("memory");
    taken.iter().filter(|one| one.handoff.is_some()).count()
}
