//! `baton quarantine repair`, `release`, `discard`: for one entry, or for all of one cause.

#[cfg(test)]
mod tests;
mod told;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use domain::QuarantineId;
use domain::fact::{Aggregate, Fact};
use serde::Serialize;
use store::{Position, Read, StoreError};

use super::choose::{Common, meant};
use crate::faces::cli::call::Call;
use crate::faces::cli::ending::{Ending, Failure};
use crate::faces::cli::take_turns::take_turns;
use crate::local::{Request, Response};
use crate::runtime::clock;
use crate::service::act::quarantine::{EntriesChange, EntryDone};

/// Entries of which one request tells.
const AT_ONCE: usize = 1_000;

/// Repair entries with other values or another map
///
/// Each is read again as what comes in is read. Where nothing is wrong with it any more it waits to be
/// released, and with --release it is released at once; else it is kept, with all that is wrong.
#[derive(Args)]
#[command(after_help = "Examples:
  baton quarantine repair q-7f3a --field email --value ada@example.com --release
  baton quarantine repair --reason field-type --set seats=12 --release
  baton quarantine repair --cause decimal-comma --map maps/crm.yaml --release")]
pub(crate) struct Repair {
    /// Their ids, or unique prefixes of them
    #[arg(value_name = "ENTRY")]
    entries: Vec<String>,
    #[command(flatten)]
    common: Common,
    /// A field or column whose value is another
    #[arg(long, value_name = "FIELD", requires = "value")]
    field: Vec<String>,
    /// Its value, one for each field
    #[arg(long, value_name = "VALUE", requires = "field", allow_hyphen_values = true)]
    value: Vec<String>,
    /// A field or column and its value in one
    #[arg(long, value_name = "FIELD=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
    /// All that are open
    #[arg(long)]
    all: bool,
    /// A map in place of the one that was used
    #[arg(long, value_name = "MAP.yaml")]
    map: Option<PathBuf>,
    /// Release the repaired entries, too
    #[arg(long)]
    release: bool,
}

/// Release entries, oldest first
#[derive(Args)]
#[command(after_help = "Examples:
  baton quarantine release q-7f3a
  baton quarantine release --cause id-reused")]
pub(crate) struct Release {
    /// Their ids, or unique prefixes of them
    #[arg(value_name = "ENTRY")]
    entries: Vec<String>,
    #[command(flatten)]
    common: Common,
    /// All that are open
    #[arg(long)]
    all: bool,
}

/// Discard entries and destroy their keys
#[derive(Args)]
#[command(after_help = "Example:
  baton quarantine discard --cause unreadable --source web")]
pub(crate) struct Discard {
    /// Their ids, or unique prefixes of them
    #[arg(value_name = "ENTRY")]
    entries: Vec<String>,
    #[command(flatten)]
    common: Common,
    /// All that are open
    #[arg(long)]
    all: bool,
}

/// What is printed.
#[derive(Serialize)]
struct Report<'a> {
    done: u64,
    kept: u64,
    entries: &'a [EntryDone],
}

pub(super) fn repair(arguments: &Repair, call: &Call) -> Result<Ending, Failure> {
    let Repair { entries, common, map, release, all, .. } = arguments;
    let values = values_of(arguments)?;
    if values.is_empty() && map.is_none() {
        let says = "say what to put in place: --set FIELD=VALUE, --field with --value, or --map";
        return Err(Failure::wrong("repair-unsaid", says));
    }
    let map = map.as_deref().map(|path| map_text(path, call)).transpose()?;
    let reader = call.reader()?;
    let ids = in_first_order(&reader, &meant(&reader, entries, common, *all)?)?;
    let mut mending = Mending::begin(call)?;
    mending.ask(&ids, &EntriesChange::Repair { values, map, release: *release })?;
    mending.end(call)
}

/// Fields and what is put in their places, as --set and --field with --value say.
fn values_of(arguments: &Repair) -> Result<Vec<(String, String)>, Failure> {
    let Repair { field, value, set, .. } = arguments;
    if field.len() != value.len() {
        return Err(Failure::wrong("repair-unsaid", "each --field needs its --value"));
    }
    let mut values: Vec<(String, String)> =
        field.iter().cloned().zip(value.iter().cloned()).collect();
    for said in set {
        let Some((name, value)) = said.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            let says = "--set reads FIELD=VALUE, as in `--set email=ada@example.com`";
            return Err(Failure::wrong("repair-unsaid", says));
        };
        values.push((name.to_owned(), value.to_owned()));
    }
    Ok(values)
}

fn map_text(path: &std::path::Path, call: &Call) -> Result<String, Failure> {
    let text = crate::faces::cli::import::files::map_text(path)?;
    crate::faces::cli::import::files::read_map(path, &text, call)?;
    Ok(text)
}

pub(super) fn release(arguments: &Release, call: &Call) -> Result<Ending, Failure> {
    let Release { entries, common, all } = arguments;
    let reader = call.reader()?;
    let ids = in_first_order(&reader, &meant(&reader, entries, common, *all)?)?;
    let mut mending = Mending::begin(call)?;
    mending.ask(&ids, &EntriesChange::Release)?;
    mending.end(call)
}

pub(super) fn discard(arguments: &Discard, call: &Call) -> Result<Ending, Failure> {
    let Discard { entries, common, all } = arguments;
    let ids = meant(&call.reader()?, entries, common, *all)?;
    let mut mending = Mending::begin(call)?;
    mending.ask(&ids, &EntriesChange::Discard)?;
    mending.end(call)
}

/// Entries as they came: what was held first is let in first, so that of two that say different
/// things the later one counts. A repair moves no entry.
fn in_first_order(
    store: &impl Read,
    entries: &[QuarantineId],
) -> Result<Vec<QuarantineId>, StoreError> {
    if entries.len() < 2 {
        return Ok(entries.to_vec());
    }
    let wanted: BTreeSet<&QuarantineId> = entries.iter().collect();
    let mut ordered = Vec::with_capacity(entries.len());
    for stored in store.history(Aggregate::Quarantine, Position::START, None, None)? {
        for fact in &stored.entry.facts {
            if let Fact::SignalQuarantined { entry, .. } = fact
                && wanted.contains(entry)
            {
                ordered.push(*entry);
            }
        }
    }
    Ok(ordered)
}

/// Requests under way, and what came of the entries so far.
struct Mending {
    executor: crate::local::Executor,
    done: Vec<EntryDone>,
}

impl Mending {
    fn begin(call: &Call) -> Result<Self, Failure> {
        Ok(Self { executor: call.known_executor()?, done: Vec::new() })
    }

    fn ask(&mut self, entries: &[QuarantineId], change: &EntriesChange) -> Result<(), Failure> {
        for some in entries.chunks(AT_ONCE) {
            let (entries, change) = (some.to_vec(), change.clone());
            let request = Request::Entries { entries, change, values_shown: true };
            if let Response::Entries { entries } = self.executor.ask(request, clock::now())? {
                self.done.extend(entries);
            }
        }
        Ok(())
    }

    fn end(mut self, call: &Call) -> Result<Ending, Failure> {
        let turned = take_turns(&mut self.executor, &call.terminal)?;
        self.executor.close()?;
        let kept = self.done.iter().filter(|done| done.reason.is_some()).count() as u64;
        let done = self.done.len() as u64 - kept;
        if call.terminal.json {
            call.terminal.json(&Report { done, kept, entries: &self.done })?;
        } else {
            told::tell(&self.done, kept, &turned, call)?;
        }
        if kept > 0 && done == 0 {
            let says =
                "none of the entries can be let in yet; repairs that were made so far are kept";
            return Err(Failure::unable("entry-unreadable", says));
        }
        Ok(Ending::Done)
    }
}
