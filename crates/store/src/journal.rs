//! The journal as callers see it: where an entry stands, and what it says.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::fact::Entry;

/// Where an entry stands in the journal. The first is 1; 0 is before everything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub u64);

impl Position {
    /// Before the first entry.
    pub const START: Self = Self(0);
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An entry and where it stands. Its sealed parts are there when it was read for a purpose, and
/// `None` where they were erased, where they are damaged, or where no purpose was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its position in the journal.
    pub position: Position,
    /// The entry as it was written.
    pub entry: Entry,
    /// Whether a sealed part is there and does not open: its key or its bytes are damaged.
    pub damaged: bool,
}

/// How far the journal goes, and the chained hash of all leaves so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// The last position.
    pub position: Position,
    /// H(previous head, leaf of the last entry); zeros before the first.
    pub hash: [u8; 32],
}

impl Head {
    /// Before the first entry.
    pub const START: Self = Self { position: Position::START, hash: [0; 32] };
}

/// How much of the journal was decoded since the store was opened: what an answer costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reads {
    /// How many entries were read.
    pub entries: u64,
    /// Bytes of their clear parts and of the sealed parts that were opened.
    pub bytes: u64,
    /// Steps along chains: to what was read, and past what was not.
    pub steps: u64,
}

/// Counts what is decoded.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    entries: AtomicU64,
    bytes: AtomicU64,
    steps: AtomicU64,
}

impl Meter {
    /// An entry was decoded whose clear part has so many bytes.
    pub(crate) fn entry(&self, bytes: usize) {
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.part(bytes);
    }

    /// A sealed part of so many bytes was opened.
    pub(crate) fn part(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A chain was followed by one entry.
    pub(crate) fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted.
    pub(crate) fn reads(&self) -> Reads {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Reads {
            entries: count(&self.entries),
            bytes: count(&self.bytes),
            steps: count(&self.steps),
        }
    }
}

/// What sealed parts are opened for. Callers outside the engine record it once for a reader,
/// purpose and batch, as a fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Purpose(Cow<'static, str>);

impl Purpose {
    /// Running a turn.
    pub const TURN: Self = Self(Cow::Borrowed("turn"));
    /// Sending what a destination is to get.
    pub const DELIVERY: Self = Self(Cow::Borrowed("delivery"));
    /// Showing a brief, a context or a quarantine entry to somebody who may see it.
    pub const VIEW: Self = Self(Cow::Borrowed("view"));
    /// Finding what an erasure has to remove.
    pub const ERASURE: Self = Self(Cow::Borrowed("erasure"));
    /// Indexing the names that people are found by.
    pub const NAMES: Self = Self(Cow::Borrowed("names"));
    /// Looking for damage.
    pub const CARE: Self = Self(Cow::Borrowed("care"));

    /// A purpose in somebody's own words, as in `export --purpose`.
    pub fn stated(text: &str) -> Self {
        Self(Cow::Owned(text.to_owned()))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
