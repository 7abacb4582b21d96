//! What the history of `demo --seed 7` takes on the disk: a signal, and the entries of a handoff.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::server::{number_of, run, text_of};
use crate::table::{Measurement, bytes};

/// Bytes of the data folder for each signal.
const A_SIGNAL_MAX: u64 = 1_200;
/// Bytes of a handoff's entries: in the median, and of ninety-nine in a hundred.
const ENTRIES_P50_MAX: u64 = 6_000;
const ENTRIES_P99_MAX: u64 = 25_000;
/// Room that is only reserved, whatever the history.
const RESERVE: &str = "ballast";
/// Bytes of a leaf of the audit.
const LEAF: u64 = 32;

/// Plays the demo's history and weighs its folder. A server that ends leaves nothing in its logs.
pub(crate) fn measure() -> Vec<Measurement> {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let played = run(&data, &["demo", "--seed", "7", "--for", "1s", "--json"]);
    let signals = number_of(&played, "\"signals\":").expect("the demo counts its signals");
    let files = sizes(&data);
    let whole: u64 = files.values().sum();
    let reserve = files.get(RESERVE).copied().unwrap_or(0);
    let of = |name: &str| bytes(files.get(name).copied().unwrap_or(0));
    let each = whole / signals.max(1);
    let folder = Measurement {
        what: format!("the data folder, for each of {signals} signals of `demo --seed 7`"),
        ours: format!(
            "{}: baton.db {}, keys.db {}, reserve {}",
            bytes(whole),
            of("baton.db"),
            of("keys.db"),
            bytes(reserve)
        ),
        came_to: bytes(each),
        budget: format!("≤ {}", bytes(A_SIGNAL_MAX)),
        met: Some(each <= A_SIGNAL_MAX),
        ..Measurement::default()
    };
    let entries = handoffs(&data);
    let at = |share: usize| entries[(entries.len() * share / 100).min(entries.len() - 1)];
    let told = |what: &str, came: u64, budget: u64| Measurement {
        what: format!("a handoff's entries, by correlation: {what} of {}", entries.len()),
        came_to: bytes(came),
        budget: format!("≤ {}", bytes(budget)),
        met: Some(came <= budget),
        ..Measurement::default()
    };
    let median = told("p50", at(50), ENTRIES_P50_MAX);
    vec![folder, median, told("p99", at(99), ENTRIES_P99_MAX)]
}

/// Bytes of each file of the folder.
fn sizes(data: &Path) -> BTreeMap<String, u64> {
    let files = std::fs::read_dir(data).expect("the folder is there");
    files
        .map(|file| {
            let file = file.expect("the folder can be read");
            let length = file.metadata().expect("the folder can be read").len();
            (file.file_name().to_string_lossy().into_owned(), length)
        })
        .filter(|(name, _)| !name.ends_with("-shm"))
        .collect()
}

/// Bytes of the entries that belong to each handoff, the smallest first: clear parts, hashes, leaves
/// and sealed parts of all entries with its correlation.
fn handoffs(data: &Path) -> Vec<u64> {
    let entries = entries(data);
    let mut by_correlation: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for line in run(data, &["export", "--what", "facts", "--json"]).lines() {
        if let (Some(correlation), Some(position)) =
            (text_of(line, "\"correlation\":\""), number_of(line, "\"position\":"))
        {
            by_correlation.entry(correlation.to_owned()).or_default().insert(position);
        }
    }
    let state = run(data, &["export", "--what", "state", "--json"]);
    let mut sums: Vec<u64> = state
        .lines()
        .filter(|line| line.contains("\"record\":\"handoff\""))
        .filter_map(|line| text_of(line, "\"correlation\":\""))
        .filter_map(|correlation| by_correlation.get(correlation))
        .map(|positions| positions.iter().filter_map(|at| entries.get(at)).sum())
        .collect();
    assert!(!sums.is_empty(), "the demo has handoffs");
    sums.sort_unstable();
    sums
}

/// Bytes of each entry by its position.
fn entries(data: &Path) -> BTreeMap<u64, u64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let db = Connection::open_with_flags(data.join("baton.db"), flags).expect("opens");
    let mut sizes = BTreeMap::new();
    for query in [
        "SELECT position, length(body) + length(parts) FROM journal",
        "SELECT key >> 16, coalesce(length(bytes), 0) FROM sealed",
    ] {
        let mut rows = db.prepare(query).expect("the tables of docs/JOURNAL.md");
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        for row in rows.expect("reads") {
            let (position, length): (i64, i64) = row.expect("reads");
            *sizes.entry(position as u64).or_insert(LEAF) += length as u64;
        }
    }
    sizes
}
