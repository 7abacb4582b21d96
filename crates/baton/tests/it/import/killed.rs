//! C8: an import that was killed half way and is run again comes to the same end.

use std::time::{Duration, Instant};

use crate::cli::program::Place;
use crate::import::rows::{MAP, leads};

/// Rows of the import that is killed. Ten million are a command away.
const ROWS: usize = 100_000;

#[test]
fn killed_half_way_and_repeated_it_ends_as_if_it_had_not_been() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(ROWS, |at| at % 1_000 == 3));
    let mut child = place.start(&["import", "--map", "map.yaml", "leads.csv"]);
    wait_until(&place, 2 << 20);
    child.kill().unwrap();
    child.wait().unwrap();
    let repeated = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let part = |key: &str| repeated[key].as_u64().unwrap();
    assert_eq!(part("read"), ROWS as u64);
    assert_eq!(part("accepted") + part("duplicates") + part("quarantined"), ROWS as u64);
    assert!(part("duplicates") > 0, "it was killed before anything was taken: {repeated}");
    assert!(part("accepted") > 0, "it was killed after everything was taken: {repeated}");
    let held = place.json(&["quarantine", "list"]);
    assert_eq!(held.as_array().unwrap().len(), ROWS / 1_000, "no entry twice, none lost");
    let verdict = place.json(&["audit", "verify"]);
    // Beside the rows: that it began, that it began again, and that it ended.
    assert_eq!(verdict["entries"], ROWS + 3, "every row is in the journal once: {verdict}");
}

/// Waits until the log of the database has grown to so many bytes.
#[expect(clippy::disallowed_methods, reason = "a test waits for a process that it kills")]
fn wait_until(place: &Place, bytes: u64) {
    let began = Instant::now();
    let wal = place.data().join("baton.db-wal");
    while std::fs::metadata(&wal).map_or(0, |known| known.len()) < bytes {
        assert!(began.elapsed() < Duration::from_mins(1), "the import takes nothing in");
        std::thread::sleep(Duration::from_millis(5));
    }
}
