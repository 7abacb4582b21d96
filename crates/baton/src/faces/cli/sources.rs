//! `baton sources`: who sends, how much, and what could not be read.

use clap::Args;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::OpenFolder;
use super::table::{self, Table};
use super::text::{minute, minute_cell, plain, thousands};
use crate::service::read::sources::SourceHealth;

/// List sources: when the last signal came, how many were accepted, and what is in quarantine and why
///
/// Signals are counted over the newest 100,000 entries of the journal; the last line says since when, where
/// there are more. A source without a kind has no section in baton.toml: its signals come from imports.
#[derive(Args)]
#[command(after_help = "Examples:
  baton sources
  baton sources --json")]
pub(super) struct Arguments {}

pub(super) fn run(_arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let config = call.configured()?;
    let folder = OpenFolder::open(call)?;
    let kinds = config.sources.into_iter().map(|(name, source)| (name, source.kind.as_str()));
    let rows = folder.service().sources(kinds)?;
    let cells = |row: &SourceHealth| {
        let held: Vec<String> =
            row.quarantined.iter().map(|(code, count)| format!("{code} {count}")).collect();
        vec![
            plain(&row.name),
            row.kind.unwrap_or("-").to_owned(),
            minute_cell(row.last_signal),
            thousands(row.accepted),
            thousands(row.duplicates),
            if held.is_empty() { "-".to_owned() } else { held.join(", ") },
        ]
    };
    let head = ["source", "kind", "last signal (UTC)", "accepted", "duplicates", "quarantined"];
    let none = "No source is configured, and nothing came: see [sources.NAME] in baton.toml.";
    let table = Table { head: &head, right: &[3, 4], none };
    table::print(&rows, &table, cells, call)?;
    if let Some(since) = rows.first().and_then(|row| row.counted_since)
        && !call.terminal.json
    {
        call.terminal.line(&format!("accepted is counted since {}", minute(since)))?;
    }
    Ok(Ending::Done)
}
