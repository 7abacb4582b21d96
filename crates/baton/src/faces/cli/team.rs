//! `baton team`: who has how much, who is away until when, and who is owed.

use clap::Args;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::OpenFolder;
use super::table::{self, Table};
use super::terminal::TextStyle;
use super::text::plain;
use super::zone::ZoneArgument;
use crate::runtime::clock;
use crate::service::read::team::{MemberStanding, PoolStanding};

/// List the members of the team: open work, caps, who is away until when, and what they are owed
///
/// `away` is why a member takes nothing now: on leave, paused, outside their hours, or not in the team. A
/// pool in the last column stands with the leads that the member is owed in it, credits included; with a
/// minus they had more than their share. A cap that is reached stands behind it.
#[derive(Args)]
#[command(after_help = "Examples:
  baton team
  baton team --json")]
pub(super) struct Arguments {
    #[command(flatten)]
    zone: ZoneArgument,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let zone = arguments.zone.or(None)?;
    let folder = OpenFolder::open(call)?;
    let Some(rows) = folder.service().team(clock::now())? else {
        let says = "no strategy is in force, and the team is a part of it";
        return Err(Failure::unable("no-strategy", says));
    };
    let cells = |row: &MemberStanding| {
        let away = row.away.map_or_else(
            || call.terminal.styled(TextStyle::Green, "-"),
            |code| call.terminal.styled(TextStyle::Amber, code),
        );
        let pools: Vec<String> = row.pools.iter().map(pool).collect();
        vec![plain(&row.member), row.open.to_string(), away, zone.cell(row.until), pools.join(", ")]
    };
    let head_zone = format!("until ({})", zone.called(clock::now()));
    let head = ["member", "open", "away", &head_zone, "pools, owed"];
    let table = Table { head: &head, right: &[1], none: "The team has no members." };
    table::print(&rows, &table, cells, call)?;
    Ok(Ending::Done)
}

fn pool(standing: &PoolStanding) -> String {
    let capped = standing.capped.map_or_else(String::new, |code| format!(" {code}"));
    format!("{} {:+.2}{capped}", plain(&standing.pool), standing.owed)
}
