//! A quarantined row, read again.

use domain::fact::Raw;

use super::body;
use super::bound::BoundMap;
use super::map::FileMap;
use super::row::RowResult;
use crate::csv::{Encoding, Options, Reader, Row};

/// A row that was read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowReread {
    /// What it became.
    pub result: RowResult,
    /// Repairs of which the row has no cell: a name and what stands there instead.
    pub unplaced: Vec<(String, String)>,
}

/// Reads a quarantined row again, under the map as it is and with the entry's repairs: a column or a
/// field, and what stands there instead. Its line is that within the entry. None where the entry was
/// cut or holds no row that fits the map.
pub fn reread(map: &FileMap, entry: &Raw) -> Option<RowReread> {
    if entry.cut {
        return None;
    }
    let options = Options { encoding: Some(Encoding::UTF_8), ..Options::default() };
    let mut reader = Reader::open(entry.bytes.as_slice(), &options).ok()?;
    let mut row = Row::default();
    if !reader.read(&mut row).ok()? {
        return None;
    }
    let mut bound = BoundMap::new(map, reader.header(), reader.delimiter()).ok()?;
    if bound.id.is_none() {
        let nth = entry.source_id.as_deref().and_then(body::nth_of);
        bound.begin_at(nth.unwrap_or(1));
    }
    let unplaced = bound.repair(&mut row, &entry.repairs);
    Some(RowReread { result: bound.read(&row), unplaced })
}
