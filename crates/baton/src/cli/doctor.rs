//! `baton doctor`: what is wrong with a data folder, and what to do about it.

mod go_on;

use clap::{Args, Subcommand};
use domain::fact::Aggregate;
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
    let mut ailments = doctor::examine(&call.data)?;
    if ailments.is_empty() {
        ailments.extend(snapshot_that_differs(call)?);
    }
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

/// Folds what the newest snapshot is of from it and from the whole journal. Nothing else ails the folder.
fn snapshot_that_differs(call: &Call) -> Result<Option<Ailment>, Failure> {
    let held = crank::newest_snapshot_holds(&call.reader()?)?;
    Ok(held.filter(|(.., holds)| !holds).map(|(of, position, _)| Ailment {
        code: "store-snapshot-differs",
        place: format!("the snapshot of {} at entry {position}", named(of)),
        says: "what is folded from it is not what the whole journal folds to".to_owned(),
        help: "Nothing is lost: the journal is whole. Stop the server, drop all snapshots with `baton \
               replay`, and report it with this text.",
    }))
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
