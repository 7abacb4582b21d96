//! As whom somebody acts, and whether that member may do this to a handoff.
//!
//! The policies grant a member what is theirs, what belongs to somebody who reports to them, and what
//! belongs to nobody yet. Who may act for others is asked nothing, except that what is said for a member
//! has to be a member's to say.

use domain::Moment;
use domain::Value;
use domain::fact::By;
use domain::handoff::{MemberId, Owner};
use domain::signal::Content;
use engine::availability::TeamAvailability;
use engine::desk::Desk;
use engine::event::Deed;
use rules::Strategy;

use super::actor::{Actor, user_without_member, without_member};
use crate::auth::action::Action;
use crate::auth::credential::Credential;
use crate::auth::grants::{Grants, Relation};
use crate::service::relation::{relation_to_member, relation_to_owner};
use crate::service::setback::Setback;

/// Who does it, as it is recorded, and whose rights count.
pub(super) struct Doer {
    /// As it is recorded.
    pub(super) by: By,
    rights: Rights,
}

/// What a member's place in the team decides.
enum Rights {
    /// All of it: the member acts with a key of their own, and may what that grants.
    Own(MemberId, Grants),
    /// Whether it is theirs to say. What they take may come from anybody.
    Lent(MemberId),
    /// Nothing: they act in their own name.
    All,
}

impl Doer {
    /// Who acts, and for whom.
    pub(super) fn of(
        actor: &Actor,
        acts_as: Option<&str>,
        strategy: &Strategy,
        desk: &Desk,
        now: Moment,
    ) -> Result<Self, Setback> {
        let here = |id: &str| member_here(strategy, desk, id, now);
        match actor {
            Actor::Member { credential, member, grants } => {
                if acts_as.is_some_and(|other| other != member) {
                    return Err(for_another());
                }
                let member = here(member).ok_or_else(|| not_in_team(*credential))?;
                Ok(Self::own(member, grants.clone()))
            }
            Actor::Addressee { member, grants } => {
                let member = here(member).ok_or_else(|| {
                    let says = "the member whom the message was for is not in the team any more";
                    Setback::refused(422, "member-missing", says)
                })?;
                Ok(Self::own(member, grants.clone()))
            }
            Actor::Delegate { credential, member } => {
                let own = member.as_deref().filter(|own| acts_as.is_none_or(|other| other == *own));
                if let Some(own) = own.and_then(here) {
                    return Ok(Self { by: By::Member(own), rights: Rights::All });
                }
                Self::lent(Some(*credential), acts_as, here)
            }
            Actor::Operator => Self::lent(None, acts_as, here),
        }
    }

    /// A member who acts in their own name.
    fn own(member: MemberId, grants: Grants) -> Self {
        Self { by: By::Member(member.clone()), rights: Rights::Own(member, grants) }
    }

    fn lent(
        credential: Option<Credential>,
        acts_as: Option<&str>,
        here: impl Fn(&str) -> Option<MemberId>,
    ) -> Result<Self, Setback> {
        let Some(id) = acts_as else {
            let by = credential.map_or(By::Operator, Credential::by);
            return Ok(Self { by, rights: Rights::All });
        };
        let member = here(id).ok_or_else(|| {
            let says = "the team of the strategy in force has no active member by the id in `as`";
            Setback::refused(422, "member-missing", says)
        })?;
        let operator = || By::Behalf { member: member.clone(), key: None, user: None };
        let by = credential.map_or_else(operator, |known| known.on_behalf_of(member.clone()));
        Ok(Self { by, rights: Rights::Lent(member) })
    }

    /// As it is recorded that they do something to what a member gets. Some of it is for whoever leads the
    /// member alone to say.
    pub(super) fn for_member(
        &self,
        action: Action,
        member: &MemberId,
        strategy: &Strategy,
    ) -> Result<By, Setback> {
        let is_granted = match &self.rights {
            Rights::All => return Ok(self.by.clone()),
            Rights::Own(acting, grants) => {
                grants.may_to(action, relation_to_member(strategy, acting, member))
            }
            Rights::Lent(acting) => {
                let relation = relation_to_member(strategy, acting, member);
                may_say_of(relation) && !(relation == Relation::Own && is_for_leads(action))
            }
        };
        if is_granted {
            Ok(self.by.clone())
        } else if self.member() == Some(member) {
            let says = "who gets leads for good, and who is owed some, is for whoever leads the member to \
                        say, or for a key with the scope `revops`";
            Err(Setback::refused(403, "member-of-another", says))
        } else {
            Err(member_of_another())
        }
    }

    /// The deed as it is done by them, of a handoff that somebody owns.
    pub(super) fn does(
        &self,
        deed: &Deed,
        owner: &Owner,
        strategy: &Strategy,
    ) -> Result<Deed, Setback> {
        let mut done = deed.clone().done_by(self.by.clone());
        let Some(acting) = self.member() else { return Ok(done) };
        let accepts = if let Deed::Accept { member, .. } = &mut done {
            if member.as_ref().is_some_and(|other| other != acting) {
                return Err(for_another());
            }
            *member = Some(acting.clone());
            true
        } else {
            false
        };
        let relation = relation_to_owner(strategy, acting, owner);
        let is_granted = match &self.rights {
            Rights::All => true,
            Rights::Own(_, grants) => grants.may_to(action_of(deed), relation),
            Rights::Lent(_) => accepts || may_say_of(relation),
        };
        if is_granted { Ok(done) } else { Err(of_another(owner)) }
    }

    /// The member who acts or is acted for.
    const fn member(&self) -> Option<&MemberId> {
        match &self.rights {
            Rights::Own(member, _) | Rights::Lent(member) => Some(member),
            Rights::All => None,
        }
    }
}

/// What policies call a deed.
const fn action_of(deed: &Deed) -> Action {
    match deed {
        Deed::Accept { .. } => Action::Accept,
        Deed::Reject { .. } => Action::Reject,
        Deed::Reassign { .. } | Deed::HandOn { .. } => Action::Reassign,
        Deed::Outcome { .. } => Action::RecordOutcome,
        Deed::Debrief { .. } => Action::Debrief,
        Deed::Feedback { .. } => Action::GiveFeedback,
        Deed::Snooze { .. } => Action::Snooze,
        Deed::Undo { .. } => Action::Undo,
    }
}

/// Whether something is for whoever leads a member to say, and not for the member.
const fn is_for_leads(action: Action) -> bool {
    matches!(action, Action::CreditMember | Action::RecordDeparture)
}

/// Whether what is said for a member, by somebody who may act for every one, is the member's to say.
const fn may_say_of(relation: Relation) -> bool {
    match relation {
        Relation::Own | Relation::Led | Relation::Line | Relation::Nobody => true,
        Relation::Team | Relation::Other => false,
    }
}

/// Whether somebody may do something to a handoff of this owner: what a face offers them. It is asked again
/// when they do it.
pub fn may_do(
    actor: &Actor,
    deed: &Deed,
    owner: &Owner,
    strategy: &Strategy,
    (desk, now): (&Desk, Moment),
) -> Result<(), Setback> {
    Doer::of(actor, None, strategy, desk, now)?.does(deed, owner, strategy).map(drop)
}

/// Whether a member may say this of the handoff that a signal names. What names none is refused later.
pub fn may_tell(
    content: &Content,
    (member, grants): (&str, &Grants),
    owner: Option<&Owner>,
    strategy: &Strategy,
) -> bool {
    let named = content.fields.get("by").and_then(Value::text).map(str::trim);
    if named.is_some_and(|named| !named.is_empty() && named != member) {
        return false;
    }
    let member = MemberId(member.into());
    owner.is_none_or(|owner| {
        grants.may_to(Action::RecordOutcome, relation_to_owner(strategy, &member, owner))
    })
}

/// The member with this id, while they are there.
fn member_here(strategy: &Strategy, desk: &Desk, id: &str, now: Moment) -> Option<MemberId> {
    let member = strategy.team.member(id)?.id.clone();
    let gone = TeamAvailability::new(strategy, now).absent_for_good(&member, desk);
    gone.is_none().then_some(member)
}

fn not_in_team(credential: Credential) -> Setback {
    match credential {
        Credential::Key(_) => without_member(
            "the member of this key is not in the team of the strategy in force: make a key for \
             somebody who is",
        ),
        Credential::User(_) => user_without_member(
            "the member that you are is not in the team of the strategy in force: an administrator \
             says who you are with `baton user add EMAIL --role ROLE --member ID`",
        ),
    }
}

fn for_another() -> Setback {
    let says = "whoever may work acts as their own member and as nobody else; RevOps, and a key with the \
                scope `revops` or `admin`, may act for others";
    Setback::refused(403, "acts-for-another", says)
}

fn member_of_another() -> Setback {
    let says = "what a member gets is theirs to say, or for whoever leads them, or for a key with the scope \
                `revops`";
    Setback::refused(403, "member-of-another", says)
}

fn of_another(owner: &Owner) -> Setback {
    let says = format!(
        "the handoff belongs to `{}`: they act on it, whoever leads them does, or somebody who may act \
         for every member",
        owner.id()
    );
    Setback::refused(403, "handoff-of-another", says)
}
