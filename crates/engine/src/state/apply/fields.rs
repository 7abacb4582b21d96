//! Which member of an account each of the account's fields is known by.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{AccountId, NodeId, SignalId, Text};

use super::super::account::Account;
use super::super::node::{Field, Node};
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
    let mut better: Vec<Text> = Vec::new();
    let said = member.account_fields.iter().filter(|(_, field)| counts(field));
    for (name, field) in said.filter(|(_, field)| is_of(field, known.account())) {
        let best = known.field_nodes.get(name).copied();
        if best == Some(node) {
            continue;
        }
        let best = best.and_then(|best| {
            let of = scratch.node(best)?;
            let said = of.account_fields.get(name).filter(|field| is_of(field, known.account()));
            Some(worth(said?, of, known.account()))
        });
        if best.is_none_or(|best| best < worth(field, member, known.account())) {
            better.push(name.clone());
        }
    }
    if !better.is_empty() {
        let fields = Arc::make_mut(&mut scratch.account_mut(account).field_nodes);
        fields.extend(better.into_iter().map(|name| (name, node)));
    }
}

/// The same for all members, where one went or knows nothing any more.
pub(super) fn rank_again(scratch: &mut Scratch<'_>, account: AccountId) {
    let Some(known) = scratch.account(account) else { return };
    let ranked = |field: &Field, of: &Node| worth(field, of, known.account());
    let mut best: BTreeMap<Text, (&Field, &Node)> = BTreeMap::new();
    for (_, member) in known.nodes() {
        let said = member.account_fields.iter();
        for (name, field) in said.filter(|(_, field)| is_of(field, known.account())) {
            let before = best.get(name);
            if before.is_none_or(|(known, of)| ranked(known, of) < ranked(field, member)) {
                best.insert(name.clone(), (field, member));
            }
        }
    }
    let best = best.into_iter().map(|(name, (_, node))| (name, node.id)).collect();
    scratch.account_mut(account).field_nodes = Arc::new(best);
}

/// Whether a value is of this account. What somebody said of another company stays there, wherever
/// they went; with somebody who belongs to no company it is their own.
fn is_of(field: &Field, account: &Account) -> bool {
    field.company.is_none_or(|company| company == account.id) || account.is_somebodys_own()
}

/// What somebody says of a company that they are known to belong to beats every claim; of equal trust,
/// what is said of the company alone beats what a member said.
fn worth(field: &Field, of: &Node, account: &Account) -> impl Ord + use<> {
    let verified = of.anchor.is_some_and(|anchor| anchor.verified);
    (verified, account.companies.contains(&of.id), field.moment, field.known, of.id)
}
