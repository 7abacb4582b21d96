//! The data folder: who holds it, what is promised, what is refused.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::thread;

use domain::errand::ErrandId;
use domain::fact::{Aggregate, Fact};
use domain::handoff::DeliveryState;
use rusqlite::Connection;
use store::chance::Chance;
use store::sqlite::{self, DATABASE, Reader, SqliteStore, audit};
use store::{Purpose, Read, Store, StoreError, story};

#[test]
fn promises_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("data"), Chance::system()).unwrap();
    let promises = store.promises().unwrap();
    let (data, keys) = promises.split_at(5);
    let said = |promises: &[(&str, String)]| -> Vec<String> {
        promises.iter().map(|(name, value)| format!("{name} {value}")).collect()
    };
    let common = ["journal_mode wal", "synchronous 2", "page_size 8192", "temp_store 2"];
    assert_eq!(said(data)[..4], common);
    assert_eq!(said(keys)[..4], common);
    assert_eq!((data[4].1.as_str(), keys[4].1.as_str()), ("1", "1"), "deletes overwrite");
}

#[test]
fn files_are_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    story::group(&mut store, |store| story::accepted(store, "f-1", "ada@acme.example", "hello"));
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&path), 0o700);
    for file in fs::read_dir(&path).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    drop(store);
    fs::set_permissions(&path, Permissions::from_mode(0o750)).unwrap();
    let refused = SqliteStore::open(&path, Chance::system()).unwrap_err();
    assert!(matches!(refused, StoreError::OpenToOthers { .. }));
    assert!(refused.to_string().contains("chmod 700"), "{refused}");
}

#[test]
fn a_folder_has_one_holder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let store = SqliteStore::open(&path, Chance::system()).unwrap();
    let refused = SqliteStore::open(&path, Chance::system()).unwrap_err();
    assert_eq!(refused.code(), "store-held");
    drop(store);
    SqliteStore::open(&path, Chance::system()).unwrap();
}

#[test]
fn what_is_newer_or_foreign_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    SqliteStore::open(&path, Chance::system()).unwrap().close().unwrap();
    let db = Connection::open(path.join(sqlite::DATABASE)).unwrap();
    db.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(db);
    assert_eq!(SqliteStore::open(&path, Chance::system()).unwrap_err().code(), "store-newer");
    assert_eq!(Reader::open(&path).unwrap_err().code(), "store-newer");
    let nothing = folder.path().join("nothing");
    assert_eq!(Reader::open(&nothing).unwrap_err().code(), "store-no-folder");
    let other = folder.path().join("other");
    SqliteStore::open(&other, Chance::system()).unwrap().close().unwrap();
    fs::remove_file(other.join(sqlite::MASTER_KEY)).unwrap();
    let refused = SqliteStore::open(&other, Chance::system()).unwrap_err();
    assert_eq!(refused.code(), "store-damaged", "no new key in place of a lost one");
    let third = folder.path().join("third");
    SqliteStore::open(&third, Chance::system()).unwrap().close().unwrap();
    fs::copy(third.join(sqlite::MASTER_KEY), other.join(sqlite::MASTER_KEY)).unwrap();
    let refused = SqliteStore::open(&other, Chance::system()).unwrap_err();
    assert_eq!(refused.code(), "store-master-key-wrong", "another folder's key");
}

#[test]
fn readers_see_whole_groups() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    let reader = Reader::open(&path).unwrap();
    store.begin().unwrap();
    let ada = story::accepted(&mut store, "f-1", "ada@acme.example", "hello");
    assert_eq!(reader.head().unwrap().position.0, 0);
    assert_eq!(reader.node(ada.node).unwrap(), None);
    store.commit().unwrap();
    assert_eq!(reader.head().unwrap(), store.head().unwrap());
    let waiting = reader.pending(store::Position::START, 9).unwrap();
    assert!(waiting[0].content.is_some());
    std::thread::spawn(move || reader.pending_count().unwrap()).join().unwrap();
}

#[test]
fn a_torn_second_head_leaves_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    for id in ["f-1", "f-2"] {
        story::group(&mut store, |store| story::accepted(store, id, "ada@acme.example", "hello"));
        store.sync_head().unwrap();
    }
    drop(store);
    let mut head = fs::read(path.join(sqlite::SECOND_HEAD)).unwrap();
    head[130] ^= 1;
    fs::write(path.join(sqlite::SECOND_HEAD), &head).unwrap();
    SqliteStore::open(&path, Chance::system()).unwrap();
    head[3] ^= 1;
    fs::write(path.join(sqlite::SECOND_HEAD), &head).unwrap();
    let refused = SqliteStore::open(&path, Chance::system()).unwrap_err();
    assert_eq!(refused.code(), "store-damaged");
}

#[test]
fn reading_goes_on_where_nothing_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data with % and spaces");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    story::group(&mut store, |store| story::accepted(store, "f-1", "ada@acme.example", "hello"));
    store.close().unwrap();
    // What processes share about the log cannot be made, as on a full disk.
    for name in [sqlite::DATABASE, sqlite::KEYS] {
        fs::create_dir(path.join(format!("{name}-shm"))).unwrap();
    }
    let reader = Reader::open(&path).unwrap();
    let pending = reader.pending(store::Position::START, 9).unwrap();
    assert!(pending[0].content.is_some());
    assert!(audit::verify(&reader).unwrap().is_sound());
}

/// As a program of before kept a folder.
const OLDER: &str = "DROP TRIGGER handoff_members_first; DROP TRIGGER handoff_members_next; \
                     DROP TABLE handoff_members; ALTER TABLE handoffs DROP COLUMN qualify_by; \
                     PRAGMA user_version = 9";

#[test]
fn whoever_reads_a_folder_of_before_first_brings_its_tables_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    SqliteStore::open(&path, Chance::system()).unwrap().close().unwrap();
    let made_older = || {
        let db = Connection::open(path.join(sqlite::DATABASE)).unwrap();
        db.execute_batch(OLDER).unwrap();
    };
    let listed = |reader: &Reader| reader.handoffs(&store::HandoffFilter::default(), None, 9);
    made_older();
    let readers: Vec<_> = thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| Reader::open(&path).unwrap())).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(readers.iter().all(|reader| listed(reader).is_ok()), "all of them read it");
    drop(readers);

    // A server of before stands in the way; once it has ended, nothing does.
    let server = SqliteStore::open(&path, Chance::system()).unwrap();
    made_older();
    let refused = Reader::open(&path).map(drop).expect_err("its tables are of before");
    assert_eq!(refused.code(), "store-held");
    assert!(refused.to_string().contains("earlier version"), "{refused}");
    drop(server);
    assert!(listed(&Reader::open(&path).unwrap()).is_ok());

    // What is damaged can be looked at by whoever says so.
    made_older();
    fs::remove_file(path.join(sqlite::SECOND_HEAD)).unwrap();
    assert!(Reader::open(&path).unwrap().loss().unwrap().is_some());
}

#[test]
fn found_h5_what_a_killed_process_left_can_be_read_on_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (path, left) = (folder.path().join("data"), folder.path().join("left"));
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    story::group(&mut store, |store| story::accepted(store, "f-1", "ada@acme.example", "hello"));
    fs::create_dir(&left).unwrap();
    fs::set_permissions(&left, Permissions::from_mode(0o700)).unwrap();
    for file in fs::read_dir(&path).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), left.join(file.file_name())).unwrap();
    }
    drop(store);
    for name in [sqlite::DATABASE, sqlite::KEYS] {
        let log = left.join(format!("{name}-wal"));
        assert!(fs::metadata(log).unwrap().len() > 0, "it was not closed");
        fs::remove_file(left.join(format!("{name}-shm"))).unwrap();
        fs::create_dir(left.join(format!("{name}-shm"))).unwrap();
    }
    let log = fs::read(left.join("baton.db-wal")).unwrap();
    let reader = Reader::open(&left).unwrap();
    let pending = reader.pending(store::Position::START, 9).unwrap();
    assert!(pending[0].content.is_some());
    drop(reader);
    assert_eq!(fs::read(left.join("baton.db-wal")).unwrap(), log, "the log is left as it is");
    assert_eq!(sqlite::doctor::examine(&left).unwrap(), []);
}

#[test]
fn a_second_head_says_nothing_of_an_open_group() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    store.begin().unwrap();
    story::accepted(&mut store, "f-1", "ada@acme.example", "hello");
    store.sync_head().unwrap();
    drop(store);
    let store = SqliteStore::open(&path, Chance::system()).unwrap();
    assert_eq!(store.head().unwrap().position.0, 0, "the group was never committed");
}

#[test]
fn found_a21_what_was_sent_takes_no_room_once_it_arrived() {
    const DELIVERIES: i64 = 60;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut store = SqliteStore::open(&path, Chance::seeded(21)).unwrap();
    let body = "what the CRM gets ".repeat(2_000);
    for number in 0..DELIVERIES {
        let (id, address) = (format!("f-{number}"), format!("ada-{number}@acme.example"));
        let queued = story::group(&mut store, |store| {
            let ada = story::accepted(store, &id, &address, "hello");
            let at = story::hand_off(store, &ada, &body);
            story::outbox_row(ada.node, at)
        });
        let kept = store.outbox_body(&queued, &Purpose::DELIVERY).unwrap();
        assert_eq!(kept.as_deref(), Some(body.as_bytes()), "it may have to be sent again");
        story::group(&mut store, |store| {
            let (ErrandId::Delivery(delivery), state) = (queued.errand, DeliveryState::Delivered);
            let (code, again, status) = (None, None, Some(200));
            let moved = Fact::DeliveryMoved { delivery, state, attempt: 1, code, again, status };
            let aggregate = Aggregate::Account(story::acme());
            store.append(&story::entry(aggregate, story::noon(1_000), vec![moved])).unwrap();
        });
    }
    store.close().unwrap();
    let bytes = std::fs::metadata(path.join(DATABASE)).unwrap().len();
    assert!(bytes < 1_000_000, "{bytes} bytes for {DELIVERIES} deliveries that have arrived");
}
