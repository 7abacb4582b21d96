//! A ban is lifted in one place, and some words stand nowhere.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;

use crate::manifest;
use crate::source;
use crate::tree::Tree;
use crate::violation::Violation;

use super::arrows::is_test;

/// What stands nowhere in our code, with what to do instead.
const NOWHERE: &[(&str, &str)] = &[
    ("#[allow(", "say `#[expect(…, reason = \"…\")]`"),
    ("#![allow(", "say `#![expect(…, reason = \"…\")]`"),
    ("todo!", "write it, or leave it out"),
    ("unimplemented!", "write it, or leave it out"),
    ("#[ignore", "assert what is, with a `FIXME` that says why"),
    ("#[should_panic", "assert what is, with a `FIXME` that says why"),
    ("dbg!", "log it, or leave it out"),
];

/// What stands in few places, with the folders where it may and what to do elsewhere.
const PLACES: &[(&str, &[&str], &str)] = &[
    (
        "Stamp::new(",
        &["crates/crank/", "crates/bench/"],
        "only whoever keeps the journal's clock stamps a turn",
    ),
    (
        "Scratch::over(",
        &["crates/engine/src/state/", "crates/engine/src/handle/"],
        "a stage answers with effects, and `handle` takes them in",
    ),
    (
        "cedar_policy::",
        &["crates/baton/src/auth/policies/"],
        "what may be done is looked up in the table of grants; Cedar is asked at the start alone",
    ),
];

/// The two lints of `clippy.toml`, with the key of their list.
const LINTS: &[(&str, &str)] = &[
    ("clippy::disallowed_methods", "disallowed-methods"),
    ("clippy::disallowed_types", "disallowed-types"),
];

/// Words that stand nowhere, and bans that are lifted twice or for nothing.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = nowhere(tree);
    found.extend(elsewhere(tree));
    match manifest::read(tree, "clippy.toml") {
        Ok(clippy) => {
            for (lint, key) in LINTS {
                found.extend(lifted(tree, lint, &banned(clippy.get(*key))));
            }
        }
        Err(violation) => found.push(violation),
    }
    found
}

fn nowhere(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        for (at, line) in source::code(text).lines().enumerate() {
            for (word, instead) in NOWHERE {
                if has(line, word) {
                    found.push(Violation::at(
                        path,
                        at + 1,
                        format!("`{word}` stands nowhere: {instead}"),
                    ));
                }
            }
        }
    }
    found
}

/// Words outside of their places; tests may have them.
fn elsewhere(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| !is_test(path)) {
        let code = source::code(text);
        for (word, places, instead) in PLACES {
            if places.iter().any(|place| path.starts_with(place)) {
                continue;
            }
            for (at, _) in code.lines().enumerate().filter(|(_, line)| has(line, word)) {
                let says = format!("`{}` does not stand here: {instead}", word.trim_end());
                found.push(Violation::at(path, at + 1, says));
            }
        }
    }
    found
}

/// Whether a line holds the word, and not as the end of a longer one.
fn has(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

/// The last two segments of each banned path.
fn banned(list: Option<&Value>) -> Vec<String> {
    let Some(Value::Array(list)) = list else { return Vec::new() };
    list.iter()
        .filter_map(|ban| ban.as_str().or_else(|| ban.get("path")?.as_str()))
        .map(|path| tail(&path.split("::").collect::<Vec<_>>()))
        .collect()
}

fn tail<S: AsRef<str>>(segments: &[S]) -> String {
    let from = segments.len().saturating_sub(2);
    segments[from..].iter().map(AsRef::as_ref).collect::<Vec<_>>().join("::")
}

fn lifted(tree: &Tree, lint: &str, banned: &[String]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut places: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for (path, text) in tree.rust() {
        if !source::code(text).contains(lint) {
            continue;
        }
        let named: BTreeSet<String> =
            source::paths(text).iter().map(|path| tail(&path.segments)).collect();
        let lifted: Vec<&String> = banned.iter().filter(|ban| named.contains(*ban)).collect();
        if lifted.is_empty() {
            found.push(Violation::of_file(
                path,
                format!("lifts `{lint}` and names nothing that is banned"),
            ));
        }
        for ban in lifted {
            places.entry((scope(path), ban.clone())).or_default().insert(path);
        }
    }
    for ((_, ban), files) in places {
        for path in files.iter().skip(1) {
            let first = files.first().expect("a place is a file");
            let says = format!(
                "the ban on `{ban}` is lifted here and in {first}; it is lifted in one place"
            );
            found.push(Violation::of_file(path, says));
        }
    }
    found
}

/// Within what a ban is lifted once: the program that ships, one crate's tests, or the verbs.
fn scope(path: &str) -> String {
    let of = path.split('/').take(2).collect::<Vec<_>>().join("/");
    if path.starts_with("xtask/") {
        "xtask".to_owned()
    } else if is_test(path) || path.contains("/benches/") {
        format!("tests of {of}")
    } else if of == "crates/bench" {
        of
    } else {
        "the program".to_owned()
    }
}
