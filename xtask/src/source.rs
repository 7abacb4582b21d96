//! As much of Rust's grammar as the rules need: what is code, what is comment, what is text, and
//! which paths the code names.

use std::ops::Range;

/// What a stretch of a source file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A comment with its slashes.
    Comment,
    /// What stands between the quotes of a string, or a whole character literal.
    Text,
}

/// The source with comments and texts blanked, so that lines and offsets stay where they are.
pub fn code(source: &str) -> String {
    let mut bytes = source.as_bytes().to_vec();
    for (_, range) in stretches(source) {
        for byte in &mut bytes[range] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).expect("whole characters were blanked")
}

/// The string literals with the offset of their first character.
pub fn literals(source: &str) -> Vec<(usize, &str)> {
    stretches(source)
        .into_iter()
        .filter(|(kind, range)| *kind == Kind::Text && is_quoted(source, range.start))
        .map(|(_, range)| (range.start, &source[range]))
        .collect()
}

/// The line of an offset, from 1.
pub fn line_of(source: &str, offset: usize) -> usize {
    source[..offset].matches('\n').count() + 1
}

/// A path that the code names, with the line of its first segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// From 1.
    pub line: usize,
    /// At least two; `use a::{b, c::d}` names `a::b` and `a::c::d`.
    pub segments: Vec<String>,
}

/// Every path of two segments or more that the code names.
pub fn paths(source: &str) -> Vec<Path> {
    let code = code(source);
    let mut walk = Walk { tokens: tokens(&code), at: 0, code: &code, found: Vec::new() };
    while walk.at < walk.tokens.len() {
        if matches!(walk.tokens[walk.at], Token::Word(..)) {
            walk.path(&mut Vec::new(), DEPTH_MAX);
        } else {
            walk.at += 1;
        }
    }
    walk.found
}

/// What `pub use` hands on: each name, and the path that it stands for. `*` stands for all of a module,
/// whose path is given without it.
pub fn handed_on(source: &str) -> Vec<(String, Vec<String>)> {
    let code = code(source);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let before = code[..at].trim_end();
        let line = before.rsplit(['\n', ';', '}', '{']).next().unwrap_or_default().trim();
        let is_public = line == "pub" || line.starts_with("pub(") && line.ends_with(')');
        let Some(end) = code[at..].find(';').filter(|_| is_public) else { continue };
        handed(code[at + "use ".len()..at + end].trim(), &mut Vec::new(), DEPTH_MAX, &mut found);
    }
    found
}

/// One tree of a `use`: `a::b`, `a::b as c`, `a::*` or `a::{b, c}`.
fn handed(
    tree: &str,
    prefix: &mut Vec<String>,
    depth: usize,
    found: &mut Vec<(String, Vec<String>)>,
) {
    let before = prefix.len();
    let (path, group) = match tree.split_once('{') {
        Some((path, rest)) => (path.trim_end().trim_end_matches("::"), rest.strip_suffix('}')),
        None => (tree, None),
    };
    let (path, alias) = path.split_once(" as ").unwrap_or((path, ""));
    let segments = path.split("::").map(str::trim).filter(|segment| !segment.is_empty());
    prefix.extend(segments.map(str::to_owned));
    match group {
        Some(group) if depth > 0 => {
            for part in parts(group) {
                handed(part.trim(), prefix, depth - 1, found);
            }
        }
        Some(_) => {}
        None => {
            let mut full = prefix.clone();
            if full.last().is_some_and(|last| matches!(last.as_str(), "*" | "self")) {
                let star = full.pop().is_some_and(|last| last == "*");
                let name =
                    if star { "*".to_owned() } else { full.last().cloned().unwrap_or_default() };
                found.push((name, full));
            } else if let Some(last) = full.last() {
                let name = if alias.is_empty() { last.clone() } else { alias.trim().to_owned() };
                found.push((name, full));
            }
        }
    }
    prefix.truncate(before);
}

/// The parts of a group, split at commas outside inner groups.
fn parts(group: &str) -> Vec<&str> {
    let (mut parts, mut from, mut open) = (Vec::new(), 0, 0usize);
    for (at, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            b',' if open == 0 => {
                parts.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[from..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The module that a file below `src/` is: `a/b.rs` is `[a, b]`, `a/mod.rs` is `[a]`.
pub fn module_of(below_src: &str) -> Vec<String> {
    let stem = below_src.strip_suffix(".rs").unwrap_or(below_src);
    let mut parts: Vec<String> = stem.split('/').map(str::to_owned).collect();
    let root = parts.len() == 1 && matches!(stem, "lib" | "main");
    if root || parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The path from the root of the crate, where it begins with `crate`, `self` or `super`.
pub fn resolve(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let mut base = module.to_vec();
    let mut rest = path;
    match rest.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        "super" => {
            while rest.first().is_some_and(|segment| segment == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        _ => return None,
    }
    base.extend_from_slice(rest);
    Some(base)
}

/// How deep groups of a `use` are followed.
const DEPTH_MAX: usize = 16;

enum Token<'a> {
    Word(&'a str, usize),
    Colons,
    Open,
    Close,
    Comma,
    Other,
}

struct Walk<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    code: &'a str,
    found: Vec<Path>,
}

impl Walk<'_> {
    /// Reads one path that begins at a word, below a prefix.
    fn path(&mut self, prefix: &mut Vec<String>, depth: usize) {
        let before = prefix.len();
        let mut start = None;
        while let Some(Token::Word(word, offset)) = self.tokens.get(self.at) {
            start.get_or_insert(*offset);
            prefix.push((*word).to_owned());
            self.at += 1;
            if !matches!(self.tokens.get(self.at), Some(Token::Colons)) {
                break;
            }
            self.at += 1;
            if matches!(self.tokens.get(self.at), Some(Token::Open)) && depth > 0 {
                self.at += 1;
                self.group(prefix, depth - 1);
                prefix.truncate(before);
                return;
            }
        }
        if let Some(offset) = start
            && prefix.len() > 1
        {
            let line = line_of(self.code, offset);
            self.found.push(Path { line, segments: prefix.clone() });
        }
        prefix.truncate(before);
    }

    /// Reads `a, b::c, …}` below a prefix.
    fn group(&mut self, prefix: &mut Vec<String>, depth: usize) {
        while let Some(token) = self.tokens.get(self.at) {
            match token {
                Token::Word("as", _) => self.at += 2,
                Token::Word(..) => self.path(prefix, depth),
                Token::Close => {
                    self.at += 1;
                    return;
                }
                Token::Colons | Token::Open | Token::Comma | Token::Other => self.at += 1,
            }
        }
    }
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            byte if is_word(byte) => {
                at = word_end(bytes, start);
                tokens.push(Token::Word(&code[start..at], start));
            }
            b':' if bytes.get(at) == Some(&b':') => {
                at += 1;
                tokens.push(Token::Colons);
            }
            b'{' => tokens.push(Token::Open),
            b'}' => tokens.push(Token::Close),
            b',' => tokens.push(Token::Comma),
            byte if byte.is_ascii_whitespace() => {}
            _ => tokens.push(Token::Other),
        }
    }
    tokens
}

fn stretches(source: &str) -> Vec<(Kind, Range<usize>)> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"//") {
            let end = find(bytes, at, b"\n").unwrap_or(bytes.len());
            found.push((Kind::Comment, at..end));
            at = end;
        } else if rest.starts_with(b"/*") {
            let end = block_end(bytes, at);
            found.push((Kind::Comment, at..end));
            at = end;
        } else if rest[0] == b'"' {
            let end = quote_end(bytes, at + 1);
            found.push((Kind::Text, at + 1..end));
            at = end + 1;
        } else if rest[0] == b'\'' {
            at = match character_end(source, at) {
                Some(end) => {
                    found.push((Kind::Text, at..end));
                    end
                }
                None => at + 1,
            };
        } else if is_word(rest[0]) {
            let end = word_end(bytes, at);
            let raw = matches!(&bytes[at..end], b"r" | b"br" | b"cr");
            at = match raw.then(|| raw_text(bytes, end)).flatten() {
                Some((text, end)) => {
                    found.push((Kind::Text, text));
                    end
                }
                None => end,
            };
        } else {
            at += 1;
        }
    }
    found
}

/// The end of a block comment; they nest.
fn block_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut open) = (start, 0usize);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            open += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            open -= 1;
            at += 2;
            if open == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// The closing quote of a string whose first character is at `at`.
fn quote_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// The text of a raw string and the offset behind it, where one begins at `at` with `#` or a quote.
fn raw_text(bytes: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let hashes = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
    let start = at + hashes + 1;
    if bytes.get(at + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let end = find(bytes, start, &close).unwrap_or(bytes.len());
    Some((start..end, (end + close.len()).min(bytes.len())))
}

/// The offset behind a character literal; none where the quote begins a lifetime.
fn character_end(source: &str, quote: usize) -> Option<usize> {
    let mut rest = source[quote + 1..].char_indices();
    let (_, first) = rest.next()?;
    if first == '\\' {
        rest.next()?;
        return rest.find(|(_, c)| *c == '\'').map(|(at, _)| quote + 2 + at);
    }
    rest.next().filter(|(_, c)| *c == '\'').map(|(at, _)| quote + 2 + at)
}

fn is_quoted(source: &str, start: usize) -> bool {
    start > 0 && source.as_bytes()[start - 1] == b'"'
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    start + bytes[start..].iter().take_while(|byte| is_word(**byte)).count()
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    bytes[from.min(bytes.len())..]
        .windows(needle.len())
        .position(|window| window == needle)
        .map(|at| from + at)
}
