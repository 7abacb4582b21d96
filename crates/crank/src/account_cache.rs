//! What is known, in memory: accounts are folded from the journal when they are asked for and kept
//! while there is room, the longest unused leave first; the desk and the registry stay.
//!
//! An account that a turn changed is dirty until its group is committed; when the group fails, what
//! is dirty is forgotten and folded anew, and the desk and the registry are those of before.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::fact::{Aggregate, Entry};
use domain::{AccountId, HandoffId, NodeId};
use engine::desk::Desk;
use engine::state::{
    AccountContext, After, Handoff, Registry, State, replay_onto, snapshot_version,
};
use rustc_hash::{FxHashMap, FxHashSet};
use store::{Position, Read, StoreError};

use crate::as_of::account_at_end;

/// Bytes that the accounts hold before it makes room, unless another bound is configured.
const BYTES_MAX: usize = 256 << 20;
/// What a turn adds to an account beside what the event brings, in bytes: a touch, what was counted.
const TURN_BYTES: usize = 256;
/// Facts of a turn that leave no more than that: whose it is, what passed, a score and a decision.
const FACTS_OF_A_TOUCH: usize = 4;
/// What each further one leaves, about: a handoff, its clocks and deliveries.
const FACT_BYTES: usize = 256;

/// Entries after which an account, or the desk, is written down, unless another number is said.
const SNAPSHOT_EVERY: u64 = 1_000;
/// A large account is written down after an entry for so many bytes that were written the last time, so
/// that writing down does not cost more than what is said.
const BYTES_AN_ENTRY: u64 = 512;

/// The state in memory.
pub(crate) struct AccountCache {
    state: State,
    dirty: FxHashSet<AccountId>,
    /// The desk and the registry when the open group began.
    before: Option<(Arc<Desk>, Arc<Registry>)>,
    /// The accounts that are loaded, with how much they take and when they were used last.
    held: FxHashMap<AccountId, CacheEntry>,
    /// How much all of them take, about.
    bytes: usize,
    bytes_max: usize,
    /// Rises with each use.
    uses: u64,
    /// After how many entries an account, or the desk, is written down; none never.
    snapshot_every: Option<u64>,
    /// Accounts that are to be written down.
    due: BTreeSet<AccountId>,
    /// Entries of the desk since it was written down.
    desk_entries: u64,
}

/// What is known of an account that is loaded.
#[derive(Clone, Copy)]
struct CacheEntry {
    bytes: usize,
    /// How much it took when it was weighed last.
    weighed: usize,
    used: u64,
    /// Entries since it was written down.
    entries: u64,
    /// How many bytes it took then; none where that is not known.
    written: u64,
}

impl Default for AccountCache {
    fn default() -> Self {
        Self {
            state: State::default(),
            dirty: FxHashSet::default(),
            before: None,
            held: FxHashMap::default(),
            bytes: 0,
            bytes_max: BYTES_MAX,
            uses: 0,
            snapshot_every: Some(SNAPSHOT_EVERY),
            due: BTreeSet::new(),
            desk_entries: 0,
        }
    }
}

impl AccountCache {
    /// Recovers the desk and the registry.
    pub(crate) fn recover(store: &impl Read) -> Result<Self, StoreError> {
        let head = store.head()?.position;
        let kept = store.snapshot(Aggregate::Desk, &snapshot_version(), head, None)?;
        let desk = kept.and_then(|kept| Some((kept.position, Desk::read(&kept.part)?)));
        let (after, begun) = match desk {
            Some((position, desk)) => (position, State::with_desk(desk)),
            None => (Position::START, State::default()),
        };
        let mut entries = entries_of(store, Aggregate::Desk, after)?;
        let desk_entries = entries.len() as u64;
        entries.extend(entries_of(store, Aggregate::Registry, Position::START)?);
        Ok(Self { state: replay_onto(begun, &entries), desk_entries, ..Self::default() })
    }

    /// Says after how many entries something is written down; none never.
    pub(crate) fn snapshot_every(&mut self, entries: Option<u64>) {
        self.snapshot_every = entries;
    }

    /// What is to be written down. It is not asked for again before so many entries more.
    pub(crate) fn take_due(&mut self) -> Vec<Aggregate> {
        let mut due = Vec::new();
        for account in std::mem::take(&mut self.due) {
            if let Some(held) = self.held.get_mut(&account) {
                held.entries = 0;
                due.push(Aggregate::Account(account));
            }
        }
        if self.snapshot_every.is_some_and(|every| self.desk_entries >= every) {
            self.desk_entries = 0;
            due.push(Aggregate::Desk);
        }
        due
    }

    /// An account was written down, in so many bytes.
    pub(crate) fn was_written(&mut self, account: AccountId, bytes: u64) {
        if let Some(held) = self.held.get_mut(&account) {
            held.written = bytes;
        }
    }

    /// Sees whether an account is to be written down.
    fn look_at_due(&mut self, account: AccountId) {
        let (Some(every), Some(held)) = (self.snapshot_every, self.held.get(&account)) else {
            return;
        };
        if held.entries >= every.max(held.written / BYTES_AN_ENTRY) {
            self.due.insert(account);
        }
    }

    /// Says how many bytes the accounts may take. One account that takes more is loaded all the same.
    pub(crate) fn bound(&mut self, bytes: usize) {
        self.bytes_max = bytes;
    }

    /// How many bytes the accounts take, about.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
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
        self.make_room(wanted);
        self.uses += 1;
        for account in wanted {
            if let Some(held) = self.held.get_mut(account) {
                held.used = self.uses;
            }
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
    ) -> Result<AccountContext<'_>, StoreError> {
        let state = self.load(store, &[wanted])?;
        Ok(state.account(wanted).expect("was loaded above"))
    }

    /// A handoff of an account that is in memory.
    pub(crate) fn handoff(&self, account: AccountId, handoff: HandoffId) -> Option<&Handoff> {
        self.state.account(account)?.handoff(handoff).map(|known| &**known)
    }

    /// Takes over what a turn came to, whose event brought so many bytes to a node.
    pub(crate) fn adopt(
        &mut self,
        after: After,
        brought: Option<(NodeId, usize)>,
        entries: &[Entry],
    ) {
        let of_desk = |entry: &&Entry| entry.header.aggregate == Aggregate::Desk;
        self.desk_entries += entries.iter().filter(of_desk).count() as u64;
        // An account can be named by itself and by its nodes.
        let mut changed: Vec<AccountId> = after.accounts().collect();
        changed.sort_unstable();
        changed.dedup();
        self.state.adopt(after);
        self.uses += 1;
        let facts: usize = entries.iter().map(|entry| entry.facts.len()).sum();
        let guess = TURN_BYTES + facts.saturating_sub(FACTS_OF_A_TOUCH) * FACT_BYTES;
        for account in changed {
            self.dirty.insert(account);
            let known = self.state.account(account);
            let has = |node| known.is_some_and(|known| known.node(node).is_some());
            let brought = brought.filter(|(node, _)| has(*node)).map_or(0, |(_, bytes)| bytes);
            let new = CacheEntry { bytes: 0, weighed: 0, used: self.uses, entries: 0, written: 0 };
            let held = self.held.entry(account).or_insert(new);
            let before = held.bytes;
            held.bytes += brought + guess;
            // What a turn adds is guessed; guesses never are more than a quarter of what was weighed.
            if held.bytes > held.weighed + held.weighed / 4 {
                held.bytes = known.map_or(0, AccountContext::bytes);
                held.weighed = held.bytes;
            }
            self.bytes = (self.bytes + held.bytes).saturating_sub(before);
            held.used = self.uses;
            // A signal's arrival is an entry too.
            held.entries += entries.len() as u64 + u64::from(brought > 0);
            self.look_at_due(account);
        }
    }

    fn let_go(&mut self, account: AccountId) {
        self.state.let_go(account);
        let held = self.held.remove(&account).map_or(0, |held| held.bytes);
        self.bytes = self.bytes.saturating_sub(held);
    }

    /// A group begins. Room is made here as well, since accounts that are all at hand grow without
    /// any being loaded.
    pub(crate) fn begin(&mut self) {
        self.make_room(&[]);
        self.before = Some(self.state.standing());
    }

    pub(crate) fn committed(&mut self) {
        self.before = None;
        self.dirty.clear();
    }

    /// Forgets what the open group changed.
    pub(crate) fn forget(&mut self) {
        for account in std::mem::take(&mut self.dirty) {
            self.let_go(account);
        }
        if let Some(before) = self.before.take() {
            self.state.put_back(before);
        }
    }

    fn fold(&mut self, store: &impl Read, account: AccountId) -> Result<(), StoreError> {
        let known = account_at_end(store, account, None)?;
        let entries = known.entries() as u64;
        let folded = known.into_folded();
        let (bytes, used) = (folded.known().bytes(), self.uses);
        self.held.insert(account, CacheEntry { bytes, weighed: bytes, used, entries, written: 0 });
        self.bytes += bytes;
        self.look_at_due(account);
        self.state.load(account, folded.into_state());
        Ok(())
    }

    /// Lets go of accounts once there is too much, the longest unused first, until a quarter is free.
    /// What the open group changed stays, and so does what is wanted.
    fn make_room(&mut self, wanted: &[AccountId]) {
        if self.bytes <= self.bytes_max {
            return;
        }
        let free = |account: &AccountId| !self.dirty.contains(account) && !wanted.contains(account);
        let held = self.held.iter().filter(|(account, _)| free(account));
        let mut oldest: Vec<(u64, AccountId)> =
            held.map(|(account, held)| (held.used, *account)).collect();
        oldest.sort_unstable();
        for (_, account) in oldest {
            if self.bytes <= self.bytes_max / 4 * 3 {
                break;
            }
            self.let_go(account);
        }
    }
}

/// The desk as it stands: who waits, who has what in hand, who is paused, and the pools' ledgers.
pub fn desk_known(store: &impl Read) -> Result<Desk, StoreError> {
    Ok(AccountCache::recover(store)?.state.desk().clone())
}

/// The desk out of all of its entries, whatever snapshots there are.
pub(crate) fn desk_of_journal(store: &impl Read) -> Result<Desk, StoreError> {
    let entries = entries_of(store, Aggregate::Desk, Position::START)?;
    Ok(replay_onto(State::default(), &entries).desk().clone())
}

fn entries_of(
    store: &impl Read,
    aggregate: Aggregate,
    after: Position,
) -> Result<Vec<Entry>, StoreError> {
    let stored = store.history(aggregate, after, None, None)?;
    Ok(stored.into_iter().map(|stored| stored.entry).collect())
}
