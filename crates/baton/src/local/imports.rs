//! Imports: what makes two the same, and what is recorded: that one begins, and what became of its rows.

use crank::Crank;
use domain::fact::{By, ImportedRows, Note};
use domain::signal::SourceName;
use domain::{ImportId, Moment};
use engine::event::ImportRecord;
use store::sqlite::SqliteStore;

use super::group::group;
use super::refusal::Refusal;
use super::request::ImportTold;
use crate::auth::credential::Credential;

/// The same map over files of the same names and contents is the same import.
pub fn import_id<'f>(
    map: &str,
    files: impl IntoIterator<Item = (&'f str, &'f [u8; 32])>,
) -> ImportId {
    let files = files.into_iter().flat_map(|(name, contents)| [name.as_bytes(), contents]);
    let parts: Vec<&[u8]> = std::iter::once(map.as_bytes()).chain(files).collect();
    ImportId::caused_by(&parts)
}

/// Records it, in a group of its own.
pub(super) fn record(
    crank: &mut Crank<SqliteStore>,
    told: ImportTold,
    now: Moment,
) -> Result<(), Refusal> {
    let ImportTold { import, source, map, files, rows, names, by } = told;
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
    let by = by.map_or(By::Operator, Credential::by);
    let record = ImportRecord { import, source, map, files, by, rows, names };
    Ok(group(crank, |crank| crank.record_import(record, now))?)
}
