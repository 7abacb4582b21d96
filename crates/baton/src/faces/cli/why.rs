//! `baton why`: why this owner, and why not each other one; or why there is no handoff.

use clap::Args;
use domain::HandoffId;
use engine::as_of::AsOf;
use engine::explain;
use serde::Serialize;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{OpenFolder, moment, recorded};

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
  baton why acme.example            # why nobody there was handed off
  baton why s-4k2m                  # what was decided at a signal
  baton why h-7f3a --as-of 2026-11-20T13:38:02Z")]
pub(super) struct Arguments {
    /// A handoff, account, person or signal by its id or any unique prefix of it, or an account's domain
    #[arg(value_name = "HANDOFF|ACCOUNT")]
    typed: String,
    /// As it was known at this moment, as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let at = arguments.as_of.as_deref().map(moment).transpose()?;
    let folder = OpenFolder::open(call)?;
    let json = call.terminal.json;
    if HandoffId::prefix(&arguments.typed).is_err() {
        let told = folder.service().why_no_handoff(&arguments.typed, at, |known| {
            if json { to_json(known) } else { explain::no_handoff_text(known) }
        });
        return print(call, &told.map_err(|error| folder.not_found(error))?);
    }
    let as_of = at.map_or(AsOf::Latest, AsOf::Moment);
    let told = folder
        .service()
        .why(&arguments.typed, as_of, |why| if json { to_json(why) } else { explain::text(why) })?;
    print(call, &recorded(told, call)?)
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
