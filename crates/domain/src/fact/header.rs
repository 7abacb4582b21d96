//! What the facts of one turn share: the version, the aggregate, the moment, who did it.

use std::fmt;

use super::hexadecimal::digits_of;
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

/// Hexadecimal digits of a version as it is written.
const VERSION_DIGITS: usize = 12;

impl StrategyVersion {
    /// The first of its digits, in ASCII: every body names a version.
    fn ascii(&self) -> [u8; VERSION_DIGITS] {
        let mut digits = [0; VERSION_DIGITS];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = digits_of(byte);
        }
        digits
    }
}

impl fmt::Display for StrategyVersion {
    /// Twelve hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(as_str(&self.ascii()))
    }
}

fn as_str(digits: &[u8; VERSION_DIGITS]) -> &str {
    std::str::from_utf8(digits).expect("digits are ASCII")
}

impl fmt::Debug for StrategyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for StrategyVersion {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(as_str(&self.ascii()))
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

#[cfg(test)]
mod tests {
    use super::StrategyVersion;

    #[test]
    fn a_version_is_written_with_its_first_twelve_digits() {
        let mut bytes = [0xff; 16];
        bytes[..6].copy_from_slice(&[0x00, 0x0f, 0xf0, 0x9a, 0xa9, 0x5c]);
        assert_eq!(StrategyVersion(bytes).to_string(), "000ff09aa95c");
    }
}
