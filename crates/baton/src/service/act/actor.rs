//! Who acts: a member of the team, somebody who may act for others, or the operator of the machine.

use domain::handoff;

use crate::auth::action::Action;
use crate::auth::credential::Credential;
use crate::auth::grants::Grants;
use crate::auth::keys::Caller;
use crate::service::setback::Setback;

/// Who acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Somebody who may work. They act as their member, and as nobody else.
    Member {
        /// How they are known.
        credential: Credential,
        /// Who they are, by their id in `team.csv`.
        member: String,
        /// What they may.
        grants: Grants,
    },
    /// Somebody who may act for every member: a key that is `revops` or `admin`, a user of RevOps.
    Delegate {
        /// How they are known.
        credential: Credential,
        /// Who they are, where they are a member as well.
        member: Option<String>,
    },
    /// Whoever opened the address of a message to this member, by their id in `team.csv`. They act as the member,
    /// and nobody has signed in.
    Addressee {
        /// The member.
        member: String,
        /// What a member may.
        grants: Grants,
    },
    /// Whoever runs the command line on the machine of the data folder.
    Operator,
}

impl Actor {
    /// Somebody who may work handoffs. Refused where they may, and nobody says as whom.
    pub fn of(caller: &Caller) -> Result<Self, Setback> {
        let (credential, member) = (caller.id, caller.member.clone());
        if caller.may(Action::ActForOthers) {
            return Ok(Self::Delegate { credential, member });
        }
        if !caller.works() {
            return Err(match credential {
                Credential::Key(_) => {
                    Setback::refused(403, "scope-missing", "this key lacks the scope `work`")
                }
                Credential::User(_) => {
                    let says = "your role reads handoffs and does not work them";
                    Setback::refused(403, "role-forbids", says)
                }
            });
        }
        let grants = caller.grants().clone();
        member.map(|member| Self::Member { credential, member, grants }).ok_or_else(|| match credential {
            Credential::Key(_) => without_member(
                "this key may work handoffs and names no member of the team who does: make one with \
                 `baton key create --scope work --member ID`, and revoke this one",
            ),
            Credential::User(_) => user_without_member(
                "you may work handoffs, and nobody has said which member of the team you are: an \
                 administrator says it with `baton user add EMAIL --role ROLE --member ID`",
            ),
        })
    }

    /// Who begins the turn of what they do.
    pub const fn begins(&self) -> handoff::Actor {
        match self {
            Self::Member { .. } | Self::Delegate { .. } | Self::Addressee { .. } => {
                handoff::Actor::Person
            }
            Self::Operator => handoff::Actor::Operator,
        }
    }
}

/// A key that may work, and acts as nobody who is there.
pub(super) fn without_member(says: &'static str) -> Setback {
    Setback::refused(403, "key-without-member", says)
}

/// A user who may work, and acts as nobody who is there.
pub(super) fn user_without_member(says: &'static str) -> Setback {
    Setback::refused(403, "user-without-member", says)
}
