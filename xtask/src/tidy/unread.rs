//! What the program has a word for, it writes and reads: kinds of facts, errands and timers, codes, what a
//! chain does, settings, and keys of strategy files. Tests do not count. A word that nothing writes
//! is removed; one that nothing hears is refused or told.

use std::collections::BTreeSet;

use crate::source;
use crate::tree::{Tree, has_extension};
use crate::violation::Violation;

use super::arrows::is_test;

/// Enumerations whose kinds are written by making one and read by matching on it.
const KINDS: &[(&str, &str)] = &[
    ("crates/domain/src/fact/kinds.rs", "Fact"),
    ("crates/domain/src/errand.rs", "Errand"),
    ("crates/domain/src/errand.rs", "ErrandId"),
    ("crates/domain/src/errand.rs", "Wake"),
    ("crates/rules/src/sla.rs", "Act"),
    ("crates/rules/src/sla.rs", "When"),
    ("crates/rules/src/sla.rs", "CalendarOf"),
    ("crates/rules/src/routing.rs", "Target"),
    ("crates/rules/src/routing.rs", "Otherwise"),
    ("crates/rules/src/routing.rs", "Unanswered"),
    ("crates/rules/src/routing.rs", "Method"),
];

/// Kinds that need no writer or no reader, each with its reason.
const EXCEPT: &[(&str, &str)] =
    &[("Wake::Return", "timers of folders of form 1; they are read and do nothing")];

/// The list of codes.
const CODES: &str = "crates/domain/src/reason.rs";
/// The settings with their defaults, and the code that reads them.
const SETTINGS: (&str, &[&str]) = (
    "config/baton.default.toml",
    &["crates/baton/src/config", "crates/connectors/src/destinations"],
);
/// Files whose public fields are keys of a strategy.
const KEYS: &[&str] = &[
    "crates/rules/src/autonomy.rs",
    "crates/rules/src/destinations.rs",
    "crates/rules/src/routing.rs",
    "crates/rules/src/scoring.rs",
    "crates/rules/src/sla.rs",
];

/// Words without a writer or without a reader.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let program = Program::of(tree);
    let mut found = kinds(tree, &program);
    found.extend(codes(tree, &program));
    found.extend(settings(tree));
    found.extend(keys(tree, &program));
    found
}

/// The code that ships: without comments, texts and tests.
struct Program<'a>(Vec<(&'a str, String)>);

impl<'a> Program<'a> {
    fn of(tree: &'a Tree) -> Self {
        let tests = test_modules(tree);
        let ships = |path: &str| {
            has_extension(path, "rs")
                && !is_test(path)
                && !path.starts_with("crates/bench/")
                && path != "crates/store/src/story.rs"
                && !tests.contains(path)
        };
        let files = tree.below("crates/").filter(|(path, _)| ships(path));
        Self(files.map(|(path, text)| (path, source::code(text))).collect())
    }
}

/// Files that are there for tests alone: `#[cfg(test)] mod made;`.
fn test_modules(tree: &Tree) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in tree.below("crates/") {
        for (at, _) in text.match_indices("#[cfg(test)]") {
            let rest = text[at + "#[cfg(test)]".len()..].trim_start();
            let rest = rest.strip_prefix("pub(crate) ").unwrap_or(rest);
            let named = rest.strip_prefix("mod ").and_then(|rest| rest.split_once(';'));
            if let Some((name, _)) = named {
                let folder = match path.rsplit_once('/') {
                    Some((folder, "lib.rs" | "main.rs" | "mod.rs")) => folder,
                    _ => path.strip_suffix(".rs").unwrap_or(path),
                };
                found.insert(format!("{folder}/{}.rs", name.trim()));
            }
        }
    }
    found
}

/// Kinds that nothing makes, or that nothing matches on.
fn kinds(tree: &Tree, program: &Program<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, of) in KINDS {
        let Some(text) = tree.text(path) else { continue };
        for (line, kind) in variants(text, of) {
            let name = format!("{of}::{kind}");
            if EXCEPT.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let (mut made, mut matched) = (false, false);
            for (file, code) in &program.0 {
                let mut uses: Vec<usize> = uses(code, &name);
                if file == path {
                    uses.extend(self_uses(code, &kind));
                }
                for end in uses {
                    if is_pattern(code, end) { matched = true } else { made = true }
                }
            }
            if !made {
                found.push(Violation::at(path, line, format!("nothing makes `{name}`: remove it")));
            } else if !matched {
                let says = format!("nothing reads `{name}`: let it do something, or refuse it");
                found.push(Violation::at(path, line, says));
            }
        }
    }
    found
}

/// The kinds of an enumeration with their lines: names at the first level within its braces.
fn variants(text: &str, of: &str) -> Vec<(usize, String)> {
    let code = source::code(text);
    let Some(start) = code.find(&format!("pub enum {of} {{")) else { return Vec::new() };
    let (mut found, mut depth) = (Vec::new(), 0usize);
    let open = start + code[start..].find('{').expect("it was found with a brace");
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            byte if depth == 1 && byte.is_ascii_uppercase() => {
                let before = code.as_bytes()[at - 1];
                if !before.is_ascii_alphanumeric() && before != b'_' {
                    found.push((source::line_of(&code, at), word(&code[at..]).to_owned()));
                }
            }
            _ => {}
        }
    }
    found
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The ends of each place that names it.
fn uses(code: &str, name: &str) -> Vec<usize> {
    let whole = |at: usize| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !part(before) && !part(after)
    };
    code.match_indices(name).filter(|(at, _)| whole(*at)).map(|(at, _)| at + name.len()).collect()
}

fn self_uses(code: &str, kind: &str) -> Vec<usize> {
    uses(code, &format!("Self::{kind}"))
}

/// Whether what ends here is matched on rather than made: its fields end with `..`, or what follows
/// it is an arrow, another alternative, a guard or `=`.
fn is_pattern(code: &str, end: usize) -> bool {
    let bytes = code.as_bytes();
    let mut at = skip_blank(bytes, end);
    if matches!(bytes.get(at), Some(b'{' | b'(')) {
        let close = closing(bytes, at);
        let inside = code[at + 1..close.min(code.len())].trim_end();
        if inside.ends_with("..") {
            return true;
        }
        at = skip_blank(bytes, close + 1);
    }
    // A pattern may stand within others: `Some(Act::Queue(name))`.
    while matches!(bytes.get(at), Some(b')' | b'}')) {
        at = skip_blank(bytes, at + 1);
    }
    let rest = &code[at.min(code.len())..];
    rest.starts_with("=>")
        || rest.starts_with('|') && !rest.starts_with("||")
        || rest.starts_with("if ")
        || rest.starts_with('=') && !rest.starts_with("==")
        || is_in_matches(&code[..end])
}

/// Whether the last macro that is open here is `matches!`.
fn is_in_matches(before: &str) -> bool {
    let Some(at) = before.rfind("matches!(") else { return false };
    let inside = &before[at + "matches!".len()..];
    let open = inside.matches('(').count();
    open > inside.matches(')').count() && !inside.contains(';')
}

fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The bracket that closes the one here.
fn closing(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

/// Codes that nothing gives. All are read: whatever shows one shows any.
fn codes(tree: &Tree, program: &Program<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    for (at, line) in tree.text(CODES).unwrap_or_default().lines().enumerate() {
        let mut words = line.split_whitespace();
        let (number, name, quoted) = (words.next(), words.next(), words.next());
        let (Some(number), Some(name), Some(quoted)) = (number, name, quoted) else { continue };
        if number.parse::<u32>().is_err() || !quoted.starts_with('"') {
            continue;
        }
        let given = program.0.iter().filter(|(path, _)| *path != CODES);
        if !given.into_iter().any(|(_, code)| !uses(code, &format!("Code::{name}")).is_empty()) {
            let says = format!("nothing gives the code `{name}`: remove it, and its page");
            found.push(Violation::at(CODES, at + 1, says));
        }
    }
    found
}

/// Settings that no code asks for by their names.
fn settings(tree: &Tree) -> Vec<Violation> {
    let (path, folders) = SETTINGS;
    let asked: BTreeSet<&str> = folders
        .iter()
        .flat_map(|folder| tree.below(folder))
        .filter(|(path, _)| has_extension(path, "rs") && !is_test(path))
        .flat_map(|(_, text)| source::literals(text))
        .map(|(_, text)| text)
        .collect();
    let mut found = Vec::new();
    for (at, line) in tree.text(path).unwrap_or_default().lines().enumerate() {
        let line = line.strip_prefix("# ").unwrap_or(line);
        let Some((key, _)) = line.split_once(" = ") else { continue };
        let is_key = key.starts_with(|c: char| c.is_ascii_lowercase())
            && key
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if is_key && !asked.contains(key) {
            let says = format!("no code reads the setting `{key}`");
            found.push(Violation::at(path, at + 1, says));
        }
    }
    found
}

/// Keys of strategy files whose value nothing looks at but what reads and compares them.
fn keys(tree: &Tree, program: &Program<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    for path in KEYS {
        let Some(text) = tree.text(path) else { continue };
        for (at, line) in source::code(text).lines().enumerate() {
            let field = line.trim().strip_prefix("pub ").and_then(|rest| rest.split_once(':'));
            let Some((field, _)) = field.filter(|(name, _)| word(name) == *name) else { continue };
            let reads = program.0.iter().any(|(file, code)| {
                let reads_files = file.ends_with("/read.rs");
                !reads_files && is_looked_at(code, field)
            });
            if !reads {
                let says = format!("nothing looks at `{field}`: let it do something, or refuse it");
                found.push(Violation::at(path, at + 1, says));
            }
        }
    }
    found
}

/// Whether a field is read: `.field` that is not assigned, or named in a pattern.
fn is_looked_at(code: &str, field: &str) -> bool {
    let dotted = uses_after_dot(code, field);
    dotted.into_iter().any(|end| {
        let rest = code[end..].trim_start();
        !rest.starts_with('(') && (!rest.starts_with('=') || rest.starts_with("=="))
    })
}

fn uses_after_dot(code: &str, field: &str) -> Vec<usize> {
    uses(code, field).into_iter().filter(|end| code[..end - field.len()].ends_with('.')).collect()
}
