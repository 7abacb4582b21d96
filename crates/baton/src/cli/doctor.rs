//! `baton doctor`: what is wrong with a data folder, and what to do about it.

mod go_on;

use clap::{Args, Subcommand};
use serde::Serialize;
use store::Ailment;
use store::sqlite::doctor;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::terminal::{COLUMNS, Hue};
use super::text::{count, plain, wrapped};

/// Look the data folder over
///
/// Works beside a running server, without one, and on a full disk. It changes nothing, but that keys of
/// erased people which came back with an older copy are destroyed again.
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
    problems: Vec<Told>,
}

/// Something that is not as it must be.
#[derive(Serialize)]
pub(super) struct Told {
    code: &'static str,
    place: String,
    message: String,
    help: &'static str,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    match &arguments.verb {
        Some(Verb::GoOn(arguments)) => go_on::run(arguments, call),
        None => examine(call),
    }
}

fn examine(call: &Call) -> Result<Ending, Failure> {
    let ailments = doctor::examine(&call.data)?;
    let healthy = ailments.is_empty();
    if call.terminal.json {
        call.terminal.json(&Report { healthy, problems: told(&ailments) })?;
    } else if healthy {
        call.terminal.line(&call.terminal.hue(Hue::Green, "nothing is wrong with the folder"))?;
    } else {
        tell_ailments(&ailments, call)?;
        let says = format!("{} with the folder", count(ailments.len() as u64, "problem"));
        call.terminal.line(&call.terminal.hue(Hue::Red, &says))?;
    }
    Ok(if healthy { Ending::Done } else { Ending::Found })
}

/// Ailments as JSON has them.
pub(super) fn told(ailments: &[Ailment]) -> Vec<Told> {
    let told = ailments.iter().map(|ailment| Told {
        code: ailment.code,
        place: ailment.place.clone(),
        message: ailment.says.clone(),
        help: ailment.help,
    });
    told.collect()
}

/// Ailments as people read them.
pub(super) fn tell_ailments(ailments: &[Ailment], call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    for ailment in ailments {
        let code = terminal.hue(Hue::Red, &format!("error[{}]", ailment.code));
        let says = format!("{code}: {}: {}", plain(&ailment.place), ailment.says);
        for line in wrapped(&says, COLUMNS, "  ") {
            terminal.line(&line)?;
        }
        for line in wrapped(&format!("  = help: {}", ailment.help), COLUMNS, "    ") {
            terminal.line(&line)?;
        }
    }
    Ok(())
}
