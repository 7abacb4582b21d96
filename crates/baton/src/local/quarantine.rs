//! What a person does with entries of the quarantine: one, several, or a whole cause.

use std::collections::BTreeMap;

use crank::{Crank, CrankError, IntakeOutcome, Repair};
use domain::signal::SourceName;
use domain::{Moment, QuarantineId};
use store::sqlite::SqliteStore;

use super::group::group;
use super::maps::{self, MAP_FIELD};
use super::refusal::Refusal;
use super::request::EntryDone;
use super::reread::RereadSources;
use crate::runtime::settings::SourceSettings;

/// Entries that one group takes.
const AT_ONCE: usize = 200;

/// Puts values, or another map, in place of what entries hold.
pub(super) fn repair(
    crank: &mut Crank<SqliteStore>,
    entries: &[QuarantineId],
    values: &[(String, String)],
    map: Option<&str>,
    now: Moment,
) -> Result<Vec<EntryDone>, Refusal> {
    let mut repairs: Vec<Repair> = values
        .iter()
        .map(|(field, value)| Repair { field: field.clone(), value: value.clone() })
        .collect();
    if let Some(text) = map {
        let value = maps::keep(crank, text)?;
        repairs.push(Repair { field: MAP_FIELD.to_owned(), value });
    }
    let mut done = Vec::new();
    for some in entries.chunks(AT_ONCE) {
        group(crank, |crank| -> Result<(), Refusal> {
            for entry in some {
                let repaired = crank.repair(*entry, &repairs, now);
                done.push(told(*entry, repaired.map(|()| "repaired"))?);
            }
            Ok(())
        })?;
    }
    Ok(done)
}

/// Lets entries in, in the order given.
pub(super) fn release(
    crank: &mut Crank<SqliteStore>,
    entries: &[QuarantineId],
    sources: &BTreeMap<SourceName, SourceSettings>,
    now: Moment,
) -> Result<Vec<EntryDone>, Refusal> {
    let mut done = Vec::new();
    for some in entries.chunks(AT_ONCE) {
        let again = RereadSources::gather(crank.store(), some, sources)?;
        for entry in some {
            done.push(release_one(crank, *entry, &again, now)?);
        }
    }
    Ok(done)
}

/// Each entry in a group of its own: one that cannot be read yet takes nothing back of the others.
fn release_one(
    crank: &mut Crank<SqliteStore>,
    entry: QuarantineId,
    again: &RereadSources<'_>,
    now: Moment,
) -> Result<EntryDone, Refusal> {
    let released =
        group(crank, |crank| crank.release(entry, &|row, raw| again.read(row, raw), now));
    match released {
        Ok((signal, outcome)) => {
            let result = match outcome {
                IntakeOutcome::Accepted => "released",
                IntakeOutcome::Duplicate => "duplicate",
                IntakeOutcome::Quarantined => "kept",
            };
            let result = result.to_owned();
            Ok(EntryDone { id: entry, result, signal: Some(signal), reason: None })
        }
        Err(error) => told(entry, Err(error)),
    }
}

/// Throws entries away.
pub(super) fn discard(
    crank: &mut Crank<SqliteStore>,
    entries: &[QuarantineId],
    now: Moment,
) -> Result<Vec<EntryDone>, Refusal> {
    let mut done = Vec::new();
    for some in entries.chunks(AT_ONCE) {
        group(crank, |crank| -> Result<(), Refusal> {
            for entry in some {
                done.push(told(*entry, crank.discard(*entry, now).map(|()| "discarded"))?);
            }
            Ok(())
        })?;
    }
    Ok(done)
}

/// What is no accident of the store is told of its entry; the store's own troubles end it all.
fn told(entry: QuarantineId, result: Result<&str, CrankError>) -> Result<EntryDone, Refusal> {
    match result {
        Ok(result) => {
            Ok(EntryDone { id: entry, result: result.to_owned(), signal: None, reason: None })
        }
        Err(CrankError::Store(error)) => Err(error.into()),
        Err(error) => {
            let (result, reason) = ("kept".to_owned(), Some(error.to_string()));
            Ok(EntryDone { id: entry, result, signal: None, reason })
        }
    }
}
