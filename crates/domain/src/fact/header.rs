//! What the facts of one turn share: the version, the aggregate, the moment, who did it.

use std::fmt;

use crate::handoff::Actor;
use crate::id::{AccountId, NodeId, SignalId};
use crate::moment::Moment;

/// The version of the stored form that this program writes.
pub const SCHEMA: u16 = 2;

/// A strategy by the hash of its parsed content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct StrategyVersion(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 16],
);

impl fmt::Display for StrategyVersion {
    /// Twelve hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..6].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for StrategyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for StrategyVersion {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// The unit of order: what an entry belongs to.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode,
)]
pub enum Aggregate {
    /// A subject node: its signals and what the checkpoint said of them.
    #[n(0)]
    Node(#[n(0)] NodeId),
    /// An account: its members, decisions and handoffs.
    #[n(1)]
    Account(#[n(0)] AccountId),
    /// The desk: people, capacity, the rotation ledger.
    #[n(2)]
    Desk,
    /// The registry of strategies.
    #[n(3)]
    Registry,
    /// Quarantine entries.
    #[n(4)]
    Quarantine,
    /// Governance: erasures and disclosures.
    #[n(5)]
    Governance,
}

/// What the facts of one turn share.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct Header {
    /// The version of the stored form.
    #[n(0)]
    pub schema: u16,
    /// What the facts belong to.
    #[n(1)]
    pub aggregate: Aggregate,
    /// When we knew. Never falls from one entry of the aggregate to the next.
    #[n(2)]
    pub moment: Moment,
    /// Who did it.
    #[n(3)]
    pub actor: Actor,
    /// The signal that all of this began with.
    #[n(4)]
    pub correlation: Option<SignalId>,
    /// The strategy that decided, where one did.
    #[n(5)]
    pub strategy: Option<StrategyVersion>,
    /// The version of the engine whose turn said it; none for what is written without a turn, and in
    /// entries of programs that did not say it yet.
    #[n(6)]
    pub engine: Option<u16>,
}
