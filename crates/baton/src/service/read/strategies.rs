//! What was in force: since when, by whom, and what before.

use crank::{CrankError, strategy_files};
use domain::Moment;
use domain::fact::{Aggregate, Fact, StrategyVersion};
use rules::Files;
use serde::Serialize;
use store::{Position, Read, StoreError};

use super::Service;
use super::drafts::{BEGINS, draft_files};
use super::failure::{Candidates, NotFound, ReadError, Subject, Why};
use crate::service::who_acts::WhoActs;

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
        let who = WhoActs::read(self.reader, self.strategy_in_force()?.as_deref())?;
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
                    by: who.name(by),
                    rollback: *rollback,
                    previous: *previous,
                });
            }
        }
        rows.reverse();
        Ok(rows)
    }
}

impl Service<'_> {
    /// The files of a version that was in force once, by any unique prefix of it; of `live`, those of the one
    /// that is; or those of a draft, by its whole id.
    pub fn strategy_files(self, typed: &str) -> Result<Files, ReadError> {
        let missing = |why| ReadError::from(NotFound::new(Subject::Strategy, why, typed));
        if typed.starts_with(BEGINS) {
            return draft_files(self.reader, typed)?.ok_or_else(|| missing(Why::Unknown));
        }
        let version = if typed == "live" {
            self.reader.force()?.ok_or_else(|| missing(Why::Unknown))?.version
        } else {
            let known = self.reader.strategies()?;
            let fits = known.iter().filter(|row| row.version.to_string().starts_with(typed));
            match fits.map(|row| row.version).collect::<Vec<_>>().as_slice() {
                [one] => *one,
                [] => return Err(missing(Why::Unknown)),
                several => {
                    let versions: Vec<String> = several.iter().map(ToString::to_string).collect();
                    return Err(missing(Why::Several(Candidates::of(&versions))));
                }
            }
        };
        match strategy_files(self.reader, version) {
            Ok(files) => files.ok_or_else(|| missing(Why::Unknown)),
            Err(CrankError::Store(error)) => Err(error.into()),
            Err(error) => Err(StoreError::Damaged(error.to_string()).into()),
        }
    }
}
