//! `baton pause`, `resume`, `credit` and `leave`: who gets leads, who is owed some, and who has left.

use clap::Args;

use super::act::new_owner;
use super::asking::Asking;
use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::moment;
use super::take_turns::take_turns;
use super::text::{counted, minute, plain, wrapped};
use crate::local::{Request, Response};
use crate::runtime::clock;
use crate::service::act::NewOwner;
use crate::service::act::desk::{DeskChange, DeskRow, HandedOnRow, hundredths};

/// Pause a member: they get no leads until then, or until they resume
///
/// What they have stays theirs. Planned absence stands in `leave.csv` of the strategy.
#[derive(Args)]
#[command(after_help = "Examples:
  baton pause m.vogt
  baton pause m.vogt --until 2026-12-14T08:00:00Z --reason in-training")]
pub(super) struct Pause {
    /// The member, by their id in `team.csv`
    #[arg(value_name = "MEMBER")]
    member: String,
    /// Until when, as in 2026-12-14T08:00:00Z; without it until `baton resume`
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Why: on-leave, in-training, too-much-work or other-reason
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
}

/// Let a member have leads again who is paused, or who had left the team
#[derive(Args)]
#[command(after_help = "Example:
  baton resume m.vogt")]
pub(super) struct Resume {
    /// The member, by their id in `team.csv`
    #[arg(value_name = "MEMBER")]
    member: String,
}

/// Give a member leads in the ledger of a rotation, or take some
///
/// Who is owed leads is next more often, until it is made good.
#[derive(Args)]
#[command(after_help = "Examples:
  baton credit m.vogt --leads 1 --reason bad-data
  baton credit m.vogt --leads=-0.5 --reason other-reason --pool germany")]
pub(super) struct Credit {
    /// The member, by their id in `team.csv`
    #[arg(value_name = "MEMBER")]
    member: String,
    /// How many leads, at most two decimals; with a minus they are taken
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = hundredths)]
    leads: i32,
    /// Why: bad-fit, bad-data, already-working, not-now, wrong-territory or other-reason
    #[arg(long, value_name = "REASON")]
    reason: String,
    /// In which pool; needless where the member is in one
    #[arg(long, value_name = "POOL")]
    pool: Option<String>,
}

/// Say that a member has left the team, or is away until a day
///
/// Without `--until` they have left: they get no leads any more, and the open handoffs that they have go to
/// `--to`, else to their `successor` in `team.csv`, else to whom the routes find. What goes to whom is shown
/// first. With `--until` they are away: they get no leads until then, and keep what they have.
#[derive(Args)]
#[command(after_help = "Examples:
  baton leave m.vogt --dry-run
  baton leave m.vogt --to a.price --yes
  baton leave m.vogt --until 2026-12-14T08:00:00Z")]
pub(super) struct Leave {
    /// The member, by their id in `team.csv`
    #[arg(value_name = "MEMBER")]
    member: String,
    /// Until when they are away, as in 2026-12-14T08:00:00Z; without it they have left
    #[arg(long, value_name = "TIME", conflicts_with = "to")]
    until: Option<String>,
    /// Who gets what they have: a member's id, or `queue:NAME`
    #[arg(long, value_name = "OWNER", value_parser = new_owner)]
    to: Option<NewOwner>,
    #[command(flatten)]
    asking: Asking,
}

pub(super) fn pause(arguments: &Pause, call: &Call) -> Result<Ending, Failure> {
    let until = arguments.until.as_deref().map(moment).transpose()?;
    let reason = arguments.reason.clone();
    change(&arguments.member, DeskChange::Pause { until, reason }, call)
}

pub(super) fn resume(arguments: &Resume, call: &Call) -> Result<Ending, Failure> {
    change(&arguments.member, DeskChange::Resume, call)
}

pub(super) fn credit(arguments: &Credit, call: &Call) -> Result<Ending, Failure> {
    let hundredths = arguments.leads;
    let (pool, reason) = (arguments.pool.clone(), arguments.reason.clone());
    change(&arguments.member, DeskChange::Credit { pool, hundredths, reason }, call)
}

pub(super) fn leave(arguments: &Leave, call: &Call) -> Result<Ending, Failure> {
    let until = arguments.until.as_deref().map(moment).transpose()?;
    let (member, is_absence) = (&arguments.member, until.is_some());
    let change = DeskChange::Leave { until, to: arguments.to.clone() };
    if is_absence && !arguments.asking.is_dry_run() {
        return self::change(member, change, call);
    }
    if arguments.asking.is_dry_run() {
        let row = ask(member, change, true, call)?;
        tell(&row, call)?;
        return Ok(Ending::Done);
    }
    if arguments.asking.is_needed() {
        let row = ask(member, change.clone(), true, call)?;
        for line in says(&row) {
            call.terminal.aside(&line);
        }
        let question = format!("{} would be out of the team for good.", plain(&row.name));
        if !arguments.asking.allows(&question, call)? {
            return Ok(Ending::Done);
        }
    }
    self::change(member, change, call)
}

fn change(member: &str, change: DeskChange, call: &Call) -> Result<Ending, Failure> {
    let row = ask(member, change, false, call)?;
    tell(&row, call)?;
    Ok(Ending::Done)
}

fn ask(
    member: &str,
    change: DeskChange,
    is_dry_run: bool,
    call: &Call,
) -> Result<Box<DeskRow>, Failure> {
    let mut executor = call.known_executor()?;
    let asked = Request::Desk { member: member.to_owned(), change, is_dry_run };
    let answered = executor.ask(asked, clock::now())?;
    if !is_dry_run {
        take_turns(&mut executor, &call.terminal)?;
    }
    executor.close()?;
    let Response::Desk(row) = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    Ok(row)
}

fn tell(row: &DeskRow, call: &Call) -> Result<(), Failure> {
    if call.terminal.json {
        return Ok(call.terminal.json(row)?);
    }
    for line in says(row) {
        for line in wrapped(&line, call.terminal.columns(), "  ") {
            call.terminal.line(&line)?;
        }
    }
    Ok(())
}

/// What was handed on, a line each.
pub(super) fn handed_on(rows: &[HandedOnRow]) -> Vec<String> {
    let line = |row: &HandedOnRow| {
        let id = plain(&row.owner.id);
        let to = match (row.owner.kind.as_str(), row.state.as_str()) {
            ("person", _) => format!("offered to {id}"),
            ("queue", _) => format!("in the queue {id}"),
            (_, "held") => "waits for somebody of its pool".to_owned(),
            (_, state) => format!("{state}, with the engine"),
        };
        format!("  {} was {} with {}: {to}", row.handoff, row.was, plain(&row.member))
    };
    rows.iter().map(line).collect()
}

fn says(row: &DeskRow) -> Vec<String> {
    let who = format!("{} ({})", plain(&row.name), plain(&row.member));
    let takes = match (row.paused, row.until) {
        (true, _) if row.left => "has left the team".to_owned(),
        (false, _) => "takes leads".to_owned(),
        (true, Some(until)) => format!("is paused until {}", minute(until)),
        (true, None) => "is paused until `baton resume`".to_owned(),
    };
    let why = row.reason.as_ref().filter(|_| !row.left);
    let why = why.map_or_else(String::new, |reason| format!(" ({reason})"));
    let mut lines = vec![format!("{who} {takes}{why}; {} in hand.", row.open)];
    if !row.handed_on.is_empty() {
        let many = row.handed_on.len() as u64;
        lines.push(format!("{} on:", counted(many, "handoff goes", "handoffs go")));
        lines.extend(handed_on(&row.handed_on));
    }
    for standing in &row.pools {
        let owed = standing.owed_hundredths;
        let leads = leads(owed);
        let owed = if owed < 0 { format!("{leads} ahead") } else { format!("owed {leads}") };
        let pool = plain(&standing.pool);
        lines.push(format!("  {pool}: {} received, {owed}", standing.received));
    }
    lines
}

/// Hundredths of a lead as people write them, without a sign.
fn leads(hundredths: i64) -> String {
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") }
}
