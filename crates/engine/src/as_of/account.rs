//! An account as of one moment, its forwarding included.

use domain::fact::{Aggregate, Entry, Fact};
use domain::{AccountId, Moment};

use super::cut::{Cut, Placed};
use crate::stages::resolve::alone;
use crate::state::{Folded, Known, members};

/// Forwarding addresses that are followed; more are a circle.
pub(super) const FORWARDS_MAX: usize = 32;

/// An account folded to one moment.
#[derive(Clone, Debug)]
pub struct AccountAsOf {
    folded: Folded,
    moment: Moment,
    /// Where the last node went that left it.
    last_left_to: Option<AccountId>,
}

impl AccountAsOf {
    /// Folds an account out of the journal. `entries_of` brings the entries of an aggregate, in
    /// order. Without a moment all of them are folded, and the account is as of its last fact.
    pub fn fold<E>(
        account: AccountId,
        until: Option<Moment>,
        mut entries_of: impl FnMut(Aggregate, Option<Moment>) -> Result<Vec<Placed>, E>,
    ) -> Result<Self, E> {
        let cut = until.map_or(Cut::Nowhere, Cut::Moment);
        Self::fold_to(account, cut, &mut entries_of)
    }

    pub(super) fn fold_to<E>(
        account: AccountId,
        cut: Cut,
        entries_of: &mut impl FnMut(Aggregate, Option<Moment>) -> Result<Vec<Placed>, E>,
    ) -> Result<Self, E> {
        let mut kept = |aggregate| -> Result<Vec<Entry>, E> {
            let placed = entries_of(aggregate, cut.moment())?;
            Ok(placed.into_iter().filter_map(|placed| cut.kept(placed)).collect())
        };
        let own = kept(Aggregate::Account(account))?;
        let mut last = own.last().map_or(Moment::EPOCH, |entry| entry.header.moment);
        let mut of_nodes = Vec::new();
        for node in members(own.iter()) {
            let entries = kept(Aggregate::Node(node))?;
            last = entries.last().map_or(last, |entry| last.max(entry.header.moment));
            of_nodes.extend(entries);
        }
        let folded = Folded::new(account, of_nodes.iter().chain(own.iter()));
        let mut newest_first = own.iter().rev().flat_map(|entry| entry.facts.iter().rev());
        let last_left_to = newest_first.find_map(left_to);
        Ok(Self { folded, moment: cut.moment().unwrap_or(last), last_left_to })
    }

    /// What was known of the account.
    pub fn account(&self) -> Known<'_> {
        self.folded.known()
    }

    /// The moment that it was folded to.
    pub const fn moment(&self) -> Moment {
        self.moment
    }

    /// Whether anything was known of it.
    pub fn is_known(&self) -> bool {
        !self.account().members.is_empty() || !self.account().handoffs.is_empty()
    }

    /// Where the account lived on at that moment: where the last of its nodes went, once all of
    /// them had left. Only the account of somebody who stood alone moves with them; a company's
    /// account stays the company's, whoever left it.
    pub fn forwarded_to(&self) -> Option<AccountId> {
        let known = self.account();
        let of_somebody_alone = || known.forwards.keys().any(|node| alone(*node) == known.id);
        self.last_left_to.filter(|_| known.members.is_empty() && of_somebody_alone())
    }
}

/// Folds the account that an id led to at a moment: its own, or the one that it was forwarded to by
/// then. Forwarding of a later moment is not followed.
pub fn account_of<E>(
    account: AccountId,
    until: Option<Moment>,
    mut entries_of: impl FnMut(Aggregate, Option<Moment>) -> Result<Vec<Placed>, E>,
) -> Result<AccountAsOf, E> {
    let mut known = AccountAsOf::fold(account, until, &mut entries_of)?;
    for _ in 0..FORWARDS_MAX {
        let Some(next) = known.forwarded_to() else { break };
        known = AccountAsOf::fold(next, until, &mut entries_of)?;
    }
    Ok(known)
}

fn left_to(fact: &Fact) -> Option<AccountId> {
    if let Fact::NodeLeft { to, .. } = fact { Some(*to) } else { None }
}
