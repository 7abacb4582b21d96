//! What can be configured: one section, one struct.

use std::path::PathBuf;

use connectors::reading::VerifiedKinds;
use domain::signal::SourceName;

use super::credential::Reference;
use super::network::Range;
use super::verify::Verify;
pub use crate::config::resolved::SourceKind;

/// `[sources.NAME]`: somebody who sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name of the section.
    pub name: SourceName,
    /// What it speaks.
    pub kind: SourceKind,
    /// The identifiers that it vouches for.
    pub verifies: VerifiedKinds,
    /// What its signatures are checked with, or its write key.
    pub credential: Option<Reference>,
    /// Pages whose scripts may send.
    pub origins: Vec<String>,
    /// The contract of the strategy that its signals keep.
    pub contract: Option<String>,
    /// The map of an HTTP source: a file beside the configuration.
    pub map: Option<PathBuf>,
    /// How an HTTP source is known.
    pub verify: Option<Verify>,
}

/// The words for what a source speaks.
pub(super) const KINDS: [&str; 5] = ["cloudevents", "segment", "webhook", "import", "http"];

/// Reads the word for what a source speaks.
pub(super) fn kind(name: &str) -> Option<SourceKind> {
    match name {
        "cloudevents" => Some(SourceKind::CloudEvents),
        "segment" => Some(SourceKind::Segment),
        "webhook" => Some(SourceKind::Webhook),
        "import" => Some(SourceKind::Import),
        "http" => Some(SourceKind::Http),
        _ => None,
    }
}

/// `[network]`: where the courier may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Loopback and private addresses that may be called.
    pub allow_private: Vec<Range>,
    /// Certificates that are trusted beside those of the system, in PEM.
    pub ca_file: Option<PathBuf>,
}

/// `[bounds]`: how much memory is used, and how much is folded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// What the accounts at hand may take, in MiB.
    pub accounts_mib: u32,
    /// What bodies may take that were queued a moment ago, in MiB.
    pub queued_bodies_mib: u32,
    /// What requests may take that wait for the keeper, in MiB.
    pub requests_mib: u32,
    /// Entries after which an account, or the desk, is written down.
    pub snapshot_entries: u32,
}

impl Bounds {
    /// The most that can be said: a TiB.
    pub const MIB_MAX: u32 = 1 << 20;

    /// The most entries between two snapshots that can be said.
    pub const ENTRIES_MAX: u32 = 1_000_000;

    /// What bodies may take that were queued a moment ago, in bytes.
    pub const fn queued_body_bytes(&self) -> usize {
        (self.queued_bodies_mib as usize) << 20
    }

    /// What requests may take that wait for the keeper, in bytes.
    pub const fn request_bytes(&self) -> usize {
        (self.requests_mib as usize) << 20
    }

    /// What the accounts at hand may take, in bytes.
    pub const fn accounts_bytes(&self) -> usize {
        (self.accounts_mib as usize) << 20
    }
}

/// `[telemetry]`: what is told of the program's own work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telemetry {
    /// What is logged.
    pub log: String,
}
