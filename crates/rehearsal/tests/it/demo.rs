//! The demo: a made world, played in virtual time through the crank and a real folder.

use std::collections::BTreeSet;

use connectors::reading::Source;
use connectors::release;
use crank::{Crank, Ids, Repair};
use domain::Moment;
use domain::handoff::{Owner, State};
use domain::reason::Code;
use rehearsal::demo::{self, History};
use rehearsal::world::{self, DemoSource, Dirt, Scale, Trace, World};
use rules::compile;
use store::chance::Chance;
use store::memory::MemoryStore;
use store::sqlite::SqliteStore;
use store::{Read, Store};

const SEED: u64 = 7;
/// Parts in a thousand: a hundred companies, four hundred people.
const SMALL: Scale = Scale(20);

fn played<S: Store>(store: S, world: &World) -> (Crank<S>, History) {
    let mut crank = Crank::open(store, Ids::Derived(world.seed)).expect("an empty store opens");
    let history = demo::play_history(&mut crank, world, &mut |_| {}).expect("it plays");
    (crank, history)
}

fn in_memory(world: &World) -> (Crank<MemoryStore>, History) {
    played(MemoryStore::new(), world)
}

#[test]
fn the_same_seed_gives_the_same_history_in_memory_and_in_a_folder() {
    let world = World::scaled(SEED, SMALL);
    let (_, first) = in_memory(&World::scaled(SEED, SMALL));
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("data"), Chance::system()).expect("opens");
    let (_, second) = played(store, &world);
    assert_eq!(first.figures, second.figures, "seed {SEED}");
    let json = |history: &History| serde_json::to_string(&history.figures).expect("JSON");
    assert_eq!(json(&first), json(&second));
    let (_, other) = in_memory(&World::scaled(SEED + 1, SMALL));
    assert_ne!(first.figures, other.figures, "another seed is another history");
}

#[test]
fn every_kind_of_dirt_leaves_the_trace_that_it_should_each_time() {
    let (_, history) = in_memory(&World::scaled(SEED, SMALL));
    assert!(Dirt::ALL.len() >= 20);
    for dirt in Dirt::ALL {
        let sent = history.dirt_sent.get(dirt).copied().unwrap_or_default();
        let found = history.figures.dirt.get(dirt.name()).copied().unwrap_or_default();
        assert!(sent > 0, "`{dirt}` does not occur under seed {SEED}");
        assert_eq!(sent, found, "traces of `{dirt}` under seed {SEED}");
    }
}

#[test]
fn each_kind_that_cannot_be_read_stands_in_the_quarantine_under_its_cause() {
    let (crank, history) = in_memory(&World::scaled(SEED, SMALL));
    let entries = crank.store().entries(None, None, 1_000).expect("entries").rows;
    let held = |dirt: &Dirt| match dirt.trace() {
        Trace::Quarantined(cause) | Trace::Held(cause) => Some(cause),
        Trace::Duplicate
        | Trace::Resolved(_)
        | Trace::Finding(_)
        | Trace::OutOfOrder
        | Trace::Decided
        | Trace::TriedAgain(_)
        | Trace::Failed(_) => None,
    };
    for cause in Dirt::ALL.iter().filter_map(held) {
        let caused = Dirt::ALL.iter().filter(|dirt| held(dirt) == Some(cause));
        let sent: u64 = caused.map(|dirt| history.dirt_sent[dirt]).sum();
        let kept = entries.iter().filter(|entry| entry.cause == cause).count() as u64;
        assert_eq!(sent, kept, "entries for {cause:?}");
    }
    assert_eq!(entries.len() as u64, history.quarantined + history.held);
}

#[test]
fn everything_that_was_sent_is_accepted_a_duplicate_or_quarantined() {
    let world = World::scaled(SEED, SMALL);
    let (crank, history) = in_memory(&world);
    assert_eq!(history.sent, world.sent());
    assert_eq!(history.accepted + history.duplicates + history.quarantined, history.sent);
    assert_eq!(history.figures.signals, history.accepted);
    assert_eq!(crank.waiting().expect("a count"), 0);
}

#[test]
fn no_handoff_is_without_an_owner_or_a_named_reason() {
    let (crank, history) = in_memory(&World::scaled(SEED, SMALL));
    assert!(history.watch.handoffs().len() > 50, "too few to say anything");
    for (id, seen) in history.watch.handoffs() {
        let row = crank.store().handoff(*id).expect("readable").expect("it is there");
        assert_eq!((row.state, &row.owner), (seen.state, &seen.owner), "what was watched is so");
        let named = row.owner != Owner::Engine
            || seen.why.is_some()
            || seen.state == State::InReview
            || seen.state.is_terminal();
        assert!(named, "{id} is {} and nobody has it", seen.state);
    }
    let waits: u64 = history.figures.unrouted.values().sum();
    let nobodys = history.watch.handoffs().values();
    let nobodys = nobodys.filter(|s| s.owner == Owner::Engine && !s.state.is_terminal());
    assert_eq!(waits, nobodys.count() as u64);
}

#[test]
fn the_receiver_that_commits_and_then_is_silent_has_each_effect_once() {
    let (_, history) = in_memory(&World::scaled(SEED, SMALL));
    let deliveries = history.watch.deliveries();
    assert!(deliveries.attempts > deliveries.delivered, "nothing was tried twice");
    // At the end of the history a call may be answered that nobody heard.
    let effects = history.receiver.effects() as u64;
    assert!((deliveries.delivered..=deliveries.delivered + 3).contains(&effects));
    assert_eq!(history.receiver.altered(), 0, "a later attempt had other bytes");
}

#[test]
fn reps_accept_refuse_dawdle_and_say_what_came_of_it() {
    let (_, history) = in_memory(&World::scaled(SEED, Scale(40)));
    let states: BTreeSet<State> =
        history.watch.handoffs().values().map(|seen| seen.state).collect();
    for state in [State::Working, State::Won, State::Lost, State::Recycled, State::Disqualified] {
        assert!(states.contains(&state), "no handoff is {state}");
    }
    let steps: Vec<u64> = history.funnel.steps.iter().map(|step| step.count).collect();
    assert!(steps.is_sorted_by(|one, other| one >= other), "{steps:?} is no funnel");
}

#[test]
fn the_funnel_fits_a_terminal() {
    let (_, history) = in_memory(&World::scaled(SEED, SMALL));
    let drawn = history.funnel.drawn();
    assert!(drawn.lines().all(|line| line.chars().count() <= 100), "{drawn}");
    for name in ["handoffs", "routed", "accepted", "won"] {
        assert!(drawn.contains(name), "{drawn}");
    }
}

#[test]
fn five_things_name_what_is_there() {
    let (mut crank, history) = in_memory(&World::scaled(SEED, SMALL));
    let things = demo::suggestions(&history.watch, crank.store()).expect("readable");
    let verbs: Vec<&str> = things.iter().map(|thing| thing.arguments[0].as_str()).collect();
    assert_eq!(verbs, ["why", "brief", "context", "quarantine", "erase"]);
    for thing in &things[..2] {
        let id = thing.arguments[1].parse().expect("a handoff's id");
        assert!(crank.store().handoff(id).expect("readable").is_some());
    }
    let account = things[2].arguments[1].parse().expect("an account's id");
    let then = things[2].arguments[3].parse::<Moment>().expect("a moment");
    let was = crank::account_as_of(crank.store(), account, Some(then)).expect("folds");
    let is = crank::account_as_of(crank.store(), account, None).expect("folds");
    assert_ne!(was, is, "nothing was learnt since");

    let [_, _, entry, _, field, _, value, _] = things[3].arguments.as_slice() else {
        panic!("another repair: {:?}", things[3])
    };
    let entry = entry.parse().expect("an entry's id");
    let repair = Repair { field: field.clone(), value: value.clone() };
    let now = history.moment;
    crank.begin().expect("a group");
    let again = |_: &MemoryStore, row: &store::EntryRow, raw: &domain::fact::Raw| {
        let verifies = DemoSource::Crm.verifies();
        let source = Source { name: &row.source, verifies: &verifies };
        let read = release::read(raw, source, row.since).expect("a format of ours");
        let incoming = read.map_err(|_| Vec::new())?;
        Ok(crank::ReadEntry { incoming, unplaced: Vec::new() })
    };
    let repaired = crank.repair(entry, &[repair], &again, now).expect("it is repaired");
    assert_eq!(repaired, crank::Repaired::Ready);
    crank.release(entry, &again, now).expect("it comes in");
    crank.commit().expect("a commit");

    let person: domain::PersonId = things[4].arguments[1].parse().expect("a person's id");
    let receipt = crank.erase(person, &domain::fact::By::Operator, now).expect("erased");
    assert!(!receipt.taken[0].nodes.is_empty());
}

#[test]
fn the_live_part_reads_without_loss_and_ends_nowhere() {
    let world = World::scaled(SEED, SMALL);
    let (mut items, mut dirty, mut demo_sources) = (0, BTreeSet::new(), BTreeSet::new());
    for request in world::live(&world, world.ends, 200).take(2_000) {
        assert!(!request.body.is_empty());
        assert!(request.path.starts_with("/v1/"));
        items += request.items;
        dirty.extend(request.dirt);
        demo_sources.insert(request.demo_source);
    }
    assert!(items > 2_000);
    assert!(dirty.len() > 20, "{dirty:?}");
    assert_eq!(demo_sources.len(), DemoSource::ALL.len());
    let one = |at| world::live(&world, world.ends, 200).nth(at).expect("it does not end").body;
    assert_eq!(one(77), one(77));
}

#[test]
fn what_is_shipped_compiles_and_all_of_it_is_listed() {
    let files = world::acme();
    let compiled = compile(&files);
    assert_eq!(compiled.diagnostics.errors(), 0, "{:?}", compiled.diagnostics.list());
    let strategy = compiled.strategy.expect("it compiles");
    assert_eq!(strategy.team.members.len(), 50);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join("../../examples/strategies/acme");
    let mut shipped = BTreeSet::new();
    collect(&folder, &folder, &mut shipped);
    let apart = |path: &String| {
        path.starts_with("tests/") || path.starts_with("policies/") || path == "README.md"
    };
    shipped.retain(|path| !apart(path));
    assert_eq!(files.0.keys().cloned().collect::<BTreeSet<_>>(), shipped);
}

fn collect(root: &std::path::Path, folder: &std::path::Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, into);
        } else {
            let name = path.strip_prefix(root).expect("within").to_string_lossy().into_owned();
            into.insert(name);
        }
    }
}

#[test]
fn the_trace_of_a_kind_names_a_code_that_is_documented() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    for dirt in Dirt::ALL {
        let code: Code = match dirt.trace() {
            Trace::Quarantined(code)
            | Trace::Held(code)
            | Trace::Resolved(code)
            | Trace::Finding(code)
            | Trace::TriedAgain(code)
            | Trace::Failed(code) => code,
            Trace::Duplicate | Trace::OutOfOrder | Trace::Decided => continue,
        };
        assert!(docs.join(format!("{code}.md")).exists(), "`{code}` has no page");
    }
}
