//! An entry's header bears the journal's time, so it is made where the journal's clock is at hand.

use crate::source;
use crate::tree::Tree;
use crate::violation::Violation;

use super::arrows::is_test;

/// Where headers are made, with what for.
const MAKERS: &[(&str, &str)] = &[
    ("crates/domain/", "defines them"),
    ("crates/engine/src/stamp.rs", "a turn's entries, at the moment that the crank stamps"),
    ("crates/engine/src/test_account.rs", "entries for tests"),
    ("crates/store/src/arrival.rs", "what was accepted, at the moment that the crank gives"),
    ("crates/store/src/quarantine.rs", "what is set apart, at the moment that the crank gives"),
    ("crates/store/src/story.rs", "entries for tests"),
];

/// Headers that are made elsewhere.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let allowed = MAKERS.iter().any(|(maker, _)| path.starts_with(maker));
        if allowed || is_test(path) || path.starts_with("xtask/") {
            continue;
        }
        if let Some(at) = literal_at(&source::code(text)) {
            let says = "an entry's header is made here: give the crank the fact, which stamps it";
            found.push(Violation::at(path, source::line_of(text, at), says.to_owned()));
        }
    }
    found
}

/// Where a header is written out field by field.
fn literal_at(code: &str) -> Option<usize> {
    code.match_indices("Header {").map(|(at, _)| at).find(|at| {
        let fields = code[at + "Header {".len()..].trim_start();
        fields.starts_with("schema")
    })
}
