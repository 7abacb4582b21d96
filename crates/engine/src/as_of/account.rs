//! An account as of one moment, its forwarding included.

use std::sync::Arc;

use domain::{AccountId, Moment, PersonId};

use super::cut::Cut;
use super::fold::{AccountAt, fold_at, older_touches};
use super::journal::Journal;
use crate::state::{AccountContext, Folded, Touchpoint};

/// Forwarding addresses that are followed; more are a circle.
pub(super) const FORWARDS_MAX: usize = 32;

/// An account folded to one moment.
#[derive(Clone, Debug)]
pub struct AccountAsOf {
    folded: Folded,
    moment: Moment,
    cut: Cut,
    entries: usize,
    /// Touches that are too old to be held, where they were asked for.
    older: Vec<(PersonId, Arc<Touchpoint>)>,
}

impl AccountAsOf {
    /// Folds an account out of the journal. Without a moment all of its entries are folded, and the
    /// account is as of its last fact.
    pub fn fold<J: Journal + ?Sized>(
        journal: &J,
        account: AccountId,
        until: Option<Moment>,
    ) -> Result<Self, J::Error> {
        Self::fold_to(journal, account, until.map_or(Cut::Nowhere, Cut::Moment))
    }

    pub(super) fn fold_to<J: Journal + ?Sized>(
        journal: &J,
        account: AccountId,
        cut: Cut,
    ) -> Result<Self, J::Error> {
        Ok(Self::fold_at(journal, account, &[cut])?.pop().expect("one cut, one look"))
    }

    /// Folds an account in one pass, behind each cut.
    pub(super) fn fold_at<J: Journal + ?Sized>(
        journal: &J,
        account: AccountId,
        cuts: &[Cut],
    ) -> Result<Vec<Self>, J::Error> {
        let accounts = fold_at(journal, account, cuts)?.into_iter().zip(cuts);
        let known = |(look, cut): (AccountAt, &Cut)| {
            let AccountAt { folded, moment, entries } = look;
            Self { folded, moment, cut: *cut, entries, older: Vec::new() }
        };
        Ok(accounts.map(known).collect())
    }

    /// The same with the touches that are too old to be held. All entries are read for them.
    pub fn with_older<J: Journal + ?Sized>(self, journal: &J) -> Result<Self, J::Error> {
        let older = older_touches(journal, self.account().id, self.cut)?;
        let members = &self.account().members;
        let whose = |(node, touch)| Some((*members.get(&node)?, touch));
        let older = older.into_iter().filter_map(whose).collect();
        Ok(Self { older, ..self })
    }

    /// The touches that are too old to be held, where they were asked for.
    pub fn older(&self) -> &[(PersonId, Arc<Touchpoint>)] {
        &self.older
    }

    /// How many entries were folded, beside a snapshot that the fold began with.
    pub const fn entries(&self) -> usize {
        self.entries
    }

    /// What it was folded to, by itself.
    pub fn into_folded(self) -> Folded {
        self.folded
    }

    /// What was known of the account.
    pub fn account(&self) -> AccountContext<'_> {
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
        let elsewhere = known.left_to.filter(|to| *to != known.id);
        elsewhere.filter(|_| known.members.is_empty() && known.is_somebodys_own())
    }
}

/// Folds the account that an id led to at a moment: its own, or the one that it was forwarded to by
/// then. Forwarding of a later moment is not followed.
pub fn account_of<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    until: Option<Moment>,
) -> Result<AccountAsOf, J::Error> {
    let mut known = AccountAsOf::fold(journal, account, until)?;
    for _ in 0..FORWARDS_MAX {
        let Some(next) = known.forwarded_to() else { break };
        known = AccountAsOf::fold(journal, next, until)?;
    }
    Ok(known)
}
