//! Strategies, compiled: the one in force, and older ones that somebody asks about.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::StrategyVersion;
use rules::{Strategy, compile_kept};
use store::{Read, StoreError};

use crate::error::CrankError;
use crate::strategy_files::unpack;

/// Bytes that compiled strategies may take.
const BYTES_MAX: usize = 64 << 20;
/// What a strategy is taken to weigh once it is compiled, for each byte of its files.
const BYTES_PER_FILE_BYTE: usize = 8;
/// What a strategy's files are taken for where they were not measured.
const FILES_MIN: usize = 32 << 10;

/// The strategies that were asked for last.
#[derive(Default)]
pub struct StrategyCache {
    compiled: BTreeMap<StrategyVersion, Compiled>,
    /// Rises with each use.
    uses: u64,
    /// The one in force and its mode.
    force: Option<InForce>,
    /// What was in force before the open group, where the group changed it.
    replaced: Option<Replaced>,
}

/// The strategy in force, and its mode.
type InForce = (Arc<Strategy>, String);

/// A strategy that was compiled.
struct Compiled {
    strategy: Arc<Strategy>,
    /// What it takes, about.
    bytes: usize,
    used: u64,
}

/// What there is of a version.
enum StrategyLookup {
    Compiled(Arc<Strategy>),
    /// It does not compile with this program.
    Broken,
    Unknown,
}

/// What was in force before; none where nothing was.
struct Replaced(Option<InForce>);

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
        match self.kept(store, version)? {
            StrategyLookup::Compiled(strategy) => Ok(Some(strategy)),
            StrategyLookup::Broken => Err(CrankError::StrategyBroken(version.to_string())),
            StrategyLookup::Unknown => Ok(None),
        }
    }

    /// The same for who only shows names; none where it does not compile with this program.
    pub fn readable(
        &mut self,
        store: &impl Read,
        version: StrategyVersion,
    ) -> Result<Option<Arc<Strategy>>, StoreError> {
        match self.kept(store, version)? {
            StrategyLookup::Compiled(strategy) => Ok(Some(strategy)),
            StrategyLookup::Broken | StrategyLookup::Unknown => Ok(None),
        }
    }

    /// Keeps what was compiled, and lets go of what was used longest ago where there is too much. What
    /// is in force is held beside.
    fn keep(&mut self, strategy: &Arc<Strategy>, file_bytes: usize) {
        let bytes = file_bytes.max(FILES_MIN) * BYTES_PER_FILE_BYTE;
        let compiled = Compiled { strategy: Arc::clone(strategy), bytes, used: self.uses };
        self.compiled.insert(strategy.version, compiled);
        let newest = strategy.version;
        while self.compiled.values().map(|known| known.bytes).sum::<usize>() > BYTES_MAX {
            let others = self.compiled.iter().filter(|(version, _)| **version != newest);
            let Some(oldest) = others.min_by_key(|(_, known)| known.used).map(|(v, _)| *v) else {
                break;
            };
            self.compiled.remove(&oldest);
        }
    }

    fn kept(
        &mut self,
        store: &impl Read,
        version: StrategyVersion,
    ) -> Result<StrategyLookup, StoreError> {
        self.uses += 1;
        if let Some(known) = self.compiled.get_mut(&version) {
            known.used = self.uses;
            return Ok(StrategyLookup::Compiled(Arc::clone(&known.strategy)));
        }
        let Some(packed) = store.strategy(version)? else { return Ok(StrategyLookup::Unknown) };
        let strategy = unpack(&packed).and_then(|files| compile_kept(&files));
        let Some(strategy) = strategy else { return Ok(StrategyLookup::Broken) };
        let strategy = Arc::new(strategy);
        self.keep(&strategy, packed.len());
        Ok(StrategyLookup::Compiled(strategy))
    }

    pub(crate) fn put_in_force(&mut self, strategy: Arc<Strategy>, mode: &str) {
        self.uses += 1;
        self.keep(&strategy, 0);
        let before = self.force.replace((strategy, mode.to_owned()));
        self.replaced.get_or_insert(Replaced(before));
    }

    /// The open group is durable.
    pub(crate) fn committed(&mut self) {
        self.replaced = None;
    }

    /// The open group never was.
    pub(crate) fn forget(&mut self) {
        if let Some(Replaced(before)) = self.replaced.take() {
            self.force = before;
        }
    }

    /// Reads what the store says is in force.
    pub(crate) fn recover(&mut self, store: &impl Read) -> Result<(), CrankError> {
        self.force = None;
        if let Some(force) = store.force()? {
            let kept = self.version(store, force.version)?;
            let strategy =
                kept.ok_or_else(|| CrankError::StrategyBroken(force.version.to_string()))?;
            self.force = Some((strategy, force.mode));
        }
        Ok(())
    }
}
