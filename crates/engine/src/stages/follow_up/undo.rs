//! Taking back what a person did to a handoff, while nothing has left because of it.

use domain::Moment;
use domain::errand::Wake;
use domain::fact::{By, Fact};
use domain::handoff::{MemberId, State};
use domain::reason::{Code, Reason};

use super::follow::Follow;
use crate::desk::Desk;
use crate::effects::Effects;
use crate::event::Refusal;
use crate::state::Waking;

impl Follow<'_> {
    /// Something is about to be done that can be taken back until then.
    pub fn undo_offered(self, until: Moment, mark: Option<MemberId>, desk: &Desk) -> Effects {
        let handoff = self.handoff.id;
        let waited = desk.waiting(handoff).map(|waits| waits.since);
        let load = mark.as_ref().and_then(|member| desk.load(member));
        let marked = load.and_then(|load| load.snoozed_until(handoff, self.now));
        self.said(Fact::UndoOffered { handoff, until, waited, mark, marked })
    }

    /// A member does not want to see it until then, or wants to see it again.
    pub fn snoozed(self, until: Option<Moment>, by: Option<&By>) -> Result<Effects, Refusal> {
        let state = self.handoff.state;
        if !self.handoff.is_open() || self.handoff.is_to_settle() {
            return Err(Refusal::State { state, deed: "snoozed" });
        }
        if until.is_some_and(|until| until <= self.now) {
            return Err(Refusal::SnoozePast);
        }
        let member = by.and_then(By::member).cloned().ok_or(Refusal::WhoSnoozes)?;
        Ok(self.marked(member, until, by))
    }

    fn marked(self, member: MemberId, until: Option<Moment>, by: Option<&By>) -> Effects {
        let (handoff, account, by) = (self.handoff.id, self.account.id, by.cloned());
        let mut effects = Effects::new();
        effects.desk(Fact::HandoffSnoozed { handoff, account, member, until, by });
        effects
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
        if let Some(member) = undo.mark.clone() {
            effects.extend(self.marked(member, undo.marked, by));
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
