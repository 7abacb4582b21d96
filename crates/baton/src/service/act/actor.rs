//! Who acts: a member of the team, somebody who may act for others, or the operator of the machine.

use domain::KeyId;

use crate::auth::keys::{Caller, Scope};
use crate::service::setback::Setback;

/// Who acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// The holder of a key that may work. It acts as its member, and as nobody else.
    Member {
        /// The credential.
        key: KeyId,
        /// Whose it is, by their id in `team.csv`.
        member: String,
    },
    /// The holder of a key that may act for every member: `revops` or `admin`.
    Delegate {
        /// The credential.
        key: KeyId,
        /// Whose it is, where it was made for a member.
        member: Option<String>,
    },
    /// Whoever runs the command line on the machine of the data folder.
    Operator,
}

impl Actor {
    /// The holder of a key that may work handoffs. Refused where it may, and nobody says as whom.
    pub fn of(caller: &Caller) -> Result<Self, Setback> {
        let (key, member) = (caller.id, caller.member.clone());
        if caller.may(Scope::Revops) {
            return Ok(Self::Delegate { key, member });
        }
        if !caller.may(Scope::Work) {
            return Err(Setback::refused(403, "scope-missing", "this key lacks the scope `work`"));
        }
        member.map(|member| Self::Member { key, member }).ok_or_else(|| {
            let says = "this key may work handoffs and names no member of the team who does: make \
                        one with `baton key create --scope work --member ID`, and revoke this one";
            without_member(says)
        })
    }
}

/// A key that may work, and acts as nobody who is there.
pub(super) fn without_member(says: &str) -> Setback {
    Setback::refused(403, "key-without-member", says)
}
