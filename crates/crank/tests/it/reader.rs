//! A reader that was written from `docs/JOURNAL.md` alone folds state, owner and person of every
//! handoff of crowded worlds as the program does. Tables of current state are not there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use domain::fact::Aggregate;
use domain::handoff::Owner;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rusqlite::Connection;
use store::{HandoffFilter, HandoffRow, Read};

use crate::world::{World, crowded_steps};

const WORLDS: u8 = 8;
const STEPS: usize = 300;
const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/journal_reader.py");
/// What a stranger may get wrong.
const HARD: [&str; 5] =
    ["people-merged", "merge-undone", "person-erased", "quarantine-released", "node-left"];

fn played(number: u8) -> World {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[0x80 | number; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let steps = crowded_steps(STEPS).new_tree(&mut runner).expect("steps").current();
    let mut world = World::of_single_turns();
    for step in &steps {
        world.take(step);
    }
    world
}

/// The journal of a world as the page describes its tables, and nothing beside it.
fn write_journal(world: &World, folder: &Path) {
    let db = Connection::open(folder.join("baton.db")).expect("a database");
    db.execute_batch(
        "PRAGMA synchronous = OFF; BEGIN;
         CREATE TABLE aggregates (n INTEGER PRIMARY KEY, id BLOB, last INTEGER, sealed INTEGER);
         CREATE TABLE journal (position INTEGER PRIMARY KEY, aggregate INTEGER, prev INTEGER,
                               moment INTEGER, body BLOB, parts BLOB, leaf BLOB);",
    )
    .expect("tables");
    let mut last: BTreeMap<Aggregate, (i64, i64)> = BTreeMap::new();
    for (position, entry) in (1_i64..).zip(world.written()) {
        let next = last.len() as i64 + 1;
        let (number, before) = last.entry(entry.header.aggregate).or_insert((next, 0));
        let mut body = Vec::new();
        entry.write(&[], &mut body);
        let row = (position, *number, *before, entry.header.moment.0, body);
        db.execute("INSERT INTO journal VALUES (?1, ?2, ?3, ?4, ?5, x'', x'')", row)
            .expect("a row");
        *before = position;
    }
    db.execute_batch("COMMIT").expect("committed");
}

/// A line of `baton export --what state`.
fn line(row: &HandoffRow) -> String {
    let (kind, id) = match &row.owner {
        Owner::Engine => ("engine", "engine"),
        Owner::Person(member) => ("person", member.0.as_str()),
        Owner::Queue(queue) => ("queue", queue.0.as_str()),
    };
    let (handoff, state, person) = (row.handoff, row.state, row.person);
    format!(
        r#"{{"record":"handoff","id":"{handoff}","state":"{state}","owner":{{"kind":"{kind}","id":"{id}"}},"person":"{person}"}}"#
    )
}

fn compared(folder: &Path) -> Output {
    let mut reader = Command::new("python3");
    reader.arg(READER).arg(folder).arg("--compare").arg(folder.join("state.jsonl"));
    reader.output().expect("python3 starts")
}

#[test]
fn a_stranger_folds_what_crowded_worlds_come_to() {
    if !Command::new("python3").arg("--version").output().is_ok_and(|told| told.status.success()) {
        crate::skipped_test::skipped("python3 is not installed");
        return;
    }
    let mut facts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut handoffs = 0;
    for number in 0..WORLDS {
        let world = played(number);
        for fact in world.written().iter().flat_map(|entry| &entry.facts) {
            *facts.entry(fact.kind()).or_default() += 1;
        }
        let folder = tempfile::tempdir().expect("a folder");
        write_journal(&world, folder.path());
        let rows = world.crank().store().handoffs(&HandoffFilter::default(), None, 10_000);
        let rows = rows.expect("memory").rows;
        let mut state = String::new();
        for row in &rows {
            writeln!(state, "{}", line(row)).expect("memory");
        }
        handoffs += rows.len();
        let file = folder.path().join("state.jsonl");
        fs::write(&file, &state).expect("written");
        let told = compared(folder.path());
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
        // It can find a difference.
        let altered = state.replacen("\"kind\":\"", "\"kind\":\"un", 1);
        fs::write(&file, altered).expect("written");
        assert_eq!(compared(folder.path()).status.code(), Some(1));
    }
    eprintln!("{handoffs} handoffs, {facts:?}");
    for kind in HARD {
        assert!(facts.get(kind).is_some_and(|count| *count > 9), "{kind} is there: {facts:?}");
    }
}
