//! `baton handoffs`: which handoffs there are, who has them, and until when.

use clap::Args;
use domain::Moment;
use domain::handoff::{Owner, State};
use store::{Cursor, HandoffFilter, HandoffRow};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{OpenFolder, moment, recorded};
use super::terminal::TextStyle;
use super::text::{fitted, minute, plain};
use crate::runtime::clock;
use crate::service::read::handoffs::{ListedHandoff, deadline, owner_named};

/// Handoffs of a page at most.
const PAGE_MAX: usize = 200;

/// List handoffs, newest first, with who each is about
///
/// Names are personal data: that they were read is recorded.
#[derive(Args)]
#[command(after_help = "Examples:
  baton handoffs --owner ann
  baton handoffs --state offered
  baton handoffs --due now
  baton handoffs --owner queue:triage --json")]
pub(super) struct Arguments {
    /// Of this owner: a member's id, `queue:NAME` or `engine`
    #[arg(long, value_name = "OWNER", value_parser = owner)]
    owner: Option<Owner>,
    /// In this state, such as offered, accepted or held
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<State>,
    /// With a deadline no later than this moment: `now`, or as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    due: Option<String>,
    /// How many at most, up to 200
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=PAGE_MAX as i64))]
    limit: u16,
    /// Continue after a page, with the number that it printed
    #[arg(long, value_name = "NUMBER")]
    cursor: Option<u64>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let due = match arguments.due.as_deref() {
        Some("now") => Some(clock::now()),
        Some(typed) => Some(moment(typed)?),
        None => None,
    };
    let folder = OpenFolder::open(call)?;
    let filter = HandoffFilter { state: arguments.state, owner: arguments.owner.clone() };
    let from = arguments.cursor.map(Cursor);
    let found = folder.service().handoffs(&filter, due, from, usize::from(arguments.limit))?;
    let page = recorded(found, call)?;
    let next = page.next.map(|cursor| cursor.0.to_string());
    if call.terminal.json {
        let rows: Vec<_> = page.rows.iter().map(ListedHandoff::json).collect();
        call.terminal.json(&serde_json::json!({ "handoffs": rows, "next": next }))?;
        return Ok(Ending::Done);
    }
    if page.rows.is_empty() {
        call.terminal.line("No such handoffs.")?;
    } else {
        let head = ["handoff", "state", "owner", "due (UTC)", "who", "company"];
        let head = head.map(|word| call.terminal.styled(TextStyle::Dim, word)).to_vec();
        let now = clock::now();
        let rows = std::iter::once(head).chain(page.rows.iter().map(|row| cells(row, now, call)));
        for line in fitted(&rows.collect::<Vec<_>>(), &[], call.terminal.columns()) {
            call.terminal.line(&line)?;
        }
    }
    if let Some(next) = next {
        call.terminal.line(&format!("There are more: --cursor {next}"))?;
    }
    Ok(Ending::Done)
}

/// The deadline of a handoff that runs, in a column; red once it has passed.
pub(super) fn due_cell(row: &HandoffRow, now: Moment, call: &Call) -> String {
    deadline(row).map_or_else(String::new, |due| {
        // Without the year, so that names have room: what is due is near.
        let text = minute(due).trim_end_matches(" UTC").chars().skip(5).collect::<String>();
        if due <= now { call.terminal.styled(TextStyle::Red, &text) } else { text }
    })
}

/// An owner as people type one.
pub(super) fn owner_cell(owner: &Owner) -> String {
    plain(&match owner {
        Owner::Queue(queue) => format!("queue:{}", queue.0),
        owner @ (Owner::Person(_) | Owner::Engine) => owner.id().to_owned(),
    })
}

fn cells(listed: &ListedHandoff, now: Moment, call: &Call) -> Vec<String> {
    let row = &listed.row;
    let said = |text: &Option<String>| text.as_deref().map_or_else(String::new, plain);
    vec![
        call.terminal.styled(TextStyle::Dim, &row.handoff.to_string()),
        row.state.to_string(),
        owner_cell(&row.owner),
        due_cell(row, now, call),
        said(&listed.person),
        said(&listed.company),
    ]
}

fn owner(typed: &str) -> Result<Owner, String> {
    owner_named(typed).ok_or_else(|| "a member's id, `queue:NAME` or `engine` is wanted".to_owned())
}

fn state(typed: &str) -> Result<State, String> {
    let known = || State::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    State::named(typed).ok_or_else(|| format!("there is no such state; there are {}", known()))
}
