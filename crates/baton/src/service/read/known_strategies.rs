//! Strategies that are kept, compiled once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crank::StrategyCache;
use domain::fact::StrategyVersion;
use engine::names::Strategies;
use store::{Read, StoreError};

/// Strategies by their version. One that is not kept, or that this program cannot compile, is left out:
/// places stand for its names.
pub(super) fn strategies(
    reader: &impl Read,
    cache: &Mutex<StrategyCache>,
    versions: impl IntoIterator<Item = StrategyVersion>,
) -> Result<Strategies, StoreError> {
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    let mut kept = Vec::new();
    for version in versions.into_iter().collect::<BTreeSet<_>>() {
        kept.extend(cache.readable(reader, version)?);
    }
    Ok(kept.into_iter().collect())
}
