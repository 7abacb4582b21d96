//! The public leads and deals of Olist, with the map that ships.

use std::path::{Path, PathBuf};

use crate::cli::program::{Place, example};

#[test]
fn all_rows_are_taken_at_first_and_none_the_second_time() {
    let Some(folder) = data() else { return };
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .map(|path| path.display().to_string())
        .collect();
    files.sort();
    let map = example("maps/olist.yaml");
    let mut arguments = vec!["import", "--map", &map];
    arguments.extend(files.iter().map(String::as_str));
    let place = Place::new();
    let first = place.json(&arguments);
    assert_eq!(
        [&first["read"], &first["accepted"], &first["duplicates"], &first["quarantined"]],
        [8_842, 8_842, 0, 0]
    );
    let second = place.json(&arguments);
    assert_eq!([&second["read"], &second["duplicates"]], [8_842, 8_842]);
}

/// Where the public data is; where it is not, the test is skipped.
fn data() -> Option<PathBuf> {
    let named = std::env::var_os("BATON_TEST_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = named.unwrap_or(beside).join("olist");
    if !folder.is_dir() {
        crate::skipped_test::skipped(&format!("{} is not there", folder.display()));
        return None;
    }
    Some(folder)
}
