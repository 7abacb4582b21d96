//! Who belongs to an account, and whose each node is.

use std::sync::Arc;

use domain::{AccountId, NodeId, PersonId};

use super::super::scratch::Scratch;
use super::{fields, node};

pub(super) fn joined(
    scratch: &mut Scratch<'_>,
    account: AccountId,
    node: NodeId,
    (person, of_company): (PersonId, bool),
) {
    scratch.node_mut(node).account = Some(account);
    let known = scratch.account_mut(account);
    if of_company {
        Arc::make_mut(&mut known.companies).insert(node);
    }
    known.forwards.remove(&node);
    known.members.insert(node, person);
    fields::rank(scratch, node);
}

pub(super) fn left(scratch: &mut Scratch<'_>, account: AccountId, node: NodeId, to: AccountId) {
    let known = scratch.account_mut(account);
    if known.companies.contains(&node) {
        Arc::make_mut(&mut known.companies).remove(&node);
    }
    if known.members.remove(&node).is_some() {
        known.forwards.insert(node, to);
        known.left_to = Some(to);
        fields::rank_again(scratch, account);
    }
}

/// These nodes are this person's, and so are the handoffs over them.
pub(super) fn belong(
    scratch: &mut Scratch<'_>,
    account: AccountId,
    nodes: &[NodeId],
    person: PersonId,
) {
    let known = scratch.account_mut(account);
    for node in nodes {
        if let Some(whose) = known.members.get_mut(node) {
            *whose = person;
        }
    }
    let over = known.handoffs.values().filter(|handoff| nodes.contains(&handoff.node));
    let over: Vec<_> = over.map(|handoff| handoff.id).collect();
    for handoff in over {
        if let Some(handoff) = known.handoffs.get_mut(&handoff) {
            Arc::make_mut(handoff).person = person;
        }
    }
}

pub(super) fn erased(scratch: &mut Scratch<'_>, nodes: &[NodeId]) {
    for id in nodes {
        let Some(account) = scratch.node(*id).map(|node| node.account) else { continue };
        node::erase(scratch.node_mut(*id));
        if let Some(account) = account {
            fields::rank_again(scratch, account);
        }
    }
}

/// Nothing of a node is known until its signals are taken again.
pub(super) fn taken_back(scratch: &mut Scratch<'_>, id: NodeId, leaves: bool) {
    node::empty(scratch.node_mut(id), leaves);
    scratch.forget_older(id);
    if let Some(account) = scratch.node(id).and_then(|node| node.account) {
        fields::rank_again(scratch, account);
    }
}
