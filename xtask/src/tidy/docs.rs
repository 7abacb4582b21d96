//! A doc comment says something: one word beside a name is no sentence.

use crate::tree::{self, Tree};
use crate::violation::Violation;

/// Doc comments of a single word.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        if tree::extension_of(path) != Some("rs") {
            continue;
        }
        let lines: Vec<Option<&str>> = text.lines().map(said).collect();
        for (at, line) in lines.iter().enumerate() {
            let beside =
                |at: Option<usize>| at.and_then(|at| lines.get(at)).is_some_and(Option::is_some);
            let alone = !beside(at.checked_sub(1)) && !beside(Some(at + 1));
            if let Some(word) = line.filter(|line| alone && is_one_word(line)) {
                let says = format!("`{word}` alone says nothing; say what it is in a sentence");
                found.push(Violation::at(path, at + 1, says));
            }
        }
    }
    found
}

/// What a line of a doc comment says.
fn said(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).map(str::trim)
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}
