//! The stamp of a turn: what all of its entries bear.

use domain::fact::{Aggregate, Header, SCHEMA, StrategyVersion};
use domain::handoff::Actor;
use domain::{Moment, SignalId};

use crate::VERSION;

/// When a turn is, who began it, what it began with, and the strategy that decides. Whoever keeps
/// the journal's clock makes it, so that no entry bears a moment of another clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    moment: Moment,
    actor: Actor,
    correlation: Option<SignalId>,
    strategy: Option<StrategyVersion>,
}

impl Stamp {
    /// A stamp by the journal's clock.
    pub const fn new(moment: Moment, actor: Actor, strategy: Option<StrategyVersion>) -> Self {
        Self { moment, actor, correlation: None, strategy }
    }

    /// The journal's time.
    pub const fn moment(&self) -> Moment {
        self.moment
    }

    /// The same, with the signal that all of it began with.
    #[must_use]
    pub(crate) const fn about(self, signal: SignalId) -> Self {
        Self { correlation: Some(signal), ..self }
    }

    /// The header of an entry of this turn.
    pub(crate) const fn header(&self, aggregate: Aggregate) -> Header {
        let strategy = match aggregate {
            Aggregate::Node(_) | Aggregate::Account(_) | Aggregate::Desk | Aggregate::Registry => {
                self.strategy
            }
            // No strategy decides on these.
            Aggregate::Quarantine | Aggregate::Governance => None,
        };
        Header {
            schema: SCHEMA,
            aggregate,
            moment: self.moment,
            actor: self.actor,
            correlation: self.correlation,
            strategy,
            engine: Some(VERSION),
        }
    }
}
