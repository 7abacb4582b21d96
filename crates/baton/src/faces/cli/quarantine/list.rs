//! `baton quarantine list`: by cause for people, one by one for programs.

use std::collections::BTreeMap;

use clap::Args;
use domain::reason::Code;
use domain::{Moment, QuarantineId};
use serde::Serialize;

use store::EntryRow;
use store::sqlite::Reader;

use super::choose::{Common, file_of};
use crate::faces::cli::call::Call;
use crate::faces::cli::ending::{Ending, Failure};
use crate::faces::cli::terminal::TextStyle;
use crate::faces::cli::text::{columns, count, counted, cut, thousands, wrapped};

/// List quarantined entries, grouped by cause
#[derive(Args)]
#[command(after_help = "Examples:
  baton quarantine list
  baton quarantine list --cause decimal-comma --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Those that were released, discarded or erased, too
    #[arg(long)]
    all: bool,
}

/// An entry as it is printed.
#[derive(Serialize)]
struct Listed<'a> {
    id: QuarantineId,
    source: &'a str,
    file: Option<String>,
    line: Option<u64>,
    reason: Code,
    field: Option<&'a str>,
    since: Moment,
    state: &'static str,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let entries = arguments.common.entries(&reader, arguments.all)?;
    if call.terminal.json {
        let listed: Result<Vec<Listed<'_>>, Failure> =
            entries.iter().map(|row| listed(row, &reader)).collect();
        call.terminal.json(&listed?)?;
    } else {
        tell(&entries, &reader, call)?;
    }
    Ok(Ending::Done)
}

fn listed<'a>(row: &'a EntryRow, reader: &Reader) -> Result<Listed<'a>, Failure> {
    Ok(Listed {
        id: row.entry,
        source: row.source.as_str(),
        file: file_of(reader, row)?,
        line: row.line,
        reason: row.cause,
        field: row.field.as_deref(),
        since: row.since,
        state: row.state.as_str(),
    })
}

/// Entries of one cause about one field of one source: what one repair may free.
type Groups<'a> = BTreeMap<(Code, Option<&'a str>, &'a str), Vec<&'a EntryRow>>;

fn tell(entries: &[EntryRow], reader: &Reader, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    if entries.is_empty() {
        terminal.line("nothing is held")?;
        return Ok(());
    }
    let mut groups = Groups::new();
    for row in entries {
        let key = (row.cause, row.field.as_deref(), row.source.as_str());
        groups.entry(key).or_default().push(row);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, entries)| std::cmp::Reverse(entries.len()));
    let open = entries.iter().filter(|row| row.state.is_open()).count();
    let closed = match entries.len() - open {
        0 => String::new(),
        closed => format!("; {} closed", counted(closed as u64, "is", "are")),
    };
    terminal.line(&format!(
        "{} held{closed}, for {}",
        counted(open as u64, "entry is", "entries are"),
        count(groups.len() as u64, "cause")
    ))?;
    for ((cause, field, source), entries) in &groups {
        tell_group((*cause, *field, source), entries, reader, call)?;
    }
    let open = groups.iter().find_map(|((cause, field, _), entries)| {
        let first = entries.iter().find(|row| row.state.is_open())?;
        Some((*cause, *field, first))
    });
    if let Some((cause, field, first)) = open {
        terminal.line("")?;
        let in_a_file = file_of(reader, first)?.is_some();
        let next = next(cause, field, first, in_a_file);
        terminal.line(&terminal.styled(TextStyle::Dim, &next))?;
    }
    Ok(())
}

/// What frees most: a map reads rows of files again, two bodies of one id are both real, and
/// everything else takes a value. It stays on one line, so that it can be copied.
fn next(cause: Code, field: Option<&str>, first: &EntryRow, in_a_file: bool) -> String {
    let entry = first.entry;
    match (field, in_a_file) {
        _ if cause == Code::IdReused => {
            format!("next: both bodies are real: `baton quarantine release --cause {cause}`")
        }
        (field, true) => {
            let about = field.map_or_else(String::new, |field| format!(" --about {}", word(field)));
            format!(
                "next: mend the map and run `baton quarantine repair --cause {cause}{about} --map MAP.yaml --release`"
            )
        }
        (Some(field), false) => format!(
            "next: `baton quarantine repair {entry} --field {} --value VALUE --release`",
            word(field)
        ),
        (None, false) => format!("next: `baton quarantine show {entry}`"),
    }
}

/// A name as a shell takes it for one word.
fn word(name: &str) -> String {
    let name = cut(name, 40);
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
    if name.chars().all(plain) { name } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

fn tell_group(
    (cause, field, source): (Code, Option<&str>, &str),
    entries: &[&EntryRow],
    reader: &Reader,
    call: &Call,
) -> Result<(), Failure> {
    const SHOWN: usize = 3;
    let terminal = &call.terminal;
    terminal.line("")?;
    let about = field.map_or_else(String::new, |field| format!(" in `{}`", cut(field, 40)));
    let head = format!("{} {cause}{about}, from {source}", thousands(entries.len() as u64));
    terminal.line(&terminal.styled(TextStyle::Bold, &head))?;
    for line in wrapped(&format!("  {}", cause.says()), call.terminal.columns(), "  ") {
        terminal.line(&line)?;
    }
    let shown = entries.iter().take(SHOWN).map(|entry| row(entry, reader, call));
    let rows: Result<Vec<Vec<String>>, Failure> = shown.collect();
    for line in columns(&rows?, &[]) {
        terminal.line(&line)?;
    }
    if entries.len() > SHOWN {
        terminal.line(&format!("  and {} more", thousands((entries.len() - SHOWN) as u64)))?;
    }
    Ok(())
}

fn row(row: &EntryRow, reader: &Reader, call: &Call) -> Result<Vec<String>, Failure> {
    let place = match (&file_of(reader, row)?, row.line) {
        (Some(file), Some(line)) => format!("{}:{line}", cut(file, 48)),
        (Some(file), None) => cut(file, 48),
        (None, _) => String::new(),
    };
    let since = format!("since {:.16}", row.since.to_string());
    let id = call.terminal.styled(TextStyle::Dim, &row.entry.to_string());
    Ok(vec![format!("  {place}"), row.state.as_str().to_owned(), since, id])
}
