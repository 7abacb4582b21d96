//! What could not be taken, kept so that it can be read again by itself: its raw bytes begin with
//! a line that says the delimiter and with the header of its file.

use domain::fact::Raw;
use domain::reason::Code;

use super::fault::RowFault;
use crate::csv::{Header, Row};

/// The format of quarantined rows, for [`Raw::format`].
pub const FORMAT: &str = "csv";

/// A row that is quarantined.
#[derive(Clone, PartialEq, Eq)]
pub struct QuarantinedRow {
    /// The physical line where it begins.
    pub line: u64,
    /// The code of the reason.
    pub code: Code,
    /// The column or field, where it is one.
    pub field: Option<String>,
    /// What is wrong, in words, without what stands in the cell.
    pub detail: String,
    /// All that is wrong with it, the first of it first.
    pub faults: Vec<RowFault>,
    /// `kind:id`, where an id could be read or the map names none.
    pub source_id: Option<String>,
    /// Equal for the same row that comes again: its kind, its body and, without an id, which of its
    /// like it is in its file.
    pub key: [u8; 32],
    /// The separator's line, the header and the row, in UTF-8 where they could be decoded.
    pub raw: Vec<u8>,
    /// Whether `raw`, which is at most 256 KiB, is only the beginning. Then it cannot be read again.
    pub cut: bool,
}

impl QuarantinedRow {
    /// The part of it that is sealed. `file` is the base name of its file, `origin` the map's source.
    pub fn into_raw(self, file: &str, origin: &str) -> Raw {
        Raw {
            bytes: self.raw,
            file: Some(file.to_owned()),
            detail: self.detail,
            format: FORMAT.to_owned(),
            origin: origin.to_owned(),
            source_id: self.source_id,
            cut: self.cut,
            repairs: Vec::new(),
        }
    }
}

impl std::fmt::Debug for QuarantinedRow {
    /// Without the bytes: they are personal data and debug output reaches logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "held(line {}, {}, {:?})", self.line, self.code, self.field)
    }
}

/// The bytes from which [`super::reread`] reads a row again.
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
