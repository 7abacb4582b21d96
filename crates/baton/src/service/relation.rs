//! How what belongs to somebody stands to a member of the team: what policies tell apart.

use domain::handoff::{MemberId, Owner};
use engine::availability::manager_of;
use rules::Strategy;

use crate::auth::grants::Relation;
use crate::service::teams::team_of;

/// How a handoff of this owner stands to a member.
pub fn relation_to_owner(strategy: &Strategy, member: &MemberId, owner: &Owner) -> Relation {
    match owner {
        Owner::Person(owner) => relation_to_member(strategy, member, owner),
        Owner::Queue(_) => Relation::Nobody,
        Owner::Engine => Relation::Line,
    }
}

/// How one member stands to another.
pub fn relation_to_member(strategy: &Strategy, member: &MemberId, other: &MemberId) -> Relation {
    if member == other {
        return Relation::Own;
    }
    if leads(strategy, member, other) {
        return Relation::Led;
    }
    let team = |id: &MemberId| strategy.team.member(&id.0).and_then(team_of);
    let theirs = team(member);
    if theirs.is_some() && theirs == team(other) { Relation::Team } else { Relation::Other }
}

/// Whether somebody reports to a member, at whatever remove.
fn leads(strategy: &Strategy, member: &MemberId, other: &MemberId) -> bool {
    let mut above = manager_of(strategy, other);
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
