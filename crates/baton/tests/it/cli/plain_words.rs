//! Help and documentation are read by people for whom English is a second language: sentences that had to
//! be read twice do not come back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::program::Place;

/// Turns of phrase that hide what is done, with what says it.
const UNCLEAR: [(&str, &str); 13] = [
    ("as tells it from others", "any unique prefix"),
    ("the beginning of it", "any unique prefix"),
    ("the beginnings of them", "unique prefixes"),
    ("ask on, with", "you can shorten an id"),
    ("follow at the end", "are played last"),
    ("cannot be taken as it came", "cannot be read"),
    ("could not be taken as it came", "could not be read"),
    ("what could not be taken", "input that could not be read"),
    ("kept apart with its bytes", "is stored encrypted"),
    ("let it in", "release"),
    ("let them in", "release"),
    ("taken in in", "imported in"),
    ("what whoever", "name who it is"),
];

#[track_caller]
fn is_plain(place: &str, text: &str) {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    for (unclear, better) in UNCLEAR {
        assert!(!words.contains(unclear), "{place} says \"{unclear}\"; say \"{better}\"");
    }
}

/// The verbs that a help text lists.
fn verbs(help: &str) -> Vec<String> {
    // In one list, or in groups that have a name each.
    let listed = help.lines().skip_while(|line| !line.starts_with("Usage:")).skip(1);
    let lines = listed.take_while(|line| !matches!(*line, "Arguments:" | "Options:" | "Examples:"));
    let first = |line: &str| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned);
    let is_verb = |verb: &String| verb.starts_with(|c: char| c.is_ascii_lowercase());
    lines.filter_map(first).filter(is_verb).collect()
}

#[test]
fn found_g17_the_help_of_every_verb_is_plain() {
    let place = Place::new();
    let mut open = vec![Vec::<String>::new()];
    let mut seen = BTreeSet::new();
    while let Some(path) = open.pop() {
        let mut typed: Vec<&str> = path.iter().map(String::as_str).collect();
        typed.push("--help");
        let help = place.run(&typed).out;
        assert!(help.contains("Usage:"), "{path:?}: {help}");
        assert!(!help.contains("docs/"), "{path:?} names a page of the checkout: {help}");
        is_plain(&format!("baton {}", typed.join(" ")), &help);
        for verb in verbs(&help) {
            let below: Vec<String> = path.iter().cloned().chain([verb]).collect();
            if seen.insert(below.clone()) {
                open.push(below);
            }
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
}

#[test]
fn found_g17_the_documentation_is_plain() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = vec![root.join("README.md")];
    for folder in ["docs", "docs/how-to", "docs/errors"] {
        let files = fs::read_dir(root.join(folder)).unwrap().map(|file| file.unwrap().path());
        pages.extend(files.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    assert!(pages.len() > 300);
    for page in pages {
        is_plain(&page.display().to_string(), &fs::read_to_string(&page).unwrap());
    }
}
