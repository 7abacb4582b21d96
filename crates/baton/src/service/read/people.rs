//! What people are called, for pages that know them by their ids.

use std::collections::{BTreeMap, BTreeSet};

use crank::account_as_of;
use domain::{AccountId, PersonId};
use rules::Strategy;
use rules::brief::Briefing;
use store::Read;

use super::Service;
use super::failure::ReadError;
use super::handoffs::called;
use super::unrecorded::{Reading, Unrecorded};

/// Accounts that are unsealed for one page at most; whoever is at another one is shown by their id.
const ACCOUNTS_MAX: usize = 100;

/// What people and their companies are called, as far as who asks may know.
#[derive(Clone, Debug, Default)]
pub struct CalledPeople {
    people: BTreeMap<PersonId, String>,
    companies: BTreeMap<AccountId, String>,
}

impl CalledPeople {
    /// What a person is called: their name, else their address.
    pub fn person(&self, person: PersonId) -> Option<&str> {
        self.people.get(&person).map(String::as_str)
    }

    /// What a company is called.
    pub fn company(&self, account: AccountId) -> Option<&str> {
        self.companies.get(&account).map(String::as_str)
    }
}

impl Service<'_> {
    /// What these people are called. `in_force` says what a role may read.
    pub fn people_called(
        self,
        people: &BTreeSet<PersonId>,
        in_force: Option<&Strategy>,
    ) -> Result<Unrecorded<CalledPeople>, ReadError> {
        let usual = Briefing::default();
        let reader = self.access.reader(in_force.map_or(&usual, |strategy| &strategy.brief));
        let mut known = CalledPeople::default();
        if !reader.personal {
            return Ok(Unrecorded::new(known, []));
        }
        let mut accounts: BTreeMap<AccountId, BTreeSet<PersonId>> = BTreeMap::new();
        for person in people {
            for row in self.reader.cluster(*person)? {
                if let Some(to) = row.pointer {
                    accounts.entry(to.account).or_default().insert(*person);
                }
            }
        }
        let mut readings = Vec::new();
        for (account, people) in accounts.into_iter().take(ACCOUNTS_MAX) {
            let folded = account_as_of(self.reader, account, None)?;
            let context = folded.known();
            known.companies.extend(context.name().map(|name| (account, name.to_owned())));
            let named = people.into_iter().filter_map(|one| Some((one, called(context, one)?)));
            let named: Vec<(PersonId, String)> = named.collect();
            if !named.is_empty() {
                readings.push(Reading { account: context.id, nodes: context.members.len() as u64 });
            }
            known.people.extend(named);
        }
        Ok(Unrecorded::each_once(known, readings))
    }
}
