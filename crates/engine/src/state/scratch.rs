//! The state, and the scratch that one turn works on: what it changes is copied when it is changed
//! first, and everything else is borrowed.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{AccountId, NodeId, SignalId};
use rustc_hash::FxHashMap;

use super::account::Account;
use super::account_context::{AccountContext, Nodes};
use super::node::{Node, Touchpoint, Waiting};
use super::registry::Registry;
use crate::desk::Desk;

/// What is known. An account is either here with all of its nodes, or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    nodes: FxHashMap<NodeId, Arc<Node>>,
    accounts: FxHashMap<AccountId, Arc<Account>>,
    desk: Arc<Desk>,
    registry: Arc<Registry>,
}

impl State {
    /// One account with its nodes, and nothing else.
    pub(super) fn of(account: Account, nodes: Vec<Node>) -> Self {
        let mut state = Self::default();
        state.nodes.extend(nodes.into_iter().map(|node| (node.id, Arc::new(node))));
        state.accounts.insert(account.id, Arc::new(account));
        state
    }

    /// A desk and a registry, and nothing else.
    pub(super) fn of_desk(desk: Arc<Desk>, registry: Arc<Registry>) -> Self {
        Self { desk, registry, ..Self::default() }
    }

    /// An account with its nodes, where it is loaded.
    pub fn account(&self, account: AccountId) -> Option<AccountContext<'_>> {
        let known = self.accounts.get(&account)?;
        Some(AccountContext::new(known, Nodes { before: &self.nodes, changed: None }))
    }

    /// Whether an account is loaded. One of which nothing is known can be.
    pub fn has(&self, account: AccountId) -> bool {
        self.accounts.contains_key(&account)
    }

    /// The accounts that are loaded, in no order.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.accounts.keys().copied()
    }

    /// The desk.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What was put in force.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The desk and the registry as they stand, to go back to: shared, nothing is copied.
    pub fn standing(&self) -> (Arc<Desk>, Arc<Registry>) {
        (Arc::clone(&self.desk), Arc::clone(&self.registry))
    }

    /// Takes over what a turn, or a replay, came to.
    pub fn adopt(&mut self, after: After) {
        self.nodes.extend(after.nodes);
        self.accounts.extend(after.accounts);
        if let Some(desk) = after.desk {
            self.desk = desk;
        }
        if let Some(registry) = after.registry {
            self.registry = registry;
        }
    }

    /// Loads an account: what its entries and those of its nodes fold to.
    pub fn load(&mut self, account: AccountId, folded: Self) {
        let known = folded.accounts.get(&account).map(Arc::clone);
        let known = known.unwrap_or_else(|| Arc::new(Account::new(account)));
        // Of a node that has left there is no more than its name: its entries are elsewhere.
        let members = folded.nodes.into_iter().filter(|(id, _)| known.members.contains_key(id));
        self.nodes.extend(members);
        self.accounts.insert(account, known);
    }

    /// Says of which nodes a part does not open.
    pub(super) fn mark_damaged(&mut self, nodes: &BTreeSet<NodeId>) {
        for node in nodes {
            if let Some(known) = self.nodes.get_mut(node) {
                Arc::make_mut(known).mark_damaged();
            }
        }
    }

    /// Lets go of an account and its nodes. Whoever needs it loads it again.
    pub fn let_go(&mut self, account: AccountId) {
        let Some(known) = self.accounts.remove(&account) else { return };
        for node in known.members.keys() {
            self.nodes.remove(node);
        }
    }

    /// Goes back to a desk and a registry of before: what was said since is forgotten.
    pub fn put_back(&mut self, (desk, registry): (Arc<Desk>, Arc<Registry>)) {
        self.desk = desk;
        self.registry = registry;
    }
}

/// What a turn came to: everything that it changed, as it stands.
#[derive(Clone, Debug, Default)]
pub struct After {
    nodes: FxHashMap<NodeId, Arc<Node>>,
    accounts: FxHashMap<AccountId, Arc<Account>>,
    desk: Option<Arc<Desk>>,
    registry: Option<Arc<Registry>>,
}

impl After {
    /// The accounts that were changed, or whose nodes were, in no order.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        let of_nodes = self.nodes.values().filter_map(|node| node.account);
        self.accounts.keys().copied().chain(of_nodes)
    }
}

/// A state that a turn is working on.
#[derive(Clone, Debug)]
pub(crate) struct Scratch<'a> {
    before: &'a State,
    after: After,
    /// What arrived and has not had its turn. It is no part of what is known.
    pub(super) arrivals: FxHashMap<SignalId, Waiting>,
    /// Touches that became too old to be held, where somebody asks for them.
    older: Option<Vec<(NodeId, Arc<Touchpoint>)>>,
}

impl<'a> Scratch<'a> {
    /// Begins on a state.
    pub(crate) fn over(before: &'a State) -> Self {
        Self { before, after: After::default(), arrivals: FxHashMap::default(), older: None }
    }

    /// Keeps touches that become too old to be held.
    pub(super) fn keep_older(&mut self) {
        self.older.get_or_insert_default();
    }

    /// The touches that became too old to be held.
    pub(super) fn take_older(&mut self) -> Vec<(NodeId, Arc<Touchpoint>)> {
        self.older.take().unwrap_or_default()
    }

    /// What was kept of a node's touches is forgotten.
    pub(super) fn forget_older(&mut self, node: NodeId) {
        if let Some(older) = &mut self.older {
            older.retain(|(of, _)| *of != node);
        }
    }

    /// A touch of a node is held no more.
    pub(super) fn let_go_of(&mut self, node: NodeId, touch: Option<Arc<Touchpoint>>) {
        if let Some(older) = &mut self.older {
            older.extend(touch.map(|touch| (node, touch)));
        }
    }

    /// An account with its nodes as they stand.
    pub(crate) fn account(&self, account: AccountId) -> Option<AccountContext<'_>> {
        let changed = self.after.accounts.get(&account);
        let known = changed.or_else(|| self.before.accounts.get(&account))?;
        Some(AccountContext::new(known, self.nodes()))
    }

    /// The desk as it stands.
    pub(crate) fn desk(&self) -> &Desk {
        self.after.desk.as_deref().unwrap_or(&self.before.desk)
    }

    /// What was put in force.
    pub(crate) fn registry(&self) -> &Registry {
        self.after.registry.as_deref().unwrap_or(&self.before.registry)
    }

    /// What it came to.
    pub(crate) fn end(self) -> After {
        self.after
    }

    fn nodes(&self) -> Nodes<'_> {
        Nodes { before: &self.before.nodes, changed: Some(&self.after.nodes) }
    }

    /// A node, where it is known.
    pub(super) fn node(&self, node: NodeId) -> Option<&Node> {
        self.nodes().get(node)
    }

    /// A node that is to be changed; a new one where it is not known.
    pub(super) fn node_mut(&mut self, node: NodeId) -> &mut Node {
        let changed = self.after.nodes.entry(node).or_insert_with(|| {
            let known = self.before.nodes.get(&node).map(Arc::clone);
            known.unwrap_or_else(|| Arc::new(Node::new(node)))
        });
        Arc::make_mut(changed)
    }

    /// An account that is to be changed; a new one where nothing is known of it.
    pub(super) fn account_mut(&mut self, account: AccountId) -> &mut Account {
        let changed = self.after.accounts.entry(account).or_insert_with(|| {
            let known = self.before.accounts.get(&account).map(Arc::clone);
            known.unwrap_or_else(|| Arc::new(Account::new(account)))
        });
        Arc::make_mut(changed)
    }

    /// The desk, to be changed.
    pub(super) fn desk_mut(&mut self) -> &mut Desk {
        Arc::make_mut(self.after.desk.get_or_insert_with(|| Arc::clone(&self.before.desk)))
    }

    /// The registry, to be changed.
    pub(super) fn registry_mut(&mut self) -> &mut Registry {
        let shared = || Arc::clone(&self.before.registry);
        Arc::make_mut(self.after.registry.get_or_insert_with(shared))
    }
}
