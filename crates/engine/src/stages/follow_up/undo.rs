//! Taking back what a person did to a handoff, while nothing has left because of it.

use domain::Moment;
use domain::errand::Wake;
use domain::fact::{By, Fact};
use domain::handoff::State;
use domain::reason::{Code, Reason};

use super::follow::Follow;
use crate::desk::Desk;
use crate::effects::Effects;
use crate::event::Refusal;
use crate::state::Waking;

impl Follow<'_> {
    /// Something is about to be done that can be taken back until then.
    pub fn undo_offered(self, until: Moment, desk: &Desk) -> Effects {
        let handoff = self.handoff.id;
        let waited = desk.waiting(handoff).map(|waits| waits.since);
        self.said(Fact::UndoOffered { handoff, until, waited })
    }

    /// Its owner refuses it. It passes on once that can be taken back no more.
    pub fn refused(self, why: Code, by: Option<&By>, until: Moment) -> Effects {
        let mut effects = self.moved(State::Rejected, vec![Reason::new(why)], by, None);
        effects.extend(self.given_up());
        effects.extend(self.wake_at(until, Wake::Settle { handoff: self.handoff.id }));
        effects
    }

    /// Whether what was done last can be taken back.
    pub fn may_be_undone(self) -> Result<(), Refusal> {
        match &self.handoff.undo {
            None => Err(Refusal::NothingToUndo),
            Some(undo) if undo.until <= self.now => Err(Refusal::UndoTooLate),
            Some(_) => Ok(()),
        }
    }

    /// What was done last is taken back: nothing of it leaves, and the handoff is what it was.
    pub fn undone(self, by: Option<&By>) -> Effects {
        let Some(undo) = &self.handoff.undo else { return Effects::new() };
        let mut effects = self.sending().kept_back(undo);
        if let Some((member, instead_of, taken)) = self.handoff.taken_last() {
            let handoff = self.handoff.id;
            effects.desk(Fact::TurnUndone { handoff, member, instead_of, taken });
        }
        let (handoff, by) = (self.handoff.id, by.cloned());
        let (state, owner) = (undo.before.state, undo.before.owner.clone());
        effects.extend(self.said(Fact::DeedUndone { handoff, state, owner, by }));
        effects
    }

    /// What it waits for again, and did not just before: the timers of all else stand.
    pub fn waits_again(self, just_before: &[Waking]) -> Effects {
        let mut effects = Effects::new();
        let stands = |wake: &Wake| just_before.iter().any(|known| known.wake == *wake);
        let again = self.handoff.wakes().into_iter().filter(|known| !stands(&known.wake));
        for Waking { wake, due } in again {
            effects.extend(self.wake_at(due.unwrap_or(self.now), wake));
        }
        effects
    }
}
