//! From a window of text to the cells of its first row.

use domain::reason::Code;
use memchr::{memchr, memchr_iter, memchr2, memchr3};

/// What the row took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowExtent {
    /// Bytes of the row without its line end.
    pub(super) row: usize,
    /// Bytes up to where the next row begins.
    pub(super) bytes: usize,
    /// Physical lines that ended.
    pub(super) lines: u64,
    /// Bytes that were looked at.
    pub(super) seen: usize,
    pub(super) fault: Option<Code>,
}

/// Where the cells go.
#[derive(Default)]
pub(super) struct Cells {
    pub(super) text: Vec<u8>,
    pub(super) ends: Vec<(u32, u32)>,
    /// Whether a cell was quoted or holds more than blanks.
    pub(super) told: bool,
}

impl Cells {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.told = false;
    }
}

/// How a row is looked for.
pub(super) struct ScanOptions {
    pub(super) delimiter: u8,
    /// Cells of the header.
    pub(super) width: usize,
    /// How far a row may reach beyond its first line.
    pub(super) reach: usize,
}

/// Reads the first row of `window`, whose first physical line is `line` bytes long.
pub(super) fn scan(
    window: &[u8],
    line: usize,
    scan_options: &ScanOptions,
    cells: &mut Cells,
) -> RowExtent {
    cells.clear();
    if memchr(b'"', &window[..line]).is_none() {
        plain(&window[..line], scan_options.delimiter, cells);
        let end = line + line_end(&window[line..]);
        return RowExtent {
            row: line,
            bytes: end,
            lines: u64::from(end > line),
            seen: end,
            fault: None,
        };
    }
    Scanner { window, line, scan_options, cells, at: 0, fault: None, doubtful: None }.row()
}

fn plain(line: &[u8], delimiter: u8, cells: &mut Cells) {
    cells.text.extend_from_slice(line);
    let mut start = 0u32;
    for at in memchr_iter(delimiter, line) {
        cells.ends.push((start, at as u32));
        start = at as u32 + 1;
    }
    cells.ends.push((start, line.len() as u32));
    cells.told = line.iter().any(|byte| *byte != delimiter && !byte.is_ascii_whitespace());
}

/// Bytes of the line end at the start of `rest`.
pub(super) fn line_end(rest: &[u8]) -> usize {
    match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Line ends in `text`; a CRLF is one.
fn lines_in(text: &[u8]) -> u64 {
    let mut lines = 0;
    let mut rest = text;
    while let Some(at) = memchr2(b'\n', b'\r', rest) {
        lines += 1;
        rest = &rest[at + line_end(&rest[at..])..];
    }
    lines
}

struct Scanner<'a> {
    window: &'a [u8],
    line: usize,
    scan_options: &'a ScanOptions,
    cells: &'a mut Cells,
    at: usize,
    fault: Option<Code>,
    /// A quote whose closing one may have been the opening one of a later row, and the cells before.
    doubtful: Option<(usize, usize)>,
}

enum Cell {
    Delimited,
    RowEnded,
    /// A quote, opened here, that is not closed within reach.
    Unclosed {
        opened: usize,
    },
}

impl Scanner<'_> {
    fn row(mut self) -> RowExtent {
        loop {
            let start = self.cells.text.len() as u32;
            let cell =
                if self.window.get(self.at) == Some(&b'"') { self.quoted() } else { self.bare() };
            if let Cell::Unclosed { opened } = cell {
                let before = self.cells.ends.len();
                return self.unclosed(opened, before);
            }
            self.cells.ends.push((start, self.cells.text.len() as u32));
            match cell {
                Cell::Delimited => self.at += 1,
                Cell::RowEnded | Cell::Unclosed { .. } => return self.settled(),
            }
        }
    }

    /// A row that is too wide and has a doubtful quote in it swallowed others.
    fn settled(self) -> RowExtent {
        match self.doubtful.filter(|_| self.cells.ends.len() > self.scan_options.width) {
            Some((opened, before)) => self.unclosed(opened, before),
            None => self.ended(),
        }
    }

    fn ended(self) -> RowExtent {
        let bytes = self.at + line_end(&self.window[self.at..]);
        RowExtent {
            row: self.at,
            bytes,
            lines: lines_in(&self.window[..bytes]),
            seen: bytes,
            fault: self.fault,
        }
    }

    /// Reading goes on with the line after the quote's, if the row is not too wide up to there to
    /// be one; else with the line after the row's first.
    fn unclosed(self, opened: usize, before: usize) -> RowExtent {
        let from = if before < self.scan_options.width { opened } else { 0 };
        let row =
            memchr2(b'\n', b'\r', &self.window[from..]).map_or(self.window.len(), |at| from + at);
        let bytes = row + line_end(&self.window[row..]);
        RowExtent {
            row,
            bytes,
            lines: lines_in(&self.window[..bytes]),
            seen: self.at.max(bytes),
            fault: Some(Code::QuoteUnclosed),
        }
    }

    fn reach(&self) -> usize {
        self.window.len().min(self.scan_options.reach.max(self.line))
    }

    fn bare(&mut self) -> Cell {
        let rest = &self.window[self.at..];
        let end = memchr3(self.scan_options.delimiter, b'\n', b'\r', rest).unwrap_or(rest.len());
        self.cells.text.extend_from_slice(&rest[..end]);
        self.cells.told |= rest[..end].iter().any(|byte| !byte.is_ascii_whitespace());
        self.at += end;
        if rest.get(end) == Some(&self.scan_options.delimiter) {
            Cell::Delimited
        } else {
            Cell::RowEnded
        }
    }

    fn quoted(&mut self) -> Cell {
        let opened = self.at;
        self.cells.told = true;
        self.at += 1;
        loop {
            let reach = self.reach();
            let rest = self.window.get(self.at..reach).unwrap_or_default();
            let Some(quote) = memchr(b'"', rest) else {
                self.at = self.at.max(reach);
                return Cell::Unclosed { opened };
            };
            self.cells.text.extend_from_slice(&rest[..quote]);
            self.at += quote + 1;
            if self.window.get(self.at) != Some(&b'"') {
                break;
            }
            self.cells.text.push(b'"');
            self.at += 1;
        }
        self.closed(opened)
    }

    /// After a closing quote: blanks are dropped, text is a fault.
    fn closed(&mut self, opened: usize) -> Cell {
        let closed = self.at;
        let opens_rather = self.opens_rather(opened, closed - 1);
        if opens_rather && self.doubtful.is_none() {
            self.doubtful = Some((opened, self.cells.ends.len()));
        }
        while self.window.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        match self.window.get(self.at) {
            None | Some(b'\n' | b'\r') => Cell::RowEnded,
            Some(byte) if *byte == self.scan_options.delimiter => Cell::Delimited,
            Some(_) if opens_rather => Cell::Unclosed { opened },
            Some(_) => {
                self.at = closed;
                self.fault = Some(Code::QuoteText);
                self.bare()
            }
        }
    }

    /// Whether the quote at `quote` looks like the opening one of a later row's cell: then the one
    /// before it was never closed.
    fn opens_rather(&self, opened: usize, quote: usize) -> bool {
        let inside = &self.window[opened + 1..quote];
        let before = inside.iter().rfind(|byte| **byte != b' ').copied();
        memchr2(b'\n', b'\r', inside).is_some()
            && before.is_some_and(|byte| {
                byte == self.scan_options.delimiter || matches!(byte, b'\n' | b'\r')
            })
    }
}
