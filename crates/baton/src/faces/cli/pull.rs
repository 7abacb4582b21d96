//! `baton strategy pull`: a draft, or a version that was in force, into a folder.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::OpenFolder;
use super::text::{count, shown_path};

/// Bring strategies out of the data folder
#[derive(Subcommand)]
pub(super) enum Verb {
    Pull(Pull),
}

/// Write a draft, or a version that was in force once, into a folder
///
/// The folder must be new or empty: nothing is written over. Comments and order are those of the draft.
#[derive(Args)]
#[command(after_help = "Examples:
  baton strategy pull draft-77c2aa0113f09b4e draft/
  baton strategy pull live strategy/
  baton strategy pull b41f9c before/ && baton diff before/ strategy/")]
pub(super) struct Pull {
    /// A draft, a version or any unique prefix of it, or `live`
    #[arg(value_name = "DRAFT")]
    draft: String,
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// What is printed.
#[derive(Serialize)]
struct Report<'a> {
    strategy: &'a str,
    folder: &'a Path,
    files: usize,
}

pub(super) fn run(verb: &Verb, call: &Call) -> Result<Ending, Failure> {
    let Verb::Pull(Pull { draft, folder }) = verb;
    let files = OpenFolder::open(call)?.service().strategy_files(draft)?;
    let is_taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_taken || folder.is_file() {
        let says = format!("`{}` is there and not empty; name another folder", folder.display());
        return Err(Failure::wrong("folder-taken", says));
    }
    for (path, bytes) in &files.0 {
        // A strategy has no other paths; one that had would reach outside.
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            continue;
        }
        let to = folder.join(path);
        let written = to.parent().map_or(Ok(()), fs::create_dir_all);
        written.and_then(|()| fs::write(&to, bytes)).map_err(|error| {
            Failure::unable("output-failed", format!("`{}`: {error}", to.display()))
        })?;
    }
    let files = files.0.len();
    if call.terminal.json {
        call.terminal.json(&Report { strategy: draft, folder, files })?;
    } else {
        let says = format!("{} written to {}", count(files as u64, "file"), shown_path(folder));
        call.terminal.line(&says)?;
    }
    Ok(Ending::Done)
}
