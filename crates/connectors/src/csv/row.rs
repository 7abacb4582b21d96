//! One row: its cells, its line, its bytes, and what is wrong with it, if anything is.

use domain::reason::Code;

/// The longest row that is read, in bytes.
pub const ROW_BYTES_MAX: usize = 256 * 1024;
/// The longest line that is told from an endless one, in bytes.
pub const LINE_BYTES_MAX: usize = 1024 * 1024;

/// A row. Used again and again by a reader, so that reading allocates nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub(super) line: u64,
    pub(super) raw: Vec<u8>,
    pub(super) cut: bool,
    pub(super) text: String,
    /// First and behind the last byte of each cell in the text.
    pub(super) cells: Vec<(u32, u32)>,
    pub(super) fault: Option<Code>,
}

impl Row {
    /// The physical line where the first cell begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Why the row cannot be read, if it cannot.
    pub fn fault(&self) -> Option<Code> {
        self.fault
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether it has no cells, as where an endless line was skipped.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// A cell by its place: unquoted, not trimmed. In a row with a fault what could be read of it.
    pub fn cell(&self, at: usize) -> Option<&str> {
        let (start, end) = *self.cells.get(at)?;
        self.text.get(start as usize..end as usize)
    }

    /// All cells in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.cells.len()).map(|at| self.cell(at).unwrap_or_default())
    }

    /// Other cells in place of these; a fault goes with what it was about.
    pub fn replace<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        self.text.clear();
        self.cells.clear();
        for cell in cells {
            let start = self.text.len() as u32;
            self.text.push_str(cell);
            self.cells.push((start, self.text.len() as u32));
        }
        self.fault = if self.text.contains('\0') { Some(Code::TextInvalid) } else { None };
    }

    /// The bytes of the row without its line end, in UTF-8 where the file is in another encoding;
    /// at most [`ROW_BYTES_MAX`].
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Whether [`Row::raw`] is only the beginning.
    pub fn is_cut(&self) -> bool {
        self.cut
    }
}

impl std::fmt::Debug for Row {
    /// Without the cells: they are personal data and debug output reaches logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row(line {}, {} cells, {:?})", self.line, self.cells.len(), self.fault)
    }
}
