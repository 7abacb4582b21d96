//! What is recorded of imports: that one begins, and what became of its rows.

use crank::Crank;
use domain::Moment;
use domain::fact::{By, ImportedRows, Note};
use domain::signal::SourceName;
use engine::event::ImportRecord;
use store::sqlite::SqliteStore;

use super::group::group;
use super::refusal::Refusal;
use super::request::ImportTold;

/// Records it, in a group of its own.
pub(super) fn record(
    crank: &mut Crank<SqliteStore>,
    told: ImportTold,
    now: Moment,
) -> Result<(), Refusal> {
    let ImportTold { import, source, map, files, rows, names } = told;
    let unknown = |_| Refusal::wrong("unknown-source", "an import is of a source with a name");
    let source = SourceName::new(&source).map_err(unknown)?;
    let rows = rows.map(|rows| ImportedRows {
        read: rows.read,
        accepted: rows.accepted,
        duplicates: rows.duplicates,
        quarantined: rows.quarantined,
    });
    // A name with a line's end in it is still one name.
    let lines: Vec<String> = names.iter().map(|name| name.replace(['\r', '\n'], " ")).collect();
    let names = (!lines.is_empty()).then(|| Note::new(lines.join("\n").into_bytes()));
    let record = ImportRecord { import, source, map, files, by: By::Operator, rows, names };
    Ok(group(crank, |crank| crank.record_import(record, now))?)
}
