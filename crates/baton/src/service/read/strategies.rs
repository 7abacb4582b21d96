//! What was in force: since when, by whom, and what before.

use std::collections::BTreeMap;

use domain::KeyId;
use domain::Moment;
use domain::fact::{Aggregate, By, Fact, StrategyVersion};
use serde::Serialize;
use store::{Position, Read};

use super::Service;
use super::failure::ReadError;

/// A time during which a version was in force.
#[derive(Debug, Serialize)]
pub struct InForce {
    /// The version.
    pub version: StrategyVersion,
    /// Whether it is in force at present.
    pub in_force: bool,
    /// `live`, or the mode that it was put in force with.
    pub mode: String,
    /// Since when.
    pub since: Moment,
    /// Until when; none where it is in force.
    pub until: Option<Moment>,
    /// Who put it in force: a member's id, `key NAME`, or `operator` for the command line.
    pub by: String,
    /// Whether an older version was put back.
    pub rollback: bool,
    /// The one before.
    pub previous: Option<StrategyVersion>,
}

impl Service<'_> {
    /// All times in force, newest first.
    pub fn strategies(self) -> Result<Vec<InForce>, ReadError> {
        let keys: BTreeMap<KeyId, String> =
            self.reader.keys()?.into_iter().map(|row| (row.key, row.name)).collect();
        let mut rows: Vec<InForce> = Vec::new();
        for stored in self.reader.history(Aggregate::Registry, Position::START, None, None)? {
            let moment = stored.entry.header.moment;
            for fact in &stored.entry.facts {
                let Fact::StrategyApplied { version, mode, previous, rollback, by } = fact else {
                    continue;
                };
                if let Some(last) = rows.last_mut() {
                    (last.in_force, last.until) = (false, Some(moment));
                }
                rows.push(InForce {
                    version: *version,
                    in_force: true,
                    mode: mode.as_str().to_string(),
                    since: moment,
                    until: None,
                    by: named(by, &keys),
                    rollback: *rollback,
                    previous: *previous,
                });
            }
        }
        rows.reverse();
        Ok(rows)
    }
}

/// Who it was, as people read it.
fn named(by: &By, keys: &BTreeMap<KeyId, String>) -> String {
    let name = if let By::Key(key) = by { keys.get(key) } else { None };
    name.map_or_else(|| by.to_string(), |name| format!("key {name}"))
}
