//! `baton find`: whose account, person or handoff something is.

use clap::Args;
use domain::Moment;
use serde_json::Value;
use store::EntryRow;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::handoffs::due_cell;
use super::known::{OpenFolder, identifier_on_stdin, recorded};
use super::terminal::TextStyle;
use super::text::{count, counted, fitted, plain, wrapped};
use super::zone::{Zone, ZoneArgument};
use crate::runtime::clock;
use crate::service::read::search::{Found, FoundAccount, FoundPerson, quarantined_json};

/// Find accounts, people and their handoffs
///
/// What can be looked for: names of people and companies or the beginnings of their words, an e-mail address, a phone number with its country code (`+49…`), an id of a
/// source (SOURCE:ID, with the source's name in baton.toml or in the map), a domain, and the id of an
/// account, a person, a handoff or a signal, or any unique prefix of one. With `-` it is read from standard
/// input, so that it stands in no shell history.
///
/// All words of a name have to be there: each is found by its first three letters or more, whatever its case
/// and the marks on its letters (`muller` and `mueller` both find Müller). At most 200 such people and companies
/// are compared. Identifiers are compared whole: a part of an address finds nothing. Titles, texts and closed
/// deliveries cannot be searched. A signal is looked for among the newest 100,000 entries of the journal. At
/// most 20 accounts are listed, with 50 people and the newest 50 handoffs of each.
///
/// Names are personal data: that they were read is recorded.
#[derive(Args)]
#[command(after_help = "Examples:
  printf ada@acme.example | baton find -
  baton find acme.example
  baton find \"ada lov\"
  baton find \"Acme GmbH\"
  baton find h-7f3a --json")]
pub(super) struct Arguments {
    /// What to look for, or `-`
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    #[command(flatten)]
    zone: ZoneArgument,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let text = typed_or_stdin(&arguments.text, "find", call)?;
    let folder = OpenFolder::open(call)?;
    folder.index_names(call);
    let strategy = folder.service().strategy_in_force()?;
    let found = recorded(folder.service().search(&text, strategy.as_deref())?, call)?;
    if call.terminal.json {
        for row in rows(&found) {
            call.terminal.json(&row)?;
        }
    } else {
        tell(&found, &arguments.zone.or(None)?, call)?;
    }
    if let Some(says) = found.names.says() {
        call.terminal.warn(&says);
    }
    if found.waiting > 0 {
        let waiting = counted(found.waiting, "signal waits", "signals wait");
        call.terminal
            .warn(&format!("{waiting} for a turn through the strategy and cannot be found yet"));
    }
    Ok(Ending::Done)
}

/// What was typed, or what stands on standard input for `-`.
pub(super) fn typed_or_stdin(typed: &str, verb: &str, call: &Call) -> Result<String, Failure> {
    if typed == "-" {
        return identifier_on_stdin();
    }
    if typed.contains('@') {
        call.terminal.warn(&format!(
            "an address on the command line stays in the shell's history; `baton {verb} -` reads it from \
             standard input"
        ));
    }
    Ok(typed.to_owned())
}

/// A line each, with what it is as `found`.
fn rows(found: &Found) -> Vec<Value> {
    let as_kind = |kind: &str, mut row: Value| {
        row["found"] = kind.into();
        row
    };
    let accounts = found.accounts.iter().map(|account| as_kind("account", account.json()));
    let people = found.people.iter().map(|person| as_kind("person", person.json()));
    let handoffs = found.handoffs.iter();
    let handoffs = handoffs.map(|handoff| as_kind("handoff", found.handoff_json(handoff)));
    let quarantined = found.quarantined.iter();
    let quarantined = quarantined.map(|row| as_kind("quarantine-entry", quarantined_json(row)));
    accounts.chain(people).chain(handoffs).chain(quarantined).collect()
}

fn tell(found: &Found, zone: &Zone, call: &Call) -> Result<(), Failure> {
    if found.is_empty() {
        call.terminal
            .line("Nothing is known by this. `baton find --help` says what can be found.")?;
        return Ok(());
    }
    let now = clock::now();
    for account in &found.accounts {
        call.terminal.line(&headline(account, call))?;
        for line in fitted(&table(found, account, (now, zone), call), &[], call.terminal.columns())
        {
            call.terminal.line(&line)?;
        }
    }
    tell_quarantined(&found.quarantined, zone, call)?;
    if found.left_out > 0 {
        call.terminal.line(&format!("{} not listed", counted(found.left_out, "is", "are")))?;
    }
    Ok(())
}

/// Tells what waits in quarantine, why, and what to do about it.
pub(super) fn tell_quarantined(
    entries: &[EntryRow],
    zone: &Zone,
    call: &Call,
) -> Result<(), Failure> {
    for row in entries {
        let line = row.line.map_or_else(String::new, |line| format!(", line {line}"));
        let field =
            row.field.as_deref().map_or_else(String::new, |f| format!(" in `{}`", plain(f)));
        let waits = if row.state.is_open() { "waits in quarantine" } else { row.state.as_str() };
        let says = format!(
            "{} {waits} since {} ({}{line}), because of {}{field}: {}",
            row.entry,
            zone.whole(row.since),
            row.source.as_str(),
            row.cause,
            row.cause.says()
        );
        for line in wrapped(&says, call.terminal.columns(), "  ") {
            call.terminal.line(&line)?;
        }
        if row.state.is_open() {
            call.terminal.line(&format!("  baton quarantine show {}", row.entry))?;
            call.terminal.line(&format!("  baton explain {}    # what to do", row.cause))?;
        }
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
fn table(
    found: &Found,
    account: &FoundAccount,
    (now, zone): (Moment, &Zone),
    call: &Call,
) -> Vec<Vec<String>> {
    let id = |id: String| format!("  {}", call.terminal.styled(TextStyle::Dim, &id));
    let mut rows = Vec::new();
    let theirs = |person: &&FoundPerson| person.account == account.id;
    for person in found.people.iter().filter(theirs) {
        let name =
            person.name.as_deref().map_or_else(|| "a visitor without a name".to_owned(), plain);
        rows.push(vec![id(person.id.to_string()), name]);
        for listed in found.handoffs.iter().filter(|listed| listed.row.person == person.id) {
            let row = &listed.row;
            let due = due_cell(row, zone, now, call);
            let due = if due.is_empty() { due } else { format!("due {due} {}", zone.called(now)) };
            rows.push(vec![
                id(row.handoff.to_string()),
                format!("  {} with {}", row.state, plain(found.owner_name(&row.owner))),
                due,
            ]);
        }
    }
    rows
}
