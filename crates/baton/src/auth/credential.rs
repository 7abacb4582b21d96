//! How somebody who asks is known: by the key that they sent, or as the user who is signed in.

use std::fmt;

use domain::fact::By;
use domain::{KeyId, UserId};
use serde::{Deserialize, Serialize};

/// How somebody who asks is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// By a key of the API.
    Key(KeyId),
    /// By a session: they are signed in.
    User(UserId),
}

impl Credential {
    /// As it is recorded.
    pub const fn by(self) -> By {
        match self {
            Self::Key(key) => By::Key(key),
            Self::User(user) => By::User(user),
        }
    }

    /// Who was recorded; none where nobody asked by a key or a session of their own.
    pub const fn of(by: &By) -> Option<Self> {
        match by {
            By::Key(key) => Some(Self::Key(*key)),
            By::User(user) => Some(Self::User(*user)),
            By::Operator | By::Member(_) | By::Source(_) | By::Former(_) | By::Behalf { .. } => {
                None
            }
        }
    }

    /// As it is recorded for a member whom they act for.
    pub const fn on_behalf_of(self, member: domain::handoff::MemberId) -> By {
        match self {
            Self::Key(key) => By::Behalf { member, key: Some(key), user: None },
            Self::User(user) => By::Behalf { member, key: None, user: Some(user) },
        }
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "{key}"),
            Self::User(user) => write!(f, "{user}"),
        }
    }
}
