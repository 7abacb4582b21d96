//! A folder of form 1, as a program of that form left it: people merged and parted again, somebody
//! erased, something in quarantine, deliveries that arrived and that are open, notes, a reading.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use domain::fact::{Aggregate, By, Fact};
use domain::{AccountId, DeliveryId, Moment, SignalId};
use rusqlite::Connection;
use store::chance::Chance;
use store::sqlite::{
    DATABASE, KEYS, MASTER_KEY, Reader, SECOND_HEAD, SqliteStore, audit, doctor, migrate,
};
use store::{HandoffFilter, Position, Purpose, Read, StoreError};
use tempfile::TempDir;

const ENTRIES: u64 = 68;

fn folder() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("data");
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/folder-1");
    for name in [DATABASE, KEYS, MASTER_KEY, SECOND_HEAD] {
        fs::copy(golden.join(name), path.join(name)).unwrap();
        fs::set_permissions(path.join(name), Permissions::from_mode(0o600)).unwrap();
    }
    (home, path)
}

/// The position, clear part, hashes of sealed parts and leaf of an entry.
type JournalRow = (i64, Vec<u8>, Vec<u8>, Vec<u8>);

/// The rows of the journal, byte for byte.
fn rows(path: &Path) -> Vec<JournalRow> {
    let db = Connection::open(path.join(DATABASE)).unwrap();
    let mut rows = db.prepare("SELECT position, body, parts, leaf FROM journal").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_folder_of_form_1_is_read_as_it_is() {
    let (_home, path) = folder();
    let reader = Reader::open(&path).unwrap();
    let verdict = audit::verify(&reader).unwrap();
    assert!(verdict.is_sound() && verdict.entries == ENTRIES, "{:?}", verdict.problems);
    let read = reader.journal(Position::START, 1_000, Some(&Purpose::CARE)).unwrap();
    let facts = || read.iter().flat_map(|stored| &stored.entry.facts);
    let by = facts().filter_map(|fact| {
        let (Fact::OutcomeRecorded { by, note, .. } | Fact::Debriefed { by, note, .. }) = fact
        else {
            return None;
        };
        assert!(note.as_ref().is_some_and(|note| note.said_by.is_none()), "notes are opened");
        by.as_ref().map(By::to_string)
    });
    assert_eq!(by.collect::<Vec<_>>(), ["kim", "kim"], "names of form 1 are told as they were");
    let bodies = facts().filter(|fact| matches!(fact, Fact::DeliveryQueued { body: Some(_), .. }));
    assert!(bodies.count() > 0, "bodies of form 1 are in their facts");
    let erased = facts().any(|fact| matches!(fact, Fact::SignalArrived { content: None, .. }));
    assert!(erased, "and what was erased is");
}

#[test]
fn what_a_folder_of_form_1_lacks_is_unknown_or_refused_with_what_to_do() {
    let (_home, path) = folder();
    let before = fs::read(path.join(DATABASE)).unwrap();
    let reader = Reader::open(&path).unwrap();
    let handoffs = reader.handoffs(&HandoffFilter::default(), None, 100).unwrap().rows;
    assert!(!handoffs.is_empty() && handoffs.iter().all(|row| row.qualify_by.is_none()));
    let first = &handoffs[0];
    assert_eq!(reader.handoff(first.handoff).unwrap().as_ref(), Some(first));
    let errands = reader.outbox_claimable(Moment(i64::MAX), 100).expect_err("it has other columns");
    assert_eq!(errands.code(), "store-older-form", "{errands}");
    assert!(errands.to_string().contains("baton migrate"), "{errands}");
    assert_eq!(fs::read(path.join(DATABASE)).unwrap(), before, "reading it wrote nothing");
}

#[test]
fn a_folder_of_form_1_is_not_written_before_it_is_migrated() {
    let (_home, path) = folder();
    let refused = SqliteStore::open(&path, Chance::seeded(1)).map(drop);
    assert!(
        matches!(refused, Err(StoreError::OlderForm { found: 1, known: 2, .. })),
        "{refused:?}"
    );
    let plan = migrate::plan(&path).unwrap();
    assert_eq!((plan.from, plan.to, plan.entries), (1, 2, ENTRIES));
    assert!(plan.bytes_copied > 300_000 && plan.bytes_changed > 2 << 20, "{plan:?}");
    assert!(!plan.backup.exists(), "a plan changes nothing");
}

/// A file that says that it is larger than any disk, and takes nothing.
#[test]
fn found_room_a_migration_that_has_no_room_begins_nothing() {
    let (home, path) = folder();
    let large = fs::File::create(path.join("notes")).unwrap();
    large.set_permissions(Permissions::from_mode(0o600)).unwrap();
    large.set_len(8 << 40).unwrap();
    let plan = migrate::plan(&path).unwrap();
    let needed = plan.bytes_needed(true);
    assert!(needed > 8 << 40 && plan.bytes_free > 0 && plan.bytes_free < needed, "{plan:?}");
    assert_eq!(plan.bytes_needed(false), plan.bytes_changed);
    let before = rows(&path);
    let refused = migrate::migrate(&path, true, Chance::seeded(1), &mut |_| panic!("copied"));
    let error = refused.expect_err("there is no room");
    assert_eq!(error.code(), "store-no-room");
    let StoreError::NoRoom { needed: told, free, .. } = &error else { panic!("{error}") };
    assert!(*told == needed && *free < needed, "{error}");
    let says = error.to_string();
    assert!(says.contains(&needed.to_string()) && says.contains(&free.to_string()), "{says}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "not a byte was copied");
    assert_eq!((migrate::plan(&path).unwrap().from, rows(&path)), (1, before));
    // Without a copy there is room, and so there is once the file is gone.
    fs::remove_file(path.join("notes")).unwrap();
    migrate::migrate(&path, true, Chance::seeded(1), &mut |_| {}).unwrap();
}

#[test]
fn a_migration_keeps_every_entry_and_a_copy() {
    let (home, path) = folder();
    let before = rows(&path);
    // A copy that was cut short is begun again.
    fs::create_dir(home.path().join("data.form-1.part")).unwrap();
    let mut copied = 0;
    migrate::migrate(&path, true, Chance::seeded(1), &mut |bytes| copied = bytes).unwrap();
    assert_eq!(rows(&path), before, "entries are never rewritten");
    let done = migrate::plan(&path).unwrap();
    assert!(done.is_done() && done.entries == ENTRIES, "{done:?}");
    let backup = home.path().join("data.form-1");
    assert!(copied > 300_000 && !home.path().join("data.form-1.part").exists());
    assert_eq!((rows(&backup), migrate::plan(&backup).unwrap().from), (before, 1));

    let store = SqliteStore::open(&path, Chance::seeded(2)).unwrap();
    let open = store.outbox_claimable(Moment(i64::MAX), 10).unwrap();
    assert!(!open.is_empty(), "deliveries were open");
    for row in &open {
        let body = store.outbox_body(row, &Purpose::DELIVERY).unwrap();
        assert!(body.is_some(), "what was to be sent still is");
    }
    store.close().unwrap();
    let verdict = audit::verify(&Reader::open(&path).unwrap()).unwrap();
    assert!(verdict.is_sound(), "{:?}", verdict.problems);
}

/// What the outbox of form 1 says of a delivery: its id, account, destination, signal, attempts, when it
/// is due and where it was queued.
type OpenRow = ([u8; 10], [u8; 10], String, [u8; 10], u32, i64, i64);

#[test]
fn a_migration_keeps_every_open_delivery() {
    let (_home, path) = folder();
    let of_form_1 = {
        let db = Connection::open(path.join(DATABASE)).unwrap();
        let sql = "SELECT outbox.id, outbox.account, destination, correlation, attempt, due, \
                   queued_at FROM outbox JOIN handoffs ON handoffs.id = handoff ORDER BY outbox.n";
        let mut rows = db.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| row.try_into());
        rows.unwrap().collect::<Result<Vec<OpenRow>, _>>().unwrap()
    };
    assert!(!of_form_1.is_empty(), "deliveries were open");
    migrate::migrate(&path, false, Chance::seeded(1), &mut |_| {}).unwrap();
    let store = SqliteStore::open(&path, Chance::seeded(2)).unwrap();
    for (id, account, destination, signal, attempt, due, queued_at) in &of_form_1 {
        let row = store.outbox_row(DeliveryId::from_bytes(*id).into()).unwrap().unwrap();
        assert_eq!(row.aggregate, Aggregate::Account(AccountId::from_bytes(*account)));
        assert_eq!(row.destination, *destination);
        assert_eq!(row.correlation, Some(SignalId::from_bytes(*signal)));
        assert_eq!(
            (row.attempt, row.due, row.queued_at.0),
            (*attempt, Moment(*due), *queued_at as u64)
        );
    }
    assert_eq!(store.outbox_count().unwrap(), of_form_1.len() as u64);
}

#[test]
fn a_folder_of_form_1_is_healthy_before_and_after_its_migration() {
    let (_home, path) = folder();
    assert_eq!(doctor::examine(&path).unwrap(), []);
    migrate::migrate(&path, false, Chance::seeded(1), &mut |_| {}).unwrap();
    SqliteStore::open(&path, Chance::seeded(2)).unwrap().close().unwrap();
    assert_eq!(doctor::examine(&path).unwrap(), []);
}

#[test]
fn what_is_no_copy_of_the_folder_is_not_taken_for_one() {
    let something = |at: &Path| fs::write(at, "mine").unwrap();
    let foreign = |at: &Path| {
        fs::create_dir(at).unwrap();
        fs::write(at.join("mine.txt"), "mine").unwrap();
    };
    let link = |at: &Path| std::os::unix::fs::symlink("/nowhere", at).unwrap();
    let older = |at: &Path| {
        let (_other, path) = folder();
        let db = Connection::open(path.join(DATABASE)).unwrap();
        let last = "DELETE FROM journal WHERE position = (SELECT max(position) FROM journal)";
        db.execute(last, []).unwrap();
        drop(db);
        copy_folder(&path, at);
    };
    let plans: [&dyn Fn(&Path); 4] = [&something, &foreign, &link, &older];
    for plant in plans {
        let (home, path) = folder();
        plant(&home.path().join("data.form-1"));
        let before = rows(&path);
        let plan = migrate::migrate(&path, true, Chance::seeded(1), &mut |_| {}).unwrap();
        let backup = home.path().join("data.form-1.2");
        assert_eq!(plan.backup.file_name(), backup.file_name());
        assert_eq!((rows(&backup), migrate::plan(&backup).unwrap().from), (before, 1));
    }
}

#[test]
fn a_copy_of_the_folder_as_it_stands_is_not_made_twice() {
    let (home, path) = folder();
    let backup = home.path().join("data.form-1");
    copy_folder(&path, &backup);
    let mut copied = 0;
    let plan = migrate::migrate(&path, true, Chance::seeded(1), &mut |at| copied = at).unwrap();
    assert_eq!((plan.backup.file_name(), copied), (backup.file_name(), 0));
    assert!(!home.path().join("data.form-1.2").exists());
}

#[test]
fn half_a_copy_that_holds_something_of_somebody_is_left_alone() {
    let (home, path) = folder();
    let part = home.path().join("data.form-1.part");
    fs::create_dir(&part).unwrap();
    fs::write(part.join("mine.txt"), "mine").unwrap();
    let refused = migrate::migrate(&path, true, Chance::seeded(1), &mut |_| {});
    assert!(matches!(refused, Err(StoreError::File { .. })), "{refused:?}");
    assert_eq!(fs::read(part.join("mine.txt")).unwrap(), b"mine");
    assert_eq!(migrate::plan(&path).unwrap().from, 1);
}

#[test]
fn a_damaged_folder_is_refused_before_it_is_copied() {
    let (home, path) = folder();
    let db = Connection::open(path.join(DATABASE)).unwrap();
    let half = "UPDATE journal SET leaf = zeroblob(32) WHERE position = 5";
    assert_eq!(db.execute(half, []).unwrap(), 1);
    drop(db);
    let refused = migrate::migrate(&path, true, Chance::seeded(1), &mut |_| {});
    assert!(matches!(refused, Err(StoreError::Damaged(_))), "{refused:?}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing was copied");
    assert_eq!(migrate::plan(&path).unwrap().from, 1);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn a_migration_without_a_copy_makes_none() {
    let (home, path) = folder();
    migrate::migrate(&path, false, Chance::seeded(1), &mut |_| {}).unwrap();
    assert!(SqliteStore::open(&path, Chance::seeded(2)).is_ok());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}
