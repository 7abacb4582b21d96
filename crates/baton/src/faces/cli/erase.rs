//! `baton erase`: a person's data, or a company's, becomes unreadable everywhere.

use clap::Args;
use domain::PersonId;

use super::asking::Asking;
use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::identifier_on_stdin;
use super::text::{count, counted, wrapped};
use crate::local::{Executor, Request, Response};
use crate::runtime::clock;
use crate::service::act::erasure::{Receipt, Whom};
use crate::service::read::find;

/// Erase a person, or a company: keys are destroyed, and what they sealed can no longer be read
///
/// A person goes everywhere. Of an account goes what was said of the company alone, as of a sole trader; the
/// people there stay as they are. What goes is shown first, and it cannot be undone. With `-` an identifier
/// is read from standard input, so that it stands in no shell history: of a person an e-mail address, a phone
/// number with its country code, or SOURCE:ID; of a company its domain.
#[derive(Args)]
#[command(after_help = "Examples:
  baton erase p-7f3a --dry-run
  baton erase a-02bd --yes
  printf ada@example.com | baton erase - --yes --json")]
pub(super) struct Arguments {
    /// The id of a person or an account, a company's domain, or `-`
    #[arg(value_name = "WHO", allow_hyphen_values = true)]
    who: String,
    #[command(flatten)]
    asking: Asking,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let whom = whom(&arguments.who, call)?;
    let asking = &arguments.asking;
    if asking.is_dry_run() {
        return tell(&ask(whom, true, call)?, call);
    }
    if asking.is_needed() {
        for line in lines(&ask(whom, true, call)?, call) {
            call.terminal.aside(&line);
        }
        if !asking.allows("This cannot be undone.", call)? {
            return Ok(Ending::Done);
        }
    }
    tell(&ask(whom, false, call)?, call)
}

/// Who is meant. The reader is closed again: one that stays open would keep copies that have to be
/// overwritten.
fn whom(typed: &str, call: &Call) -> Result<Whom, Failure> {
    let is_read = typed == "-";
    let text = if is_read { identifier_on_stdin()? } else { typed.to_owned() };
    let text = text.trim();
    let reader = call.reader()?;
    let is_account = text.starts_with("a-") || (!text.contains('@') && text.contains('.'));
    if is_account && !text.starts_with('+') && !text.contains(':') {
        return Ok(Whom::Account(find::account(&reader, text)?));
    }
    if !is_read {
        return Ok(Whom::Person(find::person(&reader, text)?));
    }
    drop(reader);
    let mut executor = call.known_executor()?;
    let person = by_identifier(&mut executor, text)?;
    executor.close()?;
    Ok(Whom::Person(person))
}

fn by_identifier(executor: &mut Executor, identifier: &str) -> Result<PersonId, Failure> {
    let identifier = identifier.to_owned();
    let answered = executor.ask(Request::Find { identifier }, clock::now())?;
    if let Response::Found { person: Some(person) } = answered {
        return Ok(person);
    }
    Err(Failure::wrong("unknown-id", "nobody is known by this identifier"))
}

fn ask(whom: Whom, is_dry_run: bool, call: &Call) -> Result<Receipt, Failure> {
    let mut executor = call.known_executor()?;
    let answered = executor.ask(Request::Erase { whom, is_dry_run, by: None }, clock::now())?;
    executor.close()?;
    let Response::Erased(receipt) = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    Ok(*receipt)
}

fn tell(receipt: &Receipt, call: &Call) -> Result<Ending, Failure> {
    if call.terminal.json {
        call.terminal.json(receipt)?;
    } else {
        for line in lines(receipt, call) {
            call.terminal.line(&line)?;
        }
    }
    Ok(Ending::Done)
}

fn lines(receipt: &Receipt, call: &Call) -> Vec<String> {
    let whom = match (receipt.person, receipt.account) {
        (_, Some(account)) => format!("The company of {account}"),
        (Some(person), None) => person.to_string(),
        (None, None) => "Nobody".to_owned(),
    };
    let (says, done) = match receipt.moment {
        Some(moment) => (format!("{whom} is erased since {moment}"), "destroyed"),
        None => (format!("{whom} would be erased"), "to destroy"),
    };
    let entries = counted(receipt.entries.len() as u64, "quarantine entry", "quarantine entries");
    let mut lines = vec![
        says,
        format!(
            "  {} {done} with {entries}, in {}",
            count(receipt.nodes.len() as u64, "key"),
            count(receipt.accounts.len() as u64, "account")
        ),
    ];
    if !receipt.withdrawn.is_empty() {
        let open = count(receipt.withdrawn.len() as u64, "open handoff");
        lines.push(format!("  {open} withdrawn:"));
        lines.extend(receipt.withdrawn.iter().map(|handoff| format!("    {handoff}")));
    }
    lines.push("  not searched:".to_owned());
    for item in &receipt.not_searched {
        lines.extend(wrapped(&format!("    {item}"), call.terminal.columns(), "    "));
    }
    lines
}
