//! `baton erase`: a person's data becomes unreadable everywhere.

use clap::Args;
use domain::PersonId;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::identifier_on_stdin;
use super::text::{count, wrapped};
use crate::local::request::Receipt;
use crate::local::{Executor, Request, Response};
use crate::runtime::clock;
use crate::service::read::find;

/// Erase a person: their keys are destroyed, and what they sealed can no longer be read
///
/// It cannot be undone. With `-` an identifier is read from standard input, so that it stands in no
/// shell history: an e-mail address, a phone number with its country code, or SOURCE:ID.
#[derive(Args)]
#[command(after_help = "Examples:
  baton erase p-7f3a
  printf ada@example.com | baton erase - --json")]
pub(super) struct Arguments {
    /// Their id, or `-`
    #[arg(value_name = "PERSON", allow_hyphen_values = true)]
    person: String,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let typed = arguments.person.as_str();
    let known = if typed == "-" { None } else { Some(find::person(&reader, typed)?) };
    // A reader that stays open would keep copies that have to be overwritten.
    drop(reader);
    let mut executor = call.known_executor()?;
    let person = match known {
        Some(person) => person,
        None => by_identifier(&mut executor)?,
    };
    let answered = executor.ask(Request::Erase { person, by: None }, clock::now())?;
    executor.close()?;
    let Response::Erased(receipt) = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    if call.terminal.json {
        call.terminal.json(&receipt)?;
    } else {
        tell(&receipt, call)?;
    }
    Ok(Ending::Done)
}

fn by_identifier(executor: &mut Executor) -> Result<PersonId, Failure> {
    let identifier = identifier_on_stdin()?;
    let answered = executor.ask(Request::Find { identifier }, clock::now())?;
    if let Response::Found { person: Some(person) } = answered {
        return Ok(person);
    }
    Err(Failure::wrong("unknown-id", "nobody is known by this identifier"))
}

fn tell(receipt: &Receipt, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    terminal.line(&format!("{} is erased since {}", receipt.person, receipt.moment))?;
    terminal.line(&format!(
        "  {} destroyed with {} of theirs, in {}",
        count(receipt.nodes.len() as u64, "key"),
        super::text::counted(
            receipt.entries.len() as u64,
            "quarantine entry",
            "quarantine entries"
        ),
        count(receipt.accounts.len() as u64, "account")
    ))?;
    terminal.line("  not searched:")?;
    for item in &receipt.not_searched {
        for line in wrapped(&format!("    {item}"), call.terminal.columns(), "    ") {
            terminal.line(&line)?;
        }
    }
    Ok(())
}
