//! Where a message leads: the page of the handoff that it tells of, and the address on which whoever is told
//! accepts it.

use std::collections::BTreeMap;
use std::fmt;

use domain::{DeliveryId, HandoffId};
use zeroize::Zeroizing;

/// The addresses that a message may have in it. Without any it has none.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Links {
    /// What browsers reach the server by: scheme and host, and nothing after them.
    pub server: Option<String>,
    /// Where what a delivery tells of is accepted.
    pub accept: BTreeMap<DeliveryId, SecretLink>,
}

/// An address that is a secret: whoever has it may do what it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretLink(Zeroizing<String>);

impl Links {
    /// The page of a handoff.
    pub(super) fn page(&self, handoff: &str) -> Option<String> {
        // A body may come from anywhere: nothing but an id becomes part of an address.
        let handoff: HandoffId = handoff.parse().ok()?;
        self.server.as_deref().map(|server| format!("{server}/h/{handoff}"))
    }
}

impl SecretLink {
    /// An address that is a secret.
    pub const fn new(address: Zeroizing<String>) -> Self {
        Self(address)
    }

    /// As whoever is told reads it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretLink(****)")
    }
}
