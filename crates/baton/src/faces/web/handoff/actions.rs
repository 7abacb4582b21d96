//! What a reader may do to a handoff as it stands. What they may not is not offered.

use domain::Moment;
use domain::handoff::{MemberId, Owner, State};
use engine::availability::TeamAvailability;
use engine::desk::Desk;
use engine::event::Deed;
use pages::Href;
use pages::handoff::{Actions, UndoView};
use pages::parts::Choice;
use rules::Strategy;

use super::parts::Facts;
use crate::faces::api::signed_in::SignedIn;
use crate::faces::web::moments;
use crate::faces::web::words::capital;
use crate::service::act::Verb;
use crate::service::act::wanted::{REJECTIONS, reason_word};
use crate::service::act::{Actor, may_do};
use crate::service::setback::Setback;

/// What came of a handoff, as people say it, in the order that it happens.
const OUTCOMES: [(State, &str); 7] = [
    (State::Working, "I got in touch"),
    (State::Met, "We met"),
    (State::Qualified, "They are qualified"),
    (State::Won, "We won"),
    (State::Lost, "We lost"),
    (State::Recycled, "Not now: back to marketing"),
    (State::Disqualified, "Never a customer"),
];

/// What is known besides the handoff.
pub(super) struct Given<'a> {
    /// The present moment.
    pub(super) now: Moment,
    /// Whether the reader has just done something here.
    pub(super) fresh: bool,
    /// A note that was typed and not taken.
    pub(super) note: String,
    /// Who is there.
    pub(super) desk: &'a Desk,
    /// Which brief is shown, and its claims: their numbers and what they say.
    pub(super) brief: (u32, Vec<Choice>),
}

/// What the reader can do.
pub(super) fn offered(
    reader: &SignedIn,
    facts: &Facts,
    strategy: Option<&Strategy>,
    shown: Given<'_>,
) -> Actions {
    let Given { now, fresh, note, desk, brief } = &shown;
    let (csrf, note) = (reader.csrf.clone(), note.clone());
    let mut actions = Actions { csrf, note, ..Actions::default() };
    let Some(strategy) = strategy else { return actions };
    let actor = match Actor::of(&reader.caller()) {
        Ok(actor) => actor,
        Err(setback) => {
            actions.why_not = why_not(&setback);
            return actions;
        }
    };
    let to = |verb: Verb| Href::to(format!("/h/{}/{}", facts.id, verb.name()));
    let may = |deed: &Deed| may_do(&actor, deed, &facts.owner, strategy, (desk, *now));
    let debrief = Deed::Debrief { right: None, complaints: 0, note: None, by: None };
    if let Err(setback) = may(&debrief) {
        actions.why_not = why_not(&setback);
        return actions;
    }
    if let Some(until) = facts.undo_until.filter(|until| *until > *now) {
        let seconds = u64::try_from((until - *now).as_ms()).unwrap_or(0).div_ceil(1_000);
        let (href, until) = (to(Verb::Undo), moments::with_seconds(until));
        actions.undo = Some(UndoView { href, seconds, until, fresh: *fresh });
    }
    let member = reader.member.as_deref().map(|id| MemberId(id.into()));
    if can_be_accepted(facts, member.as_ref()) {
        actions.accept = Some(to(Verb::Accept));
    }
    if matches!((&facts.owner, facts.state), (Owner::Person(_), State::Offered | State::Accepted)) {
        actions.reject = Some((to(Verb::Reject), rejections()));
    }
    if !facts.state.is_terminal() {
        actions.reassign = Some((to(Verb::Reassign), owners(strategy, facts, desk, *now)));
        let outcomes = outcomes(facts.state);
        if !outcomes.is_empty() {
            actions.outcome = Some((to(Verb::Outcome), outcomes));
        }
    }
    if !facts.is_to_settle() {
        let (number, claims) = brief.clone();
        actions.feedback = Some((to(Verb::Feedback), number, claims));
    }
    if let Some(member) = member.filter(|_| !facts.state.is_terminal() && !facts.is_to_settle()) {
        let load = desk.load(&member);
        let snoozed = load.and_then(|load| load.snoozed_until(facts.handoff, *now));
        actions.snooze = Some((to(Verb::Snooze), snoozes(snoozed.is_some())));
        actions.snoozed = snoozed.map(|until| moments::when(until, *now));
    }
    if facts.is_accepted || facts.state.is_terminal() {
        actions.debrief = Some(to(Verb::Debrief));
    }
    actions
}

fn why_not(setback: &Setback) -> Option<String> {
    match setback {
        Setback::Refused { detail, .. } => Some(capital(&detail.replace('`', ""))),
        Setback::Overloaded { .. }
        | Setback::Recovering
        | Setback::Ending
        | Setback::Full
        | Setback::Unknown
        | Setback::Stale { .. } => None,
    }
}

/// Whether the reader can take it. What is nobody's yet is taken by a member alone.
fn can_be_accepted(facts: &Facts, member: Option<&MemberId>) -> bool {
    match (&facts.owner, facts.state) {
        (Owner::Person(owner), State::Offered) => Some(owner) == member,
        (
            Owner::Queue(_) | Owner::Engine,
            State::Queued | State::Held | State::InReview | State::Faulted,
        ) => member.is_some(),
        (Owner::Person(_) | Owner::Queue(_) | Owner::Engine, _) => false,
    }
}

/// For how long it can be out of sight, in hours.
fn snoozes(is_snoozed: bool) -> Vec<Choice> {
    let all = [
        ("0", "Show it again"),
        ("1", "For an hour"),
        ("4", "For four hours"),
        ("24", "Until this time tomorrow"),
        ("168", "For a week"),
    ];
    let choices = all.into_iter().filter(|(hours, _)| is_snoozed || *hours != "0");
    choices.map(|(value, says)| Choice { value: value.to_owned(), says: says.to_owned() }).collect()
}

fn rejections() -> Vec<Choice> {
    let choice = |code: &domain::reason::Code| Choice {
        value: code.as_str().to_owned(),
        says: capital(&reason_word(*code).replace('-', " ")).replace('.', ""),
    };
    REJECTIONS.iter().map(choice).collect()
}

/// What can come of it from here: nothing that it is past already.
fn outcomes(state: State) -> Vec<Choice> {
    let works = matches!(state, State::Accepted | State::Working | State::Met | State::Qualified);
    if !works && state != State::Offered {
        return Vec::new();
    }
    let ahead = |outcome: State| outcome.is_terminal() || !works || outcome > state;
    let choices = OUTCOMES.into_iter().filter(|(outcome, _)| ahead(*outcome));
    let choice = |(outcome, says): (State, &str)| Choice {
        value: outcome.as_str().to_owned(),
        says: says.to_owned(),
    };
    choices.map(choice).collect()
}

/// Members who are there and queues, but for who has it.
fn owners(strategy: &Strategy, facts: &Facts, desk: &Desk, now: Moment) -> Vec<Choice> {
    let team = TeamAvailability::new(strategy, now);
    let members = strategy.team.members.iter();
    let members = members.filter(|member| team.absent_for_good(&member.id, desk).is_none());
    let others = members.filter(|member| facts.owner != Owner::Person(member.id.clone()));
    let mut choices: Vec<Choice> = others
        .map(|member| Choice { value: format!("person:{}", member.id), says: member.name.clone() })
        .collect();
    choices.sort_by(|one, other| one.says.cmp(&other.says));
    let queues = strategy.routing.queues.iter();
    let queues = queues.filter(|queue| facts.owner != Owner::Queue(queue.name.clone()));
    choices.extend(queues.map(|queue| Choice {
        value: format!("queue:{}", queue.name),
        says: format!("Queue: {}", queue.name),
    }));
    choices
}
