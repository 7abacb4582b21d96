//! What a destination is: somebody to converse with about errands, made of what its section of the
//! configuration holds. A kind says which keys the section has; whoever reads the configuration
//! reads them, resolves references to secrets, and hands the values over.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use domain::SignalId;
use domain::errand::ErrandId;
use zeroize::Zeroizing;

use crate::notice::Links;
use crate::standard_webhooks::Secret;
use crate::talk::Conversation;

/// Somewhere that something is sent.
pub trait Destination: fmt::Debug + Send + Sync {
    /// Begins the conversation of one attempt.
    fn converse(&self, errand: Outbound) -> Box<dyn Conversation>;

    /// Whether people read what is sent, so that it may lead somewhere. A system is told the body alone.
    fn is_read_by_people(&self) -> bool {
        false
    }
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
    /// Where it leads, for whoever writes to people. They are drawn anew at each attempt.
    pub links: Links,
}

/// A kind of destination.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What `kind` says in the section.
    pub name: &'static str,
    /// The other keys of the section.
    pub keys: &'static [Key],
    /// What is wrong with texts that each read well by themselves. A key whose value is no text, such as
    /// a reference, has an empty one.
    pub unfit: fn(&BTreeMap<&'static str, &str>) -> Option<Unfit>,
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

/// Values of a section that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The key to point at.
    pub key: &'static str,
    /// What is wrong.
    pub says: &'static str,
    /// What to do.
    pub help: &'static str,
}

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// `https://…`, or `http://…` for an address of ours.
    Address,
    /// A reference to the secrets that sign.
    Secrets,
    /// A reference to an address that is itself a secret: whoever has it may send.
    SecretAddress,
    /// A reference to a password.
    Password,
    /// A file outside the data folder.
    Path,
    /// The name of a machine or its address, without a port.
    Host,
    /// A port.
    Port,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A name that somebody logs in with.
    Name,
    /// A mail address, with or without a name before it.
    Mailbox,
    /// A file with certificates in PEM.
    Certificates,
}

/// The values of a section by their keys.
#[derive(Default)]
pub struct Values {
    texts: BTreeMap<&'static str, String>,
    ports: BTreeMap<&'static str, u16>,
    secrets: BTreeMap<&'static str, Vec<Secret>>,
    passwords: BTreeMap<&'static str, Zeroizing<String>>,
    paths: BTreeMap<&'static str, PathBuf>,
    files: BTreeMap<&'static str, Vec<u8>>,
}

impl fmt::Debug for Values {
    /// Their keys: among the values are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.texts.keys()).entries(self.paths.keys()).finish_non_exhaustive()
    }
}

impl Values {
    /// Adds a text: an address, a name, a word.
    pub fn put_text(&mut self, key: &'static str, text: String) {
        self.texts.insert(key, text);
    }

    /// Adds a port.
    pub fn put_port(&mut self, key: &'static str, port: u16) {
        self.ports.insert(key, port);
    }

    /// Adds secrets: several while one replaces another.
    pub fn put_secrets(&mut self, key: &'static str, secrets: Vec<Secret>) {
        self.secrets.insert(key, secrets);
    }

    /// Adds a password, or an address that is a secret.
    pub fn put_password(&mut self, key: &'static str, password: String) {
        self.passwords.insert(key, Zeroizing::new(password));
    }

    /// Adds a path.
    pub fn put_path(&mut self, key: &'static str, path: PathBuf) {
        self.paths.insert(key, path);
    }

    /// Adds what a file holds.
    pub fn put_file(&mut self, key: &'static str, bytes: Vec<u8>) {
        self.files.insert(key, bytes);
    }

    /// Takes a text out that the kind needs.
    pub fn text(&mut self, key: &str) -> String {
        self.texts.remove(key).expect("a section has what its kind needs")
    }

    /// Takes a text out that may be there.
    pub fn optional_text(&mut self, key: &str) -> Option<String> {
        self.texts.remove(key)
    }

    /// Takes a port out, where there is one.
    pub fn port(&mut self, key: &str) -> Option<u16> {
        self.ports.remove(key)
    }

    /// Takes a password out, or an address that is a secret, where there is one.
    pub fn password(&mut self, key: &str) -> Option<Zeroizing<String>> {
        self.passwords.remove(key)
    }

    /// Takes a path out that the kind needs.
    pub fn path(&mut self, key: &str) -> PathBuf {
        self.paths.remove(key).expect("a section has what its kind needs")
    }

    /// Takes the bytes of a file out, where there is one.
    pub fn file(&mut self, key: &str) -> Option<Vec<u8>> {
        self.files.remove(key)
    }

    /// Takes the secret out that signs: the first, where there are several.
    pub fn secret(&mut self, key: &str) -> Option<Secret> {
        self.secrets.remove(key)?.into_iter().next()
    }
}
