//! Accounts in memory: folded from the journal when they are asked for, kept while there is room.
//!
//! An account that a turn changed is dirty until its group is committed; when the group fails,
//! what is dirty is forgotten and folded anew.

use std::collections::BTreeSet;

use domain::fact::{Aggregate, Entry, Fact};
use domain::{AccountId, HandoffId, Moment, NodeId};
use engine::state::{Account, Handoff, fold};
use engine::turn::Accounts;
use store::{Position, Purpose, Read, StoreError};

/// How many touchpoints the accounts holds before it makes room.
const TOUCHPOINTS_MAX: usize = 2_000_000;

/// The accounts in memory.
#[derive(Default)]
pub(crate) struct AccountCache {
    accounts: Accounts,
    dirty: BTreeSet<AccountId>,
    touchpoints: usize,
}

impl AccountCache {
    /// Sees to it that these accounts are in memory, and gives all that are.
    pub(crate) fn load(
        &mut self,
        store: &impl Read,
        wanted: &[AccountId],
    ) -> Result<&mut Accounts, StoreError> {
        self.make_room();
        for account in wanted {
            if !self.accounts.contains_key(account) {
                let folded = account_as_of(store, *account, None)?;
                self.touchpoints += weight(&folded);
                self.accounts.insert(*account, folded);
            }
            if self.dirty.insert(*account) {
                // Whatever a turn adds is counted roughly when the account is taken down.
                self.touchpoints += 1;
            }
        }
        Ok(&mut self.accounts)
    }

    /// An account in memory, without a turn that changes it.
    pub(crate) fn get(
        &mut self,
        store: &impl Read,
        wanted: AccountId,
    ) -> Result<&Account, StoreError> {
        if !self.accounts.contains_key(&wanted) {
            let folded = account_as_of(store, wanted, None)?;
            self.touchpoints += weight(&folded);
            self.accounts.insert(wanted, folded);
            // An open group may have written some of it.
            self.dirty.insert(wanted);
        }
        Ok(self.accounts.get(&wanted).expect("was put in above"))
    }

    /// The handoff that a fact of an account speaks of.
    pub(crate) fn handoff_of(&self, account: AccountId, fact: &Fact) -> Option<HandoffId> {
        self.accounts.get(&account)?.spoken_of(fact)
    }

    /// The handoffs over some nodes.
    pub(crate) fn handoffs_of<'a>(
        &'a self,
        account: AccountId,
        nodes: &'a [NodeId],
    ) -> impl Iterator<Item = HandoffId> + 'a {
        let handoffs = self.accounts.get(&account).into_iter();
        let all = handoffs.flat_map(|account| account.handoffs.values());
        all.filter(|handoff| nodes.contains(&handoff.node)).map(|handoff| handoff.id)
    }

    /// A handoff of an account that is in memory.
    pub(crate) fn handoff(&self, account: AccountId, handoff: HandoffId) -> Option<&Handoff> {
        self.accounts.get(&account)?.handoffs.get(&handoff).map(|known| &**known)
    }

    pub(crate) fn committed(&mut self) {
        self.dirty.clear();
    }

    pub(crate) fn forget(&mut self) {
        for account in std::mem::take(&mut self.dirty) {
            self.accounts.remove(&account);
        }
    }

    /// Lets go of everything that no open group has changed once there is too much.
    fn make_room(&mut self) {
        if self.touchpoints > TOUCHPOINTS_MAX {
            let dirty = &self.dirty;
            self.accounts.retain(|account, _| dirty.contains(account));
            self.touchpoints = self.accounts.values().map(weight).sum();
        }
    }
}

fn weight(account: &Account) -> usize {
    account.nodes.values().map(|node| node.touchpoints.len() + 1).sum::<usize>() + 1
}

/// Folds an account as it was known at a moment, or as it is.
pub fn account_as_of(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<Account, StoreError> {
    let entries = |aggregate| -> Result<Vec<Entry>, StoreError> {
        let stored = store.history(aggregate, Position::START, until, Some(&Purpose::TURN))?;
        Ok(stored.into_iter().map(|stored| stored.entry).collect())
    };
    let own = entries(Aggregate::Account(account))?;
    fold(account, &own, |node| entries(Aggregate::Node(node)))
}
