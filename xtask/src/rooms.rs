//! `cargo xtask rooms`: is there room for what comes next? For each kind of thing that will be added
//! (a connector, a page, a rule kind, …) a scratch patch adds one to a copy of the tree. It must
//! compile without a warning, and touch few files besides the folder of its own.
//!
//! A room lies in `xtask/rooms/NAME`: `room.toml` says what is edited where, by the text beside it,
//! and `files/` holds what is new, each with `.txt` behind its name.

mod room;
mod scratch;

use std::process::ExitCode;

use anyhow::Context;

pub use room::Room;

use crate::shell::{root, say};
use scratch::Scratch;

/// Files besides its own folder that a new thing may touch.
pub const FILES_MAX: usize = 5;

/// Adds each thing to a copy of the tree, compiles it, and prints the table.
pub fn run(wanted: &[String]) -> anyhow::Result<ExitCode> {
    let rooms = Room::read_all(&root()).context("could not read xtask/rooms")?;
    let rooms: Vec<Room> =
        rooms.into_iter().filter(|room| wanted.is_empty() || wanted.contains(&room.name)).collect();
    anyhow::ensure!(!rooms.is_empty(), "there is no such room");
    let mut scratch = Scratch::new(&root())?;
    let mut failed = 0;
    let mut rows = Vec::new();
    for room in &rooms {
        scratch.reset()?;
        let said = match scratch.add(room) {
            Ok(()) => scratch.check()?,
            Err(error) => Some(format!("{error:#}")),
        };
        let files = room.files_besides();
        if let Some(said) = &said {
            say(&format!("{}: {said}", room.name))?;
        }
        if files.len() > FILES_MAX {
            say(&format!("{}: {} files besides its own folder", room.name, files.len()))?;
        }
        if said.is_some() || files.len() > FILES_MAX {
            failed += 1;
        }
        rows.push(room.row());
    }
    say("")?;
    for line in HEAD.into_iter().map(str::to_owned).chain(rows) {
        say(&line)?;
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The head of the table, which stands in `docs/ARCHITECTURE.md`.
const HEAD: [&str; 2] = [
    "| what is added | files besides its own folder | which | once, with the first of its kind |",
    "|---|---|---|---|",
];
