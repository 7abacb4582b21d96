//! What people said of a handoff in words, up to a moment.

use domain::fact::{By, Fact, Note, StrategyVersion};
use domain::handoff::State;
use domain::reason::Code;
use domain::{HandoffId, Moment};

use super::cut::{Cut, PositionedEntry};

/// Notes of a handoff that are told, the newest.
const NOTES_MAX: usize = 5;

/// Words, and what they were said with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaidNote {
    /// When we knew of it.
    pub moment: Moment,
    /// Who said them, where the fact has somebody.
    pub by: Option<By>,
    /// The strategy that was in force.
    pub strategy: Option<StrategyVersion>,
    /// What they were said with.
    pub with: SaidWith,
    /// The words, and who is said to have said them.
    pub note: Note,
}

/// What words were said with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SaidWith {
    /// Taking the handoff, or refusing it.
    Move(State),
    /// Giving it to somebody.
    Reassignment,
    /// What came of it.
    Outcome(State),
    /// No more than a debrief.
    Debrief,
}

/// The notes of a handoff before a cut, the oldest first. What was erased is not there, and neither is what
/// was said with something that was taken back.
pub(super) fn notes_of(own: &[PositionedEntry], handoff: HandoffId, cut: Cut) -> Vec<SaidNote> {
    let mut notes = Vec::new();
    let mut before_deed = 0;
    for placed in own {
        let header = &placed.entry.header;
        for fact in cut.kept(placed) {
            if let Fact::UndoOffered { handoff: of, .. } = fact
                && *of == handoff
            {
                before_deed = notes.len();
            } else if let Fact::DeedUndone { handoff: of, .. } = fact
                && *of == handoff
            {
                notes.truncate(before_deed);
            }
            let Some((by, note, outcome)) = words_in(fact, handoff) else { continue };
            notes.push(SaidNote {
                moment: header.moment,
                by: by.cloned(),
                strategy: header.strategy,
                with: outcome.map_or_else(|| said_with(&placed.entry.facts), SaidWith::Outcome),
                note: note.clone(),
            });
        }
    }
    notes.split_off(notes.len().saturating_sub(NOTES_MAX))
}

fn words_in(fact: &Fact, of: HandoffId) -> Option<(Option<&By>, &Note, Option<State>)> {
    if let Fact::Debriefed { handoff, by, note: Some(note), .. } = fact {
        (*handoff == of).then_some((by.as_ref(), note, None))
    } else if let Fact::OutcomeRecorded { handoff, outcome, by, note: Some(note), .. } = fact {
        (*handoff == of).then_some((by.as_ref(), note, Some(*outcome)))
    } else {
        None
    }
}

/// What the turn did that a note stands in.
fn said_with(turn: &[Fact]) -> SaidWith {
    let moved = turn.iter().find_map(|fact| {
        let Fact::HandoffMoved { state, .. } = fact else { return None };
        matches!(state, State::Accepted | State::Rejected).then_some(SaidWith::Move(*state))
    });
    let given = || {
        turn.iter().any(|fact| {
            let Fact::OwnerAssigned { routing, .. } = fact else { return false };
            routing.reasons.iter().any(|reason| reason.code == Code::ManagerAsked)
        })
    };
    moved.unwrap_or_else(|| if given() { SaidWith::Reassignment } else { SaidWith::Debrief })
}
