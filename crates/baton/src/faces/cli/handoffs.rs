//! `baton handoffs`: which handoffs there are, who has them, and until when.

use clap::Args;
use domain::Moment;
use domain::handoff::{Owner, State};
use rules::Strategy;
use store::{Cursor, HandoffFilter, HandoffRow};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{OpenFolder, moment, recorded};
use super::terminal::TextStyle;
use super::text::{count, fitted, plain};
use super::zone::{Zone, ZoneArgument};
use crate::runtime::clock;
use crate::service::read::handoffs::{ListedHandoff, deadline, owner_named};
use crate::service::read::open_handoffs::OpenHandoffs;

/// Handoffs of a page at most.
const PAGE_MAX: usize = 200;
/// Owners that a refusal names.
const OWNERS_SHOWN: usize = 40;

/// List handoffs with who each is about: newest first, or open ones by how urgent they are
///
/// Names are personal data: that they were read is recorded.
#[derive(Args)]
#[command(after_help = "Examples:
  baton handoffs --open --owner ann      # what ann has to do, the most urgent first
  baton handoffs --overdue
  baton handoffs --state offered
  baton handoffs --open --zone Europe/Berlin
  baton handoffs --owner queue:triage --json")]
pub(super) struct Arguments {
    /// Of this owner: a member's id, `queue:NAME` or `engine`
    #[arg(long, value_name = "OWNER", value_parser = owner)]
    owner: Option<Owner>,
    /// In this state, such as offered, accepted or held
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<State>,
    /// Open ones alone, by their deadlines, with the time that is left
    #[arg(long, conflicts_with_all = ["due", "cursor"])]
    open: bool,
    /// Open ones whose deadline has passed, the longest first
    #[arg(long, conflicts_with_all = ["due", "cursor"])]
    overdue: bool,
    /// With a deadline no later than this moment: `now`, or as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    due: Option<String>,
    /// How many at most, up to 200
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=PAGE_MAX as i64))]
    limit: u16,
    /// Continue after a page, with the number that it printed
    #[arg(long, value_name = "NUMBER")]
    cursor: Option<u64>,
    #[command(flatten)]
    zone: ZoneArgument,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let now = clock::now();
    let due = match arguments.due.as_deref() {
        Some("now") => Some(now),
        Some(typed) => Some(moment(typed)?),
        None => None,
    };
    let folder = OpenFolder::open(call)?;
    let strategy = folder.service().strategy_in_force()?;
    if let (Some(owner), Some(strategy)) = (&arguments.owner, strategy.as_deref())
        && !folder.service().knows_owner(owner, strategy)?
    {
        return Err(nobody(owner, strategy));
    }
    let member_zone = arguments.owner.as_ref().zip(strategy.as_deref());
    let member_zone = member_zone.and_then(|(owner, strategy)| zone_of(owner, strategy));
    let with_left = arguments.open || arguments.overdue;
    let list = List { now, with_left, zone: arguments.zone.or(member_zone.as_deref())?, call };
    let filter = HandoffFilter { state: arguments.state, owner: arguments.owner.clone() };
    let limit = usize::from(arguments.limit);
    if with_left {
        let overdue = arguments.overdue.then_some(now);
        let found = folder.service().open_handoffs(&filter, overdue, limit)?;
        let OpenHandoffs { rows, more } = recorded(found, call)?;
        list.print(&rows)?;
        if more > 0 {
            let more = count(more as u64, "more handoff");
            call.terminal.aside(&format!("There are {more}: --limit shows up to {PAGE_MAX}"));
        }
        return Ok(Ending::Done);
    }
    let from = arguments.cursor.map(Cursor);
    let page = recorded(folder.service().handoffs(&filter, due, from, limit)?, call)?;
    list.print(&page.rows)?;
    if let Some(Cursor(next)) = page.next {
        call.terminal.aside(&format!("There are more: --cursor {next}"));
    }
    Ok(Ending::Done)
}

/// How a list is printed.
struct List<'a> {
    now: Moment,
    /// Whether the time that is left has a column.
    with_left: bool,
    zone: Zone,
    call: &'a Call,
}

impl List<'_> {
    /// An object a line with `--json`, else a table.
    fn print(&self, rows: &[ListedHandoff]) -> Result<(), Failure> {
        let terminal = &self.call.terminal;
        if terminal.json {
            for row in rows {
                terminal.json(&row.json())?;
            }
            return Ok(());
        }
        if rows.is_empty() {
            return Ok(terminal.line("No such handoffs.")?);
        }
        let due = format!("due ({})", self.zone.called(self.now));
        let left = self.with_left.then_some("left");
        let head =
            ["handoff", "state", "owner", &due].into_iter().chain(left).chain(["who", "company"]);
        let head = head.map(|word| terminal.styled(TextStyle::Dim, word)).collect();
        let rows = std::iter::once(head).chain(rows.iter().map(|row| self.cells(row)));
        for line in fitted(&rows.collect::<Vec<_>>(), &[], terminal.columns()) {
            terminal.line(&line)?;
        }
        Ok(())
    }

    fn cells(&self, listed: &ListedHandoff) -> Vec<String> {
        let (row, terminal) = (&listed.row, &self.call.terminal);
        let said = |text: &Option<String>| text.as_deref().map_or_else(String::new, plain);
        let mut cells = vec![
            terminal.styled(TextStyle::Dim, &row.handoff.to_string()),
            row.state.to_string(),
            owner_cell(&row.owner),
            due_cell(row, &self.zone, self.now, self.call),
        ];
        if self.with_left {
            cells.push(deadline(row).map_or_else(String::new, |due| left(due, self.now)));
        }
        cells.extend([said(&listed.person), said(&listed.company)]);
        cells
    }
}

/// The time that is left until a deadline, or that has passed since: `25m`, `3h 10m`, `2d 4h late`.
fn left(due: Moment, now: Moment) -> String {
    const MINUTE_MS: u64 = 60_000;
    let ms = (due - now).as_ms();
    let minutes = ms.unsigned_abs() / MINUTE_MS;
    let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    let text = match (days, hours) {
        (0, 0) => format!("{minutes}m"),
        (0, _) => format!("{hours}h {minutes}m"),
        (_, _) => format!("{days}d {hours}h"),
    };
    if ms <= 0 { format!("{text} late") } else { text }
}

/// The zone in which a member works; a queue's is that of its owner.
fn zone_of(owner: &Owner, strategy: &Strategy) -> Option<String> {
    let member = match owner {
        Owner::Person(member) => member.clone(),
        Owner::Queue(queue) => strategy.routing.queue(&queue.0)?.1.owner.clone(),
        Owner::Engine => return None,
    };
    let calendar = strategy.team.member(&member.0)?.calendar.as_ref()?;
    Some(strategy.calendars.get(&calendar.value)?.zone().to_owned())
}

/// Nobody has this id: who there is.
fn nobody(owner: &Owner, strategy: &Strategy) -> Failure {
    let members = strategy.team.members.iter().map(|member| plain(&member.id.0));
    let queues =
        strategy.routing.queues.iter().map(|queue| format!("queue:{}", plain(&queue.name.0)));
    let known: Vec<String> = members.chain(queues).chain(["engine".to_owned()]).collect();
    let typed = owner_cell(owner);
    let shown = known.iter().take(OWNERS_SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = match known.len().saturating_sub(OWNERS_SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more; `baton team` lists the members"),
    };
    let near = notation::diagnostic::or_meant(&typed, known.iter().map(String::as_str));
    let says = format!("nobody in the team has the id `{typed}`, and no handoff is with it{near}");
    Failure::wrong("member-missing", says).with_help(vec![format!("there are {shown}{more}")])
}

/// The deadline of a handoff that runs, in a column; red once it has passed.
pub(super) fn due_cell(row: &HandoffRow, zone: &Zone, now: Moment, call: &Call) -> String {
    deadline(row).map_or_else(String::new, |due| {
        // Without the year, so that names have room: what is due is near.
        let text: String = zone.minute(due).chars().skip(5).collect();
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

fn owner(typed: &str) -> Result<Owner, String> {
    owner_named(typed).ok_or_else(|| "a member's id, `queue:NAME` or `engine` is wanted".to_owned())
}

fn state(typed: &str) -> Result<State, String> {
    let known = || State::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    State::named(typed).ok_or_else(|| format!("there is no such state; there are {}", known()))
}
