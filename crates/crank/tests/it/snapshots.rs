//! Snapshots: what is folded from one is what the whole journal folds to, whatever happened, and of
//! somebody who was erased none of them holds anything.

use std::cell::Cell;
use std::fs;

use crank::{account_as_of, account_from_journal, newest_snapshot_holds};
use domain::fact::{Aggregate, By};
use domain::signal::IdentifierKind::{Cookie, Email};
use domain::{AccountId, Moment, Value};
use engine::state::{Base, Written, snapshot_version};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::sqlite::Reader;
use store::{FolderProblem, Position, Read, Snapshot, Store};

use crate::folder::Folder;
use crate::simulation::simulated;
use crate::world::{Step, World, steps};

/// The moments at which an account had a snapshot, and those around them.
fn moments(store: &impl Read, account: AccountId) -> Vec<Option<Moment>> {
    let mut moments = vec![None];
    let (of, version) = (Aggregate::Account(account), snapshot_version());
    let mut upto = Position(u64::MAX);
    while let Some(kept) = store.snapshot(of, &version, upto, None).expect("memory") {
        moments.extend([-1, 0, 1].map(|after| Some(Moment(kept.moment.0 + after))));
        upto = Position(kept.position.0 - 1);
    }
    moments
}

/// Worlds with merges, moves, undo, erasure, release and starts, in which something is written down
/// every few entries.
#[test]
fn found_h4_a_fold_from_a_snapshot_is_the_whole_fold() {
    let begun = Cell::new(0);
    let mut runner = TestRunner::new(simulated(48));
    let held = runner.run(&steps(40), |steps| {
        begun.set(begun.get() + folds_alike(&steps)?);
        Ok(())
    });
    held.unwrap_or_else(|failed| panic!("{failed}"));
    assert!(begun.get() > 500, "only {} folds began with a snapshot", begun.get());
}

/// Plays steps, and folds each account both ways; how many folds began with a snapshot.
fn folds_alike(steps: &[Step]) -> Result<usize, TestCaseError> {
    let mut world = World::open();
    for step in steps {
        world.take(step);
        if let Step::Erase { .. } = step {
            prop_assert_eq!(erased_in_snapshots(&world), 0);
        }
    }
    let store = world.crank().store();
    let mut begun = 0;
    for account in world.accounts() {
        let moments = moments(store, account);
        begun += moments.len() - 1;
        for until in moments {
            let short = account_as_of(store, account, until).expect("memory");
            let whole = account_from_journal(store, account, until).expect("memory");
            prop_assert_eq!(short, whole, "{} as of {:?}", account, until);
        }
    }
    let newest = newest_snapshot_holds(store).expect("memory");
    prop_assert!(newest.is_none_or(|(.., holds)| holds));
    Ok(begun)
}

/// How many nodes of erased people have a part in a snapshot.
fn erased_in_snapshots(world: &World) -> usize {
    let store = world.crank().store();
    let version = snapshot_version();
    let mut held = 0;
    for account in world.accounts() {
        let of = Aggregate::Account(account);
        let kept = store.snapshot(of, &version, Position(u64::MAX), None).expect("memory");
        let folded = account_from_journal(store, account, None).expect("memory");
        let erased = |node| folded.known().node(node).is_some_and(|node| node.erased);
        let nodes = kept.into_iter().flat_map(|kept| kept.nodes);
        held += nodes.filter(|(node, _)| erased(*node)).count();
    }
    held
}

/// A folder in which an account was written down.
fn folder() -> (Folder, AccountId) {
    let mut folder = Folder::open();
    folder.crank.snapshot_every(Some(5));
    for n in 0..30 {
        let (who, cookie) = (format!("p{}@acme.com", n % 3), format!("c{}", n % 3));
        let mut signal = folder.signal_of("page.viewed", &[(Email, &who), (Cookie, &cookie)]);
        let title = format!("Plantedword{}", n % 3);
        signal.content.fields.insert("person.title", Value::Text(title.into()));
        folder.accept(&[signal]).expect("accepted");
        folder.take_turns();
    }
    let handoff = folder.does("form.submitted", "p1@acme.com").handoff.expect("a handoff");
    let row = folder.crank.store().handoff(handoff).expect("reads").expect("a row");
    (folder, row.account)
}

/// The newest snapshot of an account, if one opens.
fn newest(folder: &Folder, account: AccountId) -> Option<Base> {
    let of = Aggregate::Account(account);
    let store = folder.crank.store();
    let kept = store.snapshot(of, &snapshot_version(), Position(u64::MAX), None).expect("reads")?;
    let written = Written { part: kept.part, nodes: kept.nodes };
    Base::read(account, kept.position.0, &written)
}

fn is_whole(folder: &Folder, account: AccountId) -> bool {
    let store = folder.crank.store();
    account_as_of(store, account, None).expect("folds")
        == account_from_journal(store, account, None).expect("folds")
}

#[test]
fn found_h4_a_few_snapshots_are_kept_evenly_over_a_long_history() {
    let mut folder = Folder::open();
    folder.crank.snapshot_every(Some(4));
    let begun = folder.now;
    for _ in 0..120 {
        folder.now = folder.now + domain::Span::minutes(1);
        folder.does("page.viewed", "p1@acme.com");
    }
    let handoff = folder.does("form.submitted", "p1@acme.com").handoff.expect("a handoff");
    let account = folder.crank.store().handoff(handoff).expect("reads").expect("a row").account;
    let moments = moments(folder.crank.store(), account);
    let kept: Vec<Moment> = moments[1..].iter().skip(1).step_by(3).copied().flatten().collect();
    assert!((8..=16).contains(&kept.len()), "{} are kept", kept.len());
    // Newest first: no two of them are further apart than a quarter of the history.
    let whole = folder.now - begun;
    let oldest = kept.last().copied().expect("there are some") - begun;
    let gaps = kept.windows(2).map(|pair| pair[0] - pair[1]).chain([oldest]);
    assert!(gaps.max().is_some_and(|gap| gap.0 <= whole.0 / 4), "{kept:?}");
    for until in moments {
        let store = folder.crank.store();
        let short = account_as_of(store, account, until).expect("folds");
        assert_eq!(short, account_from_journal(store, account, until).expect("folds"));
    }
}

#[test]
fn found_h4_a_snapshot_that_was_altered_is_passed_over() {
    for sql in [
        "UPDATE snapshots SET part = CAST(substr(part, 1, 40) || x'00ff' || substr(part, 43) AS BLOB)",
        "UPDATE snapshot_nodes SET bytes = CAST(substr(bytes, 1, 40) || x'00ff' || substr(bytes, 43) AS BLOB)",
        "DELETE FROM snapshot_nodes WHERE n % 2 = 0",
        "DELETE FROM snapshots WHERE n <> (SELECT max(snapshot) FROM snapshot_nodes); UPDATE snapshots SET position = position - 1",
        "UPDATE snapshots SET version = 'another'",
        "UPDATE snapshots SET moment = moment - 1000000000",
    ] {
        let (folder, account) = folder();
        assert!(newest(&folder, account).is_some() && is_whole(&folder, account));
        folder.damage_database(sql);
        if !sql.contains("moment") {
            assert!(newest(&folder, account).is_none(), "{sql}");
        }
        assert!(is_whole(&folder, account), "{sql}");
    }
}

#[test]
fn found_h4_a_start_begins_with_the_snapshot_of_the_desk() {
    let mut folder = Folder::open();
    folder.crank.snapshot_every(Some(2));
    for n in 0..12 {
        folder.does("form.submitted", &format!("p@company-{n}.com"));
    }
    let desk = folder.crank.desk().clone();
    let folder = folder.try_reopen().expect("opens");
    assert_eq!(*folder.crank.desk(), desk);
    let store = folder.crank.store();
    let kept = store.snapshot(Aggregate::Desk, &snapshot_version(), Position(u64::MAX), None);
    let kept = kept.expect("reads").expect("a snapshot");
    let rest = store.history(Aggregate::Desk, kept.position, None, None).expect("reads").len();
    let all = store.history(Aggregate::Desk, Position::START, None, None).expect("reads").len();
    assert!(rest <= 2 && all >= 12, "{rest} of {all}");
}

#[test]
fn found_h4_of_the_erased_no_snapshot_holds_anything() {
    let (mut folder, account) = folder();
    let base = newest(&folder, account).expect("a snapshot");
    assert!(format!("{base:?}").contains("Plantedword1"), "it held what is looked for");
    assert!(!in_files(&folder, b"Plantedword"), "nothing is there in clear");
    let key = domain::signal::Key {
        kind: Email,
        scope: domain::Text::default(),
        value: "p1@acme.com".into(),
        verified: true,
    };
    let person = folder.crank.person_by(&[key]).expect("reads").expect("a person");
    let now = folder.now;
    folder.crank.erase(person, &By::Operator, now).expect("erased");
    // What was written down before is gone, and what is written down from now on names nobody else.
    folder.does("page.viewed", "p2@acme.com");
    if let Some(base) = newest(&folder, account) {
        assert!(!format!("{base:?}").contains("Plantedword1"));
    }
    assert!(is_whole(&folder, account));
    assert!(!in_files(&folder, b"Plantedword"), "nothing is there in clear");
    for _ in 0..10 {
        folder.does("page.viewed", "p2@acme.com");
    }
    let base = newest(&folder, account).expect("it was written down again");
    let held = format!("{base:?}");
    assert!(held.contains("Plantedword2") && !held.contains("Plantedword1"));
    assert!(is_whole(&folder, account));
}

/// Whether some bytes stand in a file of the folder.
fn in_files(folder: &Folder, bytes: &[u8]) -> bool {
    let files = fs::read_dir(folder.path()).expect("lists").flatten();
    files
        .map(|file| fs::read(file.path()).expect("reads"))
        .any(|held| held.windows(bytes.len()).any(|window| window == bytes))
}

/// A snapshot that opens and holds something else than the journal folds to: an older one, put in place of
/// the newest.
#[test]
fn found_h4_a_snapshot_that_differs_is_found_and_goes_with_a_replay() {
    let mut folder = Folder::open();
    folder.crank.snapshot_every(Some(5));
    for _ in 0..30 {
        folder.does("page.viewed", "ada@acme.com");
    }
    let version = snapshot_version();
    let newest = folder.crank.store().newest_snapshot(&version).expect("reads");
    let (of, at) = newest.expect("it was written down");
    assert!(matches!(of, Aggregate::Account(_)), "{of:?}");
    assert_eq!(newest_snapshot_holds(folder.crank.store()).expect("folds"), Some((of, at, true)));
    let before = Position(at.0 - 1);
    let older = folder.crank.store().snapshot(of, &version, before, None).expect("reads");
    let older = older.expect("more than one is kept");
    folder.does("page.viewed", "zoe@other.example");
    let at = folder.crank.store().head().expect("reads").position;
    let planted = Snapshot { position: at, moment: folder.now, ..older };
    let data = folder.path();
    let mut store = folder.crank.into_store();
    store.begin().expect("a group");
    assert!(store.put_snapshot(&version, &planted).expect("is put"));
    store.commit().expect("durable");
    let found = newest_snapshot_holds(&store).expect("folds");
    assert_eq!(found, Some((of, at, false)), "the doctor tells it as `store-snapshot-differs`");
    let problem = FolderProblem::of_snapshot(at.0.to_string());
    assert_eq!(problem.code, "store-snapshot-differs");
    assert!(problem.help.contains("baton replay"), "{}", problem.help);
    crank::replay(store, false, &mut |_| {}).expect("replays");
    let reader = Reader::open(&data).expect("opens");
    assert_eq!(newest_snapshot_holds(&reader).expect("folds"), None, "all snapshots are gone");
}
