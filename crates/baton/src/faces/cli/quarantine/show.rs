//! `baton quarantine show`: one entry, with its bytes. That they are read is recorded.

use clap::Args;
use domain::QuarantineId;
use domain::fact::{Raw, ReadFor};
use engine::arrived::unpacked;
use serde::Serialize;
use store::{EntryRow, Purpose, Read};

use crate::faces::cli::call::Call;
use crate::faces::cli::ending::{Ending, Failure};
use crate::faces::cli::terminal::TextStyle;
use crate::faces::cli::text::{plain, wrapped};
use crate::local::Request;
use crate::runtime::clock;
use crate::service::act::quarantine::entry::FORMAT;
use crate::service::read::find;

/// The format of an entry whose signal does not open: its bytes say only where it stands.
const UNOPENED: &str = "unopened";
/// Bytes that are shown.
const SHOWN_MAX: usize = 16 * 1024;

/// Show an entry with its bytes; that they are read is recorded
#[derive(Args)]
#[command(after_help = "Example:
  baton quarantine show q-7f3a")]
pub(crate) struct Arguments {
    /// Its id, or any unique prefix of it
    #[arg(value_name = "ENTRY")]
    entry: String,
}

/// An entry as it is printed.
#[derive(Serialize)]
struct Shown<'a> {
    id: QuarantineId,
    source: &'a str,
    file: Option<&'a str>,
    line: Option<u64>,
    reason: domain::reason::Code,
    field: Option<&'a str>,
    since: domain::Moment,
    state: &'static str,
    detail: &'a str,
    format: &'a str,
    source_id: Option<&'a str>,
    raw: String,
    cut: bool,
    repairs: Vec<Put<'a>>,
    import: Option<domain::ImportId>,
    signal: Option<domain::SignalId>,
}

/// A value that a person put in place.
#[derive(Serialize)]
struct Put<'a> {
    field: &'a str,
    value: &'a str,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let entry = find::entry(&reader, &arguments.entry)?;
    let no_entry = || Failure::wrong("unknown-id", "there is no such entry");
    let row = reader.entry(entry)?.ok_or_else(no_entry)?;
    let mut executor = call.known_executor()?;
    let purpose = ReadFor::View.to_string();
    let disclose =
        Request::Disclose { purpose, reason: None, account: None, entry: Some(entry), nodes: 1 };
    executor.ask(disclose, clock::now())?;
    executor.close()?;
    let raw = reader.raw(entry, &Purpose::VIEW)?;
    let Some(raw) = raw else {
        let says = "its bytes were erased with somebody whom they named";
        return Err(Failure::unable("entry-closed", says));
    };
    let shown = shown(&row, &raw);
    if call.terminal.json {
        call.terminal.json(&shown)?;
    } else {
        tell(&shown, call)?;
    }
    Ok(Ending::Done)
}

fn shown<'a>(row: &'a EntryRow, raw: &'a Raw) -> Shown<'a> {
    Shown {
        id: row.entry,
        source: row.source.as_str(),
        file: raw.file.as_deref(),
        line: row.line,
        reason: row.cause,
        field: row.field.as_deref(),
        since: row.since,
        state: row.state.as_str(),
        detail: if raw.detail.is_empty() { row.cause.says() } else { &raw.detail },
        format: &raw.format,
        source_id: raw.source_id.as_deref(),
        raw: readable(raw),
        cut: raw.cut,
        repairs: raw.repairs.iter().map(|(field, value)| Put { field, value }).collect(),
        import: row.import,
        signal: row.signal,
    }
}

/// The bytes as people read them. A signal that was read before it was held is stored in a form of our
/// own: what it says is shown instead, a line for each name.
fn readable(raw: &Raw) -> String {
    if raw.format == UNOPENED {
        return String::new();
    }
    let Some((_, content)) = unpacked(&raw.bytes, &raw.repairs).filter(|_| raw.format == FORMAT)
    else {
        return String::from_utf8_lossy(&raw.bytes).into_owned();
    };
    let mut lines = vec![format!("kind: {}", content.kind), format!("id: {}", content.source_id)];
    lines.extend(content.occurred.map(|occurred| format!("occurred: {occurred}")));
    for identifier in &content.subject {
        lines.push(format!("subject.{}: {}", identifier.kind.name(), identifier.value));
    }
    let line = |(name, value): (&domain::Text, &domain::Value)| format!("{name}: {value}");
    lines.extend(content.fields.iter().map(line));
    lines.join("\n")
}

fn tell(shown: &Shown<'_>, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    let head = terminal.styled(TextStyle::Amber, &format!("{} {}", shown.reason, shown.state));
    terminal
        .line(&format!("{head}  {}", terminal.styled(TextStyle::Dim, &shown.id.to_string())))?;
    for line in wrapped(&plain(shown.detail), call.terminal.columns(), "") {
        terminal.line(&line)?;
    }
    let file = shown.file.map(plain).unwrap_or_default();
    let place = shown.line.map_or_else(|| file.clone(), |line| format!("{file}:{line}"));
    terminal.line(&format!("from {} {place} since {}", shown.source, shown.since))?;
    for put in &shown.repairs {
        terminal.line(&format!("repaired {} = {}", plain(put.field), plain(put.value)))?;
    }
    terminal.line("")?;
    for line in shown.raw.chars().take(SHOWN_MAX).collect::<String>().lines() {
        terminal.line(&format!("  {}", plain(line)))?;
    }
    if shown.cut || shown.raw.len() > SHOWN_MAX {
        terminal.line("  … the rest is not shown")?;
    }
    Ok(())
}
