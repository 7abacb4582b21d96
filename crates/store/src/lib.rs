//! Where facts are kept: the journal, current state, outbox, timers, identifiers, keys and audit.
//! It decides nothing.
//!
//! [`Store`] is what the crank writes through, on one thread, a group of turns at a time; [`Read`]
//! is the half that anybody may ask, beside the writer. [`sqlite`] keeps a data folder;
//! [`memory`] keeps the same in memory for rehearsal. [`story`] is the one story told to both.
#![warn(missing_docs)]

pub mod chance;

pub mod counted;

mod error;
pub use error::StoreError;

mod journal;
pub use journal::{Head, Position, Purpose, Reads, Stored};

mod identity;
pub use identity::{Bound, Key, Kinds, NodeRow, Pointer};

mod arrival;
pub use arrival::{Acceptance, Accepted, Arrival, Pending};

mod quarantine;
pub use quarantine::{EntryRow, EntryState, Quarantined, Quarantining};

mod current;
pub use current::{
    Answer, Cursor, Force, Given, HandoffFilter, HandoffRow, IdKind, KeyRow, OutboxRow, Page,
    StrategyRow, Timer,
};

mod erasure;
mod held;
pub use erasure::Erasable;

mod snapshot;
pub use snapshot::{NodeParts, Snapshot};

mod narrow;
pub use narrow::{Read, Store};

mod ailment;
pub use ailment::Ailment;

mod sealed;

pub mod memory;

pub mod sqlite;

pub mod story;
