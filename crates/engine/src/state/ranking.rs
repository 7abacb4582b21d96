//! Which of several values of an account's field counts, and how much.

use std::cell::OnceCell;

use super::account::{Account, KnownBy};
use super::field::Field;
use super::node::Node;

/// What counts for an account, and how much.
pub(super) struct Ranking<'a> {
    account: &'a Account,
    /// Whether it is the account of somebody who belongs to no company. All members are looked through
    /// for it, so it is asked once, and only where something was said of another company.
    is_somebodys_own: OnceCell<bool>,
}

/// Values of one field, of which the best of each source stays.
pub(super) struct BestValues<'a, W> {
    values: Vec<(W, &'a Field, &'a Node)>,
}

impl<'a> Ranking<'a> {
    pub(super) const fn of(account: &'a Account) -> Self {
        Self { account, is_somebodys_own: OnceCell::new() }
    }

    /// Whether a value is of this account. What somebody said of another company stays there, wherever
    /// they went; with somebody who belongs to no company it is their own.
    pub(super) fn takes(&self, field: &Field) -> bool {
        field.company.is_none_or(|company| company == self.account.id)
            || *self.is_somebodys_own.get_or_init(|| self.account.is_somebodys_own())
    }

    /// What a source vouches for beats every claim; then counts how well it is known that the node
    /// belongs to the company; of equal trust, what is said of the company alone beats what a member
    /// said.
    pub(super) fn worth(&self, field: &Field, of: &Node) -> impl Ord + Copy + use<> {
        let linked = of.anchor.is_some_and(|anchor| anchor.verified);
        let company = self.account.companies.contains(&of.id);
        (field.vouched, linked, company, field.moment, field.known, of.id)
    }
}

impl<'a, W: Ord> BestValues<'a, W> {
    pub(super) const fn new() -> Self {
        Self { values: Vec::new() }
    }

    pub(super) fn offer(&mut self, worth: W, field: &'a Field, of: &'a Node) {
        match self.values.iter_mut().find(|(_, known, _)| known.is_like(field)) {
            Some(known) if known.0 < worth => *known = (worth, field, of),
            Some(_) => {}
            None => self.values.push((worth, field, of)),
        }
    }

    /// The nodes that have them; none without a value.
    pub(super) fn known_by(&self) -> Option<KnownBy> {
        let (_, _, best) = self.values.iter().max_by(|one, other| one.0.cmp(&other.0))?;
        let others = self.values.iter().map(|(_, _, node)| node.id);
        let mut others: Vec<_> = others.filter(|node| *node != best.id).collect();
        others.sort_unstable();
        others.dedup();
        Some(KnownBy { best: best.id, others: others.into() })
    }
}
