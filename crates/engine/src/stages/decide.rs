//! What is to be done: the readiness table, fences and autonomy, with what fired and what nearly did.

use domain::fact::Fact;
use domain::handoff::{Action, Autonomy, State};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, PersonId, SignalId};
use rules::Frame;
use rules::strategy::Strategy;

use super::score::Scored;
use crate::turn::Turn;

/// A person on whom something was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// At which signal.
    pub signal: SignalId,
    /// Where.
    pub account: AccountId,
    /// Whose.
    pub person: PersonId,
    /// What.
    pub action: Action,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Which kind of handoff.
    pub kind: Option<String>,
    /// Under which SLA.
    pub sla: Option<String>,
    /// How much of it goes by itself.
    pub autonomy: Autonomy,
    /// The handoff that it begins.
    pub begins: Option<HandoffId>,
    /// The handoff that it found open.
    pub open: Option<HandoffId>,
}

/// Decides on a person at a signal.
pub fn decide(turn: &mut Turn<'_>, strategy: &Strategy, scored: &Scored) -> Decided {
    let Scored { signal, account, person, .. } = *scored;
    let row = strategy.readiness.decide(&strategy.names, &scored.frame);
    let mut decided = Decided {
        signal,
        account,
        person,
        action: row.action,
        reasons: vec![match row.row {
            Some(place) => Reason::of_rule(Code::RowMatched, place),
            None => Reason::new(Code::NoRowMatched),
        }],
        kind: row.kind,
        sla: row.sla,
        autonomy: Autonomy::Automatic,
        begins: None,
        open: None,
    };
    bound(strategy, &scored.frame, &mut decided);
    hold_back(turn, &mut decided);
    if decided.action == Action::HandOff && decided.open.is_none() {
        decided.begins = Some(HandoffId::caused_by(&[signal.bytes(), person.bytes()]));
    }
    turn.say(
        account,
        Fact::DecisionMade {
            signal,
            person,
            action: decided.action,
            kind: decided.kind.clone(),
            sla: decided.sla.clone(),
            reasons: decided.reasons.clone(),
            autonomy: decided.autonomy,
            trace: row.trace,
            handoff: decided.begins.or(decided.open),
        },
    );
    decided
}

/// Fences and autonomy bound what goes by itself. What a fence asks for and nobody knows fires it.
fn bound(strategy: &Strategy, frame: &Frame, decided: &mut Decided) {
    if decided.action != Action::HandOff {
        return;
    }
    decided.autonomy = strategy.autonomy.of("assign");
    for (place, fence) in strategy.fences.iter().enumerate() {
        if fence.fires(&strategy.names, frame) {
            decided.reasons.push(Reason::of_rule(Code::FenceFired, place as u16));
            decided.autonomy = decided.autonomy.max(fence.then);
        }
    }
    match decided.autonomy {
        Autonomy::Automatic | Autonomy::Notice => {}
        Autonomy::Review => decided.reasons.push(Reason::new(Code::AutonomyReview)),
        Autonomy::Forbidden => {
            decided.reasons.push(Reason::new(Code::AutonomyForbidden));
            decided.action = Action::AskAPerson;
        }
    }
}

/// Who is in a handoff already does not get a second one, and who was recycled rests.
fn hold_back(turn: &Turn<'_>, decided: &mut Decided) {
    let account = turn.account(decided.account);
    if let Some(open) = account.open_handoff(decided.person) {
        decided.open = Some(open.id);
        if decided.action == Action::HandOff {
            decided.reasons.push(Reason::new(Code::ActiveHandoff));
        }
        return;
    }
    let resting = account.handoffs.values().any(|handoff| {
        handoff.person == decided.person
            && handoff.state == State::Recycled
            && handoff.returns.is_some_and(|until| turn.moment < until)
    });
    if resting && decided.action == Action::HandOff {
        decided.action = Action::Nurture;
        decided.reasons.push(Reason::new(Code::Resting));
    }
}
