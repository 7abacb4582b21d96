//! Damage is planted in a real folder, and the doctor names it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use domain::fact::{Aggregate, By, Entry, Fact, ReadFor};
use domain::handoff::{MemberId, Owner, State};
use domain::{Moment, Span};
use rusqlite::Connection;
use store::chance::Chance;
use store::sqlite::{self, Reader, SqliteStore, audit, doctor};
use store::story;
use store::{Read, Store};
use tempfile::TempDir;

/// A folder with two people, a handoff, a delivery, a timer, a waiting signal and quarantine.
fn lived_in() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::open(&folder.path().join("data"), Chance::seeded(7)).unwrap();
    story::group(&mut store, |store| {
        let ada = story::accepted(store, "f-1", "ada@acme.example", "hello");
        story::hand_off(store, &ada, "Ada's data");
        story::accepted(store, "f-2", "bob@acme.example", "hello");
        story::keep_apart(store, "ada@acme.example,yesterday", &[story::email("ada@acme.example")]);
    });
    store.close().unwrap();
    folder
}

#[test]
fn an_outcome_moves_a_handoff_as_its_row_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::open(&data(&folder), Chance::seeded(7)).unwrap();
    story::group(&mut store, |store| {
        let ada = story::accepted(store, "f-1", "ada@acme.example", "hello");
        story::hand_off(store, &ada, "Ada's data");
        let won = Fact::OutcomeRecorded {
            handoff: story::handoff(ada.node),
            outcome: State::Won,
            occurred: None,
            by: None,
            note: None,
        };
        let aggregate = Aggregate::Account(story::acme());
        store.append(&story::entry(aggregate, story::noon(2), vec![won])).unwrap();
        let owner = Owner::Person(MemberId("sam".into()));
        store.put_handoff(&story::handoff_row(ada.node, State::Won, owner, 2)).unwrap();
    });
    store.close().unwrap();
    assert_eq!(named(&data(&folder)), [""; 0]);
}

fn data(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("data")
}

fn named(path: &Path) -> Vec<&'static str> {
    let mut codes: Vec<_> =
        doctor::examine(path).unwrap().into_iter().map(|problem| problem.code).collect();
    codes.dedup();
    codes
}

/// Plants damage with SQL and checks what the doctor says first.
#[track_caller]
fn check(file: &str, sql: &str, expected: &[&str]) {
    let folder = lived_in();
    assert_eq!(named(&data(&folder)), [""; 0], "healthy before");
    let db = Connection::open(data(&folder).join(file)).unwrap();
    db.execute_batch(sql).unwrap();
    drop(db);
    let found = named(&data(&folder));
    for code in expected {
        assert!(found.contains(code), "`{sql}` should be told as {code}, was {found:?}");
    }
    for problem in doctor::examine(&data(&folder)).unwrap() {
        assert!(!problem.help.is_empty());
        assert!(!problem.says.contains("acme.example"), "no personal data");
    }
}

#[test]
fn a_flipped_byte_in_an_entry() {
    let sql = "UPDATE journal SET body = CAST(substr(body, 1, 20) || x'ff' || substr(body, 22) AS BLOB) WHERE position = 2";
    check("baton.db", sql, &["store-entry-altered", "store-head-differs"]);
}

#[test]
fn a_missing_entry() {
    check("baton.db", "DELETE FROM journal WHERE position = 2", &["store-entry-missing"]);
}

#[test]
fn a_broken_chain() {
    check("baton.db", "UPDATE journal SET prev = 0 WHERE position = 2", &["store-chain-broken"]);
    let tail = "UPDATE aggregates SET last = 1 WHERE last = 2";
    check("baton.db", tail, &["store-aggregate-differs"]);
}

#[test]
fn a_head_that_is_another() {
    check("baton.db", "UPDATE head SET hash = zeroblob(32)", &["store-head-differs"]);
}

#[test]
fn a_rewritten_leaf() {
    check(
        "baton.db",
        "UPDATE journal SET leaf = zeroblob(32) WHERE position = 1",
        &["store-entry-altered"],
    );
}

#[test]
fn a_lost_tail() {
    let sql = "DELETE FROM journal WHERE position = 5; \
               UPDATE aggregates SET last = 0 WHERE last = 5; \
               UPDATE head SET position = 4, hash = zeroblob(32)";
    check("baton.db", sql, &["store-tail-lost"]);
    let folder = lived_in();
    Connection::open(data(&folder).join("baton.db")).unwrap().execute_batch(sql).unwrap();
    let refused = SqliteStore::open(&data(&folder), Chance::seeded(8)).unwrap_err();
    assert_eq!(refused.code(), "store-tail-lost");
    SqliteStore::open_after_loss(&data(&folder), Chance::seeded(8)).unwrap().close().unwrap();
    SqliteStore::open(&data(&folder), Chance::seeded(9)).unwrap();
}

#[test]
fn what_was_to_be_sent_goes_with_a_lost_tail() {
    let folder = lived_in();
    let bodies = || {
        let db = Connection::open(data(&folder).join("baton.db")).unwrap();
        let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        (count("SELECT count(*) FROM outbox"), count("SELECT count(*) FROM bodies"))
    };
    assert_eq!(bodies(), (1, 1));
    let sql = "DELETE FROM journal WHERE position >= 3";
    Connection::open(data(&folder).join("baton.db")).unwrap().execute_batch(sql).unwrap();
    SqliteStore::open_after_loss(&data(&folder), Chance::seeded(8)).unwrap().close().unwrap();
    assert_eq!(bodies(), (0, 0), "no fact queued it, so nobody would ever drop it");
}

#[test]
fn a_sealed_part_that_is_missing_or_altered() {
    let taken = "UPDATE sealed SET bytes = NULL WHERE key = 65536";
    check("baton.db", taken, &["store-part-missing"]);
    check("baton.db", "DELETE FROM sealed WHERE key = 65536", &["store-part-missing"]);
    let altered = "UPDATE sealed SET bytes = zeroblob(length(bytes)) WHERE key = 65536";
    check("baton.db", altered, &["store-part-altered"]);
}

#[test]
fn a_key_that_is_gone() {
    check("keys.db", "DELETE FROM keys WHERE owner = 1", &["store-key-missing"]);
    check("keys.db", "UPDATE keys SET wrapped = zeroblob(72)", &["store-key-missing"]);
    let garbled =
        "UPDATE keys SET wrapped = CAST(x'01' || substr(wrapped, 2) AS BLOB) WHERE owner = 1";
    check("keys.db", garbled, &["store-key-missing"]);
}

#[test]
fn current_state_that_says_otherwise() {
    check("baton.db", "UPDATE handoffs SET state = 9", &["store-handoff-differs"]);
    check("baton.db", "UPDATE handoffs SET owner = 'kim'", &["store-handoff-differs"]);
    check("baton.db", "DELETE FROM handoffs", &["store-handoff-differs"]);
    check("baton.db", "DELETE FROM outbox", &["store-delivery-differs"]);
    check("baton.db", "DELETE FROM bodies", &["store-part-missing"]);
    let stray = "INSERT INTO bodies (errand, owner, bytes) VALUES (zeroblob(10), 1, x'00')";
    check("baton.db", stray, &["store-delivery-differs"]);
    check("baton.db", "UPDATE outbox SET queued_at = 1", &["store-delivery-differs"]);
    check("baton.db", "UPDATE outbox SET id = zeroblob(10)", &["store-delivery-differs"]);
    check("baton.db", "DELETE FROM timers", &["store-timer-missing"]);
    check("baton.db", "UPDATE entries SET state = 3", &["store-quarantine-differs"]);
}

#[test]
fn found_a3_time_that_falls() {
    for (position, by) in [(3, -1), (3, -600_000_000), (1, 2_592_000_000_000)] {
        let folder = lived_in();
        let db = Connection::open(data(&folder).join("baton.db")).unwrap();
        let read = "SELECT body FROM journal WHERE position = ?1";
        let body: Vec<u8> = db.query_row(read, [position], |row| row.get(0)).unwrap();
        let mut entry = Entry::read(&body).unwrap();
        entry.header.moment = entry.header.moment + Span(by);
        let mut body = Vec::new();
        entry.write(&[], &mut body);
        let moved = "UPDATE journal SET body = ?2 WHERE position = ?1";
        db.execute(moved, (position, body)).unwrap();
        drop(db);
        let found = named(&data(&folder));
        for code in ["store-time-fell", "store-entry-altered"] {
            assert!(found.contains(&code), "{position} moved by {by}: {found:?}");
        }
    }
}

#[test]
fn found_a3_an_entry_older_than_the_one_before_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::open(&data(&folder), Chance::seeded(7)).unwrap();
    let (reader, purpose) = (By::Operator, ReadFor::View);
    let read = || {
        vec![Fact::Unsealed { reader: reader.clone(), purpose, nodes: 1, of: None, reason: None }]
    };
    let entry = |minute| story::entry(Aggregate::Governance, story::noon(minute), read());
    story::group(&mut store, |store| {
        for minute in [10, 10, 11, 3, 3, 12] {
            store.append(&entry(minute)).unwrap();
        }
    });
    store.close().unwrap();
    let told = doctor::examine(&data(&folder)).unwrap();
    let places: Vec<_> = told.iter().map(|one| (one.code, one.place.as_str())).collect();
    assert_eq!(places, [("store-time-fell", "entry 4")]);
    let verdict = audit::verify(&Reader::open(&data(&folder)).unwrap()).unwrap();
    assert!(!verdict.is_sound(), "the audit knows the rule, too");
}

#[test]
fn acceptance_that_is_forgotten() {
    let forgotten = "DELETE FROM dedupe WHERE position = 1";
    check("baton.db", forgotten, &["store-dedupe-missing"]);
    check("baton.db", "INSERT INTO inbox VALUES (2)", &["store-inbox-stray"]);
    check("baton.db", "UPDATE identifiers SET node = 99", &["store-identifier-stray"]);
}

#[test]
fn an_erasure_that_is_not_finished() {
    check("baton.db", "INSERT INTO erased VALUES (1, 0)", &["store-erasure-unsettled"]);
}

#[test]
fn files_that_others_may_read() {
    let folder = lived_in();
    let file = data(&folder).join(sqlite::MASTER_KEY);
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(named(&data(&folder)), ["store-open-to-others"]);
    let refused = SqliteStore::open(&data(&folder), Chance::seeded(8)).unwrap_err();
    assert!(refused.to_string().contains("chmod 600"), "says what to do: {refused}");
}

#[test]
fn an_erased_person_is_no_damage() {
    let folder = lived_in();
    let mut store = SqliteStore::open(&data(&folder), Chance::seeded(8)).unwrap();
    let ada = store.candidates(&[story::email("ada@acme.example")]).unwrap()[0].unwrap();
    story::erase(&mut store, ada.pointer.unwrap().person, story::noon(60));
    store.close().unwrap();
    assert_eq!(named(&data(&folder)), [""; 0]);
    let verdict = audit::verify(&Reader::open(&data(&folder)).unwrap()).unwrap();
    assert!(verdict.is_sound());
    assert_eq!(verdict.second, Some(verdict.head));
}

#[test]
fn an_audit_beside_the_writer() {
    let folder = lived_in();
    let mut store = SqliteStore::open(&data(&folder), Chance::seeded(8)).unwrap();
    store.begin().unwrap();
    story::accepted(&mut store, "f-9", "eve@acme.example", "hello");
    let reader = Reader::open(&data(&folder)).unwrap();
    let before = audit::verify(&reader).unwrap();
    assert!(before.is_sound());
    store.commit().unwrap();
    let after = audit::verify(&reader).unwrap();
    assert!(after.is_sound());
    assert_eq!(after.entries, before.entries + 1);
    assert_eq!(reader.head().unwrap(), after.head);
    assert_eq!(after.head, store.head().unwrap());
    let late = reader.timers_due(Moment(i64::MAX), 9).unwrap();
    assert_eq!(late.len(), 1);
}
