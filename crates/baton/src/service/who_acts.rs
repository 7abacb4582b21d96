//! What people call those who act: members, users and keys. Facts name their ids alone.

use std::collections::BTreeMap;

use domain::UserId;
use domain::fact::By;
use rules::Strategy;
use store::{KeyRow, Read, StoreError, UserRow};

use crate::auth::users::{called, normal_email, user_of};
use crate::config::resolved::Visitor;

/// The letters of an id that tell apart those of whom nobody said a name.
const ID_LETTERS: usize = 8;

/// Everybody who may have done something, revoked or not.
#[derive(Clone, Debug, Default)]
pub struct WhoActs {
    /// Members by their ids in `team.csv`.
    members: BTreeMap<String, String>,
    users: BTreeMap<UserId, String>,
    /// Keys by their ids in text.
    keys: BTreeMap<String, String>,
}

impl WhoActs {
    /// Those whom a store knows, by the names of the strategy in force.
    pub fn read(store: &impl Read, strategy: Option<&Strategy>) -> Result<Self, StoreError> {
        Ok(Self::of(&store.users()?, &store.keys()?, strategy))
    }

    fn of(users: &[UserRow], keys: &[KeyRow], strategy: Option<&Strategy>) -> Self {
        let members = strategy.into_iter().flat_map(|strategy| &strategy.team.members);
        let members: BTreeMap<String, String> =
            members.map(|member| (member.id.0.to_string(), member.name.clone())).collect();
        let name = |row: &UserRow| {
            let member = row.member.as_ref().and_then(|member| members.get(member)).cloned();
            member.unwrap_or_else(|| format!("{} {}", called(row.role), short(row.user)))
        };
        let users = users.iter().map(|row| (row.user, name(row))).collect();
        let keys = keys.iter().map(|row| (row.key.to_string(), format!("key {}", row.name)));
        Self { users, keys: keys.collect(), members }
    }

    /// The same with the visitors of a demo.
    #[must_use]
    pub fn with_visitors(mut self, visitors: &[Visitor]) -> Self {
        let visitors = visitors.iter().map(|visitor| (user_of(visitor), visitor.name.clone()));
        self.users.extend(visitors);
        self
    }

    /// What people call who did something, and through whom.
    pub fn name(&self, by: &By) -> String {
        let name = self.name_of(&by.to_string());
        match by.through() {
            Some(through) => format!("{name}, by {}", self.name_of(&through.to_string())),
            None => name,
        }
    }

    /// What people call the holder of an id; the id itself where nobody is known by it.
    pub fn name_of(&self, id: &str) -> String {
        let user = || self.users.get(&id.parse().ok()?);
        let known = self.members.get(id).or_else(user).or_else(|| self.keys.get(id));
        known.map_or_else(|| id.to_owned(), Clone::clone)
    }

    /// The id of the one who is called so, or who signs in with this address. A member stands for the user
    /// whom they sign in as.
    pub fn id(&self, typed: &str, store: &impl Read) -> Result<Option<String>, StoreError> {
        if let Some(email) = normal_email(typed) {
            let row = store.user_by_email(&email)?;
            return Ok(row.map(|row| row.member.unwrap_or_else(|| row.user.to_string())));
        }
        let typed = typed.trim().to_lowercase();
        let is = |name: &String| name.to_lowercase() == typed;
        let members = self.members.iter().filter(|(_, name)| is(name)).map(|(id, _)| id.clone());
        let users = self.users.iter().filter(|(_, name)| is(name)).map(|(id, _)| id.to_string());
        let keys = self.keys.iter().filter(|(_, name)| is(name)).map(|(id, _)| id.clone());
        let mut members = members.peekable();
        if members.peek().is_some() {
            return Ok(only(members));
        }
        Ok(only(users.chain(keys)))
    }
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

fn short(user: UserId) -> String {
    user.to_string().chars().take(ID_LETTERS).collect()
}
