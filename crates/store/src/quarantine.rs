//! Quarantine entries: what could not be read or was not let through.

use domain::fact::{Aggregate, Entry, Fact, Header, Raw, SCHEMA};
use domain::handoff::Actor;
use domain::reason::Code;
use domain::signal::SourceName;
use domain::{ImportId, Moment, QuarantineId, SignalId};

use crate::identity::Key;
use crate::journal::Position;

/// Something that is to be kept apart.
#[derive(Clone, Copy, Debug)]
pub struct QuarantineRequest<'a> {
    /// The id that the entry gets if it is new.
    pub entry: QuarantineId,
    /// The configured source.
    pub source: &'a SourceName,
    /// The code of the cause.
    pub cause: Code,
    /// The field, as the map or the contract names it.
    pub field: Option<&'a str>,
    /// The line in its file.
    pub line: Option<u64>,
    /// The import that brings it.
    pub import: Option<ImportId>,
    /// The signal that was accepted and then held.
    pub signal: Option<SignalId>,
    /// The raw bytes and where they came from. Sealed under the entry's own key.
    pub raw: &'a Raw,
    /// What makes it the same item when it comes again (its bytes, and its occurrence in a file
    /// where equal rows count apart). Told apart for each source and origin.
    pub item: &'a [u8],
    /// Addresses and numbers found in the raw bytes, normalised as identifiers are, so that
    /// erasing a person finds the entry. Whether they are verified does not matter.
    pub found: &'a [Key],
    /// The moment at which it was recorded.
    pub moment: Moment,
    /// Who brought it.
    pub actor: Actor,
}

impl QuarantineRequest<'_> {
    /// Its entry, with the raw bytes where they are not kept beside.
    pub(crate) fn entry(&self, raw: Option<Raw>) -> Entry {
        Entry {
            header: Header {
                schema: SCHEMA,
                aggregate: Aggregate::Quarantine,
                moment: self.moment,
                actor: self.actor,
                correlation: self.signal,
                strategy: None,
                engine: None,
            },
            facts: vec![Fact::SignalQuarantined {
                entry: self.entry,
                source: self.source.clone(),
                cause: self.cause,
                line: self.line,
                import: self.import,
                signal: self.signal,
                field: self.field.map(str::to_owned),
                raw: raw.map(Box::new),
            }],
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quarantined {
    /// There is an entry.
    Kept {
        /// The entry that it is about.
        entry: QuarantineId,
        /// Where it stands in the journal.
        position: Position,
    },
    /// The same item has an entry already, and gets no second one.
    Known {
        /// The entry that it is about.
        entry: QuarantineId,
    },
    /// It tells of somebody who was erased. It is counted and dropped.
    Erased,
}

/// Where an entry is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EntryState {
    /// Waits for a person.
    Waiting = 0,
    /// A person put it right; it waits to be released.
    Repaired = 1,
    /// Let in.
    Released = 2,
    /// Thrown away.
    Discarded = 3,
    /// Erased with somebody.
    Erased = 4,
}

impl EntryState {
    /// All of them, in order.
    pub const ALL: [Self; 5] =
        [Self::Waiting, Self::Repaired, Self::Released, Self::Discarded, Self::Erased];

    /// The word in JSON, logs and pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Repaired => "repaired",
            Self::Released => "released",
            Self::Discarded => "discarded",
            Self::Erased => "erased",
        }
    }

    /// Whether somebody still has to do something about it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Repaired)
    }
}

/// An entry as it stands, without what is sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryRow {
    /// The id of the entry.
    pub entry: QuarantineId,
    /// The configured source.
    pub source: SourceName,
    /// The code of the cause.
    pub cause: Code,
    /// The field, as the map or the contract names it.
    pub field: Option<String>,
    /// The line in its file.
    pub line: Option<u64>,
    /// The import that brought it.
    pub import: Option<ImportId>,
    /// The signal that was accepted and then held, or that it became.
    pub signal: Option<SignalId>,
    /// Since when.
    pub since: Moment,
    /// Where it is.
    pub state: EntryState,
    /// The entry of the journal that holds its raw bytes as they are at present.
    pub raw_at: Position,
}
