//! `baton resolve`: who is who.

use clap::{Args, Subcommand};
use crank::find_merge;
use domain::{NodeId, PersonId};
use store::sqlite::Reader;

use super::asking::Asking;
use super::call::Call;
use super::ending::{Ending, Failure};
use super::take_turns::take_turns;
use super::terminal::TextStyle;
use super::text::{count, counted, minute, wrapped};
use crate::local::{Refusal, Request, Response};
use crate::runtime::clock;
use crate::service::act::identity::{IdentityChange, IdentityChanged};
use crate::service::read::find;
use crate::service::read::identity::{NodeOfPerson, Side, side, withheld_joins};

/// Say who is who where signals do not
#[derive(Subcommand)]
pub(super) enum Verb {
    List(List),
    Join(Join),
    Undo(Undo),
    Split(Split),
}

/// List pairs of people who have an identifier in common and were not joined
///
/// Their source has an id for each of them, so they may be two; both sides are shown.
#[derive(Args)]
#[command(after_help = "Examples:
  baton resolve list
  baton resolve list --limit 10 --json")]
pub(super) struct List {
    /// At most so many, the newest
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

/// Say that two are one person
///
/// Of two open handoffs one goes on. What changes is shown first.
#[derive(Args)]
#[command(after_help = "Examples:
  baton resolve join p-7f3a p-02bd --dry-run
  baton resolve join p-7f3a p-02bd --reason bad-data --yes")]
pub(super) struct Join {
    /// One of them
    #[arg(value_name = "PERSON")]
    one: String,
    /// The other
    #[arg(value_name = "PERSON")]
    other: String,
    #[command(flatten)]
    how: How,
}

/// Take back a merge: two people who were thought to be one are two again
///
/// What is known of each is as if they had never been merged. Open handoffs of both end, and are decided
/// afresh at their next signal. What changes is shown first.
#[derive(Args)]
#[command(after_help = "Examples:
  baton resolve undo p-7f3a p-02bd --dry-run
  baton resolve undo p-7f3a p-02bd --yes")]
pub(super) struct Undo {
    /// The person who stays
    #[arg(value_name = "WINNER")]
    winner: String,
    /// The person who was merged into them
    #[arg(value_name = "LOSER")]
    loser: String,
    #[command(flatten)]
    asking: Asking,
}

/// Split nodes off a person: they are somebody else's
///
/// What signals say does not join them again; `baton resolve join` does. Without nodes it lists those of the
/// person. What changes is shown first.
#[derive(Args)]
#[command(after_help = "Examples:
  baton resolve split p-7f3a
  baton resolve split p-7f3a n-02bd --dry-run
  baton resolve split p-7f3a n-02bd --reason bad-data --yes")]
pub(super) struct Split {
    /// Whose nodes they are so far
    #[arg(value_name = "PERSON")]
    person: String,
    /// The nodes that are somebody else's
    #[arg(value_name = "NODE")]
    nodes: Vec<String>,
    #[command(flatten)]
    how: How,
}

/// Why, and whether it is asked.
#[derive(Args)]
struct How {
    /// Why: bad-data, manager-asked or other-reason
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
    #[command(flatten)]
    asking: Asking,
}

pub(super) fn run(verb: Verb, call: &Call) -> (&'static str, Result<Ending, Failure>) {
    match verb {
        Verb::List(arguments) => ("list who waits to be joined", list(&arguments, call)),
        Verb::Join(arguments) => ("join the two", join(&arguments, call)),
        Verb::Undo(arguments) => ("take back the merge", undo(&arguments, call)),
        Verb::Split(arguments) => ("split the nodes off", split(&arguments, call)),
    }
}

fn list(arguments: &List, call: &Call) -> Result<Ending, Failure> {
    let joins = withheld_joins(&call.reader()?, arguments.limit)?;
    let terminal = &call.terminal;
    for join in &joins {
        if terminal.json {
            terminal.json(join)?;
            continue;
        }
        let reasons: Vec<&str> = join.reasons.iter().map(|code| code.as_str()).collect();
        terminal.line(&format!("{} since {}", join.signal, minute(join.since)))?;
        for line in wrapped(&format!("  {}", reasons.join(", ")), terminal.columns(), "  ") {
            terminal.line(&line)?;
        }
        for side in &join.people {
            tell_side(side, call)?;
        }
    }
    if joins.is_empty() && !terminal.json {
        terminal.line("Nobody waits to be joined.")?;
    }
    Ok(Ending::Done)
}

fn tell_side(side: &Side, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    terminal.line(&format!("  {}", terminal.styled(TextStyle::Bold, &side.person.to_string())))?;
    for node in &side.nodes {
        terminal.line(&format!("    {}", node_line(node)))?;
    }
    Ok(())
}

fn node_line(node: &NodeOfPerson) -> String {
    let claimed = if node.verified { "" } else { ", claimed" };
    let account = node.account.map(|account| format!("  {account}")).unwrap_or_default();
    let found_by =
        if node.found_by.is_empty() { "nothing".to_owned() } else { node.found_by.join(", ") };
    format!("{}  by {found_by}{claimed}{account}", node.node)
}

fn join(arguments: &Join, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let one = find::person(&reader, &arguments.one)?;
    let other = find::person(&reader, &arguments.other)?;
    drop(reader);
    let says = |changed: &IdentityChanged| {
        format!("{} and {} are one person: {0}", changed.winner, changed.loser)
    };
    change(&IdentityChange::Join { one, other }, &arguments.how, &says, call)
}

fn undo(arguments: &Undo, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let winner = find::person(&reader, &arguments.winner)?;
    let loser = find::person_whole(&reader, &arguments.loser)?;
    // Looked for here, so that a running server need not go through long histories.
    let found = find_merge(&reader, winner, loser).map_err(Refusal::from)?;
    drop(reader);
    let (at, read_up_to) = (found.at.0, found.read_up_to.0);
    let undo = IdentityChange::Undo { winner, loser, at, read_up_to };
    changed(&undo, None, &arguments.asking, &apart, call)
}

fn split(arguments: &Split, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let person = find::person(&reader, &arguments.person)?;
    if arguments.nodes.is_empty() {
        return nodes_of(&reader, person, call);
    }
    let node = |typed: &String| find::node(&reader, typed);
    let nodes = arguments.nodes.iter().map(node).collect::<Result<Vec<NodeId>, _>>()?;
    drop(reader);
    change(&IdentityChange::Split { person, nodes }, &arguments.how, &apart, call)
}

fn nodes_of(reader: &Reader, person: PersonId, call: &Call) -> Result<Ending, Failure> {
    let side = side(reader, person)?;
    if call.terminal.json {
        call.terminal.json(&side)?;
    } else {
        tell_side(&side, call)?;
    }
    Ok(Ending::Done)
}

fn apart(changed: &IdentityChanged) -> String {
    format!("{} is somebody of their own, apart from {}", changed.loser, changed.winner)
}

fn change(
    change: &IdentityChange,
    how: &How,
    says: &dyn Fn(&IdentityChanged) -> String,
    call: &Call,
) -> Result<Ending, Failure> {
    changed(change, how.reason.as_deref(), &how.asking, says, call)
}

/// Shows what changes, asks, and changes it.
fn changed(
    change: &IdentityChange,
    reason: Option<&str>,
    asking: &Asking,
    says: &dyn Fn(&IdentityChanged) -> String,
    call: &Call,
) -> Result<Ending, Failure> {
    if asking.is_dry_run() {
        let would = ask(change, reason, true, call)?;
        tell(&would, says, call)?;
        return Ok(Ending::Done);
    }
    if asking.is_needed() {
        let would = ask(change, reason, true, call)?;
        for line in lines(&would, says) {
            call.terminal.aside(&line);
        }
        if !asking.allows("This changes whose they are.", call)? {
            return Ok(Ending::Done);
        }
    }
    let changed = ask(change, reason, false, call)?;
    tell(&changed, says, call)?;
    Ok(Ending::Done)
}

fn ask(
    change: &IdentityChange,
    reason: Option<&str>,
    is_dry_run: bool,
    call: &Call,
) -> Result<Box<IdentityChanged>, Failure> {
    let mut executor = call.known_executor()?;
    let (change, reason) = (change.clone(), reason.map(str::to_owned));
    let asked = Request::Identity { change, reason, is_dry_run, by: None };
    let answered = executor.ask(asked, clock::now())?;
    if !is_dry_run {
        take_turns(&mut executor, &call.terminal)?;
    }
    executor.close()?;
    let Response::Identity(changed) = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    Ok(changed)
}

fn tell(
    changed: &IdentityChanged,
    says: &dyn Fn(&IdentityChanged) -> String,
    call: &Call,
) -> Result<(), Failure> {
    if call.terminal.json {
        return Ok(call.terminal.json(changed)?);
    }
    for line in lines(changed, says) {
        call.terminal.line(&line)?;
    }
    Ok(())
}

fn lines(changed: &IdentityChanged, says: &dyn Fn(&IdentityChanged) -> String) -> Vec<String> {
    let mut lines = vec![says(changed)];
    lines.push(format!("  {} from one to the other", {
        counted(changed.nodes.len() as u64, "node goes", "nodes go")
    }));
    for moved in &changed.moved {
        let from = moved.from.map(|from| format!(" from {from}")).unwrap_or_default();
        lines.push(format!("  {} moves{from} to {}", moved.node, moved.to));
    }
    if !changed.withdrawn.is_empty() {
        lines.push(format!("  {} withdrawn:", count(changed.withdrawn.len() as u64, "handoff")));
        lines.extend(changed.withdrawn.iter().map(|handoff| format!("    {handoff}")));
    }
    lines
}
