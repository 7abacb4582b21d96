//! `baton replay`: the rows of a data folder are written anew from its journal.

mod check;

use clap::Args;
use crank::{LEFT_ALONE, Progress, Replayed};
use serde::Serialize;
use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::sqlite::anew::Differences;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::terminal::TextStyle;
use super::text::{count, counted, thousands, wrapped};
use crate::local::Refusal;

/// Rebuild the tables of current state from the journal
///
/// Handoffs, open deliveries, timers, identifiers, quarantine entries and what else follows from facts is
/// folded from the journal and written anew; nothing is decided again, and the journal stays as it is.
/// All of it is one transaction, so that a replay which is cut short changes nothing. What no fact holds
/// is left alone, and named. The server must not run.
#[derive(Args)]
#[command(after_help = "Examples:
  baton replay --dry-run
  baton replay
  baton replay --data /srv/baton --json
  baton replay --check --from 120000")]
pub(super) struct Arguments {
    /// Say what is not as the journal says, and change nothing
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
    /// Take the turns of this version of the engine again, say the first that differs, and change nothing
    #[arg(long)]
    check: bool,
    /// With --check: only turns from this entry on
    #[arg(long, value_name = "POSITION", requires = "check", default_value_t = 1)]
    from: u64,
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    /// Whether anything was written.
    written: bool,
    /// Whether everything was as the journal says.
    same: bool,
    entries: u64,
    tables: Vec<OneTable>,
    /// Whether something else was in force than the registry says.
    in_force_differs: bool,
    /// Chains on silence whose next moment no fact says and no timer stands for.
    chains_unsaid: u64,
    /// Signals of which no fact can say whether they had their turn; they count as dealt with.
    signals_unsaid: u64,
    left_alone: [LeftAlone; LEFT_ALONE.len()],
}

#[derive(Serialize)]
struct OneTable {
    table: &'static str,
    rows: u64,
    missing: u64,
    stray: u64,
    different: u64,
    places: Vec<Place>,
}

#[derive(Serialize)]
struct Place {
    place: String,
    message: String,
}

#[derive(Serialize)]
struct LeftAlone {
    what: &'static str,
    why: &'static str,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let store = SqliteStore::open(&call.data, Chance::system())?;
    if arguments.check {
        return check::run(store, arguments.from, call);
    }
    let entries = store::Read::head(&store)?.position.0;
    let replayed = {
        let bar = call.terminal.progress("replaying", entries.saturating_mul(2));
        let mut tell = |progress| match progress {
            Progress::Chains(at) => bar.at(at, || format!("audited {} entries", thousands(at))),
            Progress::Facts(at) => {
                bar.at(entries + at, || format!("followed {} entries", thousands(at)));
            }
            Progress::Accounts(folded) => {
                bar.at(2 * entries, || format!("folded {}", count(folded, "account")));
            }
        };
        crank::replay(store, arguments.dry_run, &mut tell).map_err(Refusal::from)?
    };
    if call.terminal.json {
        call.terminal.json(&Report::of(&replayed, arguments.dry_run))?;
    } else {
        say(&replayed, arguments.dry_run, call)?;
    }
    Ok(Ending::Done)
}

impl Report {
    fn of(replayed: &Replayed, dry_run: bool) -> Self {
        let place = |(place, message): &(String, String)| Place {
            place: place.clone(),
            message: message.clone(),
        };
        let table = |one: &Differences| OneTable {
            table: one.table,
            rows: one.rows,
            missing: one.missing,
            stray: one.stray,
            different: one.different,
            places: one.places.iter().map(place).collect(),
        };
        Self {
            written: !dry_run,
            same: replayed.is_same(),
            entries: replayed.entries,
            tables: replayed.tables.iter().map(table).collect(),
            in_force_differs: replayed.force,
            chains_unsaid: replayed.unsaid.chains,
            signals_unsaid: replayed.unsaid.signals,
            left_alone: LEFT_ALONE.map(|(what, why)| LeftAlone { what, why }),
        }
    }
}

fn say(replayed: &Replayed, dry_run: bool, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    for one in &replayed.tables {
        let head = format!("{}: {}", one.table, counted(one.rows, "row", "rows"));
        if one.is_none() {
            terminal.line(&format!("{head}, as the journal says"))?;
            continue;
        }
        let Differences { missing, stray, different, .. } = one;
        let says = format!(
            "{head}; {} missing, {} stray, {} different",
            thousands(*missing),
            thousands(*stray),
            thousands(*different)
        );
        terminal.line(&terminal.styled(TextStyle::Amber, &says))?;
        for (place, message) in &one.places {
            for line in wrapped(&format!("  {place}: {message}"), call.terminal.columns(), "    ") {
                terminal.line(&line)?;
            }
        }
    }
    if replayed.force {
        terminal.line("something else was in force than the registry of strategies says")?;
    }
    say_unsaid(replayed, call)?;
    let alone = LEFT_ALONE.map(|(what, why)| format!("{what} ({why})")).join(", ");
    for line in wrapped(
        &format!("left alone, since no fact holds it: {alone}"),
        call.terminal.columns(),
        "  ",
    ) {
        terminal.line(&line)?;
    }
    terminal.line(match (replayed.is_same(), dry_run) {
        (true, _) => "everything is as the journal says",
        (false, true) => "nothing was changed; to write it anew: baton replay",
        (false, false) => "written anew; run `baton doctor` next",
    })?;
    Ok(())
}

fn say_unsaid(replayed: &Replayed, call: &Call) -> Result<(), Failure> {
    let chains = replayed.unsaid.chains;
    if chains > 0 {
        let says = format!(
            "{} on silence: an earlier version did not write when the next step is, and no timer stands for it",
            counted(chains, "chain", "chains")
        );
        call.terminal.line(&says)?;
    }
    let signals = replayed.unsaid.signals;
    if signals > 0 {
        let says = format!(
            "{} no fact says a turn of (told of a handoff, known only afterwards, or erased): taken as dealt with",
            counted(signals, "signal that", "signals that")
        );
        call.terminal.line(&says)?;
    }
    Ok(())
}
