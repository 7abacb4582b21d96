//! What a command comes to, within an open group of the keeper's.

use connectors::reading::Item;
use crank::{Crank, CrankError, IntakeItem, IntakeResult, tells_of_handoff};
use domain::handoff::Owner;
use domain::reason::Code;
use domain::signal::Incoming;
use domain::{Moment, Value};
use engine::event::Answer;
use store::Store;
use tracing::warn;

use super::command::{Accept, Answered, Command, Tells};
use super::metrics::Metrics;
use crate::service::act::quarantine::entry;
use crate::service::act::{Acted, may_tell, perform};
use crate::service::setback::Setback;

/// What a command came to, before its group is durable.
pub(super) enum CommandOutcome {
    Accepted(Vec<IntakeResult>),
    Acted(Result<Acted, Setback>),
    Nothing,
}

/// Does a command within an open group. An error fails the group.
pub(super) fn take<S: Store>(
    crank: &mut Crank<S>,
    metrics: &Metrics,
    command: &Command,
    now: Moment,
) -> Result<CommandOutcome, CrankError> {
    match command {
        Command::Accept(asked) => accept(crank, asked, now).map(CommandOutcome::Accepted),
        Command::Act(act) => Ok(CommandOutcome::Acted(perform(crank, &act.request, now)?)),
        Command::Count(name) => {
            crank.count(name, 1)?;
            Ok(CommandOutcome::Nothing)
        }
        Command::Answered(told) => {
            answered(crank, metrics, told, now)?;
            Ok(CommandOutcome::Nothing)
        }
        // Each of these has a group of its own.
        Command::Desk(_) | Command::Unsealed(_) | Command::Local(_) | Command::Stop => {
            Ok(CommandOutcome::Nothing)
        }
    }
}

fn accept<S: Store>(
    crank: &mut Crank<S>,
    accept: &Accept,
    now: Moment,
) -> Result<Vec<IntakeResult>, CrankError> {
    let mut offered = Vec::with_capacity(accept.items.len());
    for item in &accept.items {
        offered.push(offer(crank, accept, item, now)?);
    }
    Ok(offered)
}

fn offer<S: Store>(
    crank: &mut Crank<S>,
    asked: &Accept,
    item: &Item,
    now: Moment,
) -> Result<IntakeResult, CrankError> {
    match item {
        Ok(incoming) if tells_of_handoff(&incoming.content.kind) => {
            tell(crank, asked, incoming, now)
        }
        Ok(incoming) => {
            let raw = || entry::raw_of(incoming);
            let offer = IntakeItem::Signal { incoming, raw: &raw, line: None };
            crank.accept(&offer, None, now)
        }
        Err(held) => {
            let raw = (**held).clone().into_raw();
            let offer = IntakeItem::Rejected {
                source: &asked.source,
                cause: held.code,
                field: held.field.as_deref(),
                raw: &raw,
                line: None,
                item: &held.body,
            };
            crank.accept(&offer, None, now)
        }
    }
}

/// Takes in what somebody says of a handoff, if it is theirs to say. A member's key says who it is where
/// the signal does not.
fn tell<S: Store>(
    crank: &mut Crank<S>,
    asked: &Accept,
    incoming: &Incoming,
    now: Moment,
) -> Result<IntakeResult, CrankError> {
    let raw = || entry::raw_of(incoming);
    let rejected = |crank: &mut Crank<S>| {
        let offer = IntakeItem::Rejected {
            source: &asked.source,
            cause: Code::ScopeMissing,
            field: None,
            raw: &raw(),
            line: None,
            item: &incoming.body,
        };
        crank.accept(&offer, None, now)
    };
    let (member, grants) = match &asked.tells {
        Tells::Nothing => return rejected(crank),
        Tells::Outcomes => {
            let offer = IntakeItem::Signal { incoming, raw: &raw, line: None };
            return crank.accept(&offer, None, now);
        }
        Tells::OutcomesOf(member, grants) => (member.as_str(), grants),
    };
    let owner = owner_told(crank, incoming)?;
    let strategy = crank.strategies().in_force();
    let may = |known| may_tell(&incoming.content, (member, grants), owner.as_ref(), known);
    if strategy.is_some_and(|known| !may(known)) {
        return rejected(crank);
    }
    let mut told = incoming.clone();
    told.content.fields.insert("by", Value::Text(member.into()));
    let offer = IntakeItem::Signal { incoming: &told, raw: &raw, line: None };
    crank.accept(&offer, None, now)
}

/// Who owns the handoff that a signal names by its whole id.
fn owner_told<S: Store>(
    crank: &Crank<S>,
    incoming: &Incoming,
) -> Result<Option<Owner>, CrankError> {
    let typed = incoming.content.fields.get("handoff").and_then(Value::text);
    let Some(handoff) = typed.and_then(|typed| typed.parse().ok()) else { return Ok(None) };
    Ok(crank.store().handoff(handoff)?.map(|row| row.owner))
}

fn answered<S: Store>(
    crank: &mut Crank<S>,
    metrics: &Metrics,
    answered: &Answered,
    now: Moment,
) -> Result<(), CrankError> {
    match &answered.answer {
        Answer::Delivered { .. } => metrics.delivered.one(),
        Answer::Later { .. } => metrics.put_off.one(),
        Answer::Never { .. } => metrics.given_up.one(),
    }
    let taken_in = crank.answered(answered.errand, answered.attempt, &answered.answer, now);
    match taken_in {
        Ok(()) => Ok(()),
        Err(error @ (CrankError::Store(_) | CrankError::Fault)) => Err(error),
        Err(other) => {
            // The claim runs out, and the errand is tried again.
            warn!(errand.id = %answered.errand, "Could not take in an answer: {other}.");
            Ok(())
        }
    }
}
