//! When each key was used last, since the server was started. It is kept in memory alone: nothing is written
//! for a question.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock};

use domain::{KeyId, Moment};

/// When each key was used last.
#[derive(Debug)]
pub struct KeyUses {
    since: Moment,
    last: RwLock<BTreeMap<KeyId, AtomicI64>>,
}

impl KeyUses {
    /// Nothing was used yet.
    pub const fn since_start(since: Moment) -> Self {
        Self { since, last: RwLock::new(BTreeMap::new()) }
    }

    /// From when on uses are noted.
    pub const fn since(&self) -> Moment {
        self.since
    }

    /// Notes that a key was used. Only keys that are known get here, so that there is an end to them.
    pub fn note(&self, key: KeyId, now: Moment) {
        let known = self.last.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = known.get(&key) {
            last.fetch_max(now.0, Ordering::Relaxed);
            return;
        }
        drop(known);
        let mut known = self.last.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_default().fetch_max(now.0, Ordering::Relaxed);
    }

    /// When a key was used last.
    pub fn last(&self, key: KeyId) -> Option<Moment> {
        let known = self.last.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).map(|last| Moment(last.load(Ordering::Relaxed)))
    }
}
