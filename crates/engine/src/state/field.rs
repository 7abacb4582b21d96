//! A value that is known, and where it came from.

use std::ops::Deref;
use std::sync::Arc;

use domain::fact::StrategyVersion;
use domain::signal::SourceName;
use domain::{AccountId, Moment, SignalId, Value};

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Field {
    /// The value.
    #[n(0)]
    pub value: Value,
    /// Where it came from: one signal says several.
    #[cbor(n(1), with = "crate::chunked::shared")]
    pub(super) origin: Arc<FieldOrigin>,
}

impl Deref for Field {
    type Target = FieldOrigin;

    fn deref(&self) -> &FieldOrigin {
        &self.origin
    }
}

/// Where the values of one signal come from.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct FieldOrigin {
    /// The signal itself.
    #[n(0)]
    pub signal: SignalId,
    /// The contract that let it through, by its place in the strategy; none where none applied.
    #[n(1)]
    pub contract: Option<u16>,
    /// The strategy that the contract belongs to.
    #[n(2)]
    pub strategy: Option<StrategyVersion>,
    /// Whether the contract repaired the signal.
    #[n(3)]
    pub repaired: bool,
    /// When it was so, as the source says, but never later than when we knew.
    #[n(4)]
    pub moment: Moment,
    /// When we knew.
    #[n(5)]
    pub known: Moment,
    /// The account that what it says of a company is of; none where it follows the node.
    #[n(6)]
    pub company: Option<AccountId>,
    /// The configured source.
    #[n(7)]
    pub source: SourceName,
    /// Whether the source vouches for it: else it is a claim.
    #[n(8)]
    pub vouched: bool,
}

impl FieldOrigin {
    /// Whether both come from one source, of which the same was configured.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.vouched == other.vouched && self.source == other.source
    }

    /// What decides between two values of a person's field: what is vouched for, then what was so last.
    pub fn weight(&self) -> (bool, Moment, Moment) {
        (self.vouched, self.moment, self.known)
    }
}
