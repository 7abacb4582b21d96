//! `baton resolve`: who is who.

use clap::{Args, Subcommand};
use crank::find_merge;

use super::call::Call;
use super::ending::{Ending, Failure};
use crate::local::{Refusal, Request};
use crate::runtime::clock;
use crate::service::read::find;

/// Correct who is who
#[derive(Subcommand)]
pub(super) enum Verb {
    Undo(Undo),
}

/// Take back a merge: two people who were thought to be one are two again
#[derive(Args)]
#[command(after_help = "Example:
  baton resolve undo p-7f3a p-02bd")]
pub(super) struct Undo {
    /// The person who stays
    #[arg(value_name = "WINNER")]
    winner: String,
    /// The person who was merged into them
    #[arg(value_name = "LOSER")]
    loser: String,
}

pub(super) fn run(verb: Verb, call: &Call) -> (&'static str, Result<Ending, Failure>) {
    match verb {
        Verb::Undo(arguments) => ("take back the merge", undo(&arguments, call)),
    }
}

fn undo(arguments: &Undo, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let winner = find::person(&reader, &arguments.winner)?;
    let loser = find::person_whole(&reader, &arguments.loser)?;
    // Looked for here, so that a running server need not go through long histories.
    let found = find_merge(&reader, winner, loser).map_err(Refusal::from)?;
    drop(reader);
    let mut executor = call.known_executor()?;
    let (at, read_up_to) = (found.at.0, found.read_up_to.0);
    executor.ask(Request::UndoMerge { winner, loser, at, read_up_to }, clock::now())?;
    executor.close()?;
    if call.terminal.json {
        call.terminal.json(&serde_json::json!({ "winner": winner, "loser": loser }))?;
    } else {
        call.terminal
            .line(&format!("{loser} is somebody of their own again, apart from {winner}"))?;
    }
    Ok(Ending::Done)
}
