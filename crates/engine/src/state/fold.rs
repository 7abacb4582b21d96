//! Replay: entries in the order of the journal fold to what was known after the last of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::fact::{Entry, Fact, Header};
use domain::{AccountId, NodeId};

use super::account_context::AccountContext;
use super::apply::{apply, arrival};
use super::node::Touchpoint;
use super::scratch::{After, Scratch, State};
use crate::arrived::Arrived;

/// Folds entries, in the order of the journal, onto nothing. Of an aggregate that is to be known
/// all its entries are needed; those of others may be left out.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> State {
    replay_onto(State::default(), entries)
}

/// The same onto what is known already.
pub fn replay_onto<'a>(mut state: State, entries: impl IntoIterator<Item = &'a Entry>) -> State {
    let begun = state.clone();
    let mut replay = Replay::over(&begun);
    for entry in entries {
        replay.take_entry(entry);
    }
    state.adopt(replay.end());
    state
}

impl State {
    /// Goes on to what is known after the entries of a turn, in which the arrival of a signal was taken
    /// in. What they concern is loaded.
    pub fn follow<'a>(
        &mut self,
        arrived: Option<&Arrived>,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) {
        let mut replay = Replay::over(self);
        if let Some(arrived) = arrived {
            arrival(&mut replay.0, arrived);
        }
        for entry in entries {
            replay.take_entry(entry);
        }
        let after = replay.end();
        self.adopt(after);
    }
}

/// A replay that is looked at on its way. A copy goes on by itself; what both know is shared.
#[derive(Clone, Debug)]
pub struct Replay<'a>(Scratch<'a>);

impl<'a> Replay<'a> {
    /// Begins on what is known already.
    pub fn over(state: &'a State) -> Self {
        Self(Scratch::over(state))
    }

    /// Takes the next fact of the journal in.
    pub fn take(&mut self, header: &Header, fact: &Fact) {
        apply(&mut self.0, header, fact);
    }

    /// Takes the next entry of the journal in.
    pub(crate) fn take_entry(&mut self, entry: &Entry) {
        for fact in &entry.facts {
            self.take(&entry.header, fact);
        }
    }

    /// Keeps touches that become too old to be held.
    pub(crate) fn keep_older(&mut self) {
        self.0.keep_older();
    }

    /// The touches that became too old to be held, in the order in which they did.
    pub(crate) fn take_older(&mut self) -> Vec<(NodeId, Arc<Touchpoint>)> {
        self.0.take_older()
    }

    /// What it came to.
    pub(crate) fn end(self) -> After {
        self.0.end()
    }

    /// An account as it stands.
    pub fn account(&self, account: AccountId) -> Option<AccountContext<'_>> {
        self.0.account(account)
    }
}

/// One account folded by itself: itself, its nodes, and nothing else.
#[derive(Clone, Debug)]
pub struct Folded {
    state: State,
    account: AccountId,
}

impl PartialEq for Folded {
    fn eq(&self, other: &Self) -> bool {
        self.known() == other.known()
    }
}

impl Folded {
    /// Folds an account out of its own entries and those of its members, in the order of the
    /// journal.
    pub fn new<'a>(account: AccountId, entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        Self::of(account, replay(entries))
    }

    /// Takes one account out of a state in which all entries of its own and of its members are.
    pub(crate) fn of(account: AccountId, whole: State) -> Self {
        let mut state = State::default();
        state.load(account, whole);
        Self { state, account }
    }

    /// Says of which nodes a part does not open. No fact says it: whoever read the entries found it.
    #[must_use]
    pub fn with_damage(mut self, nodes: &BTreeSet<NodeId>) -> Self {
        self.state.mark_damaged(nodes);
        self
    }

    /// The account with its nodes.
    pub fn known(&self) -> AccountContext<'_> {
        self.state.account(self.account).expect("was loaded when this was made")
    }

    /// The state that holds it.
    pub fn into_state(self) -> State {
        self.state
    }
}
