//! What is done with entries of the quarantine: one, several, or a whole cause.

use std::collections::BTreeMap;

use crank::{Crank, CrankError, Disclosure, EntryFault, IntakeOutcome, Repair, Repaired, in_words};
use domain::fact::{By, ReadFor, ReadOf};
use domain::handoff::Actor;
use domain::signal::SourceName;
use domain::{Moment, QuarantineId};
use store::sqlite::SqliteStore;

use super::done::{EntryDone, FaultDone};
use super::reread::RereadSources;
use super::wanted::EntriesChange;
use crate::config::resolved::SourceSettings;
use crate::service::act::Undone;
use crate::service::group::group;
use crate::service::kept_maps::{self, MAP_FIELD};
use crate::service::setback::Setback;

/// Entries that one group takes.
const AT_ONCE: usize = 1_000;

/// Does something to entries, in the order given, and tells what came of each.
pub fn perform(
    crank: &mut Crank<SqliteStore>,
    entries: &[QuarantineId],
    change: &EntriesChange,
    sources: &BTreeMap<SourceName, SourceSettings>,
    now: Moment,
) -> Result<Vec<EntryDone>, Undone> {
    let again = RereadSources::new(sources);
    match change {
        EntriesChange::Repair { values, map, release: lets_in } => {
            let mut done = repair(crank, entries, (values, map.as_deref()), &again, now)?;
            if *lets_in {
                let is_ready = |done: &&EntryDone| done.reason.is_none();
                let ready: Vec<_> = done.iter().filter(is_ready).map(|done| done.id).collect();
                done.retain(|done| done.reason.is_some());
                done.extend(release(crank, &ready, &again, now)?);
            }
            Ok(done)
        }
        EntriesChange::Release => release(crank, entries, &again, now),
        EntriesChange::Discard => discard(crank, entries, now),
    }
}

/// Puts values, or another map, in place of what entries hold, and reads them again.
fn repair(
    crank: &mut Crank<SqliteStore>,
    entries: &[QuarantineId],
    (values, map): (&[(String, String)], Option<&str>),
    again: &RereadSources<'_>,
    now: Moment,
) -> Result<Vec<EntryDone>, Undone> {
    if values.iter().any(|(field, _)| field == MAP_FIELD) {
        let says = "another map is given with `--map`, not as a field";
        return Err(Setback::refused(422, "repair-unsaid", says).into());
    }
    let given = values.iter();
    let mut values: Vec<Repair> =
        given.map(|(field, value)| Repair { field: field.clone(), value: value.clone() }).collect();
    if let Some(text) = map {
        let value = kept_maps::keep(crank, text)?;
        values.push(Repair { field: MAP_FIELD.to_owned(), value });
    }
    let mut done = Vec::with_capacity(entries.len());
    for some in entries.chunks(AT_ONCE) {
        in_groups(crank, some, &mut done, &mut |crank, entry| {
            let read = |store: &SqliteStore, row: &_, raw: &_| again.read(store, row, raw);
            crank.repair(entry, &values, &read, now).map(|repaired| told_repaired(entry, repaired))
        })?;
    }
    Ok(done)
}

fn told_repaired(entry: QuarantineId, repaired: Repaired) -> EntryDone {
    match repaired {
        Repaired::Ready => EntryDone::of(entry, "repaired"),
        Repaired::StillHeld(faults) => {
            let cause = faults.first().map(|fault| fault.code.as_str().to_owned());
            EntryDone { cause, ..still_held(entry, &faults) }
        }
        Repaired::Refused(faults) => still_held(entry, &faults),
    }
}

fn still_held(entry: QuarantineId, faults: &[EntryFault]) -> EntryDone {
    let told = |fault: &EntryFault| FaultDone {
        reason: fault.code.as_str().to_owned(),
        field: fault.field.clone(),
        value: fault.value.clone(),
        says: fault.says.clone(),
    };
    let faults_done = faults.iter().map(told).collect();
    let reason = Some(in_words(faults));
    EntryDone { reason, faults: faults_done, ..EntryDone::of(entry, "kept") }
}

/// Lets entries in, in the order given.
fn release(
    crank: &mut Crank<SqliteStore>,
    entries: &[QuarantineId],
    again: &RereadSources<'_>,
    now: Moment,
) -> Result<Vec<EntryDone>, Undone> {
    let mut done = Vec::with_capacity(entries.len());
    for some in entries.chunks(AT_ONCE) {
        in_groups(crank, some, &mut done, &mut |crank, entry| {
            let read = |store: &SqliteStore, row: &_, raw: &_| again.read(store, row, raw);
            let (signal, outcome) = crank.release(entry, &read, now)?;
            let result = match outcome {
                IntakeOutcome::Accepted => "released",
                IntakeOutcome::Duplicate => "duplicate",
                IntakeOutcome::Quarantined => "kept",
            };
            Ok(EntryDone { signal: Some(signal), ..EntryDone::of(entry, result) })
        })?;
    }
    Ok(done)
}

/// Throws entries away.
fn discard(
    crank: &mut Crank<SqliteStore>,
    entries: &[QuarantineId],
    now: Moment,
) -> Result<Vec<EntryDone>, Undone> {
    let mut done = Vec::with_capacity(entries.len());
    for some in entries.chunks(AT_ONCE) {
        in_groups(crank, some, &mut done, &mut |crank, entry| {
            crank.discard(entry, now)?;
            Ok(EntryDone::of(entry, "discarded"))
        })?;
    }
    Ok(done)
}

/// Does something to entries, many in a group. Where one fails after something of it was written, the
/// group is taken back and tried again in halves, so that it holds up nothing: it is told of the entry.
/// The store's own troubles end it all, but for what belongs to one entry and does not open.
fn in_groups(
    crank: &mut Crank<SqliteStore>,
    entries: &[QuarantineId],
    done: &mut Vec<EntryDone>,
    each: &mut impl FnMut(&mut Crank<SqliteStore>, QuarantineId) -> Result<EntryDone, CrankError>,
) -> Result<(), Undone> {
    let grouped = group(crank, |crank| {
        let told = entries.iter().map(|entry| match each(crank, *entry) {
            Err(error) if wrote_nothing(&error) => Ok(told(*entry, &error)),
            done => done,
        });
        told.collect::<Result<Vec<EntryDone>, CrankError>>()
    });
    match (grouped, entries) {
        (Ok(told), _) => done.extend(told),
        (Err(error @ CrankError::Store(_)), _) if !error.is_damage() => return Err(error.into()),
        (Err(error), [one]) => done.push(told(*one, &error)),
        (Err(_), _) => {
            let (first, second) = entries.split_at(entries.len() / 2);
            in_groups(crank, first, done, each)?;
            in_groups(crank, second, done, each)?;
        }
    }
    Ok(())
}

/// Whether the crank looked at an entry and left it alone, so that the rest of its group can go on.
const fn wrote_nothing(error: &CrankError) -> bool {
    matches!(error, CrankError::StillHeld(_) | CrankError::EntryClosed(_) | CrankError::NoEntry(_))
}

fn told(entry: QuarantineId, error: &CrankError) -> EntryDone {
    if let CrankError::StillHeld(faults) = error {
        return still_held(entry, faults);
    }
    EntryDone { reason: Some(error.to_string()), ..EntryDone::of(entry, "kept") }
}

/// Before values that stand in entries are shown on the terminal of the machine, it is recorded that they
/// are. What cannot be recorded, or is for nobody there, is not shown.
pub fn show_values(
    crank: &mut Crank<SqliteStore>,
    entries: &mut [EntryDone],
    wanted: bool,
    now: Moment,
) {
    let holds = |done: &EntryDone| done.faults.iter().any(|fault| fault.value.is_some());
    let seen: Vec<QuarantineId> =
        entries.iter().filter(|done| holds(done)).map(|done| done.id).collect();
    let of = match seen.as_slice() {
        [] => return,
        [one] => ReadOf::Entry(*one),
        [_, ..] => ReadOf::Everybody,
    };
    let disclosure = Disclosure {
        reader: By::Operator,
        purpose: ReadFor::View,
        reason: None,
        of,
        nodes: seen.len() as u64,
        actor: Actor::Operator,
    };
    if wanted && crank.record_disclosure(&disclosure, now).is_ok() {
        return;
    }
    for fault in entries.iter_mut().flat_map(|done| &mut done.faults) {
        fault.value = None;
    }
}
