//! A handoff as of one moment, with the account that it is over and the strategy that decided.

use std::sync::Arc;

use crank::{StrategyCache, handoff_known};
use domain::moment::MomentError;
use domain::{HandoffId, Moment};
use engine::as_of::{Absent, AsOf, FoldedHandoff};
use engine::state::Handoff;
use rules::strategy::Strategy;
use store::sqlite::Reader;

use super::call::Call;
use super::ending::Failure;
use super::find;
use crate::config::folder::operator;
use crate::local::{Refusal, Request};
use crate::runtime::clock;

/// A handoff as of one moment with the strategy that decided.
pub(super) struct Known {
    pub(super) handoff: FoldedHandoff,
    pub(super) strategy: Arc<Strategy>,
}

impl Known {
    /// The handoff whose id begins as typed, as of a moment.
    pub(super) fn find(reader: &Reader, typed: &str, as_of: AsOf) -> Result<Self, Failure> {
        let id = find::handoff(reader, typed)?;
        let handoff = handoff_known(reader, id, as_of)?.map_err(|absent| gone(id, absent))?;
        let strategy = strategy(reader, handoff.get().handoff())?;
        Ok(Self { handoff, strategy })
    }
}

fn gone(id: HandoffId, absent: Absent) -> Failure {
    let says = match absent {
        Absent::Unknown => format!("there is no handoff `{id}`"),
        Absent::NotYet { asked, proposed } => {
            format!("there was no handoff `{id}` at {asked}; it was proposed at {proposed}")
        }
    };
    Failure::wrong("unknown-id", says)
}

/// A moment as people type one, as in `2026-11-20T13:38:02Z`.
pub(super) fn moment(text: &str) -> Result<Moment, Failure> {
    text.parse()
        .map_err(|error: MomentError| Failure::wrong("moment-unreadable", error.to_string()))
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
