//! `baton why`: why this owner, and why not each other one.

use clap::Args;
use engine::as_of::AsOf;
use engine::explain;
use engine::view::Reader;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::Known;

/// Tell why a handoff went to its owner, and why not to each other one
#[derive(Args)]
#[command(after_help = "Example:
  baton why h-7f3a")]
pub(super) struct Arguments {
    /// Its id, or the beginning of it
    #[arg(value_name = "HANDOFF")]
    handoff: String,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let known = Known::find(&reader, &arguments.handoff, AsOf::Latest)?;
    let then = Known::find(&reader, &arguments.handoff, AsOf::Assignment)?;
    // The values that a condition saw stay out: nothing personal is in an explanation.
    let nobody = Reader::without_personal("");
    let (then, now) = (then.handoff.get(), known.handoff.get());
    let why = explain::why(then.account(), now.handoff(), &known.strategy, &nobody);
    if call.terminal.json {
        call.terminal.json(&why)?;
    } else {
        call.terminal.line(explain::text(&why).trim_end())?;
    }
    Ok(Ending::Done)
}
