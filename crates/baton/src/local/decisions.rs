//! What was decided on signals that had their turn, counted.

use crank::TurnReport;
use domain::handoff::{Action, Owner};
use domain::reason::Code;

use super::request::Decisions;

/// Counts what was decided.
pub(super) fn count(taken: &[TurnReport]) -> Decisions {
    let mut decisions = Decisions::default();
    for turn in taken {
        if let Some(place) = place_of(&mut decisions, turn) {
            *place += 1;
        }
    }
    decisions
}

/// Where a turn counts; nowhere where nothing was decided, such as for what is said of a company alone.
fn place_of<'d>(decisions: &'d mut Decisions, turn: &TurnReport) -> Option<&'d mut u64> {
    if turn.entry.is_some() {
        return Some(&mut decisions.quarantined);
    }
    let action = turn.action?;
    if turn.reasons.contains(&Code::ActiveHandoff) {
        return Some(&mut decisions.open_already);
    }
    Some(match action {
        Action::HandOff => match turn.owner {
            Some(Owner::Person(_) | Owner::Queue(_)) => &mut decisions.offered,
            Some(Owner::Engine) | None => &mut decisions.held,
        },
        Action::AskAPerson => &mut decisions.asked,
        Action::Nurture => &mut decisions.nurtured,
        Action::Suppress => &mut decisions.suppressed,
        Action::StartSequence | Action::RequestMeeting | Action::EnrichFirst => {
            &mut decisions.otherwise
        }
    })
}

#[cfg(test)]
mod tests;
