//! Replay: entries in the order of the journal fold to what was known after the last of them.

use std::collections::BTreeSet;

use domain::fact::{Entry, Fact, Header};
use domain::{AccountId, NodeId};

use super::apply::apply;
use super::known::Known;
use super::scratch::{Scratch, State};

/// Folds entries, in the order of the journal, onto nothing. Of an aggregate that is to be known
/// all its entries are needed; those of others may be left out.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> State {
    let mut state = State::default();
    let nothing = State::default();
    let mut replay = Replay::over(&nothing);
    for entry in entries {
        for fact in &entry.facts {
            replay.take(&entry.header, fact);
        }
    }
    state.adopt(replay.0.end());
    state
}

/// A replay that is looked at after each fact.
#[derive(Debug)]
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

    /// An account as it stands.
    pub fn account(&self, account: AccountId) -> Option<Known<'_>> {
        self.0.account(account)
    }
}

/// The nodes that are members of an account after its own entries: theirs are needed besides to
/// fold it.
pub fn members<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeSet<NodeId> {
    let mut members = BTreeSet::new();
    for fact in entries.into_iter().flat_map(|entry| &entry.facts) {
        if let Fact::NodeJoined { node, .. } = fact {
            members.insert(*node);
        } else if let Fact::NodeLeft { node, .. } = fact {
            members.remove(node);
        }
    }
    members
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
        let mut state = State::default();
        state.load(account, replay(entries));
        Self { state, account }
    }

    /// Says of which nodes a part does not open. No fact says it: whoever read the entries found it.
    #[must_use]
    pub fn with_damage(mut self, nodes: &BTreeSet<NodeId>) -> Self {
        self.state.mark_damaged(nodes);
        self
    }

    /// The account with its nodes.
    pub fn known(&self) -> Known<'_> {
        self.state.account(self.account).expect("was loaded when this was made")
    }

    /// The state that holds it.
    pub fn into_state(self) -> State {
        self.state
    }
}
