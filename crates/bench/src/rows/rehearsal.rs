//! A history through the crank over memory, as a rehearsal takes it.

use std::sync::Arc;

use crank::{Crank, Ids, IntakeItem};
use domain::fact::{By, Mode, Raw};
use domain::signal::Incoming;
use domain::{Moment, Span};
use store::memory::MemoryStore;

use crate::clock::{resident_bytes, timed};
use crate::company::{self, MONDAY, PEOPLE};
use crate::table::{Measurement, bytes, time};

/// What a rehearsed signal may take of a core.
const NS_MAX: f64 = 20_000.0;
/// What it may keep of memory, in bytes.
const RESIDENT_MAX: u64 = 1_000;
/// Signals of a group.
const GROUP: usize = 1_000;
/// Signals beside those that make the people known.
const VISITS: usize = 100_000;
/// People and signals over whom instructions are counted.
const COUNTED: (usize, usize) = (4_000, 8_000);
/// Of so many visits one is a wish for a quote.
const QUOTE_EVERY: usize = 40;

/// What the signals came to.
struct Visits {
    /// Nanoseconds of each group's signals, the fastest group first.
    slices: Vec<f64>,
    handoffs: usize,
    /// By how much the resident memory grew for each signal, in bytes.
    resident: Option<u64>,
}

/// Measures what a signal costs of the processor (acceptance, its turn, and what follows from it),
/// and of memory.
pub(crate) fn measure() -> Vec<Measurement> {
    let Visits { slices, handoffs, resident } = visits(PEOPLE, VISITS);
    let median = slices[slices.len() / 2];
    let took = Measurement {
        what: "a signal of a history, rehearsed over memory".to_owned(),
        ours: format!(
            "{} of a core, {handoffs} of {VISITS} begin a handoff or are in one",
            time(median)
        ),
        came_to: time(median),
        budget: format!("≤ {}", time(NS_MAX)),
        met: Some(median <= NS_MAX),
        ..Measurement::default()
    };
    let kept = Measurement {
        what: "resident memory that a rehearsed signal leaves".to_owned(),
        came_to: resident.map_or_else(|| "unknown".to_owned(), bytes),
        budget: format!("≤ {}", bytes(RESIDENT_MAX)),
        met: resident.map(|resident| resident <= RESIDENT_MAX),
        ..Measurement::default()
    };
    vec![took, kept]
}

/// Takes fewer signals the same way.
pub(crate) fn count() -> usize {
    let (people, signals) = COUNTED;
    visits(people, signals);
    signals
}

fn visits(people: usize, signals: usize) -> Visits {
    let mut crank = Crank::open(MemoryStore::sending_nothing(), Ids::Derived(7)).expect("memory");
    let files = company::files();
    let strategy = Arc::new(company::strategy(&files));
    let begins = MONDAY - Span::days(30);
    crank.begin().expect("memory");
    crank.apply(&files, strategy, Mode::Live, &By::Operator, begins).expect("memory");
    crank.commit().expect("memory");
    let known: Vec<Incoming> = (0..people).map(|person| company::before(person, 0).0).collect();
    for group in known.chunks(GROUP) {
        take(&mut crank, group, begins);
    }
    let before = resident_bytes();
    let (mut slices, mut handoffs) = (Vec::new(), 0);
    for first in (0..signals).step_by(GROUP) {
        let when = MONDAY + Span::minutes((first / GROUP) as i64);
        let group: Vec<Incoming> =
            (first..first + GROUP).map(|at| signal(at, people, when)).collect();
        let (begun, took) = timed(|| take(&mut crank, &group, when));
        handoffs += begun;
        slices.push(took.ns_each(GROUP));
    }
    slices.sort_by(f64::total_cmp);
    let grown = resident_bytes().zip(before).map(|(after, before)| after.saturating_sub(before));
    Visits { slices, handoffs, resident: grown.map(|grown| grown / signals as u64) }
}

fn signal(at: usize, people: usize, when: Moment) -> Incoming {
    // The step shares no factor with the people, so that everybody comes by.
    let person = (at / QUOTE_EVERY + at * 7_919) % people;
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
            .accept(&IntakeItem::Signal { incoming, raw: &raw, line: None }, None, now)
            .expect("memory");
    }
    let taken = crank.turns(now, signals.len()).expect("memory");
    crank.commit().expect("memory");
    taken.iter().filter(|one| one.handoff.is_some()).count()
}
