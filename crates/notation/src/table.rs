//! CSV that people keep in a spreadsheet: a header, commas or semicolons, quotes, cells with spans.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Sources, Span};

/// Bytes of a file that are read.
pub const BYTES_MAX: usize = 16 << 20;
/// Cells of a file that are read.
pub const CELLS_MAX: usize = 2_000_000;

/// A table: a header and rows of as many cells.
#[derive(Clone, Debug)]
pub struct Csv {
    /// The names of the columns.
    pub header: Vec<Cell>,
    /// The rows, each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell, trimmed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// What it says, without quotes.
    pub text: String,
    /// Its place in the source.
    pub span: Span,
}

impl Csv {
    /// The place of the column of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|cell| cell.text == name)
    }
}

/// Reads a file; none where it is no text, which was told. Rows that are blank are not read; missing last cells are empty.
pub fn parse_csv(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Csv> {
    let text = sources.text(file);
    if !sources.is_text(file) {
        return None;
    }
    if text.len() > BYTES_MAX {
        let says = format!("the file is larger than {} MiB", BYTES_MAX >> 20);
        out.push(Diagnostic::error("csv-too-large", Span::top(file), says));
        return None;
    }
    let mut reader = Reader { text, at: bom(text), file, delimiter: delimiter(text), out };
    let header = loop {
        if let Some(row) = reader.row()? {
            break row;
        }
        if reader.done() {
            let says = "the file has no header";
            reader.out.push(Diagnostic::error("csv-header", Span::top(file), says));
            return None;
        }
    };
    let whole = check_header(&header, reader.out);
    let rows = reader.rows(header.len())?;
    whole.then_some(Csv { header, rows })
}

fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// A semicolon or a tab where the first line has more of them than commas.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |wanted: u8| line.bytes().filter(|byte| *byte == wanted).count();
    let others = [b';', b'\t'].into_iter().filter(|other| count(*other) > count(b','));
    others.max_by_key(|other| count(*other)).unwrap_or(b',')
}

fn check_header(header: &[Cell], out: &mut Diagnostics) -> bool {
    let before = out.errors();
    let mut seen = BTreeSet::new();
    for cell in header {
        if cell.text.is_empty() {
            let says = "a column has no name";
            out.push(Diagnostic::error("csv-header", cell.span, says));
        } else if !seen.insert(&cell.text) {
            let says = format!("two columns are called `{}`", cell.text);
            out.push(Diagnostic::error("csv-header", cell.span, says));
        }
    }
    out.errors() == before
}

struct Reader<'a, 'o> {
    text: &'a str,
    at: usize,
    file: FileId,
    delimiter: u8,
    out: &'o mut Diagnostics,
}

impl Reader<'_, '_> {
    fn done(&self) -> bool {
        self.at >= self.text.len()
    }

    fn rows(&mut self, width: usize) -> Option<Vec<Vec<Cell>>> {
        let mut rows = Vec::new();
        let mut cells = 0;
        while !self.done() {
            let Some(mut row) = self.row()? else { continue };
            self.fit(&mut row, width);
            cells += width;
            if cells > CELLS_MAX {
                let says = format!("the file has more than {CELLS_MAX} cells");
                self.out.push(Diagnostic::error("csv-too-large", row[0].span, says));
                return None;
            }
            rows.push(row);
        }
        Some(rows)
    }

    /// One row; `Some(None)` for a blank one, `None` where nothing can be read on.
    #[expect(clippy::option_option, reason = "a blank row is not the end")]
    fn row(&mut self) -> Option<Option<Vec<Cell>>> {
        let mut row = Vec::new();
        loop {
            row.push(self.cell()?);
            if row.len() > CELLS_MAX {
                return None;
            }
            match self.text.as_bytes().get(self.at) {
                Some(byte) if *byte == self.delimiter => self.at += 1,
                Some(b'\r') if self.text.as_bytes().get(self.at + 1) == Some(&b'\n') => {
                    self.at += 2;
                    break;
                }
                Some(_) => {
                    self.at += 1;
                    break;
                }
                None => break,
            }
        }
        Some(row.iter().any(|cell| !cell.text.is_empty()).then_some(row))
    }

    fn cell(&mut self) -> Option<Cell> {
        let bytes = self.text.as_bytes();
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t') && *byte != self.delimiter;
        while bytes.get(self.at).is_some_and(blank) {
            self.at += 1;
        }
        if bytes.get(self.at) == Some(&b'"') {
            return self.quoted();
        }
        let start = self.at;
        let length = bytes[start..].iter().position(|byte| self.ends_cell(*byte));
        self.at = length.map_or(bytes.len(), |length| start + length);
        let text = self.text[start..self.at].trim_end();
        let span = Span::of(self.file, start..start + text.len());
        self.warn_mangled(text, span);
        Some(Cell { text: text.to_owned(), span })
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }

    fn quoted(&mut self) -> Option<Cell> {
        let open = self.at;
        let mut text = String::new();
        let mut from = open + 1;
        loop {
            let Some(length) = self.text[from..].find('"') else {
                let span = Span::of(self.file, open..open + 1);
                let says = "a quote is opened and never closed";
                let help = "close it at the end of its cell, or take it out";
                self.out.push(Diagnostic::error("csv-syntax", span, says).help(help));
                self.at = self.text.len();
                return None;
            };
            text.push_str(&self.text[from..from + length]);
            from += length + 1;
            if self.text.as_bytes().get(from) != Some(&b'"') {
                break;
            }
            text.push('"');
            from += 1;
        }
        let span = Span::of(self.file, open..from);
        self.after_quote(from);
        Some(Cell { text: text.trim().to_owned(), span })
    }

    /// Goes on to the end of the cell, where nothing but blanks may stand.
    fn after_quote(&mut self, from: usize) {
        let rest = &self.text.as_bytes()[from..];
        let length = rest.iter().position(|byte| self.ends_cell(*byte)).unwrap_or(rest.len());
        self.at = from + length;
        if !self.text[from..self.at].trim().is_empty() {
            let span = Span::of(self.file, from..self.at);
            let says = "text follows a closing quote";
            let help = "double a quote that belongs to the text";
            self.out.push(Diagnostic::error("csv-syntax", span, says).help(help));
        }
    }

    /// Makes the row as long as the header.
    fn fit(&mut self, row: &mut Vec<Cell>, width: usize) {
        if let Some(surplus) = row[width.min(row.len())..].iter().find(|cell| !cell.text.is_empty())
        {
            let says = format!("the row has more cells than the header, which has {width}");
            let help = "put a cell that holds a comma in quotes";
            self.out.push(Diagnostic::error("csv-row", surplus.span, says).help(help));
        }
        let end = row
            .last()
            .map_or(Span::top(self.file), |cell| Span { start: cell.span.end, ..cell.span });
        row.resize(width, Cell { text: String::new(), span: end });
    }

    /// A spreadsheet writes a long number as `4.9E+11` and loses its digits.
    fn warn_mangled(&mut self, text: &str, span: Span) {
        let Some((mantissa, exponent)) = text.split_once("E+") else { return };
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits(&mantissa.replace(['.', ','], "")) && digits(exponent) {
            let says = "a spreadsheet has shortened this number; its digits are lost";
            let help = "format the column as text and enter it again";
            self.out.push(Diagnostic::warning("csv-mangled", span, says).help(help));
        }
    }
}
