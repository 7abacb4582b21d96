//! A first start that is cut short anywhere heals at the next, and no key that was used is lost.

use std::fs;
use std::path::Path;
use std::process::Command;

use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::{Read, StoreError, story};

use super::{codes, data, keep, lived_in, open, put_back, refused, somebody_comes, try_open};

const FOLDER: &str = "BATON_FIRST_START";
const KILLER: &str = "BATON_FIRST_START_KILLER";
/// What a first start makes.
const MADE: [&str; 11] = [
    "lock",
    "master.key.new",
    "master.key",
    "keys.db",
    "keys.db-wal",
    "baton.db",
    "baton.db-wal",
    "head.new",
    "head",
    "ballast",
    "reserve",
];
/// Calls of a first start that are cut short, at most.
const CALLS_MAX: usize = 400;
/// What changes a file or a name.
const CALLS: &str = "mkdir,openat,write,pwrite64,ftruncate,rename,unlink,fsync,fdatasync,fchmod";

/// A folder in which somebody can be taken in.
#[track_caller]
fn is_usable(folder: &tempfile::TempDir, after: &str) {
    let mut store = try_open(folder).unwrap_or_else(|error| panic!("after {after}: {error}"));
    somebody_comes(&mut store, "ada");
    store.close().unwrap();
    assert_eq!(codes(folder), [""; 0], "after {after}");
    let found = open(folder).candidates(&[story::email("ada@acme.example")]).unwrap();
    assert!(found[0].is_some(), "after {after}");
}

#[test]
fn found_h8_a_master_key_that_was_not_written_whole_is_made_again() {
    for begun in ["", "3f", &"0".repeat(63), "not a key\n"] {
        let folder = tempfile::tempdir().unwrap();
        open(&folder).close().unwrap();
        for name in ["baton.db", "keys.db", "head", "ballast", "reserve"] {
            fs::remove_file(data(&folder).join(name)).unwrap();
        }
        put_back(&folder, "master.key", begun.as_bytes());
        is_usable(&folder, &format!("`{begun}`"));
    }
}

#[test]
fn found_h8_files_that_were_only_begun_are_no_obstacle() {
    let begun =
        ["master.key.new", "master.key", "head.new", "head", "keys.db", "baton.db", "ballast"];
    for count in 0..=begun.len() {
        let folder = tempfile::tempdir().unwrap();
        open(&folder).close().unwrap();
        for name in ["baton.db", "keys.db", "head", "ballast", "reserve", "master.key"] {
            fs::remove_file(data(&folder).join(name)).unwrap();
        }
        for name in &begun[..count] {
            put_back(&folder, name, b"");
        }
        is_usable(&folder, &format!("{:?}", &begun[..count]));
    }
}

#[test]
fn found_h8_a_key_that_was_used_is_never_replaced() {
    for begun in ["", "3f"] {
        let folder = lived_in();
        let key = keep(&folder, "master.key");
        put_back(&folder, "master.key", begun.as_bytes());
        assert_eq!(refused(&folder), "store-damaged");
        assert_eq!(keep(&folder, "master.key"), begun.as_bytes(), "it is left as it is");
        assert_eq!(codes(&folder), ["store-damaged"]);
        put_back(&folder, "master.key", &key);
        assert_eq!(codes(&folder), [""; 0]);
    }
}

#[test]
fn found_h8_keys_without_their_database_are_not_a_first_start() {
    let folder = lived_in();
    for name in ["baton.db", "head"] {
        fs::remove_file(data(&folder).join(name)).unwrap();
    }
    assert_eq!(refused(&folder), "store-damaged");
    assert_eq!(codes(&folder), ["store-damaged"]);
    assert!(!data(&folder).join("baton.db").exists());
}

/// Not a test of its own: the first start that is cut short.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    SqliteStore::open(Path::new(&folder), Chance::system()).unwrap();
    println!("opened");
}

/// The first start, killed at the `when`th call on a file of the folder.
fn killed_at(when: usize, folder: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(folder);
    for name in MADE {
        strace.arg("-P").arg(folder.join(name));
    }
    strace.args(["-e", &format!("trace={CALLS}"), "-e"]);
    strace.arg(format!("inject={CALLS}:signal=SIGKILL:when={when}"));
    strace.arg(std::env::current_exe().unwrap()).args(only("child"));
    strace.env(FOLDER, folder).env_remove(KILLER);
    strace
}

fn only(test: &str) -> [String; 4] {
    let test = format!("found::first_start::{test}");
    [test, "--exact".to_owned(), "--nocapture".to_owned(), "--test-threads=1".to_owned()]
}

/// What the doctor says of a first start that was cut short.
#[track_caller]
fn nothing_is_to_be_restored(folder: &tempfile::TempDir, when: usize) {
    if !data(folder).exists() {
        return;
    }
    match store::sqlite::doctor::examine(&data(folder)) {
        Ok(told) => {
            let codes: Vec<&str> = told.iter().map(|one| one.code).collect();
            assert!(
                codes.is_empty() || codes == ["store-first-start"],
                "killed at call {when}: {told:?}"
            );
        }
        Err(StoreError::NoFolder(_)) => {}
        Err(error) => panic!("killed at call {when}: {error}"),
    }
}

/// Not a test of its own: kills one first start after another, in a process where no other test
/// holds a folder that a child could inherit.
#[test]
fn killer() {
    if std::env::var_os(KILLER).is_none() {
        return;
    }
    let mut killed = 0;
    for when in 1..=CALLS_MAX {
        let folder = tempfile::tempdir().unwrap();
        let ended = killed_at(when, &data(&folder)).output().unwrap();
        nothing_is_to_be_restored(&folder, when);
        is_usable(&folder, &format!("call {when}"));
        if String::from_utf8_lossy(&ended.stdout).contains("opened") {
            break;
        }
        killed += 1;
    }
    println!("killed at {killed} calls");
    assert!((20..CALLS_MAX).contains(&killed), "{killed} calls");
}

#[test]
fn found_h8_a_first_start_that_is_killed_at_any_call_heals() {
    let probe = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        crate::skipped_test::skipped("strace is not installed, or may not trace here");
        return;
    }
    let mut killer = Command::new(std::env::current_exe().unwrap());
    let ended = killer.args(only("killer")).env(KILLER, "1").output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(said.contains("killed at"), "{said}");
}
