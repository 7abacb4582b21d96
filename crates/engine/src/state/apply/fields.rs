//! Which members of an account each of the account's fields is known by.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{AccountId, NodeId, SignalId, Text};

use super::super::account::KnownBy;
use super::super::field::Field;
use super::super::other_values::FieldOf;
use super::super::ranking::{BestValues, Ranking};
use super::super::scratch::Scratch;

/// Looks which of its account's fields this member knows best.
pub(super) fn rank(scratch: &mut Scratch<'_>, node: NodeId) {
    rank_some(scratch, node, |_| true);
}

/// The same for what one signal said alone: what else the member knows counts as before.
pub(super) fn rank_said(scratch: &mut Scratch<'_>, node: NodeId, signal: SignalId) {
    rank_some(scratch, node, |field| field.signal == signal);
}

fn rank_some(scratch: &mut Scratch<'_>, node: NodeId, counts: impl Fn(&Field) -> bool) {
    let Some(member) = scratch.node(node) else { return };
    let Some(account) = member.account else { return };
    let Some(known) = scratch.account(account).filter(|known| known.members.contains_key(&node))
    else {
        return;
    };
    let ranking = Ranking::of(known.account());
    let mut changed: Vec<(Text, KnownBy)> = Vec::new();
    for (name, field) in member.account_values() {
        if !counts(field) || !ranking.takes(field) {
            continue;
        }
        let before = known.field_nodes.get(name);
        let Some(before) = before else {
            changed.push((name.clone(), KnownBy::one(node)));
            continue;
        };
        if before.best == node && before.others.is_empty() {
            continue;
        }
        let mut best = BestValues::new();
        let tell = before.nodes().filter(|teller| *teller != node).chain([node]);
        for teller in tell.filter_map(|teller| scratch.node(teller)) {
            let said = teller.said(FieldOf::Account, name).filter(|field| ranking.takes(field));
            said.for_each(|field| best.offer(ranking.worth(field, teller), field, teller));
        }
        changed.extend(best.known_by().filter(|now| now != before).map(|now| (name.clone(), now)));
    }
    if !changed.is_empty() {
        Arc::make_mut(&mut scratch.account_mut(account).field_nodes).extend(changed);
    }
}

/// The same for all members, where one went or knows nothing any more.
pub(super) fn rank_again(scratch: &mut Scratch<'_>, account: AccountId) {
    let Some(known) = scratch.account(account) else { return };
    let ranking = Ranking::of(known.account());
    let mut best = BTreeMap::new();
    for (_, member) in known.nodes() {
        for (name, field) in member.account_values().filter(|(_, field)| ranking.takes(field)) {
            let best = best.entry(name).or_insert_with(BestValues::new);
            best.offer(ranking.worth(field, member), field, member);
        }
    }
    let known_by = best.into_iter();
    let known_by =
        known_by.filter_map(|(name, best)| Some((name.clone(), best.known_by()?))).collect();
    scratch.account_mut(account).field_nodes = Arc::new(known_by);
}
