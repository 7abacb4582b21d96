//! A list on standard output: an object a line with `--json`, else a table that fits.

use serde::Serialize;

use super::call::Call;
use super::ending::Failure;
use super::terminal::TextStyle;
use super::text::fitted;

/// What a list looks like.
pub(super) struct Table<'a> {
    /// The heads of its columns.
    pub(super) head: &'a [&'a str],
    /// The columns of numbers.
    pub(super) right: &'a [usize],
    /// What is said where there are no rows.
    pub(super) none: &'a str,
}

/// Prints rows, as JSON where that is asked for.
pub(super) fn print<T: Serialize>(
    rows: &[T],
    table: &Table<'_>,
    cells: impl Fn(&T) -> Vec<String>,
    call: &Call,
) -> Result<(), Failure> {
    if call.terminal.json {
        for row in rows {
            call.terminal.json(row)?;
        }
        return Ok(());
    }
    print_table(rows, table, cells, call)
}

/// Prints rows for people.
pub(super) fn print_table<T>(
    rows: &[T],
    table: &Table<'_>,
    cells: impl Fn(&T) -> Vec<String>,
    call: &Call,
) -> Result<(), Failure> {
    let Table { head, right, none } = *table;
    if rows.is_empty() {
        return Ok(call.terminal.line(none)?);
    }
    let head = head.iter().map(|word| call.terminal.styled(TextStyle::Dim, word)).collect();
    let table: Vec<Vec<String>> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    for line in fitted(&table, right, call.terminal.columns()) {
        call.terminal.line(&line)?;
    }
    Ok(())
}
