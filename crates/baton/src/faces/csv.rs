//! Tables as CSV: RFC 4180, and no cell that a spreadsheet would run.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// A table as it is written.
#[derive(Debug)]
pub(in crate::faces) struct Csv(String);

impl Csv {
    /// A table with these columns.
    pub(in crate::faces) fn new(columns: &[&str]) -> Self {
        let mut csv = Self(String::new());
        csv.row(columns.iter().copied());
        csv
    }

    /// One more row.
    pub(in crate::faces) fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, text: &str) {
        // What begins like this is a formula for spreadsheets, wherever it came from.
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if !formula && !text.contains([',', '"', '\n', '\r']) {
            self.0.push_str(text);
            return;
        }
        self.0.push('"');
        if formula {
            self.0.push('\'');
        }
        for part in text.split_inclusive('"') {
            self.0.push_str(part);
            if part.ends_with('"') {
                self.0.push('"');
            }
        }
        self.0.push('"');
    }

    /// The answer with the whole table, to be kept as a file of this name, which is ours.
    pub(in crate::faces) fn answer(self, name: &str) -> Response {
        let kept = format!("attachment; filename=\"{name}.csv\"");
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, kept),
        ];
        (headers, self.0).into_response()
    }
}

#[cfg(test)]
mod tests;
