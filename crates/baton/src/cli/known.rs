//! A handoff with the account that it is over and the strategy that decided.

use std::sync::Arc;

use crank::{StrategyCache, account_as_of};
use domain::Moment;
use engine::state::{Account, Handoff};
use rules::strategy::Strategy;
use store::Read;
use store::sqlite::Reader;

use super::call::Call;
use super::ending::Failure;
use super::find;
use crate::config::folder::operator;
use crate::local::{Refusal, Request};
use crate::runtime::clock;

/// A handoff with what it leans on.
pub(super) struct Known {
    pub(super) account: Account,
    pub(super) handoff: Handoff,
    pub(super) strategy: Arc<Strategy>,
}

impl Known {
    /// The handoff whose id begins as typed.
    pub(super) fn find(reader: &Reader, typed: &str) -> Result<Self, Failure> {
        let id = find::handoff(reader, typed)?;
        let gone = || Failure::wrong("unknown-id", format!("there is no handoff `{id}`"));
        let row = reader.handoff(id)?.ok_or_else(gone)?;
        let account = account_as_of(reader, row.account, None)?;
        let handoff = *account.handoffs.get(&id).cloned().ok_or_else(gone)?;
        let strategy = strategy(reader, &handoff)?;
        Ok(Self { account, handoff, strategy })
    }

    /// The account as it was known at a moment.
    pub(super) fn account_at(&self, reader: &Reader, moment: Moment) -> Result<Account, Failure> {
        Ok(account_as_of(reader, self.account.id, Some(moment))?)
    }
}

/// The strategy that decided, compiled from what was kept of it.
fn strategy(reader: &Reader, handoff: &Handoff) -> Result<Arc<Strategy>, Failure> {
    let unknown = || Failure::unable("strategy-broken", "the strategy that decided is not kept");
    let version = handoff.strategy.ok_or_else(unknown)?;
    let kept = StrategyCache::default().version(reader, version).map_err(Refusal::from)?;
    kept.ok_or_else(unknown)
}

/// Records that personal data was read. Reading goes on where that cannot be written, as on a full
/// disk.
pub(super) fn record_view(call: &Call, nodes: u64) {
    let recorded = call.known_executor().and_then(|mut executor| {
        let purpose = store::Purpose::VIEW.as_str().to_owned();
        executor.ask(Request::Disclose { reader: operator(), purpose, nodes }, clock::now())?;
        Ok(executor.close()?)
    });
    if recorded.is_err() {
        call.terminal.warn("could not record that personal data was read");
    }
}
