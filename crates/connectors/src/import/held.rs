//! What could not be taken, kept so that it can be read again by itself: its raw bytes begin with
//! a line that says the delimiter and with the header of its file.

use domain::reason::Code;

use super::map::FileMap;
use super::row::{Bound, RowResult};
use crate::csv::{Encoding, Header, Options, Reader, Row};

/// A row that is quarantined.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    /// The physical line where it begins.
    pub line: u64,
    /// Why.
    pub code: Code,
    /// The column or field, where it is one.
    pub field: Option<String>,
    /// What is wrong, in words, without what stands in the cell.
    pub detail: String,
    /// `kind:id`, where an id could be read.
    pub source_id: Option<String>,
    /// Equal for the same row that comes again: its body and, without an id, which of its kind it
    /// is in its file.
    pub key: [u8; 32],
    /// The separator's line, the header and the row, in UTF-8 where they could be decoded.
    pub raw: Vec<u8>,
    /// Whether the row was longer than what is kept.
    pub cut: bool,
}

impl std::fmt::Debug for Held {
    /// Without the bytes: they are personal data and debug output reaches logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "held(line {}, {}, {:?})", self.line, self.code, self.field)
    }
}

/// The bytes from which [`reread`] reads a row again.
pub(super) fn raw(header: &Header, delimiter: u8, row: &Row) -> Vec<u8> {
    let mut raw = Vec::with_capacity(row.raw().len() + 256);
    raw.extend_from_slice(b"sep=");
    raw.push(delimiter);
    raw.push(b'\n');
    for (at, name) in header.names().iter().enumerate() {
        if at > 0 {
            raw.push(delimiter);
        }
        raw.push(b'"');
        raw.extend_from_slice(name.replace('"', "\"\"").as_bytes());
        raw.push(b'"');
    }
    raw.push(b'\n');
    raw.extend_from_slice(row.raw());
    raw
}

/// Reads a quarantined row again, under the map as it is and with `repairs`: a column or a field, and what
/// stands there instead. None where the bytes hold no row.
pub fn reread(map: &FileMap, raw: &[u8], repairs: &[(String, String)]) -> Option<RowResult> {
    let options = Options { encoding: Some(Encoding::UTF_8), ..Options::default() };
    let mut reader = Reader::open(raw, &options).ok()?;
    let mut row = Row::default();
    if !reader.read(&mut row).ok()? {
        return None;
    }
    let mut bound = Bound::new(map, reader.header(), reader.delimiter()).ok()?;
    bound.repair(&mut row, repairs);
    Some(bound.read(&row))
}
