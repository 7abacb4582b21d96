//! A file begins by saying what it is, is named for its subject, and stays within a length that
//! one can talk about.

use crate::tree::{self, Tree};
use crate::violation::Violation;

use super::arrows::is_test;

/// Names for leftovers.
const LEFTOVERS: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "types", "misc", "shared", "stuff"];

/// A file longer than this has its reason below.
const LINES_MAX: usize = 1_000;

/// Files that may be longer, each with its reason.
const LONG: &[(&str, &str)] = &[(
    "crates/domain/src/fact/kinds.rs",
    "every kind of fact stands in it, beside the row that says what it is called",
)];

/// Files without a first word, with a name for leftovers, or too long.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        if !is_test(path) && !text.starts_with("//!") {
            found.push(Violation::at(path, 1, "a module begins with `//!` and says what it is"));
        }
        if path.split('/').any(|part| LEFTOVERS.contains(&part.strip_suffix(".rs").unwrap_or(part)))
        {
            found.push(Violation::of_file(
                path,
                "a file is named for its subject, not for leftovers",
            ));
        }
        let lines = text.lines().count();
        if lines > LINES_MAX && !LONG.iter().any(|(known, _)| *known == path) {
            let says = format!(
                "{lines} lines in {}; divide it, or give a reason in xtask/src/tidy/shape.rs",
                tree::file_name(path)
            );
            found.push(Violation::of_file(path, says));
        }
    }
    found
}
