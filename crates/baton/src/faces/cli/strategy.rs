//! `baton apply` and `baton rollback`: which strategy decides.

use std::path::PathBuf;

use clap::Args;
use crank::{CrankError, contracts_kept};
use notation::Diagnostics;
use rules::contract::check_kept;
use rules::strategy::{Compiled, compile_at};
use serde::Serialize;
use store::StoreError;
use store::sqlite::Reader;

use super::call::Call;
use super::desk;
use super::ending::{Ending, Failure};
use super::strategy_folder;
use super::take_turns::{Turned, take_turns};
use super::text::{count, counted, plain};
use crate::faces::checked_files::stories;
use crate::local::packed::Packed;
use crate::local::{Executor, Refusal, Request, Response};
use crate::runtime::clock;
use crate::service::act::desk::HandedOnRow;

/// Put a strategy in force
///
/// The folder is checked first, and nothing changes where it has errors or a story ends otherwise. Signals that waited for a
/// strategy go through it.
#[derive(Args)]
#[command(after_help = "Examples:
  baton check strategy/ && baton apply strategy/
  baton apply strategy/ --replaces b41f9c
  baton rollback")]
pub(super) struct Apply {
    /// The folder of the strategy
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// How it is in force: live
    #[arg(long, default_value = "live", value_name = "MODE")]
    mode: String,
    /// Refuse it where another version than this one is in force by now
    #[arg(long, value_name = "VERSION")]
    replaces: Option<String>,
}

/// Put an older strategy back in force
///
/// Without a version the one before comes back; twice goes back two.
#[derive(Args)]
#[command(after_help = "Examples:
  baton rollback
  baton rollback b41f9c")]
pub(super) struct RollBack {
    /// The version, or any unique prefix of it
    #[arg(value_name = "VERSION")]
    to: Option<String>,
    /// Refuse it where another version than this one is in force by now
    #[arg(long, value_name = "VERSION")]
    replaces: Option<String>,
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    strategy: String,
    mode: String,
    previous: Option<String>,
    /// What members had who are not in its team, and who has it.
    handed_on: Vec<HandedOnRow>,
}

pub(super) fn apply(arguments: &Apply, call: &Call) -> Result<Ending, Failure> {
    check_mode(&arguments.mode)?;
    let files = strategy_folder::read(&arguments.folder)?;
    let mut compiled = compile_at(&files, clock::now());
    call.terminal.draw(&compiled.sources, &compiled.diagnostics);
    if compiled.strategy.is_none() {
        let says = format!("it has {}", count(compiled.diagnostics.errors() as u64, "error"));
        return Err(Failure::unable("strategy-wrong", says));
    }
    refuse_reused(&compiled, call)?;
    warn_of_destinations(&compiled, call)?;
    let stories = stories(&files, &mut compiled).map_err(Refusal::from)?;
    call.terminal.draw(&stories.sources, &stories.diagnostics);
    if stories.diagnostics.errors() > 0 {
        let says = "what its stories expect does not come of it";
        return Err(Failure::unable("story-failed", says));
    }
    let (mode, replaces) = (arguments.mode.clone(), arguments.replaces.clone());
    let request = Request::Apply { files: Packed(files.0), mode, replaces, by: None };
    put_in_force(call.executor()?, request, call)
}

/// Draws the contracts that say something else than they did under the same version. Whoever holds
/// the folder refuses them too, but cannot draw them.
fn refuse_reused(compiled: &Compiled, call: &Call) -> Result<(), Failure> {
    let reader = match Reader::open(&call.data) {
        // Nothing was kept yet; a first start that was cut short left no more than that.
        Err(StoreError::NoFolder(_)) => return Ok(()),
        opened => opened?,
    };
    let Some(strategy) = &compiled.strategy else { return Ok(()) };
    let kept = contracts_kept(&reader).map_err(Refusal::from)?;
    let mut told = Diagnostics::new();
    check_kept(&strategy.contracts, &kept, &mut told);
    call.terminal.draw(&compiled.sources, &told);
    if told.errors() == 0 { Ok(()) } else { Err(Refusal::from(CrankError::ContractReused).into()) }
}

/// Warns of destinations that the configuration does not know or forbids: deliveries wait for them.
fn warn_of_destinations(compiled: &Compiled, call: &Call) -> Result<(), Failure> {
    let Some(strategy) = &compiled.strategy else { return Ok(()) };
    let config = call.configured()?;
    for name in strategy.destinations.missing(|name| config.destinations.contains_key(name)) {
        call.terminal.warn(&format!(
            "`destinations.yaml` sends to `{name}`, and baton.toml has no [destinations.{name}]: \
             what goes there waits until it has; see `baton explain destination-unknown`"
        ));
    }
    let forbidden = config.forbidden_destinations();
    let named = |name: &str| strategy.destinations.names().any(|known| known.value == name);
    for (name, host) in forbidden.into_iter().filter(|(name, _)| named(name)) {
        call.terminal.warn(&format!(
            "`destinations.yaml` sends to `{name}`, and `{host}` is inside a network: what goes there \
             waits until `allow_private` in [network] of baton.toml names its address; see \
             `baton explain address-forbidden`"
        ));
    }
    Ok(())
}

fn check_mode(mode: &str) -> Result<(), Failure> {
    let part = mode.strip_prefix("canary=").map(str::parse::<u8>);
    match (mode, part) {
        ("live" | "shadow", _) => Ok(()),
        (_, Some(Ok(1..=99))) => Ok(()),
        (_, Some(_)) => {
            Err(Failure::wrong("mode-unknown", "a canary is `canary=1` to `canary=99`"))
        }
        (_, None) => Err(Failure::wrong("mode-unknown", "a mode is live, shadow or canary=N")),
    }
}

pub(super) fn roll_back(arguments: &RollBack, call: &Call) -> Result<Ending, Failure> {
    let (version, replaces) = (arguments.to.clone(), arguments.replaces.clone());
    let request = Request::RollBack { version, replaces, by: None };
    put_in_force(call.known_executor()?, request, call)
}

fn put_in_force(mut executor: Executor, request: Request, call: &Call) -> Result<Ending, Failure> {
    let answered = executor.ask(request, clock::now())?;
    let turned = take_turns(&mut executor, &call.terminal)?;
    executor.close()?;
    let Response::Applied { strategy, mode, previous, handed_on } = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    let report = Report { strategy, mode, previous, handed_on };
    if call.terminal.json {
        call.terminal.json(&report)?;
    } else {
        tell(&report, &turned, call)?;
    }
    Ok(Ending::Done)
}

/// Says who is not in the team and still had something, and where that went.
fn leavers(handed_on: &[HandedOnRow], call: &Call) -> Result<(), Failure> {
    for rows in handed_on.chunk_by(|one, next| one.member == next.member) {
        let had = counted(rows.len() as u64, "open handoff", "open handoffs");
        let who = plain(&rows[0].member);
        call.terminal.line(&format!("{who} is not in the team any more and had {had}:"))?;
        for line in desk::handed_on(rows) {
            call.terminal.line(&line)?;
        }
    }
    Ok(())
}

fn tell(report: &Report, turned: &Turned, call: &Call) -> Result<(), Failure> {
    let Report { strategy, mode, previous, handed_on } = report;
    let before = match previous {
        Some(previous) if previous == strategy => ", as before".to_owned(),
        Some(previous) => format!(", in place of {previous}"),
        None => ", the first".to_owned(),
    };
    call.terminal.line(&format!("strategy {strategy} is in force, {mode}{before}"))?;
    if turned.taken > 0 {
        call.terminal.line(&format!(
            "{} had waited for it{}",
            count(turned.taken, "signal"),
            turned.decisions().map_or_else(String::new, |says| format!(": {says}"))
        ))?;
    }
    leavers(handed_on, call)?;
    // With the version: after a rollback there may be none before.
    if let Some(previous) = previous.as_ref().filter(|previous| *previous != strategy) {
        call.terminal.line(&format!("to go back: baton rollback {previous}"))?;
    }
    Ok(())
}
