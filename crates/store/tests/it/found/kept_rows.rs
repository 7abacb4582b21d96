//! What is kept beside the journal: answers under idempotency keys, and counts.

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use store::{Answer, Read, Store, counter_names, story};
use tempfile::TempDir;

use super::{codes, data, erase_ada, lived_in, open, sql};

/// What a request said, as its sender hashes it.
fn said() -> [u8; 32] {
    Sha256::digest(b"POST accept: Ada called back").into()
}

/// A folder with an answer about Ada and one about Bob.
fn with_answers() -> TempDir {
    let folder = lived_in();
    let mut store = open(&folder);
    let keys = [story::email("ada@acme.example"), story::email("bob@acme.example")];
    let found = store.candidates(&keys).unwrap();
    story::group(&mut store, |store| {
        for (key, row) in ["k-1/ada", "k-1/bob"].into_iter().zip(found) {
            let (node, body) = (row.unwrap().node, b"{}".to_vec());
            let expires = story::noon(100_000);
            let answer = Answer { node, request: said(), status: 200, body, expires };
            store.put_answer(key, &answer).unwrap();
        }
    });
    store.close().unwrap();
    folder
}

fn requests(folder: &TempDir) -> Vec<Vec<u8>> {
    let db = Connection::open(data(folder).join("baton.db")).unwrap();
    let mut statement = db.prepare("SELECT request FROM answers ORDER BY name").unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn found_a22_what_a_request_said_is_kept_under_a_key() {
    let folder = with_answers();
    let kept = requests(&folder);
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|kept| !holds(kept, &said()[..16])), "no plain hash of it");
    let other = with_answers();
    assert_ne!(kept[0][10..], requests(&other)[0][10..], "each folder has a key of its own");
    let store = open(&folder);
    let given = store.answer("k-1/ada", &said(), story::NOON).unwrap().unwrap();
    assert_eq!((given.same, given.body.as_slice()), (true, b"{}".as_slice()));
    let given = store.answer("k-1/ada", &[0; 32], story::NOON).unwrap().unwrap();
    assert!(!given.same, "another request under the same key");
}

#[test]
fn found_a22_an_erasure_takes_the_answers_about_somebody() {
    let folder = with_answers();
    let mut store = open(&folder);
    erase_ada(&mut store);
    assert_eq!(store.answer("k-1/ada", &said(), story::NOON).unwrap(), None);
    assert!(store.answer("k-1/bob", &said(), story::NOON).unwrap().is_some());
    store.close().unwrap();
    assert_eq!((requests(&folder).len(), codes(&folder).len()), (1, 0));
}

#[test]
fn found_a22_what_an_earlier_program_kept_in_plain_is_keyed() {
    let folder = with_answers();
    let db = Connection::open(data(&folder).join("baton.db")).unwrap();
    db.execute("UPDATE answers SET request = ?1", [said().as_slice()]).unwrap();
    drop(db);
    sql(&folder, "baton.db", "DELETE FROM settings WHERE name = 'rows'");
    let mut store = open(&folder);
    assert!(requests(&folder).iter().all(|kept| !holds(kept, &said()[..16])));
    assert!(store.answer("k-1/bob", &said(), story::NOON).unwrap().unwrap().same);
    // Nobody knows whom they were about.
    erase_ada(&mut store);
    assert_eq!(requests(&folder).len(), 0);
}

#[test]
fn found_a22_an_answer_that_an_erasure_left_is_named() {
    let folder = with_answers();
    let rows = "CREATE TEMP TABLE kept AS SELECT * FROM answers";
    let db = Connection::open(data(&folder).join("baton.db")).unwrap();
    db.execute_batch(rows).unwrap();
    let mut store = open(&folder);
    erase_ada(&mut store);
    db.execute_batch("INSERT OR REPLACE INTO answers SELECT * FROM temp.kept").unwrap();
    drop(db);
    store.close().unwrap();
    assert_eq!(codes(&folder), ["store-erasure-incomplete"]);
}

#[test]
fn found_a6_duplicates_of_a_source_are_counted_under_one_name() {
    let folder = lived_in();
    let mut store = open(&folder);
    story::group(&mut store, |store| {
        let form = story::form("f-1", "ada@acme.example", "hello");
        story::offer(store, &form, &[story::email("ada@acme.example")], story::NOON);
        // An earlier program counted the same under another name as well.
        store.count("duplicates.web", 1).unwrap();
        store.count("duplicates.crm", 2).unwrap();
    });
    store.close().unwrap();
    sql(&folder, "baton.db", "DELETE FROM settings WHERE name = 'rows'");
    let counts = open(&folder).counters().unwrap();
    let crm = domain::signal::SourceName::new("crm").unwrap();
    let wanted =
        [(counter_names::duplicates(&crm), 2), (counter_names::duplicates(&story::web()), 1)];
    assert_eq!(counts, wanted);
}
