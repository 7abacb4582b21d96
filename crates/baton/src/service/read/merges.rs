//! Merges of a person that are not taken back: who was thought to be them.

use std::collections::BTreeMap;

use domain::fact::{Aggregate, Fact};
use domain::{AccountId, Moment, PersonId};
use serde::Serialize;
use store::{Position, Read, StoreError};

/// Somebody who was merged into another person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct MergedPerson {
    /// Who they were.
    pub person: PersonId,
    /// Since when they are the other one.
    pub since: Moment,
}

/// Who was merged into a person and still is, by the histories of the accounts that the person is in.
pub fn merged_into(store: &impl Read, winner: PersonId) -> Result<Vec<MergedPerson>, StoreError> {
    let nodes = store.cluster(winner)?;
    let mut accounts: Vec<AccountId> =
        nodes.iter().filter_map(|row| Some(row.pointer?.account)).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mut merged: BTreeMap<PersonId, Moment> = BTreeMap::new();
    for account in accounts {
        for stored in store.history(Aggregate::Account(account), Position::START, None, None)? {
            let moment = stored.entry.header.moment;
            for fact in &stored.entry.facts {
                if let Fact::PeopleMerged { winner: stays, loser, .. } = fact
                    && *stays == winner
                {
                    merged.insert(*loser, moment);
                } else if let Fact::MergeUndone { winner: stays, loser, .. } = fact
                    && *stays == winner
                {
                    merged.remove(loser);
                }
            }
        }
    }
    Ok(merged.into_iter().map(|(person, since)| MergedPerson { person, since }).collect())
}
