//! Rows of an import on their way into the folder: a group of them is one commit.

use crank::{Crank, CrankError, IntakeItem, IntakeOutcome};
use domain::fact::Raw;
use domain::signal::Incoming;
use domain::{ImportId, Moment};
use store::sqlite::SqliteStore;

use super::outcome;
use super::packed::{QuarantinedRow, Readable, Row, Rows};
use super::request::Tally;
use crate::service::kept_maps::format_of;

/// Takes rows in, within an open group.
pub(super) fn take(
    crank: &mut Crank<SqliteStore>,
    rows: &Rows,
    import: ImportId,
    now: Moment,
) -> Result<Tally, CrankError> {
    let mut tally = Tally::default();
    for row in &rows.rows {
        let outcome = match row {
            Row::Signal(read) => take_read(crank, rows, read, import, now, &mut tally)?,
            Row::Held(held) => quarantine_held(crank, rows, held, import, now)?,
        };
        match outcome {
            IntakeOutcome::Accepted => tally.accepted += 1,
            IntakeOutcome::Duplicate => tally.duplicates += 1,
            IntakeOutcome::Quarantined => tally.quarantined += 1,
        }
    }
    Ok(tally)
}

fn take_read(
    crank: &mut Crank<SqliteStore>,
    rows: &Rows,
    read: &Readable,
    import: ImportId,
    now: Moment,
    tally: &mut Tally,
) -> Result<IntakeOutcome, CrankError> {
    let incoming =
        Incoming { source: read.source.clone(), content: read.content.clone(), body: read.body };
    let raw = || Raw {
        bytes: read.raw.clone(),
        file: Some(rows.file.clone()),
        detail: String::new(),
        format: format_of(&rows.map),
        origin: read.content.origin.to_string(),
        source_id: Some(read.content.source_id.to_string()),
        cut: false,
        repairs: Vec::new(),
    };
    let offer = IntakeItem::Signal { incoming: &incoming, raw: &raw, line: Some(read.line) };
    let offered = crank.accept(&offer, Some(import), now)?;
    if let Some(position) = offered.position {
        if outcome::speaks_of_a_handoff(&incoming.content) {
            crank.done(position)?;
            if !outcome::record(crank, &incoming.source, &incoming.content, now)? {
                tally.unfit += 1;
            }
        } else if read.afterwards {
            crank.done(position)?;
        }
    }
    Ok(offered.outcome)
}

fn quarantine_held(
    crank: &mut Crank<SqliteStore>,
    rows: &Rows,
    held: &QuarantinedRow,
    import: ImportId,
    now: Moment,
) -> Result<IntakeOutcome, CrankError> {
    let raw = Raw {
        bytes: held.raw.clone(),
        file: Some(rows.file.clone()),
        detail: held.detail.clone(),
        format: format_of(&rows.map),
        origin: held.source.as_str().to_owned(),
        source_id: held.source_id.clone(),
        cut: held.cut,
        repairs: Vec::new(),
    };
    let offer = IntakeItem::Rejected {
        source: &held.source,
        cause: held.cause,
        field: held.field.as_deref(),
        raw: &raw,
        line: Some(held.line),
        item: &held.key,
    };
    Ok(crank.accept(&offer, Some(import), now)?.outcome)
}
