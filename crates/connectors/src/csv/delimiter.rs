//! Which delimiter a file has: what `sep=` says, else what its first rows agree on.

use super::header::Header;
use super::row::Row;
use super::scan::{Cells, ScanOptions, line_end, scan};

/// The delimiters that are tried, the likeliest first.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

const ROWS_MAX: usize = 50;
const SAMPLE_BYTES: usize = 64 * 1024;

/// The delimiter that a first line of the form `sep=;` names.
pub(super) fn declared_by(line: &[u8]) -> Option<u8> {
    let line =
        line.strip_prefix(b"\"").map_or(line, |rest| rest.strip_suffix(b"\"").unwrap_or(rest));
    match line {
        [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => {
            is_delimiter(*delimiter).then_some(*delimiter)
        }
        _ => None,
    }
}

/// Whether a byte can be a delimiter: any sign of ASCII but a quote, and a tab.
pub fn is_delimiter(byte: u8) -> bool {
    byte == b'\t' || (byte.is_ascii_punctuation() && byte != b'"')
}

/// The delimiter under which the first rows are most alike. `expected` are names that the header
/// should hold: finding them weighs most.
pub(super) fn detect(text: &[u8], at_end: bool, comment: &[u8], expected: &[String]) -> u8 {
    let whole = at_end && text.len() <= SAMPLE_BYTES;
    let sample = &text[..text.len().min(SAMPLE_BYTES)];
    let mut best = (DELIMITERS[0], (0, 0));
    for delimiter in DELIMITERS {
        let worth = worth(sample, whole, delimiter, comment, expected);
        if worth > best.1 {
            best = (delimiter, worth);
        }
    }
    best.0
}

/// How many expected names the header has, and how many cells agree with it.
fn worth(
    sample: &[u8],
    whole: bool,
    delimiter: u8,
    comment: &[u8],
    expected: &[String],
) -> (usize, usize) {
    let mut rows = Widths { rest: sample, whole, delimiter, comment, cells: Cells::default() };
    let Some(width) = rows.next() else { return (0, 0) };
    let header = Header::of(&rows.row());
    let places = header.places();
    let names = expected.iter().filter(|name| places.contains_key(name.trim())).count();
    let others: Vec<usize> = rows.take(ROWS_MAX).collect();
    let agreeing = others.iter().filter(|other| **other == width).count();
    // A header alone still tells: one agreeing row is taken for granted.
    (if width > 1 { names } else { 0 }, (width - 1) * (agreeing * 100 + 100) / (others.len() + 1))
}

/// The widths of the rows of a sample.
struct Widths<'a> {
    rest: &'a [u8],
    whole: bool,
    delimiter: u8,
    comment: &'a [u8],
    cells: Cells,
}

impl Widths<'_> {
    fn row(&self) -> Row {
        Row {
            text: String::from_utf8_lossy(&self.cells.text).into_owned(),
            cells: self.cells.ends.clone(),
            ..Row::default()
        }
    }
}

impl Iterator for Widths<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            let line = match memchr::memchr2(b'\n', b'\r', self.rest) {
                Some(at) => at,
                None if self.whole && !self.rest.is_empty() => self.rest.len(),
                None => return None,
            };
            if !self.comment.is_empty() && self.rest.starts_with(self.comment) {
                self.rest = &self.rest[line + line_end(&self.rest[line..])..];
                continue;
            }
            let scan_options =
                ScanOptions { delimiter: self.delimiter, width: usize::MAX, reach: 4096 };
            let taken = scan(self.rest, line, &scan_options, &mut self.cells);
            self.rest = &self.rest[taken.bytes..];
            if self.cells.told && taken.fault.is_none() {
                return Some(self.cells.ends.len());
            }
        }
    }
}
