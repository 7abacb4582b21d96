//! `baton init`: a small strategy to begin with, or a copy of an example.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::text::{count, plain, quoted, shown_path};

/// The files of the examples: which example, the path in it, and the bytes.
const EXAMPLES: &[(&str, &str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/example_files.rs"));

/// The files of the small strategy, but the team.
const STARTER: [(&str, &str); 6] = [
    ("strategy.yaml", include_str!("init/starter/strategy.yaml")),
    ("scoring.yaml", include_str!("init/starter/scoring.yaml")),
    ("readiness.yaml", include_str!("init/starter/readiness.yaml")),
    ("routing.yaml", include_str!("init/starter/routing.yaml")),
    ("sla.yaml", include_str!("init/starter/sla.yaml")),
    ("calendars/office.yaml", include_str!("init/starter/calendars/office.yaml")),
];

/// Write a small strategy with comments into a new folder, or a copy of an example
///
/// It passes `baton check` as it stands and routes the first lead. Then write your team into `team.csv`,
/// and change the rest file by file; `baton explain strategy` has every key.
#[derive(Args)]
#[command(after_help = "Examples:
  baton init strategy
  baton init strategy --team 6
  baton init acme --like acme")]
pub(super) struct Arguments {
    /// The folder to write, which must be empty or not there yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// How many reps the team has
    #[arg(long, value_name = "N", default_value_t = 3, conflicts_with = "like",
        value_parser = clap::value_parser!(u16).range(1..=500))]
    team: u16,
    /// Copy this example: acme, maven-crm or olist
    #[arg(long, value_name = "EXAMPLE")]
    like: Option<String>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let folder = &arguments.folder;
    if fs::exists(folder).unwrap_or(true)
        && !fs::read_dir(folder).is_ok_and(|mut inside| inside.next().is_none())
    {
        let says = format!("`{}` is there and is no empty folder", shown_path(folder));
        return Err(Failure::wrong("folder-taken", says));
    }
    let files = match &arguments.like {
        Some(example) => copied(example)?,
        None => starter(arguments.team),
    };
    write(folder, &files)?;
    tell(folder, &files, call)
}

type NewFiles = BTreeMap<String, Vec<u8>>;

fn copied(example: &str) -> Result<NewFiles, Failure> {
    let of = EXAMPLES.iter().filter(|(name, ..)| *name == example);
    let files: NewFiles = of.map(|(_, path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    if files.is_empty() {
        let mut known: Vec<&str> = EXAMPLES.iter().map(|(name, ..)| *name).collect();
        known.dedup();
        let says =
            format!("there is no example `{}`; there are {}", plain(example), known.join(", "));
        return Err(Failure::wrong("unknown-word", says));
    }
    Ok(files)
}

fn starter(reps: u16) -> NewFiles {
    let files = STARTER.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let mut team = String::from("id,name,email,manager,role,weight,calendar\n");
    team.push_str("lead,Team Lead,lead@example.com,,lead,1,office\n");
    for rep in 1..=reps {
        let _ = writeln!(team, "rep{rep},Rep {rep},rep{rep}@example.com,lead,rep,1,office");
    }
    files.chain([("team.csv".to_owned(), team.into_bytes())]).collect()
}

fn write(folder: &Path, files: &NewFiles) -> Result<(), Failure> {
    let unable = |path: &Path, error: &std::io::Error| {
        Failure::unable(
            "folder-taken",
            format!("`{}` could not be written: {error}", shown_path(path)),
        )
    };
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(inside) = path.parent() {
            fs::create_dir_all(inside).map_err(|error| unable(inside, &error))?;
        }
        fs::write(&path, bytes).map_err(|error| unable(&path, &error))?;
    }
    Ok(())
}

fn tell(folder: &Path, files: &NewFiles, call: &Call) -> Result<Ending, Failure> {
    if call.terminal.json {
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        call.terminal.json(&json!({ "folder": shown_path(folder), "files": names }))?;
        return Ok(Ending::Done);
    }
    let written = count(files.len() as u64, "file");
    call.terminal.line(&format!("{written} in {}:", shown_path(folder)))?;
    for name in files.keys() {
        call.terminal.line(&format!("  {name}"))?;
    }
    let typed = quoted(&folder.display().to_string());
    call.terminal.line(&format!("next: baton check {typed} && baton apply {typed}"))?;
    Ok(Ending::Done)
}
