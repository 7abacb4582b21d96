//! `baton lines`: who waits for somebody of a pool, since when and for what.

use clap::Args;
use serde_json::Value;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{OpenFolder, recorded};
use super::table::{self, Table};
use super::terminal::TextStyle;
use super::text::plain;
use super::zone::ZoneArgument;
use crate::runtime::clock;
use crate::service::read::team::WaitingLead;

/// List the leads that wait in the line of a pool, in the order in which they are served
///
/// A lead waits where nobody of its pool could take it: everybody is away, or has reached a cap. Who has
/// waited longest within a priority is served first, as soon as somebody has room. Leads in a queue are not
/// in a line: `baton handoffs --owner queue:NAME` lists them.
///
/// Names are personal data: that they were read is recorded.
#[derive(Args)]
#[command(after_help = "Examples:
  baton lines
  baton lines --limit 10 --json")]
pub(super) struct Arguments {
    /// How many of each pool at most, up to 200
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=200))]
    limit: u16,
    #[command(flatten)]
    zone: ZoneArgument,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let zone = arguments.zone.or(None)?;
    let folder = OpenFolder::open(call)?;
    let rows = recorded(folder.service().lines(usize::from(arguments.limit))?, call)?;
    if call.terminal.json {
        let rows: Vec<Value> = rows.iter().map(WaitingLead::json).collect();
        for row in &rows {
            call.terminal.json(row)?;
        }
        return Ok(Ending::Done);
    }
    let said = |text: &Option<String>| text.as_deref().map_or_else(String::new, plain);
    let cells = |row: &&WaitingLead| {
        vec![
            plain(&row.pool),
            row.place.to_string(),
            call.terminal.styled(TextStyle::Dim, &row.handoff.to_string()),
            zone.minute(row.since),
            row.reasons.join(", "),
            said(&row.person),
            said(&row.company),
        ]
    };
    let head_zone = format!("since ({})", zone.called(clock::now()));
    let head = ["pool", "#", "handoff", &head_zone, "for", "who", "company"];
    let rows: Vec<&WaitingLead> = rows.iter().collect();
    let table = Table { head: &head, right: &[1], none: "Nobody waits in a line." };
    table::print_table(&rows, &table, cells, call)?;
    Ok(Ending::Done)
}
