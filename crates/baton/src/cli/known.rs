//! A handoff as of one moment, with the strategies that it was said under.

use std::collections::BTreeSet;

use crank::{CrankError, StrategyCache, handoff_history, handoff_known};
use domain::fact::{ReadFor, StrategyVersion};
use domain::moment::MomentError;
use domain::{AccountId, HandoffId, Moment};
use engine::as_of::{Absent, AsOf, FoldedHandoff, HandoffHistory};
use engine::names::{Strategies, Versions};
use rules::strategy::Strategy;
use store::sqlite::Reader;

use super::call::Call;
use super::ending::Failure;
use super::find;
use crate::local::{Refusal, Request};
use crate::runtime::clock;

/// A handoff as of one moment with the strategies that it was decided and routed under, those that
/// are kept.
pub(super) struct HandoffWithStrategies {
    pub(super) handoff: FoldedHandoff,
    pub(super) strategies: Strategies,
}

impl HandoffWithStrategies {
    /// The handoff whose id begins as typed, as of a moment.
    pub(super) fn find(reader: &Reader, typed: &str, as_of: AsOf) -> Result<Self, Failure> {
        let id = find::handoff(reader, typed)?;
        let handoff = handoff_known(reader, id, as_of)?.map_err(|absent| gone(id, absent))?;
        let strategies = strategies(reader, handoff.get().strategies())?;
        Ok(Self { handoff, strategies })
    }

    /// The strategy that the present owner was found under, else the one that decided.
    pub(super) fn strategy(&self) -> Option<&Strategy> {
        let known = self.handoff.get().handoff();
        let found_under = self.strategies.version(known.routed_under);
        found_under.or_else(|| self.strategies.version(known.strategy))
    }
}

/// The history of the handoff whose id begins as typed, up to a moment, with the strategies of its
/// facts, those that are kept.
pub(super) fn history(
    reader: &Reader,
    typed: &str,
    as_of: AsOf,
) -> Result<(HandoffHistory, Strategies), Failure> {
    let id = find::handoff(reader, typed)?;
    let history = handoff_history(reader, id, as_of)?.map_err(|absent| gone(id, absent))?;
    let strategies = strategies(reader, history.strategies())?;
    Ok((history, strategies))
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

/// Strategies, compiled from what was kept of them. One that is not kept, or that this program
/// cannot compile, is left out: places stand for its names.
fn strategies(
    reader: &Reader,
    versions: impl IntoIterator<Item = StrategyVersion>,
) -> Result<Strategies, Failure> {
    let mut cache = StrategyCache::default();
    let mut kept = Vec::new();
    for version in versions.into_iter().collect::<BTreeSet<_>>() {
        match cache.version(reader, version) {
            Ok(strategy) => kept.extend(strategy),
            Err(CrankError::StrategyBroken(_)) => {}
            Err(error) => return Err(Refusal::from(error).into()),
        }
    }
    Ok(kept.into_iter().collect())
}

/// Records that an account's personal data is about to be read. What cannot be recorded, as when the
/// room for records on a full disk is used up, is not read.
pub(super) fn record_view(call: &Call, account: AccountId, nodes: u64) -> Result<(), Failure> {
    let mut executor = call.known_executor()?;
    let purpose = ReadFor::View.to_string();
    let (account, entry) = (Some(account), None);
    let disclose = Request::Disclose { purpose, reason: None, account, entry, nodes };
    executor.ask(disclose, clock::now())?;
    Ok(executor.close()?)
}
