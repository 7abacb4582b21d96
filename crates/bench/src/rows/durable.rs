//! What is written: accepted signals, and whole handoffs, durable and sealed.

use std::path::Path;
use std::sync::Arc;

use crank::{Attempt, Crank, Ids, IntakeItem};
use domain::fact::{By, Mode, Raw};
use domain::signal::Incoming;
use domain::{Moment, Span};
use engine::event::Answer;
use store::Store;
use store::chance::Chance;
use store::sqlite::SqliteStore;

use crate::clock::{Took, timed};
use crate::company::{self, MONDAY, PEOPLE};
use crate::reference::rows::{Watch, Writer};
use crate::table::{Measurement, a_second};

/// What acceptance must reach of the loop beside it.
const ACCEPTED_MIN: f64 = 0.5;
/// What whole handoffs must reach of the loop beside them.
const HANDOFFS_MIN: f64 = 0.65;
/// Signals that arrive together, as in a batch over HTTP.
const BATCH: usize = 1_000;
/// Signals of each person.
const EACH: usize = 3;
/// Handoffs that are on their way at once.
const IN_FLIGHT: usize = 256;
/// Rounds of those.
const ROUNDS: usize = 30;
/// Rounds over which instructions are counted, and how many people are known in them.
const ROUNDS_COUNTED: usize = 6;
const PEOPLE_COUNTED: usize = 2_000;

/// Both, in folders of their own that go away.
pub(crate) fn measure() -> Vec<Measurement> {
    vec![accepted(), handoffs()]
}

fn accepted() -> Measurement {
    let folder = tempfile::tempdir().expect("a folder");
    let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
    let mut crank = open(&ours);
    found(&theirs);
    let mut watch = Watch::begin(&ours);
    let writer = Writer::open(&theirs);
    let signals: Vec<(Incoming, Moment)> = (0..PEOPLE)
        .flat_map(|person| (0..EACH).map(move |at| company::before(person, at)))
        .collect();
    let (mut mine, mut beside) = (Took::default(), Took::default());
    for batch in signals.chunks(BATCH) {
        let ((), took) = timed(|| {
            crank.begin().expect("begins");
            for (incoming, _) in batch {
                accept(&mut crank, incoming, MONDAY);
            }
            crank.commit().expect("commits");
        });
        mine += took;
        let mut change = watch.look();
        change.leave_in_inbox();
        let ((), took) = timed(|| writer.write(&change));
        beside += took;
    }
    told(
        format!("signals accepted durably and sealed, {BATCH} a batch, no HTTP"),
        signals.len(),
        mine,
        beside,
        ACCEPTED_MIN,
    )
}

fn handoffs() -> Measurement {
    let folder = tempfile::tempdir().expect("a folder");
    let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
    let mut crank = with_people(&ours, PEOPLE);
    copy(&ours, &theirs);
    let mut watch = Watch::begin(&ours);
    let writer = Writer::open(&theirs);
    let (mut beside, mut statements) = (Took::default(), 0);
    let mine = hand_off(&mut crank, ROUNDS, || {
        let change = watch.look();
        statements += change.statements();
        let ((), took) = timed(|| writer.write(&change));
        beside += took;
    });
    let count = ROUNDS * IN_FLIGHT;
    told(
        format!(
            "whole handoffs: accepted, decided, routed, briefed, attempted, answered; {:.0} rows each",
            statements as f64 / count as f64
        ),
        count,
        mine,
        beside,
        HANDOFFS_MIN,
    )
}

/// Takes fewer whole handoffs the same way, without the loop beside them.
pub(crate) fn count() -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let mut crank = with_people(&folder.path().join("ours"), PEOPLE_COUNTED);
    hand_off(&mut crank, ROUNDS_COUNTED, || ());
    ROUNDS_COUNTED * IN_FLIGHT
}

/// A data folder with the strategy in force, in which so many people are known.
fn with_people(folder: &Path, people: usize) -> Crank<SqliteStore> {
    let mut crank = open(folder);
    let files = company::files();
    let strategy = Arc::new(company::strategy(&files));
    let begins = MONDAY - Span::days(30);
    crank.begin().expect("begins");
    crank.apply(&files, strategy, Mode::Live, &By::Operator, begins).expect("applies");
    crank.commit().expect("commits");
    for first in (0..people).step_by(BATCH) {
        crank.begin().expect("begins");
        for person in first..first + BATCH {
            accept(&mut crank, &company::before(person, 0).0, begins);
        }
        crank.turns(begins, BATCH).expect("takes turns");
        crank.commit().expect("commits");
    }
    crank.checkpoint_idle().expect("checkpoints");
    crank
}

/// Takes rounds of handoffs their whole way, and does something after each; how long the rounds took.
fn hand_off(crank: &mut Crank<SqliteStore>, rounds: usize, mut after: impl FnMut()) -> Took {
    let (mut under_way, mut delivered, mut mine) = (Vec::new(), 0, Took::default());
    for round in 0..rounds {
        let now = MONDAY + Span::minutes(round as i64);
        let signals: Vec<Incoming> = (round * IN_FLIGHT..(round + 1) * IN_FLIGHT)
            .map(|person| {
                let mut asks = company::asks(person).0;
                asks.content.occurred = Some(now);
                asks
            })
            .collect();
        delivered += under_way.len();
        let (attempts, took) = timed(|| turn_once(crank, &under_way, &signals, now));
        under_way = attempts;
        mine += took;
        after();
    }
    let count = rounds * IN_FLIGHT;
    assert!(delivered * 10 >= (count - 2 * IN_FLIGHT) * 9, "{delivered} of {count} delivered");
    mine
}

/// One group as the loop takes it: answers, attempts, arrivals, turns.
fn turn_once(
    crank: &mut Crank<SqliteStore>,
    under_way: &[Attempt],
    signals: &[Incoming],
    now: Moment,
) -> Vec<Attempt> {
    crank.begin().expect("begins");
    let answer = Answer::Delivered { status: Some(200) };
    for attempt in under_way {
        let (errand, number) = (attempt.row.errand, attempt.attempt);
        crank.answered(errand, number, &answer, now).expect("takes the answer in");
    }
    let attempts = crank.claim(now, 2 * IN_FLIGHT).expect("claims");
    for incoming in signals {
        accept(crank, incoming, now);
    }
    crank.turns(now, signals.len()).expect("takes turns");
    crank.commit().expect("commits");
    attempts
}

fn told(what: String, count: usize, mine: Took, beside: Took, least: f64) -> Measurement {
    let ratio = beside.wall.as_secs_f64() / mine.wall.as_secs_f64();
    let rate = |took: Took| a_second(count as f64 / took.wall.as_secs_f64());
    let processor = |took: Took| took.ns_each(count) / 1e3;
    Measurement {
        what,
        ours: format!("{} ({:.1} µs of a core)", rate(mine), processor(mine)),
        beside: format!("{} ({:.1} µs of a core)", rate(beside), processor(beside)),
        came_to: format!("{ratio:.2}"),
        budget: format!("≥ {least:.2}"),
        met: Some(ratio >= least),
    }
}

/// Makes a folder with nothing in it.
pub(super) fn found(folder: &Path) {
    open(folder).into_store().close().expect("closes");
}

fn open(folder: &Path) -> Crank<SqliteStore> {
    let store = SqliteStore::open(folder, Chance::seeded(7)).expect("opens");
    Crank::open(store, Ids::Derived(7)).expect("recovers")
}

fn accept<S: Store>(crank: &mut Crank<S>, incoming: &Incoming, now: Moment) {
    let raw = || -> Raw { unreachable!("nothing is kept apart") };
    crank
        .accept(&IntakeItem::Signal { incoming, raw: &raw, line: None }, None, now)
        .expect("accepts");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("makes a folder");
    for entry in std::fs::read_dir(from).expect("reads") {
        let entry = entry.expect("reads");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copies");
    }
}
