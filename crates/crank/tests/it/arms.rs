//! Each arm of `state/apply` matters: a replay that leaves it out once is not what was adopted.

use std::collections::BTreeMap;

use domain::fact::{Aggregate, Entry};
use engine::state::replay;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::world::{Step, World, steps};

/// Facts that are rows of the store alone, so that nothing in the state says that they were there.
const ROWS_ALONE: &[&str] = &[
    "quarantine-discarded",
    "quarantine-released",
    "quarantine-repaired",
    "signal-quarantined",
    "unsealed",
];
/// Facts that no step of these worlds leads to.
const NEVER_THERE: &[&str] = &["touched"];
/// Worlds that are looked at.
const WORLDS: usize = 256;

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

fn step_kind(step: &Step) -> &'static str {
    match step {
        Step::Signal { .. } => "signal",
        Step::Deed { .. } => "deed",
        Step::Wait { .. } => "timers",
        Step::Deliver { .. } => "attempts and answers",
        Step::AnswerLate { .. } => "late answer",
        Step::Erase { .. } => "erasure",
        Step::Undo { .. } => "merge undone",
        Step::Apply { .. } => "strategy in force",
        Step::Desk { .. } => "desk",
        Step::Reopen => "reopened",
    }
}

#[test]
fn found_a11_each_arm_left_out_once_is_caught() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[26; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut facts: BTreeMap<&'static str, (u64, bool)> = BTreeMap::new();
    let mut events: BTreeMap<&'static str, u64> = BTreeMap::new();
    for _ in 0..WORLDS {
        let mut world = World::open();
        let steps = steps(60).new_tree(&mut runner).expect("steps").current();
        // With what an erasure takes away later: what it does is seen by that.
        let mut journal: Vec<Entry> = Vec::new();
        for step in &steps {
            *events.entry(step_kind(step)).or_default() += 1;
            world.take(step);
            journal.extend(world.unsealed().split_off(journal.len()));
        }
        // What was adopted is what the whole journal folds to.
        world.check();
        let mut here: BTreeMap<&'static str, u64> = BTreeMap::new();
        for fact in journal.iter().flat_map(|entry| &entry.facts) {
            *here.entry(fact.kind()).or_default() += 1;
        }
        for (kind, count) in here {
            let known = facts.entry(kind).or_default();
            known.0 += count;
            known.1 = known.1 || is_caught(&journal, kind);
        }
    }
    eprintln!("events {events:#?}\nfacts, and whether a replay without them is caught {facts:#?}");
    for (kind, (count, caught)) in &facts {
        let row = ROWS_ALONE.contains(kind);
        assert_eq!(*caught, !row, "{count} of {kind}, left out of a replay");
        assert!(!NEVER_THERE.contains(kind), "{kind} has a writer");
    }
    assert!(facts.len() >= 30, "too few kinds were there: {facts:#?}");
}
