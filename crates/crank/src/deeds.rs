//! What people do to a handoff: accept, reject, reassign, say what came of it, and take it back.

use domain::handoff::Actor;
use domain::{HandoffId, Moment, Span};
use engine::as_of::HandoffAsOf;
use engine::event::{Deed, Event};
use engine::state::Handoff;
use store::Store;

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;

/// For how long what a person did can be taken back. What is to leave because of it waits as long.
const UNDO: Span = Span::seconds(8);

/// A handoff after something was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeedOutcome {
    /// As it stands.
    pub handoff: Handoff,
}

impl<S: Store> Crank<S> {
    /// Does something to a handoff, within an open group. Refused where its state forbids it.
    pub fn act(
        &mut self,
        handoff: HandoffId,
        deed: &Deed,
        actor: Actor,
        now: Moment,
    ) -> Result<DeedOutcome, CrankError> {
        let at = self.clock.stamp(now);
        self.act_at((handoff, None), deed, actor, at)
    }

    /// The same for a person who may take it back for eight seconds, where it is of a kind that can be.
    pub fn act_undoably(
        &mut self,
        handoff: HandoffId,
        deed: &Deed,
        actor: Actor,
        now: Moment,
    ) -> Result<DeedOutcome, CrankError> {
        let at = self.clock.stamp(now);
        self.act_at((handoff, Some(at.get() + UNDO)), deed, actor, at)
    }

    /// The same within a turn over a signal; with a moment until which it can be taken back.
    pub(crate) fn act_at(
        &mut self,
        (handoff, undo_until): (HandoffId, Option<Moment>),
        deed: &Deed,
        actor: Actor,
        at: JournalMoment,
    ) -> Result<DeedOutcome, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let row = self.store.handoff(handoff)?.ok_or(CrankError::NoHandoff(handoff))?;
        let account = row.account;
        let undo_until = undo_until.filter(|_| deed.can_be_undone());
        let event = Event::Deed { account, handoff, deed: deed.clone(), undo_until };
        self.handle(&event, at, actor, Some(&strategy))?;
        let known = self.accounts.handoff(account, handoff);
        let handoff = known.cloned().ok_or(CrankError::NoHandoff(handoff))?;
        Ok(DeedOutcome { handoff })
    }

    /// Shows a handoff as it stands, within an open group; none where there is none.
    pub fn show<T>(
        &mut self,
        handoff: HandoffId,
        now: Moment,
        show: impl FnOnce(HandoffAsOf<'_>) -> T,
    ) -> Result<Option<T>, CrankError> {
        let Some(row) = self.store.handoff(handoff)? else { return Ok(None) };
        let account = self.accounts.get(&self.store, row.account)?;
        Ok(HandoffAsOf::in_account(account, handoff, now).map(show))
    }
}
