//! What a destination is: somebody to converse with about errands, made of what its section of the
//! configuration holds. A kind says which keys the section has; whoever reads the configuration
//! reads them, resolves references to secrets, and hands the values over.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use domain::SignalId;
use domain::errand::ErrandId;

use crate::standard_webhooks::Secret;
use crate::talk::Conversation;

/// Somewhere that something is sent.
pub trait Destination: fmt::Debug + Send + Sync {
    /// Begins the conversation of one attempt.
    fn converse(&self, errand: Outbound) -> Box<dyn Conversation>;
}

/// An attempt at an errand, as a destination needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// The errand, whose id is the idempotency key: the same at each attempt.
    pub errand: ErrandId,
    /// Which attempt, from 1. An effect of an earlier one may be there.
    pub attempt: u32,
    /// The signal that it all began with.
    pub correlation: Option<SignalId>,
    /// The same bytes at each attempt.
    pub body: Vec<u8>,
}

/// A kind of destination.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What `kind` says in the section.
    pub name: &'static str,
    /// The other keys of the section.
    pub keys: &'static [Key],
    /// Makes a destination of the values; every key that is needed is among them.
    pub make: fn(Values) -> Arc<dyn Destination>,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

/// A key of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it is called.
    pub name: &'static str,
    /// What it holds.
    pub takes: Takes,
    /// Whether the section needs it.
    pub needed: bool,
}

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// `https://…`, or `http://…` for an address of ours.
    Address,
    /// A reference to the secrets that sign.
    Secrets,
    /// A file outside the data folder.
    Path,
}

/// The values of a section by their keys.
#[derive(Debug, Default)]
pub struct Values {
    addresses: BTreeMap<&'static str, String>,
    secrets: BTreeMap<&'static str, Vec<Secret>>,
    paths: BTreeMap<&'static str, PathBuf>,
}

impl Values {
    /// Adds an address.
    pub fn put_address(&mut self, key: &'static str, address: String) {
        self.addresses.insert(key, address);
    }

    /// Adds secrets: several while one replaces another.
    pub fn put_secrets(&mut self, key: &'static str, secrets: Vec<Secret>) {
        self.secrets.insert(key, secrets);
    }

    /// Adds a path.
    pub fn put_path(&mut self, key: &'static str, path: PathBuf) {
        self.paths.insert(key, path);
    }

    /// Takes an address out that the kind needs.
    pub fn address(&mut self, key: &str) -> String {
        self.addresses.remove(key).expect("a section has what its kind needs")
    }

    /// Takes a path out that the kind needs.
    pub fn path(&mut self, key: &str) -> PathBuf {
        self.paths.remove(key).expect("a section has what its kind needs")
    }

    /// Takes the secret out that signs: the first, where there are several.
    pub fn secret(&mut self, key: &str) -> Option<Secret> {
        self.secrets.remove(key)?.into_iter().next()
    }
}
