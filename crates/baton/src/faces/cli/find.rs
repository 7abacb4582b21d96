//! `baton find`: whose account, person or handoff something is.

use clap::Args;
use domain::Moment;
use serde_json::Value;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::handoffs::{due_cell, owner_cell};
use super::known::{OpenFolder, identifier_on_stdin, recorded};
use super::terminal::TextStyle;
use super::text::{count, counted, fitted, plain};
use crate::runtime::clock;
use crate::service::read::search::{Found, FoundAccount, FoundPerson};

/// Find accounts, people and their handoffs
///
/// What can be looked for: an e-mail address, a phone number with its country code (`+49…`), an id of a
/// source (SOURCE:ID, with the source's name in baton.toml or in the map), a domain, a company's name, and
/// the id of an account, a person, a handoff or a signal, or any unique prefix of one. With `-` it is read
/// from standard input, so that it stands in no shell history.
///
/// Identifiers and names of companies are compared whole: a part of a name or of an address finds nothing.
/// Names of people, titles, texts and closed deliveries cannot be searched. A signal is looked for among
/// the newest 100,000 entries of the journal. At most 20 accounts are listed, with 50 people and the newest
/// 50 handoffs of each.
///
/// Names are personal data: that they were read is recorded.
#[derive(Args)]
#[command(after_help = "Examples:
  printf ada@acme.example | baton find -
  baton find acme.example
  baton find \"Acme GmbH\"
  baton find h-7f3a --json")]
pub(super) struct Arguments {
    /// What to look for, or `-`
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let text = if arguments.text == "-" {
        identifier_on_stdin()?
    } else {
        if arguments.text.contains('@') {
            call.terminal.warn(
                "an address on the command line stays in the shell's history; `baton find -` reads it \
                 from standard input",
            );
        }
        arguments.text.clone()
    };
    let folder = OpenFolder::open(call)?;
    let found = recorded(folder.service().search(&text, None)?, call)?;
    if call.terminal.json {
        for row in rows(&found) {
            call.terminal.json(&row)?;
        }
    } else {
        tell(&found, call)?;
    }
    if found.waiting > 0 {
        let waiting = counted(found.waiting, "signal waits", "signals wait");
        call.terminal
            .warn(&format!("{waiting} for a turn through the strategy and cannot be found yet"));
    }
    Ok(Ending::Done)
}

/// A line each, with what it is as `found`.
fn rows(found: &Found) -> Vec<Value> {
    let as_kind = |kind: &str, mut row: Value| {
        row["found"] = kind.into();
        row
    };
    let accounts = found.accounts.iter().map(|account| as_kind("account", account.json()));
    let people = found.people.iter().map(|person| as_kind("person", person.json()));
    let handoffs = found.handoffs.iter().map(|handoff| as_kind("handoff", handoff.json()));
    accounts.chain(people).chain(handoffs).collect()
}

fn tell(found: &Found, call: &Call) -> Result<(), Failure> {
    if found.is_empty() {
        call.terminal
            .line("Nothing is known by this. `baton find --help` says what can be found.")?;
        return Ok(());
    }
    let now = clock::now();
    for account in &found.accounts {
        call.terminal.line(&headline(account, call))?;
        for line in fitted(&table(found, account, now, call), &[], call.terminal.columns()) {
            call.terminal.line(&line)?;
        }
    }
    if found.left_out > 0 {
        call.terminal.line(&format!("{} not listed", counted(found.left_out, "is", "are")))?;
    }
    Ok(())
}

fn headline(account: &FoundAccount, call: &Call) -> String {
    let name =
        account.name.as_deref().map_or_else(|| "an account without a name".to_owned(), plain);
    let domain = account.domain.as_deref().filter(|domain| account.name.as_deref() != Some(domain));
    let domain = domain.map_or_else(String::new, |domain| format!(" ({})", plain(domain)));
    let counts = format!(
        "{}, {}",
        counted(account.people, "person", "people"),
        count(account.handoffs, "handoff")
    );
    let id = call.terminal.styled(TextStyle::Dim, &account.id.to_string());
    format!("{id}  {}{domain}: {counts}", call.terminal.styled(TextStyle::Bold, &name))
}

/// The people of an account with their handoffs below them.
fn table(found: &Found, account: &FoundAccount, now: Moment, call: &Call) -> Vec<Vec<String>> {
    let id = |id: String| format!("  {}", call.terminal.styled(TextStyle::Dim, &id));
    let mut rows = Vec::new();
    let theirs = |person: &&FoundPerson| person.account == account.id;
    for person in found.people.iter().filter(theirs) {
        let name =
            person.name.as_deref().map_or_else(|| "a visitor without a name".to_owned(), plain);
        rows.push(vec![id(person.id.to_string()), name]);
        for listed in found.handoffs.iter().filter(|listed| listed.row.person == person.id) {
            let row = &listed.row;
            let due = due_cell(row, now, call);
            let due = if due.is_empty() { due } else { format!("due {due} UTC") };
            rows.push(vec![
                id(row.handoff.to_string()),
                format!("  {} with {}", row.state, owner_cell(&row.owner)),
                due,
            ]);
        }
    }
    rows
}
