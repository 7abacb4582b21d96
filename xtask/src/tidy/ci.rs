//! What is checked elsewhere is what the README tells people to run, and nothing else.

use crate::tree::Tree;
use crate::violation::Violation;

const SCRIPT: &str = ".ci/run";
const README: &str = "README.md";
/// The project's test command.
const COMMAND: &str = "cargo xtask test";
/// What stands around it: strictness, and the way to the root.
const AROUND: &[&str] = &["set -euo pipefail", "cd \"$(dirname \"$0\")/..\""];

/// A script that runs something else, and a README that does not say what it runs.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut runs = Vec::new();
    for (at, line) in tree.text(SCRIPT).unwrap_or_default().lines().enumerate() {
        let line = line.trim();
        if line == COMMAND {
            runs.push(at + 1);
        } else if !line.is_empty() && !line.starts_with('#') && !AROUND.contains(&line) {
            let says = format!("`{line}` is not the test command; it belongs into `{COMMAND}`");
            found.push(Violation::at(SCRIPT, at + 1, says));
        }
    }
    if runs.len() != 1 {
        found.push(Violation::of_file(SCRIPT, format!("it runs `{COMMAND}` once")));
    }
    let told = tree.text(README).unwrap_or_default().lines();
    if !told.map(str::trim).any(|line| line.starts_with(COMMAND)) {
        found.push(Violation::of_file(README, format!("it tells people to run `{COMMAND}`")));
    }
    found
}
