//! Whom a visitor of the demo can be: a rep who has something to accept, who leads them, and the others
//! who work with Baton.

use std::collections::BTreeMap;

use domain::Role;
use domain::handoff::{MemberId, Owner, State};
use engine::availability::manager_of;
use rehearsal::demo::Watch;
use rules::Strategy;

use crate::config::resolved::Visitor;

/// Those who are no members of the sales team, each with what they are called.
const OTHERS: [(Role, &str); 5] = [
    (Role::Marketer, "Marketing"),
    (Role::Revops, "RevOps"),
    (Role::Leader, "Leadership"),
    (Role::Auditor, "Audit"),
    (Role::Admin, "Administration"),
];

/// Everybody whom a visitor can be.
pub(super) fn visitors(strategy: &Strategy, watch: &Watch) -> Vec<Visitor> {
    let rep = busiest(strategy, watch);
    let manager = rep.as_ref().and_then(|rep| manager_of(strategy, rep));
    let members = [(Role::Rep, rep), (Role::Manager, manager)];
    let members = members.into_iter().filter_map(|(role, member)| {
        let member = strategy.team.member(&member?.0)?;
        let id = Some(member.id.0.to_string());
        Some(Visitor { role, member: id, name: member.name.clone() })
    });
    let others = OTHERS.map(|(role, name)| Visitor { role, member: None, name: name.to_owned() });
    members.chain(others).collect()
}

/// The rep with a manager to whom the most leads are offered; where nothing is offered, who owns the most.
fn busiest(strategy: &Strategy, watch: &Watch) -> Option<MemberId> {
    let mut counts: BTreeMap<&MemberId, (usize, usize)> = BTreeMap::new();
    for seen in watch.handoffs().values() {
        let Owner::Person(owner) = &seen.owner else { continue };
        if manager_of(strategy, owner).is_none() {
            continue;
        }
        let (offered, owned) = counts.entry(owner).or_default();
        *offered += usize::from(seen.state == State::Offered);
        *owned += 1;
    }
    // Of equals the first by name, so that the same seed gives the same visitor.
    let best = counts.into_iter().rev().max_by_key(|(_, counts)| *counts);
    best.map(|(owner, _)| owner.clone())
}
