//! Every path that a document names exists, and the README leads to every how-to page.

use std::collections::BTreeSet;

use crate::tree::{self, Tree};
use crate::violation::Violation;

/// What a path of the repository begins with.
const TOPS: &[&str] =
    &[".cargo", ".ci", "changelog.d", "config", "crates", "docs", "examples", "xtask"];

/// Files at the root that documents speak of.
const ROOTS: &[&str] =
    &["CHANGELOG.md", "Cargo.lock", "LICENSE", "NOTICE", "README.md", "clippy.toml"];

/// Paths in backticks, and targets of links, that lead nowhere.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        if !tree::has_extension(path, "md") || path.starts_with("examples/") {
            continue;
        }
        for (line, prose) in prose(text) {
            for named in in_backticks(prose).filter(|named| is_ours(named)) {
                if !tree.exists(named) {
                    found.push(Violation::at(path, line, format!("there is no `{named}`")));
                }
            }
            for target in links(prose) {
                if !tree.exists(&beside(path, target)) {
                    found.push(Violation::at(
                        path,
                        line,
                        format!("the link to `{target}` leads nowhere"),
                    ));
                }
            }
        }
    }
    found.extend(unlinked(tree));
    found
}

/// How-to pages that the README does not lead to: nobody finds them.
fn unlinked(tree: &Tree) -> Vec<Violation> {
    let readme = tree.text("README.md").unwrap_or_default();
    let linked: BTreeSet<&str> = prose(readme).flat_map(|(_, line)| links(line)).collect();
    let pages = tree.below("docs/how-to/").map(|(path, _)| path);
    let unlinked = pages.filter(|path| !linked.contains(path));
    unlinked.map(|path| Violation::of_file(path, "README.md has no link to it")).collect()
}

/// The lines outside fenced blocks, with their numbers from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((at + 1, line))
    })
}

fn in_backticks(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether it reads as a path of this repository, without wildcards.
fn is_ours(named: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    if !named.chars().all(plain) {
        return false;
    }
    match named.split_once('/') {
        Some((top, _)) => TOPS.contains(&top),
        None => ROOTS.contains(&named),
    }
}

/// Targets of `[text](target)` within the repository, without what follows a `#`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?.split('#').next()?;
        let outside =
            target.contains("://") || target.starts_with("mailto:") || target.contains(' ');
        (!target.is_empty() && !outside).then_some(target)
    })
}

/// A target relative to the folder of the document that names it.
fn beside(document: &str, target: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
