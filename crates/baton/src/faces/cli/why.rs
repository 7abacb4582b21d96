//! `baton why`: why this owner, and why not each other one.

use clap::Args;
use engine::as_of::AsOf;
use engine::explain;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{OpenFolder, moment, recorded};

/// Tell why a handoff went to its owner, and why not to each other one
///
/// Shows the present state, or with --as-of the state at that moment. Each line comes from one fact, with
/// who did it and when. Notes that people wrote are shown, and reading them is recorded.
#[derive(Args)]
#[command(after_help = "Examples:
  baton why h-7f3a
  baton why h-7f3a --as-of 2026-11-20T13:38:02Z")]
pub(super) struct Arguments {
    /// Its id, or any unique prefix of it
    #[arg(value_name = "HANDOFF")]
    handoff: String,
    /// As it was known at this moment, as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let as_of = match &arguments.as_of {
        Some(typed) => AsOf::Moment(moment(typed)?),
        None => AsOf::Latest,
    };
    let folder = OpenFolder::open(call)?;
    let json = call.terminal.json;
    let told = folder.service().why(&arguments.handoff, as_of, |why| {
        if json { serde_json::to_string(why).expect("it is JSON") } else { explain::text(why) }
    })?;
    let told = recorded(told, call)?;
    if json {
        call.terminal.json_text(&told)?;
    } else {
        call.terminal.line(told.trim_end())?;
    }
    Ok(Ending::Done)
}
