//! `baton diff`: what differs between two strategies, file by file, row by row, key by key.

use std::path::Path;

use clap::Args;
use rules::Files;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::OpenFolder;
use super::strategy_folder;
use super::text::{count, plain, wrapped};
use crate::service::read::ReadError;
use crate::service::read::failure::Why;
use crate::service::read::strategy_diff::differences;

/// Compare two strategies in words: by file, row and key
///
/// Each is a version that was in force once (`baton strategies` lists them; any unique prefix does), `live`
/// for the one in force, or a folder. Comments and layout make no difference.
#[derive(Args)]
#[command(after_help = "Examples:
  baton diff live strategy/
  baton diff b41f9c 7e02aa
  baton diff b41f9c live --json")]
pub(super) struct Arguments {
    /// The first: a version, `live` or a folder
    #[arg(value_name = "A")]
    one: String,
    /// The second
    #[arg(value_name = "B")]
    other: String,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let (one, other) = (side(&arguments.one, call)?, side(&arguments.other, call)?);
    let found = differences(&one, &other);
    if call.terminal.json {
        for difference in &found {
            call.terminal.json(difference)?;
        }
        return Ok(Ending::Done);
    }
    if found.is_empty() {
        call.terminal.line("They are alike.")?;
        return Ok(Ending::Done);
    }
    let mut file = "";
    for difference in &found {
        if difference.file != file {
            file = &difference.file;
            call.terminal.line(&plain(file))?;
        }
        let text = format!("  {}", plain(&difference.in_words()));
        for line in wrapped(&text, call.terminal.columns(), "      ") {
            call.terminal.line(&line)?;
        }
    }
    call.terminal.line(&count(found.len() as u64, "difference"))?;
    Ok(Ending::Done)
}

/// The files of one side.
fn side(typed: &str, call: &Call) -> Result<Files, Failure> {
    let path = Path::new(typed);
    if path.is_dir() {
        return strategy_folder::read(path);
    }
    let folder = OpenFolder::open(call)?;
    folder.service().strategy_files(typed).map_err(|error| match error {
        ReadError::NotFound(_) if typed == "live" => {
            Failure::unable("no-strategy", "no strategy is in force")
        }
        ReadError::NotFound(missing) if missing.why == Why::Unknown => {
            let says = format!(
                "`{}` is no folder, and no strategy was ever in force whose version begins so",
                plain(typed)
            );
            Failure::wrong("unknown-id", says)
        }
        other @ (ReadError::NotFound(_) | ReadError::Store(_)) => other.into(),
    })
}
