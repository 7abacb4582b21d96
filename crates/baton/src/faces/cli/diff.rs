//! `baton diff`: what differs between two strategies, file by file, row by row, key by key.

mod parts;

use std::path::Path;

use clap::Args;
use crank::strategy_files;
use rules::Files;
use store::Read as _;

use self::parts::{Difference, differences};
use super::call::Call;
use super::ending::{Ending, Failure};
use super::strategy_folder;
use super::text::{count, plain, wrapped};
use crate::local::Refusal;

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
    let reader = call.reader()?;
    let known = reader.strategies()?;
    let version = if typed == "live" {
        let none = || Failure::unable("no-strategy", "no strategy is in force");
        reader.force()?.ok_or_else(none)?.version
    } else {
        let mut fits = known.iter().filter(|row| row.version.to_string().starts_with(typed));
        match (fits.next(), fits.next()) {
            (Some(one), None) => one.version,
            (None, _) => {
                let says = format!(
                    "`{}` is no folder, and no strategy was ever in force whose version begins so",
                    plain(typed)
                );
                return Err(Failure::wrong("unknown-id", says));
            }
            (Some(_), Some(_)) => {
                let says =
                    format!("several versions begin with `{}`; type more of it", plain(typed));
                return Err(Failure::wrong("unknown-id", says));
            }
        }
    };
    let files = strategy_files(&reader, version).map_err(Refusal::from)?;
    files.ok_or_else(|| Failure::wrong("unknown-id", "the files of this version are not kept"))
}

impl Difference {
    /// As a sentence without its file.
    fn in_words(&self) -> String {
        let Self { at, change, from, to, .. } = self;
        let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
        let (from, to) = (from.as_deref().unwrap_or("nothing"), to.as_deref().unwrap_or("nothing"));
        match change {
            parts::Change::Added => format!("{at}`{to}` was added"),
            parts::Change::Removed => format!("{at}`{from}` was removed"),
            parts::Change::Changed => format!("{at}`{from}` became `{to}`"),
            parts::Change::Moved => format!("{at}the order was `{from}` and is `{to}`"),
        }
    }
}
