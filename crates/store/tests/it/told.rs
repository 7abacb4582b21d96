//! The story, told to every store.

use store::chance::Chance;
use store::memory::MemoryStore;
use store::sqlite::SqliteStore;
use store::story;

#[test]
fn told_to_memory() {
    for (name, chapter) in story::chapters::<MemoryStore>() {
        println!("{name}");
        chapter(&mut MemoryStore::new());
    }
}

#[test]
fn a_store_that_sends_nothing_keeps_of_a_body_what_its_fact_says_and_whose_it_is() {
    let mut told = 0;
    for (name, chapter) in story::chapters::<MemoryStore>() {
        if name.contains("bodies") {
            println!("{name}");
            chapter(&mut MemoryStore::sending_nothing());
            told += 1;
        }
    }
    assert_eq!(told, 1, "the chapter has another name");
}

#[test]
fn told_to_a_data_folder() {
    for (name, chapter) in story::chapters::<SqliteStore>() {
        println!("{name}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let mut store = SqliteStore::open(&path, Chance::seeded(7)).unwrap();
        chapter(&mut store);
        store.close().unwrap();
        SqliteStore::open(&path, Chance::seeded(8)).unwrap().close().unwrap();
    }
}
