//! What is refused is refused before anything is read.

use crate::cli::program::Place;
use crate::import::rows::{MAP, leads};

fn place() -> Place {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(3, |_| false));
    place
}

#[track_caller]
fn check(files: &[&str], exit: i32, code: &str) {
    let place = place();
    place.write("deals.csv", "id\n1\n");
    place.write("leads-page.csv", "<!DOCTYPE html><html></html>");
    place.write("leads-book.csv", b"PK\x03\x04rest");
    place.write("leads-odd.csv", "id,created,email,name\n1,2026-01-01,a@b.example,A\n");
    std::fs::create_dir(place.path("leads-dir.csv")).unwrap();
    let mut arguments = vec!["import", "--json", "--map", "map.yaml", "leads.csv"];
    arguments.extend(files);
    place.run(&arguments).failed(exit, code);
    assert!(!place.data().exists(), "nothing of the call was taken");
}

#[test]
fn a_file_that_no_glob_names_is_wrong_use() {
    check(&["deals.csv"], 2, "file-unmapped");
}

#[test]
fn what_is_no_csv_cannot_be_read() {
    check(&["leads-page.csv"], 3, "file-no-csv");
    check(&["leads-book.csv"], 3, "file-no-csv");
}

#[test]
fn a_header_without_a_mapped_column_names_what_was_looked_for() {
    check(&["leads-odd.csv"], 2, "header-unfit");
}

#[test]
fn a_file_that_is_not_there_or_no_file_is_told() {
    check(&["leads-none.csv"], 3, "file-unread");
    check(&["leads-dir.csv"], 2, "file-unread");
}

#[test]
fn a_map_with_errors_is_drawn_and_wrong_use() {
    let place = place();
    place.write("map.yaml", MAP.replace("kind:", "knid:"));
    let ended = place.run(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("map.yaml:4") && ended.err.contains("^^^^"), "{}", ended.err);
    assert!(ended.err.contains("kind"), "the nearest name is told: {}", ended.err);
    place.run(&["import", "--map", "none.yaml", "leads.csv"]).failed(2, "map-unread");
}

#[test]
fn an_empty_file_is_zero_rows() {
    let place = place();
    place.write("leads.csv", "");
    let report = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!((&report["read"], &report["accepted"]), (&0.into(), &0.into()));
}

#[test]
fn a_command_line_that_is_none_is_wrong_use() {
    let place = place();
    for wrong in [&["import"][..], &["improt"], &["import", "--map", "map.yaml"], &[]] {
        assert_eq!(place.run(wrong).code, Some(2), "{wrong:?}");
    }
    assert_eq!(place.run(&["--version"]).code, Some(0));
}
