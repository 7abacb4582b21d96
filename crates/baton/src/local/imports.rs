//! Imports: what makes two the same, and what is recorded: that one begins, what became of its rows, and
//! that it is taken back.

use std::collections::BTreeSet;

use crank::{Crank, UndoOrder, UndoProgress};
use domain::fact::{By, ImportedRows, Note};
use domain::signal::SourceName;
use domain::{ImportId, Moment};
use engine::event::ImportRecord;
use store::sqlite::SqliteStore;

use super::refusal::Refusal;
use super::request::{ImportTold, Response, UndoneTold};
use crate::auth::credential::Credential;
use crate::service::group::group;

/// The same map over files of the same names and contents is the same import, unless it was taken back: then
/// the repeat is another one.
pub fn import_id(map: &str, files: &[(&str, &[u8; 32])], undone: &BTreeSet<ImportId>) -> ImportId {
    let files = files.iter().flat_map(|(name, contents)| [name.as_bytes(), *contents]);
    let parts: Vec<&[u8]> = std::iter::once(map.as_bytes()).chain(files).collect();
    let mut id = ImportId::caused_by(&parts);
    while undone.contains(&id) {
        id = ImportId::caused_by(&[b"again", id.bytes()]);
    }
    id
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

/// Takes an import back as far as does not hold up others for long. It is asked for until it is done.
pub(super) fn undo(
    crank: &mut Crank<SqliteStore>,
    order: &UndoOrder,
    is_dry_run: bool,
    now: Moment,
) -> Result<Response, Refusal> {
    let undone = match crank.undo_import(order, is_dry_run, now)? {
        UndoProgress::UnderWay => None,
        UndoProgress::Done(counts) => Some(UndoneTold::of(order.import, counts)),
    };
    Ok(Response::Undone { undone })
}
