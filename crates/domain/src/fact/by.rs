//! Who did what a fact tells of, and what personal data was read for: known ids and closed words.
//!
//! What somebody calls themselves is outside text. It is never part of a clear part; where it is
//! worth keeping it stands in a sealed [`Note`](super::Note).

use std::fmt;

use crate::handoff::{MemberId, named};
use crate::id::{AccountId, KeyId, QuarantineId, UserId};
use crate::signal::SourceName;
use crate::text::Text;

/// Who did it, where it was not the engine itself.
///
/// Number 4 is kept for an agent; nothing writes it yet.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum By {
    /// A member of the team in force, whose id was looked up there.
    #[n(0)]
    Member(#[n(0)] MemberId),
    /// The holder of a credential.
    #[n(1)]
    Key(#[n(0)] KeyId),
    /// Somebody who is signed in and acts as no member.
    #[n(2)]
    User(#[n(0)] UserId),
    /// Whoever runs the command line on the machine of the data folder.
    #[n(3)]
    Operator,
    /// A configured source, which told of somebody who is no member.
    #[n(5)]
    Source(#[n(0)] SourceName),
    /// Somebody by the name that a folder of form 1 has for them. Only the reader of form 1 makes one.
    #[n(6)]
    Former(#[n(0)] FormerName),
    /// Somebody who may act for others, for a member of the team in force.
    #[n(7)]
    Behalf {
        /// For whom.
        #[n(0)]
        member: MemberId,
        /// The credential of whoever acts.
        #[n(1)]
        key: Option<KeyId>,
        /// The user who acts. Where there is neither, it is the operator of the machine.
        #[n(2)]
        user: Option<UserId>,
    },
}

impl By {
    /// The word in JSON: `member`, `key`, `user`, `operator`, `source`, `former` or `behalf`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Key(_) => "key",
            Self::User(_) => "user",
            Self::Operator => "operator",
            Self::Source(_) => "source",
            Self::Former(_) => "former",
            Self::Behalf { .. } => "behalf",
        }
    }

    /// The member who did it, or for whom it was done.
    pub const fn member(&self) -> Option<&MemberId> {
        match self {
            Self::Member(member) | Self::Behalf { member, .. } => Some(member),
            Self::Key(_) | Self::User(_) | Self::Operator | Self::Source(_) | Self::Former(_) => {
                None
            }
        }
    }

    /// Who acted for the member whom it was done for; none where nobody acted for somebody.
    pub const fn through(&self) -> Option<Self> {
        match self {
            Self::Behalf { key: Some(key), .. } => Some(Self::Key(*key)),
            Self::Behalf { user: Some(user), .. } => Some(Self::User(*user)),
            Self::Behalf { .. } => Some(Self::Operator),
            Self::Member(_)
            | Self::Key(_)
            | Self::User(_)
            | Self::Operator
            | Self::Source(_)
            | Self::Former(_) => None,
        }
    }
}

impl fmt::Display for By {
    /// The id; `operator` for the operator, and of what was done for a member theirs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) | Self::Behalf { member, .. } => f.write_str(&member.0),
            Self::Key(key) => write!(f, "{key}"),
            Self::User(user) => write!(f, "{user}"),
            Self::Operator => f.write_str("operator"),
            Self::Source(source) => write!(f, "{source}"),
            Self::Former(name) => f.write_str(&name.0),
        }
    }
}

impl serde::Serialize for By {
    /// `{"kind", "id"}`, as an owner is told; with `through`, a key, a user or `operator`, where somebody did it
    /// for the member.
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let through = self.through().map(|through| through.to_string());
        let mut by = s.serialize_struct("By", 2 + usize::from(through.is_some()))?;
        by.serialize_field("kind", self.kind())?;
        by.serialize_field("id", &self.to_string())?;
        if let Some(through) = through {
            by.serialize_field("through", &through)?;
        }
        by.end()
    }
}

/// A name out of a folder of form 1, where `by` was a text of any length: at most 100 characters
/// of it, without control characters.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct FormerName(#[n(0)] Text);

/// Characters that are read of a name of form 1.
const FORMER_CHARS_MAX: usize = 100;

impl FormerName {
    pub(super) fn read(text: &str) -> Self {
        let plain = text.chars().filter(|sign| !sign.is_control());
        Self(Text::from(plain.take(FORMER_CHARS_MAX).collect::<String>().as_str()))
    }
}

named! {
    /// What personal data was read for. Words of somebody's own are the sealed reason beside it.
    ReadFor {
        /// A page, a brief or a context was shown.
        0 View "view";
        /// To sell to the person.
        1 Sales "sales";
        /// To market to the person.
        2 Marketing "marketing";
        /// Running Baton.
        3 Operations "operations";
        /// An audit.
        4 Audit "audit";
        /// Somebody asked what is kept about them.
        5 AccessRequest "access-request";
        /// None of the words; the reason says it.
        6 Stated "stated";
    }
}

/// Whose personal data is read.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode,
)]
pub enum ReadOf {
    /// An account's people.
    #[n(0)]
    Account(#[n(0)] AccountId),
    /// Whoever a quarantine entry names.
    #[n(1)]
    Entry(#[n(0)] QuarantineId),
    /// Everybody, as in an export.
    #[n(2)]
    Everybody,
}

impl serde::Serialize for ReadOf {
    /// `{"kind", "id"}`; everybody has no id.
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let (kind, id) = match self {
            Self::Account(account) => ("account", Some(account.to_string())),
            Self::Entry(entry) => ("entry", Some(entry.to_string())),
            Self::Everybody => ("everybody", None),
        };
        let mut of = s.serialize_struct("ReadOf", 2)?;
        of.serialize_field("kind", kind)?;
        of.serialize_field("id", &id)?;
        of.end()
    }
}

named! {
    /// How a strategy is in force.
    Mode {
        /// It decides.
        0 Live "live";
    }
}
