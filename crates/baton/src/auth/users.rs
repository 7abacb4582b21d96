//! Who may sign in, as every request looks it up.

use std::collections::BTreeMap;

use domain::{Moment, Role, UserId};
use store::UserRow;
use subtle::ConstantTimeEq as _;

use crate::config::resolved::Visitor;

/// The longest address, in bytes.
const EMAIL_BYTES_MAX: usize = 254;

/// A user who may be signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownUser {
    /// What they are.
    pub role: Role,
    /// The member of the team that they are, by their id in `team.csv`.
    pub member: Option<String>,
    /// Rises whenever all their sessions end: with a change of role or member, with a new password.
    pub generation: u32,
}

/// The id that a visitor of the demo has as a user. Nobody else's is the same: theirs is drawn.
pub fn user_of(visitor: &Visitor) -> UserId {
    UserId::caused_by(&[b"demo visitor", visitor.role.as_str().as_bytes()])
}

/// An address as it is compared: without blanks around it, in small letters. `None` for what is none.
pub fn normal_email(typed: &str) -> Option<String> {
    let email = typed.trim().to_lowercase();
    let (name, host) = email.rsplit_once('@')?;
    let odd = |sign: char| sign.is_whitespace() || sign.is_control();
    let fits = !name.is_empty()
        && !host.is_empty()
        && !name.contains('@')
        && email.len() <= EMAIL_BYTES_MAX
        && !email.contains(odd);
    fits.then_some(email)
}

/// All users who may be signed in.
#[derive(Debug, Default)]
pub struct UserTable {
    known: BTreeMap<UserId, KnownUser>,
    links: BTreeMap<UserId, ([u8; 32], Moment)>,
}

impl UserTable {
    /// The users of the store who are not revoked, and the visitors of a demo.
    pub fn new(rows: &[UserRow], visitors: &[Visitor]) -> Self {
        let mut table = Self::default();
        for row in rows.iter().filter(|row| row.revoked.is_none()) {
            let UserRow { role, member, generation, .. } = row.clone();
            table.known.insert(row.user, KnownUser { role, member, generation });
            if let Some(link) = row.link {
                table.links.insert(row.user, (link.hash, link.expires));
            }
        }
        for visitor in visitors {
            let Visitor { role, member, .. } = visitor.clone();
            table.known.insert(user_of(visitor), KnownUser { role, member, generation: 0 });
        }
        table
    }

    /// The user by their id, unless they were revoked.
    pub fn user(&self, user: UserId) -> Option<&KnownUser> {
        self.known.get(&user)
    }

    /// Whom a link signs in that has this hash, until it is used or over.
    pub fn of_link(&self, hash: &[u8; 32], now: Moment) -> Option<UserId> {
        let fits = |known: &[u8; 32], expires: &Moment| {
            bool::from(known.as_slice().ct_eq(hash.as_slice())) && *expires > now
        };
        let found = self.links.iter().find(|(_, (known, expires))| fits(known, expires));
        found.map(|(user, _)| *user)
    }
}

/// What people call a role.
pub const fn called(role: Role) -> &'static str {
    match role {
        Role::Rep => "rep",
        Role::Manager => "manager",
        Role::Marketer => "marketer",
        Role::Revops => "RevOps",
        Role::Leader => "leader",
        Role::Auditor => "auditor",
        Role::Admin => "administrator",
    }
}

#[cfg(test)]
mod tests;
