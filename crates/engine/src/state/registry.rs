//! The registry of strategies: what is in force, and what was before.

use domain::Moment;
use domain::fact::StrategyVersion;

/// What was put in force, as far as the facts say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    /// What is in force.
    pub(super) force: Option<StrategyInForce>,
    /// Each version that a rollback can go back to, the latest last; the one in force is the last.
    pub(super) stack: Vec<StrategyVersion>,
}

/// A strategy that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrategyInForce {
    /// Its version.
    pub version: StrategyVersion,
    /// `live`, `shadow` or `canary=N`.
    pub mode: String,
    /// Since when.
    pub since: Moment,
}

impl Registry {
    /// What is in force.
    pub const fn force(&self) -> Option<&StrategyInForce> {
        self.force.as_ref()
    }

    /// The version that was in force before the one that is: stepping back twice goes back two.
    pub fn before(&self) -> Option<StrategyVersion> {
        self.stack.len().checked_sub(2).map(|at| self.stack[at])
    }
}
