//! What is held in the quarantine and still waits for somebody, by cause. No value is opened for it.

use std::collections::BTreeMap;

use domain::QuarantineId;
use domain::reason::Code;
use store::{EntryRow, EntryState, Read};

use super::Service;
use super::failure::ReadError;

/// What one repair may free: entries of one cause, about one field, of one source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HeldKey {
    /// The cause.
    pub cause: Code,
    /// The field, as the map or the contract names it.
    pub field: Option<String>,
    /// The configured source.
    pub source: String,
}

/// Entries that are held for one thing, the newest first.
#[derive(Clone, Debug)]
pub struct HeldGroup {
    /// For what.
    pub key: HeldKey,
    /// The entries.
    pub entries: Vec<EntryRow>,
}

/// What is held.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// By what it is held for, the one that holds most first.
    pub groups: Vec<HeldGroup>,
    /// Whether there are more entries than were looked at.
    pub has_more: bool,
}

impl Held {
    /// How many entries were looked at.
    pub fn count(&self) -> usize {
        self.groups.iter().map(|group| group.entries.len()).sum()
    }

    /// The entries that are held for this; all of them, or the one that is named.
    pub fn of(&self, key: &HeldKey, only: Option<QuarantineId>) -> Vec<QuarantineId> {
        let groups = self.groups.iter().filter(|group| group.key == *key);
        let entries = groups.flat_map(|group| &group.entries).map(|row| row.entry);
        entries.filter(|entry| only.is_none_or(|only| only == *entry)).collect()
    }
}

impl Service<'_> {
    /// What waits for somebody, whether repaired or not: at most so many entries of each.
    pub fn held(self, limit: usize) -> Result<Held, ReadError> {
        let mut held = Held::default();
        let mut groups: BTreeMap<HeldKey, Vec<EntryRow>> = BTreeMap::new();
        for state in EntryState::ALL.into_iter().filter(|state| state.is_open()) {
            let page = self.reader.entries(Some(state), None, limit)?;
            held.has_more |= page.next.is_some();
            for row in page.rows {
                let source = row.source.as_str().to_owned();
                let key = HeldKey { cause: row.cause, field: row.field.clone(), source };
                groups.entry(key).or_default().push(row);
            }
        }
        held.groups = groups.into_iter().map(|(key, entries)| HeldGroup { key, entries }).collect();
        held.groups.sort_by_key(|group| std::cmp::Reverse(group.entries.len()));
        Ok(held)
    }
}
