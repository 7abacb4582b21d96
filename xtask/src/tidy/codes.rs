//! A code that a customer can meet has a page, and every page has its code.

use std::collections::{BTreeMap, BTreeSet};

use crate::source;
use crate::tree::{self, Tree};
use crate::violation::Violation;

use super::arrows::is_test;

/// Where the codes of reasons and findings are listed.
const TABLE: &str = "crates/domain/src/reason.rs";
/// Where the pages are.
const PAGES: &str = "docs/errors/";
/// What a file names that makes one, or something that becomes one.
const SIGNS: &[&str] = &["Diagnostic", "Fault", "Problem"];

/// Calls that pass a code on to a diagnostic, and say nothing else with it first.
const PASSING: &[&str] = &["coded", "error", "fault", "refuse", "tell", "warning"];

/// Codes without a page, pages without a code, and numbers or codes that stand twice.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    let listed = listed(tree, &mut found);
    let made = made(tree);
    for (code, (path, line)) in listed.iter().chain(&made) {
        if !tree.exists(&format!("{PAGES}{code}.md")) {
            found.push(Violation::at(
                path,
                *line,
                format!("`{code}` has no page {PAGES}{code}.md"),
            ));
        }
    }
    let written = written(tree);
    for (path, text) in tree.below(PAGES) {
        let Some(code) = tree::file_name(path).strip_suffix(".md") else { continue };
        if code == "README" {
            continue;
        }
        if !written.contains(code) {
            found.push(Violation::of_file(path, format!("no code is called `{code}`")));
        }
        let title = text.lines().next().unwrap_or_default();
        if !title.starts_with("# ") || !title.contains(code) {
            found.push(Violation::at(path, 1, format!("the page begins with \"# `{code}`\"")));
        }
    }
    found.sort();
    found.dedup();
    found
}

type Codes<'a> = BTreeMap<String, (&'a str, usize)>;

/// The rows of the table: `70 FieldRequired "field-required" "…";`.
fn listed<'a>(tree: &'a Tree, found: &mut Vec<Violation>) -> Codes<'a> {
    let mut codes = Codes::new();
    let mut numbers = BTreeSet::new();
    for (at, line) in tree.text(TABLE).unwrap_or_default().lines().enumerate() {
        let Some((number, code)) = row(line) else { continue };
        if !numbers.insert(number) {
            found.push(Violation::at(TABLE, at + 1, format!("the number {number} stands twice")));
        }
        if codes.insert(code.to_owned(), (TABLE, at + 1)).is_some() {
            found.push(Violation::at(TABLE, at + 1, format!("the code `{code}` stands twice")));
        }
    }
    codes
}

fn row(line: &str) -> Option<(u32, &str)> {
    let (number, rest) = line.trim().split_once(' ')?;
    let mut quoted = rest.split('"');
    let (_, code) = (quoted.next()?, quoted.next()?);
    (is_code(code) && line.trim_end().ends_with("\";")).then_some((number.parse().ok()?, code))
}

/// Codes in `Diagnostic::error("…"`, `Problem::new(…, "…"`, `code: "…"` and their like.
fn made(tree: &Tree) -> Codes<'_> {
    let mut codes = Codes::new();
    for (path, text) in tree.below("crates/") {
        if !tree::has_extension(path, "rs") || is_test(path) {
            continue;
        }
        let code = source::code(text);
        if !SIGNS.iter().any(|sign| code.contains(sign)) {
            continue;
        }
        for (start, literal) in source::literals(text) {
            let before = code[..start - 1].trim_end();
            let made = before.ends_with("code:")
                || is_code_of_call(before)
                || literal.contains('-') && is_passed_on(before);
            if made && is_code(literal) {
                codes.entry(literal.to_owned()).or_insert((path, source::line_of(text, start)));
            }
        }
    }
    codes
}

/// Whether a text with this before it is the first argument of a diagnostic, or the first text
/// among those of a problem.
fn is_code_of_call(before: &str) -> bool {
    let within = |maker: &str| {
        let at = before.rfind(maker)? + maker.len();
        Some(before[at..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'))
    };
    within("Diagnostic::") == Some("(")
        || within("Problem::")
            .is_some_and(|call| call.starts_with('(') && !call.contains(['"', ';', '{', '}', ')']))
}

/// Whether a text with this before it is on its way to a diagnostic: the first argument of a call
/// that makes one, the first part of a pair, or named a code.
fn is_passed_on(before: &str) -> bool {
    let statement = before.rsplit(';').next().unwrap_or_default();
    let Some(call) = before.strip_suffix('(') else {
        return statement.contains("let code =") && before.ends_with(['=', '{', '>']);
    };
    let name = call.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    name.is_empty() && call.trim_end().ends_with(['>', '{']) || PASSING.contains(&name)
}

/// Every text in the code that reads like a code: some are passed on as constants.
fn written(tree: &Tree) -> BTreeSet<&str> {
    tree.below("crates/")
        .filter(|(path, _)| tree::has_extension(path, "rs") && !is_test(path))
        .flat_map(|(_, text)| source::literals(text))
        .map(|(_, literal)| literal)
        .filter(|literal| is_code(literal))
        .collect()
}

/// Words of lower-case letters and digits with hyphens between them.
fn is_code(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.split('-').all(word) && text.starts_with(|c: char| c.is_ascii_lowercase())
}
