//! A handoff as of one moment, with the strategies that it was decided and routed under.

use crank::handoff_known;
use domain::HandoffId;
use engine::as_of::{Absent, AsOf, FoldedHandoff};
use engine::names::{Strategies, Versions};
use engine::view::{self, HandoffView};
use rules::Strategy;

use super::Service;
use super::failure::{NotFound, ReadError, Subject, Why};
use super::known_strategies::strategies;

/// A handoff as of one moment with the strategies that it was decided and routed under, those that
/// are kept.
pub struct HandoffWithStrategies {
    /// The handoff with its person and account.
    pub handoff: FoldedHandoff,
    /// The strategies.
    pub strategies: Strategies,
}

impl HandoffWithStrategies {
    /// The strategy that the present owner was found under, else the one that decided.
    pub fn strategy(&self) -> Option<&Strategy> {
        let known = self.handoff.get().handoff();
        let found_under = self.strategies.version(known.routed_under);
        found_under.or_else(|| self.strategies.version(known.strategy))
    }
}

impl Service<'_> {
    /// The handoff whose id begins as typed.
    pub(super) fn handoff_as_of(
        self,
        typed: &str,
        as_of: AsOf,
    ) -> Result<HandoffWithStrategies, ReadError> {
        let id = self.handoff_id(typed)?;
        let handoff = handoff_known(self.reader, id, as_of)?.map_err(|why| absent(id, why))?;
        let strategies = strategies(self.reader, self.strategies, handoff.get().strategies())?;
        Ok(HandoffWithStrategies { handoff, strategies })
    }

    /// Shows a handoff, with its version. Nothing personal is in it.
    pub fn handoff<T>(
        self,
        typed: &str,
        as_of: AsOf,
        show: impl FnOnce(&HandoffView<'_>) -> T,
    ) -> Result<(u64, T), ReadError> {
        let found = self.handoff_as_of(typed, as_of)?;
        let known = found.handoff.get();
        let shown = show(&view::handoff(known, &found.strategies));
        Ok((u64::from(known.handoff().version), shown))
    }
}

/// Why there is no such handoff at the moment that is asked about.
pub(super) fn absent(id: HandoffId, absent: Absent) -> NotFound {
    let why = match absent {
        Absent::Unknown => Why::Unknown,
        Absent::NotYet { asked, proposed } => Why::NotYet { asked, proposed },
    };
    NotFound::new(Subject::Handoff, why, &id.to_string())
}
