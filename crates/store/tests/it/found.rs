//! What use and attack have shown of a data folder: copies put back, files gone, first starts cut
//! short. The names are those of what was found.

mod erased_again;
mod first_start;
mod kept_rows;
mod long_chains;
mod lost_heads;
mod newer;
mod wrong_key;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use store::chance::Chance;
use store::sqlite::{SqliteStore, doctor};
use store::{Read, StoreError, story};
use tempfile::TempDir;

/// The files that tests put back, swap and damage.
const FILES: [&str; 4] = ["baton.db", "keys.db", "master.key", "head"];

/// A folder with two people, a handoff and a quarantine entry, closed in order.
fn lived_in() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder);
    story::group(&mut store, |store| {
        let ada = story::accepted(store, "f-1", "ada@acme.example", "hello");
        story::hand_off(store, &ada, "Ada's data");
        story::accepted(store, "f-2", "bob@acme.example", "hello");
        story::keep_apart(store, "ada@acme.example,yesterday", &[story::email("ada@acme.example")]);
    });
    store.close().unwrap();
    folder
}

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

fn open(folder: &TempDir) -> SqliteStore {
    try_open(folder).unwrap()
}

fn try_open(folder: &TempDir) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(&data(folder), Chance::system())
}

#[track_caller]
fn refused(folder: &TempDir) -> &'static str {
    try_open(folder).expect_err("it is refused").code()
}

/// The codes that the doctor tells of, each once. The doctor itself never fails.
#[track_caller]
fn codes(folder: &TempDir) -> Vec<&'static str> {
    let mut codes: Vec<_> = doctor::examine(&data(folder))
        .expect("the doctor says what is wrong")
        .into_iter()
        .map(|problem| problem.code)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn erase_ada(store: &mut SqliteStore) {
    let ada = store.candidates(&[story::email("ada@acme.example")]).unwrap()[0].unwrap();
    story::erase(store, ada.pointer.unwrap().person, story::noon(60));
}

/// Somebody new comes, so that a key is made.
fn somebody_comes(store: &mut SqliteStore, who: &str) {
    story::group(store, |store| {
        story::accepted(store, &format!("f-{who}"), &format!("{who}@acme.example"), "hello")
    });
}

fn keep(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(data(folder).join(name)).unwrap()
}

/// Puts a file back as it was, without what belongs to the one that is there.
fn put_back(folder: &TempDir, name: &str, bytes: &[u8]) {
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(data(folder).join(format!("{name}{end}")));
    }
    let file = data(folder).join(name);
    fs::write(&file, bytes).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
}

fn sql(folder: &TempDir, file: &str, sql: &str) {
    Connection::open(data(folder).join(file)).unwrap().execute_batch(sql).unwrap();
}

/// The same folder once more.
fn another(folder: &TempDir) -> TempDir {
    let copied = tempfile::tempdir().unwrap();
    fs::create_dir(data(&copied)).unwrap();
    fs::set_permissions(data(&copied), Permissions::from_mode(0o700)).unwrap();
    copy(&data(folder), &data(&copied));
    copied
}

fn copy(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
