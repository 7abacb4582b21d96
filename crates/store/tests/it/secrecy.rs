//! No personal data lies in the folder in plain, and none of its keys after an erasure.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use store::chance::Chance;
use store::sqlite::{self, SqliteStore};
use store::{Purpose, Read, Store, StoreError, story};

/// Words that were planted, in the forms in which they could lie in a file.
fn forms(word: &str) -> Vec<Vec<u8>> {
    let plain = word.as_bytes().to_vec();
    let wide = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let upper = word.to_uppercase().into_bytes();
    vec![plain, wide, upper]
}

fn files_with(folder: &Path, needle: &[u8]) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let holds = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).unwrap();
        let mut rest = bytes.as_slice();
        while let Some(at) = rest.iter().position(|byte| *byte == needle[0]) {
            if rest[at..].starts_with(needle) {
                return true;
            }
            rest = &rest[at + 1..];
        }
        false
    };
    files.filter(holds).map(|path| path.display().to_string()).collect()
}

#[track_caller]
fn nowhere(folder: &Path, word: &str) {
    for form in forms(word) {
        assert_eq!(files_with(folder, &form), [""; 0], "`{word}` lies in the folder");
    }
}

const PLANTED: [&str; 5] = [
    "quetzalcoatl.ada@acme.example",
    "Quetzalcoatlina",
    "+4917012345678",
    "zephyrine-bob@acme.example",
    "what the CRM gets about Quetzalcoatlina",
];

#[test]
fn nothing_lies_in_plain_and_erased_keys_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    let ada = story::group(&mut store, |store| {
        let ada = story::accepted(store, "f-1", PLANTED[0], PLANTED[1]);
        story::hand_off(store, &ada, PLANTED[4]);
        story::accepted(store, "f-2", PLANTED[3], PLANTED[2]);
        let found = [story::email(PLANTED[0])];
        story::keep_apart(store, &format!("{},{},yesterday", PLANTED[0], PLANTED[1]), &found);
        let answer = store::Answer {
            node: ada.node,
            request: [7; 32],
            status: 200,
            body: PLANTED[1].as_bytes().to_vec(),
            expires: story::noon(60),
        };
        store.put_answer(PLANTED[0], &answer).unwrap();
        ada
    });
    for id in 3..80 {
        let address = format!("filler-{id}@acme.example");
        story::group(&mut store, |store| {
            story::accepted(store, &format!("f-{id}"), &address, "hello");
        });
    }
    for word in PLANTED {
        nowhere(&path, word);
    }
    store.checkpoint_idle().unwrap();
    for word in PLANTED {
        nowhere(&path, word);
    }
    let keys = Connection::open(path.join(sqlite::KEYS)).unwrap();
    let wrapped = |owner: i64| -> Vec<u8> {
        keys.query_row("SELECT wrapped FROM keys WHERE owner = ?1", [owner], |row| row.get(0))
            .unwrap()
    };
    let data = Connection::open(path.join(sqlite::DATABASE)).unwrap();
    let sealed: Vec<u8> =
        data.query_row("SELECT bytes FROM sealed WHERE key = 65536", [], |row| row.get(0)).unwrap();
    let hers = wrapped(1);
    assert!(!files_with(&path, &hers[..24]).is_empty(), "the scan finds what is there");
    assert!(!files_with(&path, &sealed[..24]).is_empty(), "the scan finds what is there");

    data.execute_batch("BEGIN; SELECT count(*) FROM journal").unwrap();
    let erasable = store.erasable(story::person(ada.node)).unwrap().unwrap();
    story::group(&mut store, |store| store.erase(&erasable, story::noon(9)).unwrap());
    data.execute_batch("COMMIT").unwrap();
    drop((data, keys));
    match store.settle_erasures() {
        Ok(()) => {}
        Err(error) => panic!("readers are gone: {error}"),
    }
    assert_eq!(files_with(&path, &hers[..24]), [""; 0], "her wrapped key is in no file");
    assert_eq!(files_with(&path, &hers[40..]), [""; 0], "nor is a part of it");
    assert_eq!(files_with(&path, &sealed[..24]), [""; 0], "nor is what was sealed under it");
    for word in PLANTED {
        nowhere(&path, word);
    }
    let bob = store.candidates(&[story::email(PLANTED[3])]).unwrap();
    assert!(bob[0].is_some(), "others stay");
    assert_eq!(store.raw(erasable.entries[0], &Purpose::VIEW).unwrap(), None);
}

#[test]
fn a_receipt_waits_for_readers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    let ada = story::group(&mut store, |store| {
        let ada = story::accepted(store, "f-1", "ada@acme.example", "hello");
        story::hand_off(store, &ada, "body");
        ada
    });
    let reader = Connection::open(path.join(sqlite::DATABASE)).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM journal", [], |row| row.get(0)).unwrap();
    let erasable = store.erasable(story::person(ada.node)).unwrap().unwrap();
    story::group(&mut store, |store| store.erase(&erasable, story::noon(9)).unwrap());
    assert!(matches!(store.settle_erasures(), Err(StoreError::ReadersBusy)));
    reader.execute_batch("COMMIT").unwrap();
    store.settle_erasures().unwrap();
    store.settle_erasures().unwrap();
}

#[test]
fn an_erasure_that_was_cut_short_is_finished_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    let ada = story::group(&mut store, |store| {
        let ada = story::accepted(store, "f-1", "ada@acme.example", "hello");
        story::hand_off(store, &ada, "body");
        ada
    });
    let erasable = store.erasable(story::person(ada.node)).unwrap().unwrap();
    story::group(&mut store, |store| store.erase(&erasable, story::noon(9)).unwrap());
    drop(store);
    drop(SqliteStore::open(&path, Chance::system()).unwrap());
    let keys = Connection::open(path.join(sqlite::KEYS)).unwrap();
    let key: Vec<u8> =
        keys.query_row("SELECT wrapped FROM keys WHERE owner = 1", [], |row| row.get(0)).unwrap();
    assert_eq!(key, [0; 72]);
}
