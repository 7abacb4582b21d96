//! Who may sign in, as every request looks it up.

use std::collections::BTreeMap;

use domain::{Role, UserId};

use crate::config::resolved::{DemoServing, Visitor};

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

/// The id that a visitor of the demo has as a user. Nobody else's begins so: theirs is drawn.
pub fn user_of(visitor: &Visitor) -> UserId {
    UserId::caused_by(&[b"demo visitor", visitor.role.as_str().as_bytes()])
}

/// All users who may be signed in.
#[derive(Debug, Default)]
pub struct UserTable(BTreeMap<UserId, KnownUser>);

impl UserTable {
    /// The visitors of a demo.
    pub fn new(demo: Option<&DemoServing>) -> Self {
        let visitors = demo.into_iter().flat_map(|demo| &demo.visitors);
        let known = visitors.map(|visitor| {
            let Visitor { role, member, .. } = visitor.clone();
            (user_of(visitor), KnownUser { role, member, generation: 0 })
        });
        Self(known.collect())
    }

    /// The user by their id, unless they were revoked.
    pub fn user(&self, user: UserId) -> Option<&KnownUser> {
        self.0.get(&user)
    }
}
