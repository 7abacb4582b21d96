//! As whom somebody acts, and whether that member may do this to a handoff.
//!
//! A member acts on what is theirs, on what belongs to somebody who reports to them, and on what
//! belongs to nobody yet. Who may act for others is asked nothing, except that what is said for a member
//! has to be a member's to say.

use domain::Moment;
use domain::Value;
use domain::fact::By;
use domain::handoff::{MemberId, Owner};
use domain::signal::Content;
use engine::availability::{TeamAvailability, manager_of};
use engine::desk::Desk;
use engine::event::Deed;
use rules::Strategy;

use super::actor::{Actor, user_without_member, without_member};
use crate::auth::credential::Credential;
use crate::service::setback::Setback;

/// Who does it, as it is recorded, and whose rights count.
pub(super) struct Doer {
    /// As it is recorded.
    pub(super) by: By,
    /// The member who acts or is acted for.
    member: Option<MemberId>,
    rights: Rights,
}

/// What a member's place in the team decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rights {
    /// All of it: the member acts with a key of their own.
    Own,
    /// Whether it is theirs to say. What they take may come from anybody.
    Lent,
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
            Actor::Member { credential, member } => {
                if acts_as.is_some_and(|other| other != member) {
                    return Err(for_another());
                }
                let member = here(member).ok_or_else(|| not_in_team(*credential))?;
                Ok(Self::own(member))
            }
            Actor::Addressee(member) => here(member).map(Self::own).ok_or_else(|| {
                let says = "the member whom the message was for is not in the team any more";
                Setback::refused(422, "member-missing", says)
            }),
            Actor::Delegate { credential, member } => {
                let own = member.as_deref().filter(|own| acts_as.is_none_or(|other| other == *own));
                if let Some(own) = own.and_then(here) {
                    return Ok(Self { by: By::Member(own), member: None, rights: Rights::All });
                }
                Self::lent(Some(*credential), acts_as, here)
            }
            Actor::Operator => Self::lent(None, acts_as, here),
        }
    }

    /// A member who acts in their own name.
    fn own(member: MemberId) -> Self {
        Self { by: By::Member(member.clone()), member: Some(member), rights: Rights::Own }
    }

    fn lent(
        credential: Option<Credential>,
        acts_as: Option<&str>,
        here: impl Fn(&str) -> Option<MemberId>,
    ) -> Result<Self, Setback> {
        let Some(id) = acts_as else {
            let by = credential.map_or(By::Operator, Credential::by);
            return Ok(Self { by, member: None, rights: Rights::All });
        };
        let member = here(id).ok_or_else(|| {
            let says = "the team of the strategy in force has no active member by the id in `as`";
            Setback::refused(422, "member-missing", says)
        })?;
        let operator = || By::Behalf { member: member.clone(), key: None, user: None };
        let by = credential.map_or_else(operator, |known| known.on_behalf_of(member.clone()));
        Ok(Self { by, member: Some(member), rights: Rights::Lent })
    }

    /// As it is recorded that they do something to what a member gets. Whoever leads a member may; the
    /// member too, where it is theirs to say when they are there.
    pub(super) fn for_member(
        &self,
        member: &MemberId,
        is_own: bool,
        strategy: &Strategy,
    ) -> Result<By, Setback> {
        let Some(acting) = &self.member else { return Ok(self.by.clone()) };
        let leads = is_theirs(strategy, acting, &Owner::Person(member.clone()));
        if acting == member && !is_own {
            let says = "who gets leads for good, and who is owed some, is for whoever leads the member to \
                        say, or for a key with the scope `revops`";
            return Err(Setback::refused(403, "member-of-another", says));
        }
        if leads { Ok(self.by.clone()) } else { Err(member_of_another()) }
    }

    /// The deed as it is done by them, of a handoff that somebody owns.
    pub(super) fn does(
        &self,
        deed: &Deed,
        owner: &Owner,
        strategy: &Strategy,
    ) -> Result<Deed, Setback> {
        let mut done = deed.clone().done_by(self.by.clone());
        let Some(acting) = &self.member else { return Ok(done) };
        let takes = if let Deed::Accept { member, .. } = &mut done {
            if member.as_ref().is_some_and(|other| other != acting) {
                return Err(for_another());
            }
            *member = Some(acting.clone());
            self.rights == Rights::Lent
        } else {
            false
        };
        if takes || is_theirs(strategy, acting, owner) { Ok(done) } else { Err(of_another(owner)) }
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
    member: &str,
    owner: Option<&Owner>,
    strategy: &Strategy,
) -> bool {
    let named = content.fields.get("by").and_then(Value::text).map(str::trim);
    if named.is_some_and(|named| !named.is_empty() && named != member) {
        return false;
    }
    let member = MemberId(member.into());
    owner.is_none_or(|owner| is_theirs(strategy, &member, owner))
}

/// The member with this id, while they are there.
fn member_here(strategy: &Strategy, desk: &Desk, id: &str, now: Moment) -> Option<MemberId> {
    let member = strategy.team.member(id)?.id.clone();
    let gone = TeamAvailability::new(strategy, now).absent_for_good(&member, desk);
    gone.is_none().then_some(member)
}

/// Whether a member may act on what somebody owns.
fn is_theirs(strategy: &Strategy, member: &MemberId, owner: &Owner) -> bool {
    let Owner::Person(owner) = owner else { return true };
    let mut above = Some(owner.clone());
    // A team whose managers go round in a circle ends here.
    for _ in 0..=strategy.team.members.len() {
        match above {
            Some(known) if known == *member => return true,
            Some(known) => above = manager_of(strategy, &known),
            None => return false,
        }
    }
    false
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
