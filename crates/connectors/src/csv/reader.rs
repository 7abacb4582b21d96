//! Rows of a file, one after the other.

use std::io::{self, Read};

use domain::reason::Code;
use memchr::{memchr, memchr2};

use super::delimiter;
use super::encoding::Encoding;
use super::header::Header;
use super::row::{LINE_BYTES_MAX, ROW_BYTES_MAX, Row};
use super::scan::{Cells, RowExtent, ScanOptions, line_end, scan};
use super::sniff::{LooksLike, looks_like};
use super::source::Source;

/// What is visible at once: a row of the greatest length and its line end.
const WINDOW_BYTES: usize = ROW_BYTES_MAX + 2;
/// Looking ahead in vain for closing quotes may cost this much at once, …
const CREDIT_BYTES_MAX: usize = 16 * ROW_BYTES_MAX;
/// … and this many bytes for each byte that is read, so that a file of nothing but opened quotes
/// is read in linear time.
const CREDIT_PER_BYTE: usize = 16;

/// How many lines are shown of a file whose header does not fit.
pub const FIRST_LINES_MAX: usize = 40;
/// How many bytes of each of them.
pub const FIRST_LINE_BYTES_MAX: usize = 2_048;

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The encoding; found out where absent. A byte order mark beats it.
    pub encoding: Option<Encoding>,
    /// The delimiter; found out where absent.
    pub delimiter: Option<u8>,
    /// Physical lines before the header that are not read.
    pub skip: u64,
    /// Lines that begin with this are not read. Empty: there are none.
    pub comment: String,
    /// Names that the header should hold: they help to find the delimiter.
    pub expected: Vec<String>,
    /// The names of the columns, for a file without a header. A first row that holds just them is
    /// passed over.
    pub columns: Option<Vec<String>>,
}

/// Why a file cannot be read as CSV.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The first bytes are those of something else.
    #[error("this is no CSV, it looks like {looks_like}")]
    NotCsv {
        /// What it looks like.
        looks_like: LooksLike,
    },
    /// The header itself is broken.
    #[error("the header in line {line} cannot be read: {}", .code.says())]
    HeaderUnreadable {
        /// Where it begins.
        line: u64,
        /// What is wrong with it.
        code: Code,
    },
    /// The bytes did not come.
    #[error("the file could not be read")]
    Read(#[from] io::Error),
}

/// Reads rows. Memory stays below 2 MiB, however large the file is.
pub struct Reader<R> {
    source: Source<R>,
    /// The physical line where the window begins.
    line: u64,
    delimiter: u8,
    comment: Vec<u8>,
    header: Header,
    /// The first lines of the file as they stand, for whoever looks for its header.
    first_lines: Vec<String>,
    /// The first row, where it was read while looking for a header.
    pending: Option<Row>,
    credit: usize,
    cells: Cells,
}

impl<R: Read> Reader<R> {
    /// Begins to read: recognises what it is, settles encoding and delimiter, reads the header.
    pub fn open(input: R, options: &Options) -> Result<Self, OpenError> {
        let mut source = Source::new(input)?;
        if let Some(looks_like) = looks_like(source.first()) {
            return Err(OpenError::NotCsv { looks_like });
        }
        source.decide(options.encoding)?;
        let mut reader = Self {
            source,
            line: 1,
            delimiter: delimiter::DELIMITERS[0],
            comment: options.comment.clone().into_bytes(),
            header: Header::default(),
            first_lines: Vec::new(),
            pending: None,
            credit: CREDIT_BYTES_MAX,
            cells: Cells::default(),
        };
        reader.first_lines = reader.look_ahead()?;
        reader.settle_delimiter(options)?;
        reader.read_header(options.columns.as_deref())?;
        Ok(reader)
    }

    /// The names of the columns; empty for an empty file.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The first lines of the file, each cut to [`FIRST_LINE_BYTES_MAX`].
    pub fn first_lines(&self) -> &[String] {
        &self.first_lines
    }

    /// The encoding, as far as it had to be known.
    pub fn encoding(&self) -> Encoding {
        self.source.encoding()
    }

    /// The delimiter.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Bytes of the file read so far, for progress.
    pub fn bytes_read(&self) -> u64 {
        self.source.read()
    }

    /// Reads the next row into `row`; false at the end. Blank rows, rows of delimiters alone and
    /// comments are passed over. A row that cannot be read has a [`Row::fault`].
    pub fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        if let Some(first) = self.pending.take() {
            *row = first;
            return Ok(true);
        }
        loop {
            self.source.fill(WINDOW_BYTES)?;
            let whole = self.source.window();
            if whole.is_empty() {
                return Ok(false);
            }
            let window = &whole[..whole.len().min(WINDOW_BYTES)];
            let complete = self.source.at_end() && window.len() == whole.len();
            let line = match memchr2(b'\n', b'\r', window) {
                Some(at) => Some(at),
                None if complete => Some(window.len()),
                None => None,
            };
            if !self.comment.is_empty() && window.starts_with(&self.comment) {
                self.skip_line()?;
                continue;
            }
            let Some(line) = line.filter(|line| *line <= ROW_BYTES_MAX) else {
                self.long_line(row)?;
                return Ok(true);
            };
            let scan_options = ScanOptions {
                delimiter: self.delimiter,
                width: if self.header.is_empty() { usize::MAX } else { self.header.len() },
                reach: self.credit.min(ROW_BYTES_MAX),
            };
            let taken = scan(window, line, &scan_options, &mut self.cells);
            if !self.cells.told {
                self.pass(taken)?;
                continue;
            }
            fill_row(row, self.line, &window[..taken.row], &taken, &mut self.cells);
            self.pass(taken)?;
            return Ok(true);
        }
    }

    /// Moves on to where the next row begins.
    fn pass(&mut self, taken: RowExtent) -> io::Result<()> {
        if taken.fault == Some(Code::QuoteUnclosed) {
            self.credit = self.credit.saturating_sub(taken.seen - taken.bytes);
        }
        self.credit = (self.credit + taken.bytes * CREDIT_PER_BYTE).min(CREDIT_BYTES_MAX);
        let window = self.source.window();
        let ended = taken.bytes > taken.row;
        let split_crlf = ended
            && window[taken.bytes - 1] == b'\r'
            && taken.bytes >= window.len().min(WINDOW_BYTES);
        let more = !self.source.at_end() || window.len() > taken.bytes;
        self.source.consume(taken.bytes);
        self.line += taken.lines;
        if split_crlf {
            self.source.fill(1)?;
            if self.source.window().first() == Some(&b'\n') {
                self.source.consume(1);
            }
        } else if !ended && more {
            self.skip_line()?;
        }
        Ok(())
    }

    /// Passes over the rest of a physical line and says how long it was.
    fn skip_line(&mut self) -> io::Result<u64> {
        let mut length = 0;
        loop {
            self.source.fill(2)?;
            let window = self.source.window();
            match memchr2(b'\n', b'\r', window) {
                None if window.is_empty() => return Ok(length),
                None => {
                    let bytes = window.len();
                    length += bytes as u64;
                    self.source.consume(bytes);
                }
                Some(at) => {
                    self.source.consume(at);
                    self.source.fill(2)?;
                    let end = line_end(self.source.window());
                    self.source.consume(end);
                    self.line += 1;
                    return Ok(length + at as u64);
                }
            }
        }
    }

    /// One entry for a line that is longer than a row may be; what follows it is read.
    fn long_line(&mut self, row: &mut Row) -> io::Result<()> {
        row.line = self.line;
        row.text.clear();
        row.cells.clear();
        row.raw.clear();
        row.raw.extend_from_slice(&self.source.window()[..ROW_BYTES_MAX]);
        row.cut = true;
        let length = self.skip_line()?;
        let endless = length > LINE_BYTES_MAX as u64;
        row.fault = Some(if endless { Code::LineTooLong } else { Code::ItemTooLarge });
        Ok(())
    }

    fn settle_delimiter(&mut self, options: &Options) -> io::Result<()> {
        let mut named = None;
        for _ in 0..options.skip {
            named = named.or(self.separator_line()?);
            self.skip_line()?;
        }
        if let Some(delimiter) = self.separator_line()? {
            named = named.or(Some(delimiter));
            self.skip_line()?;
        }
        self.source.fill(WINDOW_BYTES)?;
        self.delimiter = options.delimiter.or(named).unwrap_or_else(|| {
            let (text, at_end) = (self.source.window(), self.source.at_end());
            // Without a header no name can be found in the first row.
            let headerless = options.columns.is_some();
            let expected = if headerless { &[] } else { options.expected.as_slice() };
            delimiter::detect(text, at_end, &self.comment, expected)
        });
        Ok(())
    }

    /// The delimiter that the first line of the window names, if it is of the form `sep=;`.
    fn separator_line(&mut self) -> io::Result<Option<u8>> {
        self.source.fill(16)?;
        let window = self.source.window();
        let end = memchr2(b'\n', b'\r', window).unwrap_or(window.len());
        Ok(delimiter::declared_by(&window[..end]))
    }

    /// The beginning of the file in lines, without reading on.
    fn look_ahead(&mut self) -> io::Result<Vec<String>> {
        self.source.fill(FIRST_LINES_MAX * FIRST_LINE_BYTES_MAX)?;
        let window = self.source.window();
        let window = &window[..window.len().min(WINDOW_BYTES)];
        let lines = window.split(|byte| *byte == b'\n').take(FIRST_LINES_MAX);
        let shown = |line: &[u8]| {
            let line = &line[..line.len().min(FIRST_LINE_BYTES_MAX)];
            String::from_utf8_lossy(line).trim_end().to_owned()
        };
        Ok(lines.map(shown).collect())
    }

    fn read_header(&mut self, columns: Option<&[String]>) -> Result<(), OpenError> {
        let mut row = Row::default();
        let any = self.read(&mut row)?;
        if let Some(columns) = columns {
            self.header = Header::new(columns.iter().map(String::as_str));
            if any && Header::of(&row).names() != self.header.names() {
                self.pending = Some(row);
            }
            return Ok(());
        }
        if !any {
            return Ok(());
        }
        if let Some(code) = row.fault() {
            return Err(OpenError::HeaderUnreadable { line: row.line(), code });
        }
        self.header = Header::of(&row);
        Ok(())
    }
}

fn fill_row(row: &mut Row, line: u64, raw: &[u8], taken: &RowExtent, cells: &mut Cells) {
    row.line = line;
    row.cut = raw.len() > ROW_BYTES_MAX;
    row.raw.clear();
    row.raw.extend_from_slice(&raw[..raw.len().min(ROW_BYTES_MAX)]);
    row.fault = taken.fault;
    let mut bytes = std::mem::take(&mut row.text).into_bytes();
    std::mem::swap(&mut bytes, &mut cells.text);
    std::mem::swap(&mut row.cells, &mut cells.ends);
    if row.cut {
        row.fault = Some(Code::ItemTooLarge);
    }
    if row.fault.is_none() && memchr(0, &bytes).is_some() {
        row.fault = Some(Code::TextInvalid);
    }
    match String::from_utf8(bytes) {
        Ok(text) => row.text = text,
        Err(error) => {
            row.fault = row.fault.or(Some(Code::BytesUndecodable));
            undecodable(row, error.as_bytes());
        }
    }
    if row.cut {
        row.cells.clear();
    }
}

/// What can be read of a row whose bytes do not fit the encoding: each cell by itself.
fn undecodable(row: &mut Row, bytes: &[u8]) {
    let mut text = String::new();
    for cell in &mut row.cells {
        let start = text.len() as u32;
        text.push_str(&String::from_utf8_lossy(&bytes[cell.0 as usize..cell.1 as usize]));
        *cell = (start, text.len() as u32);
    }
    row.text = text;
}
