//! `baton doctor`: what is wrong with a data folder, and what to do about it.

mod go_on;

use clap::{Args, Subcommand};
use domain::fact::Aggregate;
use serde::Serialize;
use store::FolderProblem;
use store::sqlite::doctor;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::terminal::TextStyle;
use super::text::{count, plain, wrapped};
use crate::faces::verdict::{PrintedProblem, printed};

/// Timers that are missing and told one by one; the rest are counted.
const TIMERS_TOLD: usize = 20;

/// Check the data folder
///
/// Works beside a running server, without one, and on a full disk. It changes nothing, with
/// one exception: keys of erased people that came back with an older copy are destroyed again.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// What to do about what it found.
#[derive(Subcommand)]
enum Verb {
    GoOn(go_on::Arguments),
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    healthy: bool,
    problems: Vec<PrintedProblem>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    match &arguments.verb {
        Some(Verb::GoOn(arguments)) => go_on::run(arguments, call),
        None => examine(call),
    }
}

fn examine(call: &Call) -> Result<Ending, Failure> {
    let mut problems = doctor::examine(&call.data)?;
    if problems.is_empty() {
        problems.extend(snapshot_that_differs(call)?);
        problems.extend(timers_that_miss(call)?);
    }
    problems.extend(destinations_that_are_forbidden(call)?);
    let healthy = problems.is_empty();
    if call.terminal.json {
        call.terminal.json(&Report { healthy, problems: printed(&problems) })?;
    } else if healthy {
        call.terminal
            .line(&call.terminal.styled(TextStyle::Green, "nothing is wrong with the folder"))?;
    } else {
        tell_problems(&problems, call)?;
        let says = format!("{} with the folder", count(problems.len() as u64, "problem"));
        call.terminal.line(&call.terminal.styled(TextStyle::Red, &says))?;
    }
    Ok(if healthy { Ending::Done } else { Ending::Found })
}

/// Destinations that our own rules let nobody call: what goes there waits.
fn destinations_that_are_forbidden(call: &Call) -> Result<Vec<FolderProblem>, Failure> {
    let config = call.configured()?;
    let forbidden = config.forbidden_destinations().into_iter().map(|(name, host)| FolderProblem {
        code: "address-forbidden",
        place: format!("[destinations.{name}] of baton.toml"),
        says: format!("`{host}` is inside a network, so that nothing is sent there"),
        help: "allow its address, as in `[network] allow_private = [\"10.0.0.5/32\"]`, and start the server again",
    });
    Ok(forbidden.collect())
}

/// Folds what the newest snapshot is of from it and from the whole journal. Nothing else ails the folder.
fn snapshot_that_differs(call: &Call) -> Result<Option<FolderProblem>, Failure> {
    let held = crank::newest_snapshot_holds(&call.reader()?)?;
    Ok(held.filter(|(.., holds)| !holds).map(|(of, position, _)| {
        FolderProblem::of_snapshot(format!("the snapshot of {} at entry {position}", named(of)))
    }))
}

/// What handoffs wait for without a timer. It follows from their state, so whoever folds finds it.
fn timers_that_miss(call: &Call) -> Result<Vec<FolderProblem>, Failure> {
    let missing = call.reader()?.at_one_moment(crank::missing_timers)?;
    let told = missing.iter().take(TIMERS_TOLD).map(|missing| {
        FolderProblem::of_timer(missing.handoff, &missing.waits_for(), missing.due.is_some())
    });
    let mut told: Vec<FolderProblem> = told.collect();
    let more = missing.len().saturating_sub(TIMERS_TOLD);
    if let (Some(last), true) = (told.last().cloned(), more > 0) {
        let says = format!("{more} more wait for something without a timer");
        told.push(FolderProblem { place: "elsewhere".to_owned(), says, ..last });
    }
    Ok(told)
}

fn named(of: Aggregate) -> String {
    match of {
        Aggregate::Account(account) => account.to_string(),
        Aggregate::Node(node) => node.to_string(),
        Aggregate::Desk => "the desk".to_owned(),
        Aggregate::Registry => "the registry".to_owned(),
        Aggregate::Quarantine => "the quarantine".to_owned(),
        Aggregate::Governance => "governance".to_owned(),
    }
}

/// Problems as people read them.
pub(super) fn tell_problems(problems: &[FolderProblem], call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    for problem in problems {
        let code = terminal.styled(TextStyle::Red, &format!("error[{}]", problem.code));
        let says = format!("{code}: {}: {}", plain(&problem.place), problem.says);
        for line in wrapped(&says, call.terminal.columns(), "  ") {
            terminal.line(&line)?;
        }
        for line in wrapped(&format!("  = help: {}", problem.help), call.terminal.columns(), "    ")
        {
            terminal.line(&line)?;
        }
    }
    Ok(())
}
