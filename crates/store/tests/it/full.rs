//! A full disk, where the machine lets a test have one (`BATON_FULL_DISK` names a small file
//! system; without it the test ends at once).

use std::io::Write;
use std::path::Path;

use store::chance::Chance;
use store::sqlite::{Reader, SqliteStore, audit, doctor};
use store::{Read, Store, StoreError, story};

#[test]
fn erasing_and_reading_go_on() {
    let Some(disk) = std::env::var_os("BATON_FULL_DISK") else {
        crate::skipped_test::skipped("no small file system; set BATON_FULL_DISK");
        return;
    };
    let path = Path::new(&disk).join("data");
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    let ada = story::group(&mut store, |store| {
        let ada = story::accepted(store, "f-1", "ada@acme.example", "hello");
        story::hand_off(store, &ada, "body");
        ada
    });
    let mut filler = std::fs::File::create(Path::new(&disk).join("filler")).unwrap();
    while filler.write_all(&[0; 4096]).is_ok() {}
    let full = (0..100_000).find_map(|n| {
        store.begin().unwrap();
        story::accepted(&mut store, &format!("g-{n}"), &format!("g-{n}@acme.example"), "hello");
        let error = store.commit().err();
        if error.is_some() {
            store.roll_back();
        }
        error
    });
    assert!(matches!(full, Some(StoreError::Full)), "was {full:?}");
    let entries = store.head().unwrap().position.0;
    let reader = Reader::open(&path).unwrap();
    assert_eq!(audit::verify(&reader).unwrap().entries, entries, "reading goes on");
    drop(reader);
    store.make_room().unwrap();
    story::erase(&mut store, story::person(ada.node), story::noon(60));
    store.sync_head().unwrap();
    std::fs::remove_file(Path::new(&disk).join("filler")).unwrap();
    story::group(&mut store, |store| story::accepted(store, "h-1", "h@acme.example", "healed"));
    store.close().unwrap();
    assert_eq!(doctor::examine(&path).unwrap(), []);
}
