//! Arrows between our crates point one way, and every arrow carries code.

use crate::manifest::{self, Dependency};
use crate::source;
use crate::tree::{Tree, has_extension};
use crate::violation::Violation;

/// Which of our crates each may lean on, in the reading order of the house. A crate that is not
/// listed has no place in it yet.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("notation", &["domain"]),
    ("rules", &["domain", "notation"]),
    ("engine", &["domain", "rules"]),
    ("connectors", &["domain", "notation"]),
    ("store", &["domain"]),
    ("crank", &["domain", "rules", "engine", "store"]),
    ("rehearsal", &["domain", "notation", "rules", "engine", "connectors", "store", "crank"]),
    // Views are plain values: nothing of ours is known there.
    ("pages", &[]),
    ("counts", &["domain"]),
    (
        "baton",
        &[
            "domain",
            "notation",
            "rules",
            "engine",
            "connectors",
            "store",
            "crank",
            "rehearsal",
            "pages",
            "counts",
        ],
    ),
    // The benches stand apart from the workspace and look at everything.
    (
        "bench",
        &[
            "domain",
            "notation",
            "rules",
            "engine",
            "connectors",
            "store",
            "crank",
            "rehearsal",
            "baton",
        ],
    ),
];

/// Dependencies that no code names, each with the reason that they stand in the manifest.
const SILENT: &[(&str, &str, &str)] = &[];

/// A crate with fewer lines of code than this has not begun.
const LINES_BEGUN: usize = 4;

/// Arrows that the order does not allow, and dependencies that no code names.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for name in tree.crates() {
        let path = manifest::path(name);
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            found.push(Violation::of_file(
                &path,
                format!("`{name}` is not in the order of the crates; give it its place in xtask/src/tidy/arrows.rs"),
            ));
            continue;
        };
        match manifest::dependencies(tree, &path) {
            Ok(dependencies) => {
                found.extend(wrong_way(&path, name, allowed, &dependencies));
                found.extend(idle(tree, &path, name, &dependencies));
            }
            Err(violation) => found.push(violation),
        }
    }
    found
}

fn wrong_way(path: &str, name: &str, allowed: &[&str], all: &[Dependency]) -> Vec<Violation> {
    all.iter()
        .map(|dependency| dependency.name.as_str())
        // A crate's tests may ask it for the faults that they plant; cargo allows it nowhere else.
        .filter(|to| *to != name)
        .filter(|to| ALLOWED.iter().any(|(ours, _)| ours == to) && !allowed.contains(to))
        .map(|to| {
            Violation::of_file(
                path,
                format!("`{name}` must not lean on `{to}`; arrows point one way"),
            )
        })
        .collect()
}

fn idle(tree: &Tree, path: &str, name: &str, all: &[Dependency]) -> Vec<Violation> {
    let (shipped, tests) = words(tree, name);
    if shipped.lines().count() < LINES_BEGUN {
        return Vec::new();
    }
    all.iter()
        .filter(|dependency| {
            let word = dependency.name.replace('-', "_");
            let named =
                has_word(&shipped, &word) || dependency.for_tests && has_word(&tests, &word);
            let silent = SILENT.iter().any(|(from, to, _)| *from == name && *to == dependency.name);
            !named && !silent
        })
        .map(|idle| {
            let says =
                format!("no code of `{name}` names `{}`; every arrow carries code", idle.name);
            Violation::of_file(path, says)
        })
        .collect()
}

/// The lines of code of a crate that ship, and those of its tests.
fn words(tree: &Tree, name: &str) -> (String, String) {
    let (mut shipped, mut tests) = (String::new(), String::new());
    for (path, text) in tree.below(&format!("crates/{name}/")) {
        if !has_extension(path, "rs") {
            continue;
        }
        let into = if is_test(path) { &mut tests } else { &mut shipped };
        let code = source::code(text);
        for line in code.lines().filter(|line| !line.trim().is_empty()) {
            into.push_str(line);
            into.push('\n');
        }
    }
    (shipped, tests)
}

/// Whether a Rust file holds tests alone.
pub(super) fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        free(before) && free(after)
    })
}
