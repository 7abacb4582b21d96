//! Migrations are numbered without gaps, and one that has shipped is never edited.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::tree::{self, Tree};
use crate::violation::Violation;

/// The list of what has shipped: a SHA-256 in hexadecimal, two blanks, a path.
pub const SHIPPED: &str = "xtask/shipped-migrations.txt";

/// Gaps, doubles, databases that differ, and shipped migrations that are not what they were.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, _) in tree.files() {
        if tree::has_extension(path, "sql") && path.contains("/migrations/") {
            let folder = &path[..path.len() - tree::file_name(path).len()];
            folders.entry(folder).or_default().push(tree::file_name(path));
        }
    }
    let mut found = Vec::new();
    for (folder, names) in &folders {
        found.extend(numbering(folder, names));
    }
    found.extend(pairs(&folders));
    found.extend(edited(tree));
    found
}

/// Names are `0001_what_it_does.sql`, or `keys_0001_what_it_does.sql` for a series of its own, in
/// the order of the numbers.
fn numbering(folder: &str, names: &[&str]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut series: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        let number = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
        let (of, rest) = name.split_at(number);
        let count = series.entry(of).or_default();
        *count += 1;
        if !rest.starts_with(&format!("{count:04}_")) {
            let says = format!("number {count} is wanted here: no gap, no number twice");
            found.push(Violation::of_file(&format!("{folder}{name}"), says));
        }
    }
    found
}

/// Two databases have the same migrations under the same names.
fn pairs(folders: &BTreeMap<&str, Vec<&str>>) -> Vec<Violation> {
    let of = |database: &str| {
        folders.iter().find(|(folder, _)| folder.contains(&format!("/{database}/")))
    };
    let (Some((one, mine)), Some((other, theirs))) = (of("sqlite"), of("postgres")) else {
        return Vec::new();
    };
    let (mine, theirs): (BTreeSet<_>, BTreeSet<_>) =
        (mine.iter().copied().collect(), theirs.iter().copied().collect());
    let lacks = |has: &str, lacks: &str, name: &str| {
        Violation::of_file(
            &format!("{has}{name}"),
            format!("{lacks} has no migration of this name"),
        )
    };
    let here = mine.difference(&theirs).map(|name| lacks(one, other, name));
    here.chain(theirs.difference(&mine).map(|name| lacks(other, one, name))).collect()
}

fn edited(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (at, line) in tree.text(SHIPPED).unwrap_or_default().lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((hash, path)) = line.split_once("  ") else {
            found.push(Violation::at(SHIPPED, at + 1, "a line is a hash, two blanks and a path"));
            continue;
        };
        match tree.text(path) {
            None => found.push(Violation::at(
                SHIPPED,
                at + 1,
                format!("`{path}` has shipped and is gone"),
            )),
            Some(text) if hash_of(text) != hash => {
                found.push(Violation::of_file(
                    path,
                    "it has shipped and was edited; write the next one instead",
                ));
            }
            Some(_) => {}
        }
    }
    found
}

/// The SHA-256 of a text in hexadecimal.
pub fn hash_of(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes all that is written");
        hex
    })
}
