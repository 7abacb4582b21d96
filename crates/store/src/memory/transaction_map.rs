//! Tables in memory that can go back to where the group began.

use std::collections::BTreeMap;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Rows by key, in the order of the keys, and what they were when the group began.
pub(super) type TransactionMap<K, V> = Transactional<K, V, BTreeMap<K, V>>;

/// The same in no order, for tables that have a row for each signal or each somebody. Their keys are
/// hashes, or ids that were made of some.
pub(super) type TransactionHashMap<K, V> = Transactional<K, V, FxHashMap<K, V>>;

/// Rows by key.
pub(super) trait Rows<K, V> {
    fn get(&self, key: &K) -> Option<&V>;
    fn insert(&mut self, key: K, value: V) -> Option<V>;
    fn remove(&mut self, key: &K) -> Option<V>;
}

impl<K: Ord, V> Rows<K, V> for BTreeMap<K, V> {
    fn get(&self, key: &K) -> Option<&V> {
        Self::get(self, key)
    }

    fn insert(&mut self, key: K, value: V) -> Option<V> {
        Self::insert(self, key, value)
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        Self::remove(self, key)
    }
}

impl<K: Eq + Hash, V> Rows<K, V> for FxHashMap<K, V> {
    fn get(&self, key: &K) -> Option<&V> {
        Self::get(self, key)
    }

    fn insert(&mut self, key: K, value: V) -> Option<V> {
        Self::insert(self, key, value)
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        Self::remove(self, key)
    }
}

/// Rows, and what they were when the group began.
#[derive(Debug)]
pub(super) struct Transactional<K, V, R> {
    rows: R,
    before: Vec<(K, Option<V>)>,
}

impl<K, V, R: Default> Default for Transactional<K, V, R> {
    fn default() -> Self {
        Self { rows: R::default(), before: Vec::new() }
    }
}

impl<K: Clone, V: Clone, R: Rows<K, V>> Transactional<K, V, R> {
    pub(super) const fn rows(&self) -> &R {
        &self.rows
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    pub(super) fn put(&mut self, key: K, value: V) {
        let old = self.rows.insert(key.clone(), value);
        self.before.push((key, old));
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let old = self.rows.remove(key);
        if old.is_some() {
            self.before.push((key.clone(), old.clone()));
        }
        old
    }

    pub(super) fn commit(&mut self) {
        self.before.clear();
    }

    pub(super) fn roll_back(&mut self) {
        while let Some((key, old)) = self.before.pop() {
            match old {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
    }
}
