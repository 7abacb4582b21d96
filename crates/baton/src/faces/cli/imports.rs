//! `baton imports`: what was imported, when, with which map, and what became of it.

use clap::Args;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::terminal::TextStyle;
use super::text::{columns, count, cut, minute, plain, thousands};
use crate::service::read::imports::{ListedImport, imports};

/// So many characters of a name are shown.
const NAME_CHARS: usize = 40;

/// List imports, the latest first
///
/// An import that is run again, because it was interrupted or to be sure, is one import. One that was
/// interrupted is simply run again: rows that are there are duplicates.
#[derive(Args)]
#[command(after_help = "Examples:
  baton imports
  baton imports --json
  baton quarantine list --import i-7f3a")]
pub(super) struct Arguments {}

pub(super) fn run(call: &Call) -> Result<Ending, Failure> {
    let listed = imports(&call.reader()?, &call.data)?;
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
