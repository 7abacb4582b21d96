//! `cargo xtask load`: a server that is asked for more than it can do. The verdict rests on what the
//! clients saw, what the system says of the process, and what the program exports.

mod figures;
mod flood;
mod overload;
mod unruled;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::serving::office::Office;
use crate::serving::server::Server;
use crate::shell::{root, say};

/// The strategy that is in force.
const STRATEGY: &str = "examples/strategies/acme";
/// What signs the webhooks that nobody sends.
const SECRET: &str = "whsec_bG9hZC1vbi1hLXNlcnZlci10aGF0LWtlZXBzLWl0cy1oZWFk";
/// What accounts at hand may take, in MiB: little enough that they take all of it before memory is
/// looked at for the first time, so that what grows afterwards is something else.
const ACCOUNTS_MIB: u32 = 96;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many connections without a key there are on each route.
    pub strangers: u32,
    /// How long they stay on each route, in seconds.
    pub seconds: u64,
    /// How long five times the signals are sent, in seconds.
    pub overload: u64,
    /// The program, where it is built already.
    pub program: Option<PathBuf>,
}

/// Runs the parts that are asked for and says what was found.
pub fn run(plan: &Plan) -> anyhow::Result<ExitCode> {
    let mut findings = Vec::new();
    if plan.strangers > 0 {
        findings.extend(flood::run(plan)?);
    }
    if plan.overload > 0 {
        findings.extend(overload::run(plan)?);
        findings.extend(unruled::run(plan)?);
    }
    for finding in &findings {
        say(&format!("FOUND: {finding}"))?;
    }
    say(&format!("{} findings", findings.len()))?;
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads how long a route is held: `60s`, or a number of seconds.
pub fn held(text: &str) -> Result<u64, String> {
    let number = text.strip_suffix('s').unwrap_or(text);
    number.parse().map_err(|_| format!("`{text}` is no number of seconds; write for example 60s"))
}

/// Whether a strategy is in force.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Force {
    Strategy,
    Nothing,
}

/// A server with a source of browsers and one of webhooks, whose deliveries become lines in files.
fn serve(
    name: &'static str,
    program: Option<&Path>,
    force: Force,
) -> anyhow::Result<(Office, Server)> {
    let office = Office::found(name, program)?.with_variable("LOAD_SECRET", SECRET);
    let lines = office.folder.display().to_string();
    let settings = format!(
        "[telemetry]\nlog = \"error\"\n\n\
         [bounds]\naccounts_mib = {ACCOUNTS_MIB}\n\n\
         [sources.web]\nkind = \"segment\"\nverifies = [\"external_id\", \"email\"]\n\n\
         [sources.billing]\nkind = \"webhook\"\ncredential = \"env:LOAD_SECRET\"\n\n\
         [destinations.crm-hook]\nkind = \"file\"\npath = \"{lines}/crm.jsonl\"\n\n\
         [destinations.archive]\nkind = \"file\"\npath = \"{lines}/archive.jsonl\"\n"
    );
    let office = match force {
        Force::Strategy => office.open(&settings, &root().join(STRATEGY))?,
        Force::Nothing => office.open_without_strategy(&settings)?,
    };
    let mut server = Server::start(&office)?;
    server.wait_until_ready(&office)?;
    Ok((office, server))
}
