//! What people do to a handoff: accept, reject, reassign, say what came of it.

use domain::handoff::Actor;
use domain::{AccountId, HandoffId, Moment};
use engine::stages::follow_up::{self, Deed};
use engine::state::Handoff;
use store::Store;

use crate::crank::Crank;
use crate::error::CrankError;

/// A handoff after something was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Its account.
    pub account: AccountId,
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
    ) -> Result<Done, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let row = self.store.handoff(handoff)?.ok_or(CrankError::NoHandoff(handoff))?;
        let account = row.account;
        self.turn(&[account], now, actor, Some(&strategy), |turn| {
            turn.began_with(row.correlation);
            follow_up::act(turn, &strategy, account, handoff, deed)
        })??;
        let known = self.accounts.handoff(account, handoff);
        let handoff = known.cloned().ok_or(CrankError::NoHandoff(handoff))?;
        Ok(Done { account, handoff })
    }
}
