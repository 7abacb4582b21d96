//! Strategies, compiled: the one in force, and older ones that somebody asks about.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::StrategyVersion;
use rules::{Strategy, compile};
use store::Read;

use crate::error::CrankError;
use crate::packed::unpack;

/// The strategies that were asked for so far.
#[derive(Default)]
pub struct StrategyCache {
    compiled: BTreeMap<StrategyVersion, Arc<Strategy>>,
    /// The one in force and its mode.
    force: Option<(Arc<Strategy>, String)>,
}

impl StrategyCache {
    /// What is in force.
    pub fn in_force(&self) -> Option<&Arc<Strategy>> {
        self.force.as_ref().map(|(strategy, _)| strategy)
    }

    /// The mode of what is in force.
    pub fn mode(&self) -> Option<&str> {
        self.force.as_ref().map(|(_, mode)| mode.as_str())
    }

    /// A version that is kept, compiled once.
    pub fn version(
        &mut self,
        store: &impl Read,
        version: StrategyVersion,
    ) -> Result<Option<Arc<Strategy>>, CrankError> {
        if let Some(known) = self.compiled.get(&version) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(packed) = store.strategy(version)? else { return Ok(None) };
        let strategy = unpack(&packed)
            .and_then(|files| compile(&files).strategy)
            .ok_or_else(|| CrankError::StrategyBroken(version.to_string()))?;
        let strategy = Arc::new(strategy);
        self.compiled.insert(version, Arc::clone(&strategy));
        Ok(Some(strategy))
    }

    pub(crate) fn put_in_force(&mut self, strategy: Arc<Strategy>, mode: &str) {
        self.compiled.insert(strategy.version, Arc::clone(&strategy));
        self.force = Some((strategy, mode.to_owned()));
    }

    /// Reads what the store says is in force.
    pub(crate) fn recover(&mut self, store: &impl Read) -> Result<(), CrankError> {
        self.force = None;
        if let Some(force) = store.force()? {
            let strategy = self.version(store, force.version)?;
            self.force = strategy.map(|strategy| (strategy, force.mode));
        }
        Ok(())
    }
}
