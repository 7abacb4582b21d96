//! What people do to a handoff: accept, reject, reassign, say what came of it.

use domain::handoff::Actor;
use domain::{HandoffId, Moment};
use engine::as_of::HandoffAsOf;
use engine::event::{Deed, Event};
use engine::state::Handoff;
use store::Store;

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;

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
        self.act_at(handoff, deed, actor, at)
    }

    /// The same within a turn over a signal.
    pub(crate) fn act_at(
        &mut self,
        handoff: HandoffId,
        deed: &Deed,
        actor: Actor,
        at: JournalMoment,
    ) -> Result<DeedOutcome, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let row = self.store.handoff(handoff)?.ok_or(CrankError::NoHandoff(handoff))?;
        let account = row.account;
        let event = Event::Deed { account, handoff, deed: deed.clone() };
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
