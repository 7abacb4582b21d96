//! `baton destinations`: where things are sent, how that goes, and whether a test message arrives.

use clap::{Args, Subcommand};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::OpenFolder;
use super::table::{self, Table};
use super::terminal::TextStyle;
use super::text::{minute_cell, plain, thousands};
use crate::config::Config;
use crate::local::refusal::help_for;
use crate::runtime::{clock, try_destination};
use crate::service::act::test_message::{TestMessage, TestResult};
use crate::service::read::destinations::DestinationHealth;

/// List destinations: kind, health, open deliveries and the last error; or send one a test message
///
/// `failing` says that the last attempt failed, `forbidden` that [network] of baton.toml does not allow the
/// address, `not-configured` that the strategy sends there and baton.toml has no such section. The newest
/// 100,000 entries of the journal are looked at.
#[derive(Args)]
#[command(after_help = "Examples:
  baton destinations
  baton destinations --json
  baton destinations test team-mail")]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    Test(Test),
}

/// Send a test message to a destination, and say what came of it
///
/// It is sent at once, once, whether a server runs or not, and belongs to no handoff. Its body has
/// `\"test\": true`. Mail goes to the `to` of the destination, or to its `from` where it has none. The exit
/// code is 1 where it did not arrive.
#[derive(Args)]
struct Test {
    /// A name of baton.toml
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> (&'static str, Result<Ending, Failure>) {
    match &arguments.verb {
        None => ("list the destinations", list(call)),
        Some(Verb::Test(test)) => ("send a test message", send(test, call)),
    }
}

fn list(call: &Call) -> Result<Ending, Failure> {
    let configured = call.configured()?.destination_facts();
    let rows = OpenFolder::open(call)?.service().destinations(&configured)?;
    let cells = |row: &DestinationHealth| {
        let style = if row.health == "ok" { TextStyle::Green } else { TextStyle::Red };
        let error = row.last_error.map_or_else(
            || "-".to_owned(),
            |code| {
                let at = minute_cell(row.last_error_at);
                let status =
                    row.last_error_status.map_or_else(String::new, |status| format!(" {status}"));
                format!("{code}{status}, {at}")
            },
        );
        vec![
            plain(&row.name),
            row.kind.unwrap_or("-").to_owned(),
            call.terminal.styled(style, row.health),
            thousands(row.open),
            minute_cell(row.last_delivered),
            error,
        ]
    };
    let head = ["name", "kind", "health", "open", "delivered (UTC)", "last error (UTC)"];
    let none = "No destination is configured: see [destinations.NAME] in baton.toml.";
    let table = Table { head: &head, right: &[3], none };
    table::print(&rows, &table, cells, call)?;
    Ok(Ending::Done)
}

fn send(test: &Test, call: &Call) -> Result<Ending, Failure> {
    let config = call.configured()?;
    if !config.destinations.contains_key(&test.name) {
        return Err(unknown(&test.name, &config));
    }
    let mailbox = config.destination_facts().remove(&test.name).and_then(|known| known.mailbox);
    let message = TestMessage::new(mailbox.as_deref(), clock::now());
    let serving = config.serving_one(&test.name, &call.data)?;
    let answer = try_destination(serving, &test.name, message.delivery, message.body)?;
    let sent = TestResult::new(&test.name, &answer);
    tell(&sent, call)?;
    Ok(if sent.delivered { Ending::Done } else { Ending::Found })
}

fn unknown(name: &str, config: &Config) -> Failure {
    let known: Vec<String> = config.destinations.keys().map(|known| format!("`{known}`")).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let says =
        format!("baton.toml has no [destinations.{}]; the destinations are {known}", plain(name));
    Failure::wrong("destination-unknown", says)
}

fn tell(sent: &TestResult<'_>, call: &Call) -> Result<(), Failure> {
    if call.terminal.json {
        return Ok(call.terminal.json(sent)?);
    }
    let status = sent.status.map_or_else(String::new, |status| format!(" (it answered {status})"));
    call.terminal.line(&format!("{}: {}{status}", plain(sent.name), sent.says))?;
    if let Some(code) = sent.code {
        call.terminal.line(&format!("  = help: {}", help_for(code)))?;
    }
    Ok(())
}
