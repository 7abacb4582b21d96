//! What people read has no stray blanks, no tab, no machine's own paths and no registry's host.

use crate::tree::{self, Tree};
use crate::violation::Violation;

/// Files that people write and read.
const WRITTEN: &[&str] =
    &["rs", "toml", "md", "yaml", "yml", "sql", "story", "css", "js", "html", "sh", "cedar"];

/// Folders whose files are given, byte for byte.
const GIVEN: &[&str] = &["/fixtures/", "/golden/", "/vectors/"];

/// What belongs to one machine or to somebody else's. Put together here, so that this file may say it.
const FOREIGN: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/ho", "me/"), "a path of one machine"),
    (concat!("/Us", "ers/"), "a path of one machine"),
    (concat!("/tmp/", "plan"), "a path of one machine"),
    (concat!("crates", ".io"), "the host of a registry"),
    (concat!("npmjs", ".org"), "the host of a registry"),
    (concat!("npmjs", ".com"), "the host of a registry"),
    (concat!("pypi", ".org"), "the host of a registry"),
    (concat!("pythonhosted", ".org"), "the host of a registry"),
    (concat!("proxy.golang", ".org"), "the host of a registry"),
];

/// Stray blanks, tabs, ends of file and foreign words.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        let written =
            tree::extension_of(path).is_some_and(|end| WRITTEN.contains(&end)) || path == ".ci/run";
        if !written || GIVEN.iter().any(|folder| path.contains(folder)) {
            continue;
        }
        for (at, line) in text.split('\n').enumerate() {
            found.extend(of_line(line).into_iter().map(|says| Violation::at(path, at + 1, says)));
        }
        if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
            found.push(Violation::of_file(path, "a file ends with one line end"));
        }
    }
    found
}

fn of_line(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    if line.contains('\t') {
        found.push("a tab; use blanks, or `\\t` in a text".to_owned());
    }
    if line.ends_with([' ', '\r']) {
        found.push("a blank at the end of the line".to_owned());
    }
    for (word, what) in FOREIGN {
        if line.contains(word) {
            found.push(format!("`{word}` is {what}"));
        }
    }
    found
}
