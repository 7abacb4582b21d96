//! `baton strategies`: what is in force, since when, by whom, and what was before.

use clap::Args;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::OpenFolder;
use super::table::{self, Table};
use super::terminal::TextStyle;
use super::text::{minute_cell, plain};
use crate::service::read::strategies::InForce;

/// List which strategy is in force, since when, by whom, and those before
///
/// The newest comes first. `baton rollback VERSION` puts one back in force.
#[derive(Args)]
#[command(after_help = "Examples:
  baton strategies
  baton strategies --json")]
pub(super) struct Arguments {}

pub(super) fn run(_arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let rows = OpenFolder::open(call)?.service().strategies()?;
    let cells = |row: &InForce| {
        let state = match (row.in_force, row.rollback) {
            (true, false) => call.terminal.styled(TextStyle::Green, "in force"),
            (true, true) => call.terminal.styled(TextStyle::Green, "in force, rolled back"),
            (false, false) => "was in force".to_owned(),
            (false, true) => "was rolled back to".to_owned(),
        };
        vec![
            row.version.to_string(),
            state,
            minute_cell(Some(row.since)),
            minute_cell(row.until),
            plain(&row.by),
        ]
    };
    let head = ["version", "", "since (UTC)", "until (UTC)", "by"];
    let none = "No strategy was ever in force: `baton apply DIR` puts one in force.";
    let table = Table { head: &head, right: &[], none };
    table::print(&rows, &table, cells, call)?;
    Ok(Ending::Done)
}
