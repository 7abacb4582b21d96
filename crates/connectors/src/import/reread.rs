//! A quarantined row, read again.

use super::map::FileMap;
use super::row::{Bound, RowResult};
use crate::csv::{Encoding, Options, Reader, Row};

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
