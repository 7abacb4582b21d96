//! The sample leads are those that are written here.

use std::collections::BTreeSet;
use std::fs;

use super::{FOLDER, files};
use crate::shell::root;

#[test]
fn the_sample_leads_of_the_project_are_those_that_this_writes() {
    let folder = root().join(FOLDER);
    for (name, text) in files() {
        let there = fs::read_to_string(folder.join(name)).expect("a file of leads");
        assert!(
            there == text,
            "{name} differs: run `cargo xtask sample-leads`, and look at what changes"
        );
    }
}

#[test]
fn there_are_three_hundred_leads_each_with_an_id_of_its_own() {
    let files = files();
    let rows = files.iter().flat_map(|(_, text)| text.lines().skip(1));
    let ids: Vec<&str> = rows.map(|row| row.split(',').next().unwrap_or_default()).collect();
    let apart: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!((ids.len(), apart.len()), (300, 300));
}
