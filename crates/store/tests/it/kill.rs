//! Killed in the middle of commits, a store starts at once and has all that was acknowledged.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use store::chance::Chance;
use store::sqlite::{SqliteStore, doctor};
use store::{Acceptance, Read, Store, story};

const FOLDER: &str = "BATON_KILL_FOLDER";
const BATCH: usize = 7;

/// Not a test of its own: the child that is killed. Tells what was committed, after the commit.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut store = SqliteStore::open(Path::new(&folder), Chance::system()).unwrap();
    let first = store.head().unwrap().position.0 as usize;
    for batch in first.. {
        let ids: Vec<String> = (0..BATCH).map(|n| format!("f-{first}-{batch}-{n}")).collect();
        story::group(&mut store, |store| {
            for id in &ids {
                let accepted = story::accepted(store, id, &format!("{id}@acme.example"), id);
                story::hand_off(store, &accepted, "body");
            }
        });
        if batch % 3 == 0 {
            store.sync_head().unwrap();
        }
        for id in &ids {
            println!("acknowledged {id}");
        }
    }
}

#[test]
fn what_was_acknowledged_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let mut acknowledged = Vec::new();
    for round in 0..4 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["kill::child", "--exact", "--nocapture", "--test-threads=1"])
            .env(FOLDER, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = 0;
        while told < 50 + 37 * round {
            let line = lines.next().unwrap().unwrap();
            if let Some((_, id)) = line.split_once("acknowledged ") {
                acknowledged.push(id.to_owned());
                told += 1;
            }
        }
        child.kill().unwrap();
        for line in lines.map_while(Result::ok) {
            acknowledged.extend(line.split_once("acknowledged ").map(|(_, id)| id.to_owned()));
        }
        child.wait().unwrap();
    }
    let mut store = SqliteStore::open(&path, Chance::system()).unwrap();
    story::group(&mut store, |store| {
        for id in &acknowledged {
            let address = format!("{id}@acme.example");
            let again = story::form(id, &address, id);
            let offered = story::offer(store, &again, &[story::email(&address)], story::NOON);
            assert!(matches!(offered, Acceptance::Duplicate { .. }), "`{id}` was lost");
        }
    });
    let entries = store.head().unwrap().position.0 as usize;
    assert_eq!(entries % (3 * BATCH), 0, "groups are there whole or not at all");
    store.close().unwrap();
    assert_eq!(doctor::examine(&path).unwrap(), []);
    println!("{} acknowledged, {entries} entries", acknowledged.len());
}
