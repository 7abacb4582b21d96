//! The registry of strategies: what is in force, since when, and what was before.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::Moment;
use domain::fact::{By, Mode, StrategyVersion};
use domain::handoff::Actor;
use engine::event::Event;
use rules::contract::{Contract, contradicting};
use rules::{Files, Strategy, strategy};
use store::{Read, Store, StrategyInForce};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;
use crate::leavers::HandedOn;
use crate::strategy_files::{pack, unpack};

/// What was put in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// The version that was put in force.
    pub strategy: StrategyVersion,
    /// The mode in which it is in force.
    pub mode: Mode,
    /// Which one before.
    pub previous: Option<StrategyVersion>,
    /// What members had who are not in its team, and who has it.
    pub handed_on: Vec<HandedOn>,
}

/// The contracts of all strategies that were ever put in force, each content once.
pub fn contracts_kept(store: &impl Read) -> Result<Vec<Contract>, CrankError> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for row in store.strategies()? {
        let packed = store.strategy(row.version)?;
        let files = packed.and_then(|packed| unpack(&packed));
        let broken = || CrankError::StrategyBroken(row.version.to_string());
        let mut files = files.ok_or_else(broken)?;
        files.0.retain(|path, bytes| path.starts_with("contracts/") && seen.insert(bytes.clone()));
        kept.extend(strategy::contracts(&files));
    }
    Ok(kept)
}

/// The files of a version that is kept; none where nothing is kept under it.
pub fn strategy_files(
    store: &impl Read,
    version: StrategyVersion,
) -> Result<Option<Files>, CrankError> {
    let Some(packed) = store.strategy(version)? else { return Ok(None) };
    let broken = || CrankError::StrategyBroken(version.to_string());
    unpack(&packed).map(Some).ok_or_else(broken)
}

impl<S: Store> Crank<S> {
    /// Puts a strategy in force, within an open group. Its files are kept, so that whatever it
    /// decides can be explained for as long as the journal is there. One whose contracts say
    /// something else than they did under the same version is refused.
    pub fn apply(
        &mut self,
        files: &Files,
        strategy: Arc<Strategy>,
        mode: Mode,
        by: &By,
        now: Moment,
    ) -> Result<Applied, CrankError> {
        let kept = contracts_kept(&self.store)?;
        if !contradicting(&strategy.contracts, &kept).is_empty() {
            return Err(CrankError::ContractReused);
        }
        let at = self.clock.stamp(now);
        self.store.put_strategy(strategy.version, &pack(files), at.get())?;
        self.put_in_force(strategy, mode, by, false, at)
    }

    /// Puts an older strategy back in force, within an open group: the version named, or the one
    /// before.
    pub fn roll_back_strategy(
        &mut self,
        version: Option<StrategyVersion>,
        by: &By,
        now: Moment,
    ) -> Result<Applied, CrankError> {
        let version = match version {
            Some(version) => version,
            None => self.accounts.state().registry().before().ok_or(CrankError::NothingBefore)?,
        };
        let strategy =
            self.strategies.version(&self.store, version)?.ok_or(CrankError::NothingBefore)?;
        let at = self.clock.stamp(now);
        self.put_in_force(strategy, Mode::Live, by, true, at)
    }

    fn put_in_force(
        &mut self,
        strategy: Arc<Strategy>,
        mode: Mode,
        by: &By,
        rollback: bool,
        at: JournalMoment,
    ) -> Result<Applied, CrankError> {
        let version = strategy.version;
        let previous = self.accounts.state().registry().force().map(|force| force.version);
        let before = self.strategies.in_force().cloned();
        let event = Event::InForce { version, mode, rollback, by: by.clone() };
        self.handle(&event, at, Actor::Operator, Some(&strategy))?;
        self.store.put_force(&StrategyInForce {
            version,
            mode: mode.as_str().to_owned(),
            since: at.get(),
        })?;
        self.strategies.put_in_force(strategy, mode.as_str());
        // Its pools, hours and caps may have somebody for those who wait.
        self.serve_lines(at)?;
        let handed_on = self.hand_on_left(before.as_ref(), at)?;
        Ok(Applied { strategy: version, mode, previous, handed_on })
    }
}
