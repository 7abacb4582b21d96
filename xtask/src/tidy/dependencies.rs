//! A dependency earns a line that says what for.

use std::collections::BTreeSet;

use crate::manifest;
use crate::tree::Tree;
use crate::violation::Violation;

const ROOT: &str = "Cargo.toml";

/// How many dependencies one comment may speak for.
const GROUP_MAX: usize = 6;

/// Dependencies of the workspace without a comment, and those that no crate takes.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut taken = BTreeSet::new();
    for (path, _) in tree.files() {
        if path.ends_with("/Cargo.toml") {
            match manifest::dependencies(tree, path) {
                Ok(all) => taken.extend(all.into_iter().map(|one| one.name)),
                Err(violation) => found.push(violation),
            }
        }
    }
    let (mut listing, mut spoken_for) = (false, 0);
    for (at, line) in tree.text(ROOT).unwrap_or_default().lines().enumerate() {
        if line.starts_with('[') {
            listing = line.trim() == "[workspace.dependencies]";
            continue;
        }
        if !listing {
            continue;
        }
        if line.starts_with('#') {
            spoken_for = GROUP_MAX;
        } else if let Some((name, settings)) = line.split_once('=') {
            let name = name.trim();
            let own = settings.contains("path = ");
            if !own && spoken_for == 0 && !settings.contains('#') {
                found.push(Violation::at(
                    ROOT,
                    at + 1,
                    format!("nothing says what `{name}` is for"),
                ));
            }
            spoken_for = spoken_for.saturating_sub(1);
            if !own && !taken.contains(name) {
                found.push(Violation::at(ROOT, at + 1, format!("no crate takes `{name}`")));
            }
        } else {
            spoken_for = 0;
        }
    }
    found
}
