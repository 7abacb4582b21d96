//! Which member of an account each of the account's fields is known by.

use std::cell::OnceCell;
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
    let ranking = Ranking::of(known.account());
    let mut better: Vec<Text> = Vec::new();
    let said = member.account_fields.iter().filter(|(_, field)| counts(field));
    for (name, field) in said.filter(|(_, field)| ranking.takes(field)) {
        let best = known.field_nodes.get(name).copied();
        if best == Some(node) {
            continue;
        }
        let best = best.and_then(|best| {
            let of = scratch.node(best)?;
            let said = of.account_fields.get(name).filter(|field| ranking.takes(field));
            Some(ranking.worth(said?, of))
        });
        if best.is_none_or(|best| best < ranking.worth(field, member)) {
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
    let ranking = Ranking::of(known.account());
    let mut best: BTreeMap<Text, (&Field, &Node)> = BTreeMap::new();
    for (_, member) in known.nodes() {
        let said = member.account_fields.iter();
        for (name, field) in said.filter(|(_, field)| ranking.takes(field)) {
            let before = best.get(name);
            let worth = ranking.worth(field, member);
            if before.is_none_or(|(known, of)| ranking.worth(known, of) < worth) {
                best.insert(name.clone(), (field, member));
            }
        }
    }
    let best = best.into_iter().map(|(name, (_, node))| (name, node.id)).collect();
    scratch.account_mut(account).field_nodes = Arc::new(best);
}

/// What counts for an account, and how much.
struct Ranking<'a> {
    account: &'a Account,
    /// Whether it is the account of somebody who belongs to no company. All members are looked through
    /// for it, so it is asked once, and only where something was said of another company.
    is_somebodys_own: OnceCell<bool>,
}

impl<'a> Ranking<'a> {
    const fn of(account: &'a Account) -> Self {
        Self { account, is_somebodys_own: OnceCell::new() }
    }

    /// Whether a value is of this account. What somebody said of another company stays there, wherever
    /// they went; with somebody who belongs to no company it is their own.
    fn takes(&self, field: &Field) -> bool {
        field.company.is_none_or(|company| company == self.account.id)
            || *self.is_somebodys_own.get_or_init(|| self.account.is_somebodys_own())
    }

    /// What somebody says of a company that they are known to belong to beats every claim; of equal
    /// trust, what is said of the company alone beats what a member said.
    fn worth(&self, field: &Field, of: &Node) -> impl Ord + use<> {
        let verified = of.anchor.is_some_and(|anchor| anchor.verified);
        (verified, self.account.companies.contains(&of.id), field.moment, field.known, of.id)
    }
}
