//! Snapshots: what an account, or the desk, came to, written down so that not all of its entries have
//! to be folded again.
//!
//! What names somebody is in the part of its node, which is sealed under the node's key. The part of
//! the account and that of the desk name nobody: ids, figures, and names of the configuration.

use std::sync::Arc;

use domain::{AccountId, ByName, Moment, NodeId, Text};

use super::account::{Account, KnownBy};
use super::account_context::AccountContext;
use super::node::Node;
use super::registry::Registry;
use super::scratch::State;
use crate::desk::Desk;

/// Rises with whatever is known otherwise, or written otherwise, than before: snapshots of another form
/// are not read.
const FORM: u16 = 6;

/// What wrote a snapshot: this form of this engine. One that another wrote is not read.
pub fn snapshot_version() -> String {
    format!("{}/{FORM}", env!("CARGO_PKG_VERSION"))
}

/// An account, written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The account itself. It names nobody.
    pub part: Vec<u8>,
    /// What is known of each of its nodes, to be sealed under the key of each.
    pub nodes: Vec<(NodeId, Vec<u8>)>,
}

/// What a fold begins with: an account as it was at a position.
#[derive(Clone, Debug)]
pub struct Base {
    /// The position of the last entry in it.
    pub position: u64,
    /// When the last thing was known, of those that are told of the account.
    pub moment: Moment,
    pub(crate) state: State,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct AccountPart {
    #[n(0)]
    account: Account,
    #[n(1)]
    moment: Moment,
    /// The nodes whose parts are sealed.
    #[n(2)]
    sealed: Vec<NodeId>,
    /// Nodes that were erased: they have no key, and nothing that names anybody.
    #[n(3)]
    erased: Vec<Node>,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct NodePart {
    #[n(0)]
    node: Node,
    /// The fields of the account that are known by this node. Names are from outside.
    #[n(1)]
    fields: Vec<Text>,
    /// Those of which it has the best value of another source.
    #[n(2)]
    others: Vec<Text>,
}

impl AccountContext<'_> {
    /// Writes the account down, of which the last thing was known at a moment. None where a part of it
    /// does not open: whoever reads it next has to find that again.
    pub fn written(self, moment: Moment) -> Option<Written> {
        if self.nodes().any(|(_, node)| node.damaged) {
            return None;
        }
        let account = self.account().clone();
        let mut part = AccountPart { account, moment, sealed: Vec::new(), erased: Vec::new() };
        let mut nodes = Vec::new();
        for (_, node) in self.nodes() {
            if node.erased {
                part.erased.push(node.clone());
                continue;
            }
            let known_by = |holds: fn(&KnownBy, NodeId) -> bool| {
                let fields = self.account().field_nodes.iter();
                let fields = fields.filter(|(_, by)| holds(by, node.id));
                fields.map(|(name, _)| name.clone()).collect()
            };
            let fields = known_by(|by, node| by.best == node);
            let others = known_by(|by, node| by.others.contains(&node));
            part.sealed.push(node.id);
            nodes.push((node.id, bytes(&NodePart { node: node.clone(), fields, others })));
        }
        // A field that an erased node is known by is known by nobody.
        let is_here = |by: &KnownBy| by.nodes().all(|node| part.sealed.contains(&node));
        let by_all = self.account().field_nodes.values().all(is_here);
        by_all.then(|| Written { part: bytes(&part), nodes })
    }
}

impl Base {
    /// Reads an account that was written down at a position; none where it cannot be read.
    pub fn read(account: AccountId, position: u64, written: &Written) -> Option<Self> {
        let part: AccountPart = minicbor::decode(&written.part).ok()?;
        let AccountPart { account: mut known, moment, sealed, erased } = part;
        let here: Vec<NodeId> = written.nodes.iter().map(|(node, _)| *node).collect();
        if known.id != account || sealed != here {
            return None;
        }
        let mut nodes = erased;
        let mut by_name = ByName::new();
        let mut beside: Vec<(Text, NodeId)> = Vec::new();
        for (id, bytes) in &written.nodes {
            let NodePart { node, fields, others } = minicbor::decode(bytes).ok()?;
            if node.id != *id {
                return None;
            }
            by_name.extend(fields.into_iter().map(|name| (name, KnownBy::one(node.id))));
            beside.extend(others.into_iter().map(|name| (name, node.id)));
            nodes.push(node);
        }
        // By name, and those of one name in the order of their ids.
        beside.sort_unstable();
        for same in beside.chunk_by(|(one, _), (other, _)| one == other) {
            by_name.get_mut(&same[0].0)?.others = same.iter().map(|(_, node)| *node).collect();
        }
        known.field_nodes = Arc::new(by_name);
        Some(Self { position, moment, state: State::of(known, nodes) })
    }
}

impl Desk {
    /// Writes the desk down.
    pub fn written(&self) -> Vec<u8> {
        bytes(self)
    }

    /// Reads a desk that was written down; none where it cannot be read.
    pub fn read(written: &[u8]) -> Option<Self> {
        minicbor::decode(written).ok()
    }
}

impl State {
    /// A state in which the desk is as it was written down.
    pub fn with_desk(desk: Desk) -> Self {
        Self::of_desk(Arc::new(desk), Arc::new(Registry::default()))
    }
}

fn bytes<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing into memory does not fail")
}
