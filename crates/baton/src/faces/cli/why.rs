//! `baton why`: why this owner, and why not each other one; or why there is no handoff.

use clap::Args;
use domain::{HandoffId, Moment, QuarantineId};
use engine::as_of::AsOf;
use engine::explain;
use serde::Serialize;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::find::{tell_quarantined, typed_or_stdin};
use super::known::{OpenFolder, moment, recorded};
use super::text::counted;
use super::zone::Zone;
use crate::service::read::search::quarantined_json;

/// Tell why a handoff went to its owner, or why a lead has no handoff
///
/// For a handoff: who got it, and why not each other one. For an account, a person or a signal: what was
/// decided last, the score, and what was missing for a handoff.
///
/// Shows the present state, or with --as-of the state at that moment. Each line comes from one fact, with
/// who did it and when. Notes that people wrote are shown, and reading them is recorded.
#[derive(Args)]
#[command(after_help = "Examples:
  baton why h-7f3a
  printf ada@acme.example | baton why -
  baton why acme.example            # why nobody there was handed off
  baton why s-4k2m                  # what was decided at a signal
  baton why h-7f3a --as-of 2026-11-20T13:38:02Z")]
pub(super) struct Arguments {
    /// A handoff, account, person, signal or quarantine entry by its id or any unique prefix of it; an
    /// account's domain; an address, a phone number or SOURCE:ID; or `-` to read it from standard input
    #[arg(value_name = "HANDOFF|ACCOUNT|-", allow_hyphen_values = true)]
    typed: String,
    /// As it was known at this moment, as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let at = arguments.as_of.as_deref().map(moment).transpose()?;
    let folder = OpenFolder::open(call)?;
    if names_somebody(&arguments.typed) {
        return of_somebody(&typed_or_stdin(&arguments.typed, "why", call)?, at, &folder, call);
    }
    if HandoffId::prefix(&arguments.typed).is_err() {
        return no_handoff(&arguments.typed, at, &folder, call);
    }
    of_handoff(&arguments.typed, at, &folder, call)
}

/// Whether what was typed is no id of what has a story, and no domain: what somebody is known by, or an entry of
/// the quarantine.
fn names_somebody(typed: &str) -> bool {
    typed == "-"
        || typed.contains(['@', ':'])
        || typed.starts_with('+')
        || QuarantineId::prefix(typed).is_ok()
}

/// Explains the newest handoff of somebody, else why they have none; and what of theirs waits in quarantine.
fn of_somebody(
    text: &str,
    at: Option<Moment>,
    folder: &OpenFolder,
    call: &Call,
) -> Result<Ending, Failure> {
    let found = recorded(folder.service().search(text, None)?, call)?;
    if found.is_empty() {
        let subject = if text.contains('@') { "the address" } else { "what was typed" };
        let says = format!("nothing is known by {subject}");
        let help = vec!["`baton find --help` says what can be found".to_owned()];
        return Err(Failure::wrong("unknown-id", says).with_help(help));
    }
    let newest = found.handoffs.iter().max_by_key(|listed| listed.row.opened);
    if let Some(listed) = newest {
        of_handoff(&listed.row.handoff.to_string(), at, folder, call)?;
        let more = found.handoffs.len() - 1;
        if more > 0 {
            let others = counted(more as u64, "earlier handoff", "earlier handoffs");
            call.terminal.aside(&format!("there is {others}: `baton find` lists all"));
        }
    } else if let Some(person) = found.people.first() {
        no_handoff(&person.id.to_string(), at, folder, call)?;
    }
    if call.terminal.json {
        for row in &found.quarantined {
            call.terminal.json(&quarantined_json(row))?;
        }
    } else {
        tell_quarantined(&found.quarantined, &Zone::utc(), call)?;
    }
    Ok(Ending::Done)
}

fn of_handoff(
    typed: &str,
    at: Option<Moment>,
    folder: &OpenFolder,
    call: &Call,
) -> Result<Ending, Failure> {
    let json = call.terminal.json;
    let as_of = at.map_or(AsOf::Latest, AsOf::Moment);
    let show = |why: &explain::Why| if json { to_json(why) } else { explain::text(why) };
    let told = folder.service().why(typed, as_of, show)?;
    print(call, &recorded(told, call)?)
}

fn no_handoff(
    typed: &str,
    at: Option<Moment>,
    folder: &OpenFolder,
    call: &Call,
) -> Result<Ending, Failure> {
    let json = call.terminal.json;
    let told = folder.service().why_no_handoff(typed, at, |known| {
        if json { to_json(known) } else { explain::no_handoff_text(known) }
    });
    print(call, &told.map_err(|error| folder.not_found(error))?)
}

fn to_json(told: &impl Serialize) -> String {
    serde_json::to_string(told).expect("it is JSON")
}

fn print(call: &Call, told: &str) -> Result<Ending, Failure> {
    if call.terminal.json {
        call.terminal.json_text(told)?;
    } else {
        call.terminal.line(told.trim_end())?;
    }
    Ok(Ending::Done)
}
