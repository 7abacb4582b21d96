//! `baton accept`, `reject`, `reassign`, `outcome`, `debrief`, `feedback`, `snooze` and `undo`: what people do to a handoff.

use std::io::Read as _;

use clap::Args;
use domain::Moment;
use domain::handoff::State;
use serde_json::Value;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{OpenFolder, moment};
use super::take_turns::take_turns;
use super::text::{plain, wrapped};
use super::zone::{Zone, ZoneArgument};
use crate::local::{Request, Response};
use crate::runtime::clock;
use crate::service::act::{NewOwner, Wanted};
use crate::service::read::find;

/// The longest note that is read from standard input, in bytes.
const NOTE_BYTES_MAX: u64 = 64 * 1024;

/// What every deed takes.
#[derive(Args)]
struct Common {
    /// Its id, or any unique prefix of it
    #[arg(value_name = "HANDOFF")]
    handoff: String,
    /// The member for whom you do it, by their id in `team.csv`; without it you do it as the operator
    #[arg(long = "as", value_name = "MEMBER")]
    acts_as: Option<String>,
    /// In words, for whoever reads on; with `-` from standard input. It is stored encrypted
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<String>,
    #[command(flatten)]
    zone: ZoneArgument,
}

/// Accept a handoff: its owner takes it, or the member of `--as` does
///
/// It is recorded as done by the operator of the machine, for the member.
#[derive(Args)]
#[command(after_help = "Examples:
  baton accept h-7f3a --as ann
  baton accept h-7f3a --as ann --note 'calls her at ten'")]
pub(super) struct Accept {
    #[command(flatten)]
    common: Common,
}

/// Reject a handoff: it passes on to whoever is next
#[derive(Args)]
#[command(after_help = "Examples:
  baton reject h-7f3a --as ann --reason bad-fit
  baton reject h-7f3a --as ann --reason wrong-territory --note 'they moved to Lyon'")]
pub(super) struct Reject {
    #[command(flatten)]
    common: Common,
    /// Why: bad-fit, bad-data, already-working, not-now, wrong-territory or other-reason
    #[arg(long, value_name = "REASON")]
    reason: String,
}

/// Give a handoff to a member, or to a queue
#[derive(Args)]
#[command(after_help = "Examples:
  baton reassign h-7f3a --to bob --note 'speaks Polish'
  baton reassign h-7f3a --to queue:unassigned")]
pub(super) struct Reassign {
    #[command(flatten)]
    common: Common,
    /// To whom: a member's id, or `queue:NAME`
    #[arg(long, value_name = "OWNER", value_parser = new_owner)]
    to: NewOwner,
}

/// Say what came of a handoff
#[derive(Args)]
#[command(after_help = "Examples:
  baton outcome h-7f3a met --as ann --note 'wants a quote by Friday'
  baton outcome h-7f3a recycled --as ann --returns 2027-02-01T08:00:00Z")]
pub(super) struct Outcome {
    #[command(flatten)]
    common: Common,
    /// What: working, met, qualified, won, lost, recycled or disqualified
    #[arg(value_name = "OUTCOME")]
    word: String,
    /// When it happened, as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    occurred: Option<String>,
    /// When a recycled lead may come back
    #[arg(long, value_name = "TIME")]
    returns: Option<String>,
}

/// Say what was right, wrong or missing in a handoff
#[derive(Args)]
#[command(after_help = "Examples:
  baton debrief h-7f3a --as ann --right
  baton debrief h-7f3a --as ann --right no --complaints 2 --note 'no budget, wrong phone'")]
pub(super) struct Debrief {
    #[command(flatten)]
    common: Common,
    /// Whether it was right to hand it off
    #[arg(long, value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    right: Option<bool>,
    /// How many things were missing or wrong
    #[arg(long, value_name = "N", default_value_t = 0)]
    complaints: u16,
}

/// Say of a claim of a brief that it is right, wrong or stale, or that something is missing
///
/// `baton brief HANDOFF --format json` numbers the claims. What the same reader said of a claim before counts no
/// more.
#[derive(Args)]
#[command(after_help = "Examples:
  baton feedback h-7f3a wrong --claim 3 --as ann --note 'she left in May'
  baton feedback h-7f3a missing --as ann --note 'which product she asked for'")]
pub(super) struct Feedback {
    #[command(flatten)]
    common: Common,
    /// What: right, wrong or stale of a claim, or missing
    #[arg(value_name = "FEEDBACK")]
    word: String,
    /// Which claim of the brief, by its number from 1
    #[arg(long, value_name = "N")]
    claim: Option<u16>,
}

/// Keep a handoff out of a member's own inbox for a while
///
/// It is a mark of the member of `--as`. No clock stops, and it comes back by itself.
#[derive(Args)]
#[command(after_help = "Examples:
  baton snooze h-7f3a --as ann --until 2026-12-01T09:00:00Z
  baton snooze h-7f3a --as ann --wake")]
pub(super) struct Snooze {
    /// Its id, or any unique prefix of it
    #[arg(value_name = "HANDOFF")]
    handoff: String,
    /// The member whose inbox it is, by their id in `team.csv`
    #[arg(long = "as", value_name = "MEMBER")]
    acts_as: Option<String>,
    /// Until when it is out of their inbox
    #[arg(long, value_name = "TIME", required_unless_present = "wake", conflicts_with = "wake")]
    until: Option<String>,
    /// Show it again
    #[arg(long)]
    wake: bool,
}

/// Take back what was done last to a handoff, within 8 seconds
///
/// An acceptance, a rejection, a snooze or feedback can be taken back: the handoff is what it was before, and nothing that
/// would have followed is sent.
#[derive(Args)]
#[command(after_help = "Examples:
  baton undo h-7f3a --as ann")]
pub(super) struct Undo {
    /// Its id, or any unique prefix of it
    #[arg(value_name = "HANDOFF")]
    handoff: String,
    /// The member for whom you do it, by their id in `team.csv`; without it you do it as the operator
    #[arg(long = "as", value_name = "MEMBER")]
    acts_as: Option<String>,
}

pub(super) fn accept(arguments: &Accept, call: &Call) -> Result<Ending, Failure> {
    act(&arguments.common, Wanted::Accept { member: None }, "Accepted", call)
}

pub(super) fn reject(arguments: &Reject, call: &Call) -> Result<Ending, Failure> {
    let wanted = Wanted::Reject { reason: arguments.reason.clone() };
    act(&arguments.common, wanted, "Rejected", call)
}

pub(super) fn reassign(arguments: &Reassign, call: &Call) -> Result<Ending, Failure> {
    act(&arguments.common, Wanted::Reassign { to: arguments.to.clone() }, "Reassigned", call)
}

pub(super) fn outcome(arguments: &Outcome, call: &Call) -> Result<Ending, Failure> {
    let read = |typed: &Option<String>| typed.as_deref().map(moment).transpose();
    let (occurred, returns) = (read(&arguments.occurred)?, read(&arguments.returns)?);
    let wanted = Wanted::Outcome { outcome: arguments.word.clone(), occurred, returns };
    act(&arguments.common, wanted, "Recorded", call)
}

pub(super) fn debrief(arguments: &Debrief, call: &Call) -> Result<Ending, Failure> {
    let (right, complaints) = (arguments.right, arguments.complaints);
    act(&arguments.common, Wanted::Debrief { right, complaints }, "Debriefed", call)
}

pub(super) fn feedback(arguments: &Feedback, call: &Call) -> Result<Ending, Failure> {
    let Feedback { common, word, claim } = arguments;
    let folder = OpenFolder::open(call)?;
    let service = folder.service();
    let handoff = service.handoff_id(&common.handoff)?;
    let found = Some(service.claim(handoff, *claim)?);
    let (claim, feedback) = (*claim, word.clone());
    let wanted = Wanted::Feedback { claim, brief: None, feedback, found };
    act(common, wanted, "Noted", call)
}

pub(super) fn snooze(arguments: &Snooze, call: &Call) -> Result<Ending, Failure> {
    let until = arguments.until.as_deref().map(moment).transpose()?;
    let done = if arguments.wake { "Back in the inbox" } else { "Snoozed" };
    let (handoff, acts_as) = (arguments.handoff.clone(), arguments.acts_as.clone());
    let zone = ZoneArgument::default();
    act(&Common { handoff, acts_as, note: None, zone }, Wanted::Snooze { until }, done, call)
}

pub(super) fn undo(arguments: &Undo, call: &Call) -> Result<Ending, Failure> {
    let (handoff, acts_as) = (arguments.handoff.clone(), arguments.acts_as.clone());
    let zone = ZoneArgument::default();
    act(&Common { handoff, acts_as, note: None, zone }, Wanted::Undo, "Taken back", call)
}

fn act(common: &Common, wanted: Wanted, done: &str, call: &Call) -> Result<Ending, Failure> {
    let note = note(common.note.as_deref())?;
    let zone = common.zone.or(None)?;
    let reader = call.reader()?;
    let handoff = find::handoff(&reader, &common.handoff)?;
    drop(reader);
    let mut executor = call.known_executor()?;
    let act = Request::Act { handoff, wanted, acts_as: common.acts_as.clone(), note };
    let answered = executor.ask(act, clock::now())?;
    take_turns(&mut executor, &call.terminal)?;
    executor.close()?;
    let Response::Acted { handoff: shown } = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    if call.terminal.json {
        call.terminal.json(&shown)?;
        return Ok(Ending::Done);
    }
    for line in says(done, &shown, common.acts_as.as_deref(), (clock::now(), &zone)) {
        for line in wrapped(&line, call.terminal.columns(), "  ") {
            call.terminal.line(&line)?;
        }
    }
    Ok(Ending::Done)
}

fn note(typed: Option<&str>) -> Result<Option<String>, Failure> {
    if typed != Some("-") {
        return Ok(typed.map(str::to_owned));
    }
    let mut text = String::new();
    let read = std::io::stdin().lock().take(NOTE_BYTES_MAX + 1).read_to_string(&mut text);
    if read.is_err() || text.trim().is_empty() {
        return Err(Failure::wrong("body-unfit", "standard input holds no note"));
    }
    Ok(Some(text.trim_end().to_owned()))
}

/// What was done, where the handoff is then and with whom, and what is due next.
fn says(
    done: &str,
    shown: &Value,
    acts_as: Option<&str>,
    (now, zone): (Moment, &Zone),
) -> Vec<String> {
    let text = |field: &str| plain(shown[field].as_str().unwrap_or_default());
    let (id, state) = (text("id"), text("state"));
    let owner = plain(shown["owner"]["id"].as_str().unwrap_or_default());
    let owner = match shown["owner"]["kind"].as_str() {
        Some("queue") => format!("the queue {owner}"),
        Some("engine") => "nobody yet".to_owned(),
        Some(_) | None => owner,
    };
    let spoken = state.replace('-', " ");
    let mut lines = vec![format!("{done}. {id} is {spoken}; its owner is {owner}.")];
    let moment = |value: &Value| value.as_str().and_then(|text| text.parse::<Moment>().ok());
    let undo_until = moment(&shown["undo_until"]).filter(|until| *until > now);
    if let Some(until) = undo_until {
        let acts_as = acts_as.map_or_else(String::new, |member| format!(" --as {}", plain(member)));
        let at = zone.second(until);
        lines.push(format!("Until {at} `baton undo {id}{acts_as}` takes it back."));
        if state == State::Rejected.as_str() {
            lines.push("Then it passes on to whoever is next.".to_owned());
            return lines;
        }
    }
    let ended = State::named(&state).is_none_or(State::is_terminal);
    lines.push(match next_target(shown).filter(|_| !ended) {
        Some((name, due)) if due <= now => format!("Overdue: {name} by {}", zone.whole(due)),
        Some((name, due)) => format!("Next: {name} by {}", zone.whole(due)),
        None => match moment(&shown["returns"]) {
            Some(returns) => format!("It may come back {}", zone.whole(returns)),
            None => "No deadline runs.".to_owned(),
        },
    });
    lines
}

/// The target that is due first of those whose clock runs: one of an owner before is nobody's any more.
fn next_target(shown: &Value) -> Option<(String, Moment)> {
    let open = shown["targets"].as_array()?.iter().filter(|target| target["runs"] == true);
    let due = open.filter_map(|target| {
        let name = target["name"].as_str()?.replace('-', " ");
        Some((name, target["due"].as_str()?.parse::<Moment>().ok()?))
    });
    due.min_by_key(|(_, due)| *due)
}

pub(super) fn new_owner(typed: &str) -> Result<NewOwner, String> {
    match typed.split_once(':') {
        Some(("queue", name)) if !name.is_empty() => Ok(NewOwner::Queue(name.to_owned())),
        Some(("person", id)) if !id.is_empty() => Ok(NewOwner::Person(id.to_owned())),
        None if !typed.is_empty() => Ok(NewOwner::Person(typed.to_owned())),
        Some(_) | None => Err("a member's id or `queue:NAME` is wanted".to_owned()),
    }
}

fn yes_or_no(typed: &str) -> Result<bool, String> {
    match typed {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("`yes` or `no` is wanted".to_owned()),
    }
}
