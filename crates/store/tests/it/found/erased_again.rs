//! Erased stays erased, whichever copy of which file is put back.

use rusqlite::Connection;
use store::sqlite::{Reader, SqliteStore};
use store::{Position, Purpose, Read};
use tempfile::TempDir;

use super::{codes, data, erase_ada, keep, lived_in, open, put_back, refused, somebody_comes, sql};

/// Keys that are not overwritten.
fn keys(folder: &TempDir) -> i64 {
    let db = Connection::open(data(folder).join("keys.db")).unwrap();
    let sql = "SELECT count(*) FROM keys WHERE wrapped <> zeroblob(72)";
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn found(store: &SqliteStore) -> Vec<&'static str> {
    store.findings().iter().map(|finding| finding.code).collect()
}

/// A folder whose keys are from before Ada was erased.
fn with_older_keys() -> TempDir {
    let folder = lived_in();
    let before = keep(&folder, "keys.db");
    let mut store = open(&folder);
    erase_ada(&mut store);
    store.close().unwrap();
    assert_eq!((keys(&folder), codes(&folder).len()), (1, 0), "Bob's alone");
    put_back(&folder, "keys.db", &before);
    assert_eq!(keys(&folder), 3, "Ada's, her quarantine entry's and Bob's");
    folder
}

#[test]
fn found_a14_a_start_destroys_the_keys_again() {
    let folder = with_older_keys();
    let store = open(&folder);
    assert_eq!(found(&store), ["store-erasure-revived"]);
    assert_eq!(keys(&folder), 1);
    store.close().unwrap();
    assert_eq!(codes(&folder), [""; 0]);
    let store = open(&folder);
    assert_eq!(found(&store), [""; 0], "it is said once");
}

#[test]
fn found_a14_the_doctor_destroys_the_keys_again() {
    let folder = with_older_keys();
    assert_eq!(codes(&folder), ["store-erasure-revived"]);
    assert_eq!(keys(&folder), 1);
    assert_eq!(codes(&folder), [""; 0]);
}

#[test]
fn an_erasure_that_was_cut_short_is_no_older_copy() {
    let folder = with_older_keys();
    // As a power cut leaves it between the entry and the keys.
    sql(&folder, "baton.db", "UPDATE erased SET settled = 0");
    assert_eq!(codes(&folder), ["store-erasure-unsettled"]);
    let store = open(&folder);
    assert_eq!(found(&store), [""; 0], "it is finished, and nobody put anything back");
    assert_eq!(keys(&folder), 1);
    store.close().unwrap();
    assert_eq!(codes(&folder), [""; 0]);
}

#[test]
fn found_a14_the_doctor_destroys_them_beside_a_server() {
    let folder = with_older_keys();
    let older = keep(&folder, "keys.db");
    let store = open(&folder);
    assert_eq!(keys(&folder), 1);
    // Somebody copies older rows into the file that is in use.
    let copy = folder.path().join("older.db");
    std::fs::write(&copy, older).unwrap();
    let mix = format!(
        "ATTACH '{}' AS older; UPDATE keys SET wrapped = \
         (SELECT wrapped FROM older.keys AS old WHERE old.owner = keys.owner)",
        copy.display()
    );
    sql(&folder, "keys.db", &mix);
    assert_eq!(keys(&folder), 3);
    assert_eq!(codes(&folder), ["store-erasure-revived"]);
    assert_eq!(keys(&folder), 1);
    store.close().unwrap();
    assert_eq!(codes(&folder), [""; 0]);
}

#[test]
fn found_a14_a_reader_opens_nothing_with_a_key_that_came_back() {
    let folder = with_older_keys();
    // The ciphertext came back too: somebody mixed rows of two copies.
    let erased = lived_in();
    let from = data(&erased).join("baton.db").display().to_string();
    let mix = format!(
        "ATTACH '{from}' AS older; UPDATE sealed SET bytes = \
         (SELECT bytes FROM older.sealed AS old WHERE old.key = sealed.key)"
    );
    sql(&folder, "baton.db", &mix);
    let reader = Reader::open(&data(&folder)).unwrap();
    let stored = reader.at(Position(1), Some(&Purpose::CARE)).unwrap().unwrap();
    assert!(!format!("{stored:?}").contains("acme.example"));
    drop(reader);
    assert!(codes(&folder).contains(&"store-erasure-incomplete"));
}

#[test]
fn keys_of_another_folder_are_let_be() {
    let (erased, other) = (lived_in(), tempfile::tempdir().unwrap());
    let mut store = open(&erased);
    erase_ada(&mut store);
    store.close().unwrap();
    let mut store = open(&other);
    for who in ["cyd", "dan", "eve"] {
        somebody_comes(&mut store, who);
    }
    store.close().unwrap();
    let (theirs, ours) = (keep(&erased, "baton.db"), keep(&other, "keys.db"));
    put_back(&other, "baton.db", &theirs);
    assert!(codes(&other).contains(&"store-key-missing"));
    assert_eq!(keep(&other, "keys.db"), ours);
}

#[test]
fn found_a14_a_key_store_that_is_older_than_the_newest_node_is_named() {
    let folder = lived_in();
    let before = keep(&folder, "keys.db");
    let mut store = open(&folder);
    somebody_comes(&mut store, "cyd");
    store.close().unwrap();
    put_back(&folder, "keys.db", &before);
    assert_eq!(codes(&folder), ["store-key-missing"]);
    assert_eq!(found(&open(&folder)), ["store-key-missing"]);
}

#[test]
fn found_a14_a_database_that_is_older_than_its_keys_is_named() {
    type Since = fn(&mut SqliteStore);
    let since: [(&str, Since); 2] =
        [("somebody came", |store| somebody_comes(store, "cyd")), ("Ada was erased", erase_ada)];
    for (what, since) in since {
        println!("{what}");
        let folder = lived_in();
        let (database, head) = (keep(&folder, "baton.db"), keep(&folder, "head"));
        let mut store = open(&folder);
        since(&mut store);
        store.close().unwrap();
        put_back(&folder, "baton.db", &database);
        put_back(&folder, "head", &head);
        assert_eq!(refused(&folder), "store-tail-lost");
        assert!(codes(&folder).contains(&"store-tail-lost"));
    }
}

#[test]
fn found_a14_an_erasure_stands_in_all_places_or_is_named() {
    for (file, damage) in [
        ("baton.db", "DELETE FROM erased WHERE owner = 1"),
        ("baton.db", "INSERT INTO erased SELECT n, 1 FROM aggregates WHERE n = 3"),
        ("baton.db", "INSERT INTO identifiers VALUES (randomblob(16), 1, 1)"),
        ("baton.db", "UPDATE dedupe SET body = randomblob(16)"),
        ("baton.db", "UPDATE sealed SET bytes = randomblob(90) WHERE owner = 1"),
    ] {
        let folder = lived_in();
        let mut store = open(&folder);
        erase_ada(&mut store);
        store.close().unwrap();
        sql(&folder, file, damage);
        let found = codes(&folder);
        assert!(found.contains(&"store-erasure-incomplete"), "{damage}: {found:?}");
    }
}

#[test]
fn found_a14_rows_and_facts_are_compared_both_ways() {
    for (damage, code) in [
        ("UPDATE entries SET id = randomblob(10)", "store-quarantine-differs"),
        ("DELETE FROM identifiers", "store-identifier-stray"),
        ("UPDATE dedupe SET body = NULL", "store-dedupe-missing"),
        ("UPDATE sealed SET prev = 7 WHERE key = 65536", "store-chain-broken"),
        ("UPDATE aggregates SET sealed = 65536 WHERE sealed > 65536", "store-aggregate-differs"),
        ("UPDATE aggregates SET person = zeroblob(10)", "store-aggregate-differs"),
        ("DELETE FROM timers", "store-timer-missing"),
        (
            "UPDATE timers SET wake = CAST(substr(wake, 1, length(wake) - 1) || x'09' AS BLOB)",
            "store-timer-stray",
        ),
        ("INSERT INTO settings VALUES ('force', zeroblob(24))", "store-force-differs"),
        ("INSERT INTO sealed VALUES (65536000, 1, 0, x'00')", "store-part-altered"),
    ] {
        let folder = lived_in();
        sql(&folder, "baton.db", damage);
        let found = codes(&folder);
        assert!(found.contains(&code), "{damage}: {found:?}");
    }
}
