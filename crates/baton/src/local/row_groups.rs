//! Rows of a file on their way into the journal, in groups that are small enough for one commit each.

use std::io::Read;

use connectors::import::{FileRefused, FileRows, RowResult};
use domain::signal::SourceName;

use super::packed::{QuarantinedRow, Readable, Row, Rows};

/// Rows that one commit takes in.
const ROWS_AT_ONCE: usize = 800;
/// Bytes of rows that one commit takes in.
const BYTES_AT_ONCE: usize = 8 << 20;

/// The rows of a file, in groups.
pub struct RowGroups<'m, R> {
    rows: FileRows<'m, R>,
    source: SourceName,
    map: String,
    ended: bool,
}

impl<'m, R: Read> RowGroups<'m, R> {
    /// The rows of a file of a source, with the name of the map that reads them again.
    pub const fn new(rows: FileRows<'m, R>, source: SourceName, map: String) -> Self {
        Self { rows, source, map, ended: false }
    }

    /// The next group; none at the end. Each row of it is shown as it is read.
    pub fn next_group(
        &mut self,
        mut show: impl FnMut(&RowResult),
    ) -> Result<Option<Rows>, FileRefused> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while !self.ended && rows.len() < ROWS_AT_ONCE && bytes < BYTES_AT_ONCE {
            let Some(row) = self.rows.next_row()? else {
                self.ended = true;
                break;
            };
            show(&row);
            let row = self.row(row);
            bytes += match &row {
                Row::Signal(read) => 2 * read.raw.len(),
                Row::Held(held) => held.raw.len(),
            };
            rows.push(row);
        }
        if rows.is_empty() {
            return Ok(None);
        }
        Ok(Some(Rows { file: self.name().to_owned(), map: self.map.clone(), rows }))
    }

    /// The file's base name.
    pub fn name(&self) -> &str {
        self.rows.name()
    }

    /// Bytes so far, for progress.
    pub fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }

    fn row(&self, row: RowResult) -> Row {
        match row {
            RowResult::Signal(read) => Row::Signal(Box::new(Readable {
                line: read.line,
                raw: self.rows.raw(),
                afterwards: read.outcome_only,
                source: read.incoming.source,
                content: read.incoming.content,
                body: read.incoming.body,
            })),
            RowResult::Quarantine(held) => Row::Held(Box::new(QuarantinedRow {
                source: self.source.clone(),
                cause: held.code,
                field: held.field,
                line: held.line,
                detail: held.detail,
                source_id: held.source_id,
                key: held.key,
                raw: held.raw,
                cut: held.cut,
            })),
        }
    }
}
