//! What is known, in memory: accounts are folded from the journal when they are asked for and kept
//! while there is room; the desk and the registry stay.
//!
//! An account that a turn changed is dirty until its group is committed; when the group fails, what
//! is dirty is forgotten and folded anew, and the desk and the registry are those of before.

use std::collections::BTreeSet;

use domain::fact::{Aggregate, Entry};
use domain::{AccountId, HandoffId, Moment, NodeId};
use engine::desk::Desk;
use engine::state::{After, Folded, Handoff, Known, Registry, State, members, replay};
use store::{Position, Purpose, Read, StoreError, Stored};

/// How many touchpoints the accounts hold before it makes room.
const TOUCHPOINTS_MAX: usize = 2_000_000;

/// The state in memory.
#[derive(Default)]
pub(crate) struct AccountCache {
    state: State,
    dirty: BTreeSet<AccountId>,
    /// The desk and the registry when the open group began.
    before: Option<(Desk, Registry)>,
    touchpoints: usize,
}

impl AccountCache {
    /// Recovers the desk and the registry.
    pub(crate) fn recover(store: &impl Read) -> Result<Self, StoreError> {
        let mut entries = Vec::new();
        for aggregate in [Aggregate::Desk, Aggregate::Registry] {
            let stored = store.history(aggregate, Position::START, None, None)?;
            entries.extend(stored.into_iter().map(|stored| stored.entry));
        }
        Ok(Self { state: replay(&entries), ..Self::default() })
    }

    /// What is in memory.
    pub(crate) const fn state(&self) -> &State {
        &self.state
    }

    /// Sees to it that these accounts are in memory.
    pub(crate) fn load(
        &mut self,
        store: &impl Read,
        wanted: &[AccountId],
    ) -> Result<&State, StoreError> {
        self.make_room();
        for account in wanted {
            if !self.state.has(*account) {
                self.fold(store, *account)?;
                // An open group may have written some of it.
                self.dirty.insert(*account);
            }
        }
        Ok(&self.state)
    }

    /// An account in memory.
    pub(crate) fn get(
        &mut self,
        store: &impl Read,
        wanted: AccountId,
    ) -> Result<Known<'_>, StoreError> {
        let state = self.load(store, &[wanted])?;
        Ok(state.account(wanted).expect("was loaded above"))
    }

    /// A handoff of an account that is in memory.
    pub(crate) fn handoff(&self, account: AccountId, handoff: HandoffId) -> Option<&Handoff> {
        self.state.account(account)?.handoff(handoff).map(|known| &**known)
    }

    /// Takes over what a turn came to.
    pub(crate) fn adopt(&mut self, after: After) {
        for account in after.accounts() {
            if self.dirty.insert(account) {
                // Whatever a turn adds is counted roughly.
                self.touchpoints += 1;
            }
        }
        self.state.adopt(after);
    }

    /// A group begins.
    pub(crate) fn begin(&mut self) {
        self.before = Some((self.state.desk().clone(), self.state.registry().clone()));
    }

    pub(crate) fn committed(&mut self) {
        self.before = None;
        self.dirty.clear();
    }

    /// Forgets what the open group changed.
    pub(crate) fn forget(&mut self) {
        for account in std::mem::take(&mut self.dirty) {
            self.state.let_go(account);
        }
        if let Some((desk, registry)) = self.before.take() {
            self.state.put_back(desk, registry);
        }
    }

    fn fold(&mut self, store: &impl Read, account: AccountId) -> Result<(), StoreError> {
        let folded = account_as_of(store, account, None)?;
        self.touchpoints += weight(folded.known());
        self.state.load(account, folded.into_state());
        Ok(())
    }

    /// Lets go of everything that no open group has changed once there is too much.
    fn make_room(&mut self) {
        if self.touchpoints > TOUCHPOINTS_MAX {
            let all: Vec<AccountId> = self.state.accounts().collect();
            for account in all.into_iter().filter(|account| !self.dirty.contains(account)) {
                self.state.let_go(account);
            }
            let left = self.state.accounts().filter_map(|account| self.state.account(account));
            self.touchpoints = left.map(weight).sum();
        }
    }
}

fn weight(account: Known<'_>) -> usize {
    account.nodes().map(|(_, node)| node.touchpoints.len() + 1).sum::<usize>() + 1
}

/// Folds an account as it was known at a moment, or as it is.
pub fn account_as_of(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<Folded, StoreError> {
    let history = |aggregate| -> Result<Vec<Stored>, StoreError> {
        store.history(aggregate, Position::START, until, Some(&Purpose::TURN))
    };
    let mut stored = history(Aggregate::Account(account))?;
    for node in members(stored.iter().map(|stored| &stored.entry)) {
        stored.extend(history(Aggregate::Node(node))?);
    }
    stored.sort_by_key(|stored| stored.position);
    let damaged: BTreeSet<NodeId> = stored.iter().filter_map(damaged_node).collect();
    let entries: Vec<Entry> = stored.into_iter().map(|stored| stored.entry).collect();
    Ok(Folded::new(account, &entries).with_damage(&damaged))
}

/// The node of an entry of which a sealed part does not open.
const fn damaged_node(stored: &Stored) -> Option<NodeId> {
    match stored.entry.header.aggregate {
        Aggregate::Node(node) if stored.damaged => Some(node),
        Aggregate::Node(_)
        | Aggregate::Account(_)
        | Aggregate::Desk
        | Aggregate::Registry
        | Aggregate::Quarantine
        | Aggregate::Governance => None,
    }
}
