//! `baton pause`, `resume` and `credit`: who gets leads for a while, and who is owed some.

use clap::Args;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::moment;
use super::take_turns::take_turns;
use super::text::{minute, plain, wrapped};
use crate::local::desk::{DeskChange, DeskRow};
use crate::local::{Request, Response};
use crate::runtime::clock;

/// Pause a member: they get no leads until then, or until they resume
///
/// What they have stays theirs. Planned absence stands in `leave.csv` of the strategy.
#[derive(Args)]
#[command(after_help = "Examples:
  baton pause m.vogt
  baton pause m.vogt --until 2026-12-14T08:00:00Z")]
pub(super) struct Pause {
    /// The member, by their id in `team.csv`
    #[arg(value_name = "MEMBER")]
    member: String,
    /// Until when, as in 2026-12-14T08:00:00Z; without it until `baton resume`
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// Let a paused member have leads again
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

pub(super) fn pause(arguments: &Pause, call: &Call) -> Result<Ending, Failure> {
    let until = arguments.until.as_deref().map(moment).transpose()?;
    change(&arguments.member, DeskChange::Pause { until }, call)
}

pub(super) fn resume(arguments: &Resume, call: &Call) -> Result<Ending, Failure> {
    change(&arguments.member, DeskChange::Resume, call)
}

pub(super) fn credit(arguments: &Credit, call: &Call) -> Result<Ending, Failure> {
    let hundredths = arguments.leads;
    let (pool, reason) = (arguments.pool.clone(), arguments.reason.clone());
    change(&arguments.member, DeskChange::Credit { pool, hundredths, reason }, call)
}

fn change(member: &str, change: DeskChange, call: &Call) -> Result<Ending, Failure> {
    let mut executor = call.known_executor()?;
    let asked = Request::Desk { member: member.to_owned(), change };
    let answered = executor.ask(asked, clock::now())?;
    take_turns(&mut executor, &call.terminal)?;
    executor.close()?;
    let Response::Desk(row) = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    if call.terminal.json {
        call.terminal.json(&row)?;
        return Ok(Ending::Done);
    }
    for line in says(&row) {
        for line in wrapped(&line, call.terminal.columns(), "  ") {
            call.terminal.line(&line)?;
        }
    }
    Ok(Ending::Done)
}

fn says(row: &DeskRow) -> Vec<String> {
    let who = format!("{} ({})", plain(&row.name), plain(&row.member));
    let takes = match (row.paused, row.until) {
        (false, _) => "takes leads".to_owned(),
        (true, Some(until)) => format!("is paused until {}", minute(until)),
        (true, None) => "is paused until `baton resume`".to_owned(),
    };
    let mut lines = vec![format!("{who} {takes}; {} in hand.", row.open)];
    for standing in &row.pools {
        let owed = standing.owed_hundredths;
        let leads = leads(owed);
        let owed = if owed < 0 { format!("{leads} ahead") } else { format!("owed {leads}") };
        let pool = plain(&standing.pool);
        lines.push(format!("  {pool}: {} received, {owed}", standing.received));
    }
    lines
}

/// Hundredths of a lead from `1`, `-0.5` or `2.25`.
fn hundredths(typed: &str) -> Result<i32, String> {
    let wrong = || "write leads as in 1, -0.5 or 2.25, at most 1,000 and not none".to_owned();
    let digits = typed.strip_prefix('-').unwrap_or(typed);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(rest) || whole.len() > 4 || rest.len() > 2 {
        return Err(wrong());
    }
    let number = |part: &str| part.parse::<i32>().map_err(|_| wrong());
    let hundredths = number(whole)? * 100 + number(&format!("{rest:0<2}"))?;
    if !(1..=100_000).contains(&hundredths) {
        return Err(wrong());
    }
    Ok(if typed.starts_with('-') { -hundredths } else { hundredths })
}

/// Hundredths of a lead as people write them, without a sign.
fn leads(hundredths: i64) -> String {
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") }
}
