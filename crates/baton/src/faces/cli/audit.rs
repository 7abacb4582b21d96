//! `baton audit`: the journal is what was written, and what was sent is what it says.

mod bodies;

use clap::{Args, Subcommand};
use serde::Serialize;
use store::Head;
use store::sqlite::audit;

use super::call::Call;
use super::doctor::{PrintedProblem, tell_problems, told};
use super::ending::{Ending, Failure};
use super::terminal::TextStyle;
use super::text::{counted, hex};

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

/// What is printed.
#[derive(Serialize)]
struct Report {
    sound: bool,
    /// What was looked at.
    checked: &'static str,
    /// The verb that looks at everything else.
    see_also: &'static str,
    entries: u64,
    head: HeadTold,
    second_head: Option<HeadTold>,
    problems: Vec<PrintedProblem>,
}

#[derive(Serialize)]
struct HeadTold {
    position: u64,
    hash: String,
}

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
        call.terminal.json(&Report {
            sound,
            checked: "journal",
            see_also: "doctor",
            entries: verdict.entries,
            head: head(&verdict.head),
            second_head: verdict.second.as_ref().map(head),
            problems: told(&verdict.problems),
        })?;
    } else {
        let says = if sound {
            call.terminal.styled(TextStyle::Green, "sound")
        } else {
            let found = counted(verdict.problems.len() as u64, "problem", "problems");
            call.terminal.styled(TextStyle::Red, &found)
        };
        let head = head(&verdict.head);
        let entries = counted(verdict.entries, "entry", "entries");
        call.terminal.line(&format!("{says}: {entries}, head {}", head.hash))?;
        tell_problems(&verdict.problems, call)?;
        let says =
            "This was the journal alone; `baton doctor` compares keys and current state with it.";
        call.terminal.line(&call.terminal.styled(TextStyle::Dim, says))?;
    }
    Ok(if sound { Ending::Done } else { Ending::Found })
}

fn head(head: &Head) -> HeadTold {
    HeadTold { position: head.position.0, hash: hex(&head.hash) }
}
