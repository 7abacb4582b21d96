//! What a strategy calls its parts. Facts hold places; people read names.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::{ScoreGroup, StrategyVersion};
use rules::Strategy;

/// The names of one version of a strategy and of its team.
pub trait Names {
    /// What people call a route, by its place from 0.
    fn route(&self, route: u16) -> Option<&str>;

    /// What people call a rule of the score; none as a rule is what the group's cap removed.
    fn rule(&self, group: ScoreGroup, rule: Option<u16>) -> Option<&str>;

    /// A row of the readiness table as it was written, by its place from 0.
    fn row(&self, row: u16) -> Option<&str>;

    /// What a fence says, by its place from 0.
    fn fence(&self, fence: u16) -> Option<&str>;

    /// What people call a step of `destinations.yaml`, by its place from 0.
    fn step(&self, step: u16) -> Option<&str>;

    /// How a pool finds the next: `in turn`, `weighted`, `least open work`.
    fn method(&self, pool: &str) -> Option<&str>;

    /// What people call a member of the team.
    fn member(&self, member: &str) -> Option<&str>;
}

/// Strategies by their version. The places in a fact are named by the strategy of that fact, whatever
/// is in force.
pub trait Versions {
    /// The strategy of that version, if it is at hand.
    fn version(&self, version: Option<StrategyVersion>) -> Option<&Strategy>;

    /// The names of that version; none where it is not at hand.
    fn names(&self, version: Option<StrategyVersion>) -> &dyn Names {
        match self.version(version) {
            Some(strategy) => strategy,
            None => &NoNames,
        }
    }
}

/// No strategy at all.
impl Versions for NoNames {
    fn version(&self, _version: Option<StrategyVersion>) -> Option<&Strategy> {
        None
    }
}

/// One strategy alone, as in a turn.
impl Versions for Strategy {
    fn version(&self, version: Option<StrategyVersion>) -> Option<&Strategy> {
        (version == Some(self.version)).then_some(self)
    }
}

/// Strategies that were put together for a view.
#[derive(Clone, Debug, Default)]
pub struct Strategies(BTreeMap<StrategyVersion, Arc<Strategy>>);

impl FromIterator<Arc<Strategy>> for Strategies {
    fn from_iter<I: IntoIterator<Item = Arc<Strategy>>>(strategies: I) -> Self {
        Self(strategies.into_iter().map(|one| (one.version, one)).collect())
    }
}

impl Versions for Strategies {
    fn version(&self, version: Option<StrategyVersion>) -> Option<&Strategy> {
        self.0.get(&version?).map(|strategy| &**strategy)
    }
}

/// No names at all, where the strategy is not at hand.
#[derive(Clone, Copy, Debug)]
pub struct NoNames;

impl Names for NoNames {
    fn route(&self, _route: u16) -> Option<&str> {
        None
    }

    fn rule(&self, _group: ScoreGroup, _rule: Option<u16>) -> Option<&str> {
        None
    }

    fn row(&self, _row: u16) -> Option<&str> {
        None
    }

    fn fence(&self, _fence: u16) -> Option<&str> {
        None
    }

    fn step(&self, _step: u16) -> Option<&str> {
        None
    }

    fn method(&self, _pool: &str) -> Option<&str> {
        None
    }

    fn member(&self, _member: &str) -> Option<&str> {
        None
    }
}

impl Names for Strategy {
    fn route(&self, route: u16) -> Option<&str> {
        self.routing.routes.get(usize::from(route)).map(|route| route.name.value.as_str())
    }

    fn rule(&self, group: ScoreGroup, rule: Option<u16>) -> Option<&str> {
        let rules = &self.scoring.group(group).rules;
        rules.get(usize::from(rule?)).map(|rule| rule.name.as_str())
    }

    fn row(&self, row: u16) -> Option<&str> {
        self.readiness.table.rows.get(usize::from(row)).map(|row| row.words.as_str())
    }

    fn fence(&self, fence: u16) -> Option<&str> {
        self.fences.get(usize::from(fence)).map(|fence| fence.say.as_str())
    }

    fn step(&self, step: u16) -> Option<&str> {
        self.destinations.steps.get(usize::from(step)).map(|step| step.step.value.as_str())
    }

    fn method(&self, pool: &str) -> Option<&str> {
        self.routing.pool(pool).map(|(_, pool)| pool.method.as_str())
    }

    fn member(&self, member: &str) -> Option<&str> {
        self.team.member(member).map(|member| member.name.as_str())
    }
}
