//! Whether a row has the shape of its header, or is damage that only looks like a row.

use domain::reason::Code;

use super::fault::RowFault;
use crate::csv::delimiter::DELIMITERS;
use crate::csv::{Header, Row};

/// A header of so many columns never has a row of one cell.
const ONE_CELL_COLUMNS_MIN: usize = 3;

/// What is wrong with the shape of a row. Missing last cells alone are not wrong; `needed` are the
/// places without which a row cannot be read.
pub(super) fn fault(
    header: &Header,
    delimiter: u8,
    row: &Row,
    needed: impl IntoIterator<Item = usize>,
) -> Option<RowFault> {
    if row.cells().skip(header.len()).any(|cell| !cell.trim().is_empty()) {
        return Some(RowFault::row(Code::RowTooLong));
    }
    let missing = needed.into_iter().find(|at| *at >= row.len());
    let missing = missing.and_then(|at| header.names().get(at));
    if let Some(cell) = swallowed(header, delimiter, row) {
        let cells = match row.len() {
            1 => "one cell".to_owned(),
            several => format!("{several} cells"),
        };
        let detail = format!("The row has {cells} where the header has {} columns.", header.len());
        let field = missing.cloned();
        return Some(RowFault { field, ..RowFault::row_with(Code::RowTooShort, cell, detail) });
    }
    missing.map(|name| RowFault::missing(Code::RowTooShort, name))
}

/// The cell of a short row that holds what others should: the line stands in quotes as a whole or in
/// part, or is separated otherwise.
fn swallowed<'r>(header: &Header, delimiter: u8, row: &'r Row) -> Option<&'r str> {
    if row.len() >= header.len() {
        return None;
    }
    let alone = row.len() == 1 && header.len() >= ONE_CELL_COLUMNS_MIN;
    if alone && row.cell(0).is_some_and(|cell| !cell.trim().is_empty()) {
        return row.cell(0);
    }
    let missing = header.len() - row.len();
    let most = missing * 2 >= header.len();
    row.cells().find(|cell| {
        let delimiters = |sign: u8| cell.bytes().filter(|byte| *byte == sign).count();
        most && (delimiters(delimiter) >= missing
            || (row.len() == 1 && DELIMITERS.iter().any(|sign| delimiters(*sign) >= missing)))
    })
}
