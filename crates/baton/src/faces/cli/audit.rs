//! `baton audit`: the journal is what was written, and what was sent is what it says.

mod bodies;

use clap::{Args, Subcommand};
use store::sqlite::audit;

use super::call::Call;
use super::doctor::tell_problems;
use super::ending::{Ending, Failure};
use super::terminal::TextStyle;
use super::text::counted;
use crate::faces::verdict::{PrintedVerdict, hex};

/// Check the audit of the journal, and what was sent
#[derive(Subcommand)]
pub(super) enum Verb {
    Verify(Verify),
    Bodies(bodies::Bodies),
}

/// Recompute every leaf and head of the journal, and compare them with what was written
///
/// It looks at the journal alone: entries, leaves, heads and sealed parts. Whether keys and the tables
/// of current state say what the journal says is for `baton doctor`; an auditor runs both. It shows
/// damage. It does not show a rewriting by somebody who may write to the folder: for that a
/// head has to be kept elsewhere.
#[derive(Args)]
pub(super) struct Verify {}

pub(super) fn run(verb: Verb, call: &Call) -> (&'static str, Result<Ending, Failure>) {
    match verb {
        Verb::Verify(Verify {}) => ("verify the journal", verify(call)),
        Verb::Bodies(arguments) => ("compare bodies", bodies::run(&arguments, call)),
    }
}

fn verify(call: &Call) -> Result<Ending, Failure> {
    let verdict = audit::verify(&call.reader()?)?;
    let sound = verdict.is_sound();
    if call.terminal.json {
        call.terminal.json(&PrintedVerdict::of(&verdict))?;
    } else {
        let says = if sound {
            call.terminal.styled(TextStyle::Green, "sound")
        } else {
            let found = counted(verdict.problems.len() as u64, "problem", "problems");
            call.terminal.styled(TextStyle::Red, &found)
        };
        let head = hex(&verdict.head.hash);
        let entries = counted(verdict.entries, "entry", "entries");
        call.terminal.line(&format!("{says}: {entries}, head {head}"))?;
        tell_problems(&verdict.problems, call)?;
        let says =
            "This was the journal alone; `baton doctor` compares keys and current state with it.";
        call.terminal.line(&call.terminal.styled(TextStyle::Dim, says))?;
    }
    Ok(if sound { Ending::Done } else { Ending::Found })
}
