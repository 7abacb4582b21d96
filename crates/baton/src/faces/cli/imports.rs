//! `baton imports`: what was imported, when, with which map, and what became of it.

use clap::Args;
use domain::ImportId;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::several_begin_so;
use super::terminal::TextStyle;
use super::text::{columns, count, cut, minute, plain, thousands};
use crate::service::read::caused::{Caused, ImportDetail, caused};
use crate::service::read::imports::{ListedImport, imports};

/// So many characters of a name are shown.
const NAME_CHARS: usize = 40;

/// List imports, the latest first; or one of them, with what it caused
///
/// An import that is run again, because it was interrupted or to be sure, is one import. One that was
/// interrupted is simply run again: rows that are there are duplicates.
#[derive(Args)]
#[command(after_help = "Examples:
  baton imports
  baton imports --json
  baton imports i-7f3a
  baton quarantine list --import i-7f3a")]
pub(super) struct Arguments {
    /// One import: who was touched by it, and which handoffs began with it
    #[arg(value_name = "IMPORT")]
    import: Option<String>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let listed = imports(&reader, &call.data)?;
    if let Some(typed) = &arguments.import {
        let import = find(listed, typed)?;
        let caused = caused(&reader, &import)?;
        return detail(ImportDetail { import, caused }, call);
    }
    if call.terminal.json {
        for import in &listed {
            call.terminal.json(import)?;
        }
        return Ok(Ending::Done);
    }
    if listed.is_empty() {
        call.terminal.line("Nothing was imported.")?;
    }
    for import in &listed {
        tell(import, call)?;
    }
    Ok(Ending::Done)
}

/// The import that was typed, by any prefix of its id that no other has.
pub(super) fn find(listed: Vec<ListedImport>, typed: &str) -> Result<ListedImport, Failure> {
    let (first, last) =
        ImportId::prefix(typed).map_err(|error| Failure::wrong("unknown-id", error.to_string()))?;
    let mut found: Vec<ListedImport> = listed
        .into_iter()
        .filter(|listed| (first..=last).contains(listed.import.bytes()))
        .collect();
    if found.len() > 1 {
        let several: Vec<ImportId> = found.iter().map(|listed| listed.import).collect();
        return Err(several_begin_so(&several));
    }
    let Some(one) = found.pop() else {
        let help = vec!["`baton imports` lists them".to_owned()];
        let says = format!("there is no import `{typed}`");
        return Err(Failure::wrong("unknown-id", says).with_help(help));
    };
    Ok(one)
}

fn detail(told: ImportDetail, call: &Call) -> Result<Ending, Failure> {
    if call.terminal.json {
        call.terminal.json(&told)?;
        return Ok(Ending::Done);
    }
    tell(&told.import, call)?;
    let Caused { signals, people, accounts, handoffs, open, accepted, listed } = told.caused;
    let row = |name: &str, number: u64| vec![format!("  {name}"), thousands(number)];
    let rows = [
        row("signals that it brought", signals),
        row("people", people),
        row("accounts", accounts),
        row("handoffs that began with it", handoffs),
        row("open", open),
        row("accepted", accepted),
    ];
    call.terminal.line("What it caused:")?;
    for line in columns(&rows, &[1]) {
        call.terminal.line(&line)?;
    }
    let told = listed.len() as u64;
    for handoff in listed {
        call.terminal.line(&format!("  {}  {}  {}", handoff.id, handoff.state, handoff.owner))?;
    }
    if open > told {
        call.terminal.line(&format!("  and {} more", thousands(open - told)))?;
    }
    Ok(Ending::Done)
}

fn tell(import: &ListedImport, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    let id = terminal.styled(TextStyle::Bold, &import.import.to_string());
    let runs = match import.runs {
        0 | 1 => String::new(),
        runs => format!(", {}", count(runs, "run")),
    };
    terminal.line(&format!("{id}  {}{runs}", import.state.as_str()))?;
    let map = import.map.as_deref().map(|map| format!(", map {}", cut(&plain(map), NAME_CHARS)));
    let when = minute(import.when);
    let source = format!("{}{}", import.source, map.unwrap_or_default());
    terminal.line(&format!("  {when} by {}, source {source}", import.by))?;
    for name in &import.files {
        terminal.line(&format!("  {}", cut(&plain(name), NAME_CHARS)))?;
    }
    let row = |name: &str, number: u64| vec![format!("  {name}"), thousands(number)];
    let rows = [
        row("read", import.read),
        row("accepted", import.accepted),
        row("duplicates", import.duplicates),
        row("quarantined", import.quarantined),
    ];
    for line in columns(&rows, &[1]) {
        terminal.line(&line)?;
    }
    Ok(())
}
