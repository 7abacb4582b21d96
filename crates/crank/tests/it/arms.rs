//! Crowded worlds: after every turn what was adopted is what the journal folds to. Each kind of event
//! and of fact is there a thousand times, and a replay that leaves an arm of `state/apply` out once is
//! not what was adopted.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use domain::fact::{Aggregate, Entry};
use engine::state::replay;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::world::{World, crowded_steps};

/// Facts that are rows of the store alone: the world compares those rows with what the facts say.
const ROWS_ALONE: &[&str] = &[
    "import-recorded",
    "import-undone",
    "quarantine-discarded",
    "quarantine-released",
    "quarantine-repaired",
    "signal-quarantined",
    "signals-witnessed",
    "unsealed",
    "user-granted",
    "user-revoked",
];
/// Facts that nothing writes.
const NO_WRITER: &[&str] = &["touched"];
/// One entry for each kind of fact, by its name.
const KINDS: &str = include_str!("../../../store/tests/golden/journal-v2.cbor.hex");
/// The least that counts as tried.
const LEAST: u64 = 1_000;
/// Worlds that are looked at, by two threads.
const WORLDS: u8 = 254;
/// Steps of each.
const STEPS: usize = 320;

/// What was seen.
#[derive(Default)]
struct Seen {
    events: BTreeMap<&'static str, u64>,
    /// How many there were, and whether a replay without them is caught.
    facts: BTreeMap<&'static str, (u64, bool)>,
}

/// Whether a journal without the facts of a kind folds to something else than it did with them.
fn is_caught(journal: &[Entry], kind: &str) -> bool {
    let without: Vec<Entry> = journal
        .iter()
        .cloned()
        .map(|mut entry| {
            entry.facts.retain(|fact| fact.kind() != kind);
            entry
        })
        .collect();
    let (whole, less) = (replay(journal), replay(&without));
    let accounts = journal.iter().filter_map(|entry| match entry.header.aggregate {
        Aggregate::Account(account) => Some(account),
        Aggregate::Node(_)
        | Aggregate::Desk
        | Aggregate::Registry
        | Aggregate::Quarantine
        | Aggregate::Governance => None,
    });
    whole.desk() != less.desk()
        || whole.registry() != less.registry()
        || accounts.into_iter().any(|account| whole.account(account) != less.account(account))
}

/// Plays one world to its end.
fn play(number: u8, seen: &mut Seen) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[number; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let steps = crowded_steps(STEPS).new_tree(&mut runner).expect("steps").current();
    let mut world = World::of_single_turns();
    for step in &steps {
        world.take(step);
    }
    // Read anew, with what the keys that are left open, it is the same.
    world.check();
    for (kind, count) in world.events() {
        *seen.events.entry(kind).or_default() += count;
    }
    let journal = world.written();
    let mut here: BTreeMap<&'static str, u64> = BTreeMap::new();
    for fact in journal.iter().flat_map(|entry| &entry.facts) {
        *here.entry(fact.kind()).or_default() += 1;
    }
    for (kind, count) in here {
        let known = seen.facts.entry(kind).or_default();
        known.0 += count;
        known.1 = known.1 || !ROWS_ALONE.contains(&kind) && is_caught(journal, kind);
    }
}

/// Every second world, beginning with this one.
fn play_half(first: u8) -> Seen {
    let mut seen = Seen::default();
    for number in (first..WORLDS).step_by(2) {
        play(number, &mut seen);
    }
    seen
}

#[test]
fn found_a11_each_arm_left_out_once_is_caught() {
    let other = thread::spawn(|| play_half(1));
    let mut seen = play_half(0);
    let other = other.join().expect("the other worlds held");
    for (kind, count) in other.events {
        *seen.events.entry(kind).or_default() += count;
    }
    for (kind, (count, caught)) in other.facts {
        let known = seen.facts.entry(kind).or_default();
        *known = (known.0 + count, known.1 || caught);
    }
    eprintln!("events {:?}\nfacts, and whether a replay without them is caught", seen.events);
    for (kind, (count, caught)) in &seen.facts {
        eprintln!("  {kind} {count} {caught}");
        assert_eq!(*caught, !ROWS_ALONE.contains(kind), "{count} of {kind}, left out of a replay");
    }
    for kind in NO_WRITER {
        eprintln!("  {kind}: nothing writes it");
    }
    let kinds = KINDS.lines().filter_map(|line| line.split(' ').next());
    let written: BTreeSet<&str> = kinds.filter(|kind| !NO_WRITER.contains(kind)).collect();
    assert_eq!(seen.facts.keys().copied().collect::<BTreeSet<_>>(), written, "every kind is there");
    let counts = seen.facts.iter().map(|(kind, (count, _))| (kind, count)).chain(&seen.events);
    let few: Vec<_> = counts.filter(|(_, count)| **count < LEAST).collect();
    assert!(few.is_empty(), "tried less than {LEAST} times: {few:?}");
}
