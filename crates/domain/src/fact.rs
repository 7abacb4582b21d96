//! Facts: what happened, in the past tense. They are the journal, and the journal is the truth.
//!
//! A turn of the engine writes one [`Entry`] for each aggregate that it concerns: a header that its
//! facts share, and the facts. An entry's clear part (this module's CBOR, with numbered keys) holds
//! enumerations, numbers, our own ids and what is configuration; what may name somebody is marked
//! `sealed` below, is left out of the clear part and is written encrypted under the key of the node
//! or quarantine entry that it concerns. `docs/JOURNAL.md` says how a stranger reads all of it.
//!
//! Numbers behind `n(…)` are stored: they are never given another meaning, and a field that comes
//! later is optional.

mod header;
pub use header::{Aggregate, Header, SCHEMA, StrategyVersion};

mod by;
pub use by::{By, FormerName, Mode, ReadFor, ReadOf};

mod hexadecimal;

mod parts;
pub use parts::{
    AccountFound, Addressee, Again, Basis, BodyMac, Candidate, Contribution, ImportedRows,
    LeftAlone, Match, Note, Notice, Raw, Routing, Score, ScoreGroup, Undo, UndoneImport, Verdict,
};

mod claims;
pub use claims::{Chosen, Claim, ClaimCode, Claims, Feedback, Unknown, UnknownCode};

mod about;
pub use about::{About, EntryChange, Sealed};

mod kinds;
pub use kinds::Fact;

mod reading;

mod id_references;

mod entry;
pub use entry::{Entry, Unreadable};

mod form1;
