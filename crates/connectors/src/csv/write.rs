//! Writing CSV that a spreadsheet does not execute.
//!
//! A cell whose text a spreadsheet would take for a formula gets an apostrophe in front: text that
//! begins with `=`, `+`, `-`, `@`, a tab or a line end, their full-width forms too, at the start of the
//! cell or behind what another program could take for the start of one (a delimiter, a quote, a
//! line end). Numbers are left alone. Where such text has apostrophes in front already it gets one
//! more, so that [`unprotect`] is the exact inverse of [`protect`].

use std::io::{self, Write};

/// Writes rows with commas and CRLF, as RFC 4180 has them.
pub struct Writer<W> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, line: Vec::new() }
    }

    /// Writes one row, each cell protected.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        self.line.clear();
        let mut count = 0;
        for cell in cells {
            if count > 0 {
                self.line.push(b',');
            }
            write_cell(&mut self.line, cell);
            count += 1;
        }
        if count == 1 && self.line.is_empty() {
            // A row of one empty cell would be a blank line.
            self.line.extend_from_slice(b"\"\"");
        }
        self.line.extend_from_slice(b"\r\n");
        self.out.write_all(&self.line)
    }

    /// The place written to.
    pub fn into_inner(self) -> W {
        self.out
    }
}

/// Appends one cell, protected and quoted where it must be.
pub fn write_cell(out: &mut Vec<u8>, text: &str) {
    let text = protect(text);
    let special = |byte: u8| matches!(byte, b',' | b';' | b'\t' | b'|' | b'"' | b'\n' | b'\r');
    let blank_edge = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    if !blank_edge && !text.bytes().any(special) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// The text with an apostrophe wherever a formula could begin.
pub fn protect(text: &str) -> String {
    rewrite(text, |apostrophes, number| match (apostrophes, number) {
        (0, true) => 0,
        (count, _) => count + 1,
    })
}

/// The text that [`protect`] was given.
pub fn unprotect(text: &str) -> String {
    rewrite(text, |apostrophes, _| apostrophes.saturating_sub(1))
}

/// Copies the text; where a formula could begin, `count` says how many apostrophes stand in front.
fn rewrite(text: &str, count: impl Fn(usize, bool) -> usize) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let mut rest = text;
    let mut at_start = true;
    while let Some(first) = rest.chars().next() {
        if at_start {
            let formula = rest.trim_start_matches('\'');
            if formula.starts_with(begins_formula) {
                let apostrophes = rest.len() - formula.len();
                out.extend(std::iter::repeat_n('\'', count(apostrophes, is_number(formula))));
                rest = formula;
            } else if first == '\'' {
                out.push_str(&rest[..rest.len() - formula.len()]);
                rest = formula;
                at_start = false;
                continue;
            }
        }
        let first = rest.chars().next().unwrap_or(first);
        out.push(first);
        rest = &rest[first.len_utf8()..];
        at_start = separates(first) || (at_start && first == ' ');
    }
    out
}

fn begins_formula(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n')
        || matches!(character, '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

fn separates(character: char) -> bool {
    matches!(character, ',' | ';' | '\t' | '|' | '"' | '\n' | '\r')
}

/// Whether what stands up to the next delimiter is a number with a sign.
fn is_number(formula: &str) -> bool {
    let end = formula.find(separates).unwrap_or(formula.len());
    let Some(digits) = formula[..end].strip_prefix(['+', '-']) else { return false };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.trim_start_matches(['+', '-'])),
        None => (digits, "0"),
    };
    let mut parts = mantissa.split('.');
    let whole = parts.next().unwrap_or_default();
    let fraction = parts.next().unwrap_or("0");
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_none() && all(whole) && all(fraction) && all(exponent)
}
