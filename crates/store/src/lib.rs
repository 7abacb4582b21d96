//! Where facts are kept: the journal, current state, outbox, timers, identifiers, keys and audit.
//! It decides nothing.
//!
//! [`Store`] is what the crank writes through, on one thread, a group of turns at a time; [`Read`]
//! is the half that anybody may ask, beside the writer. [`sqlite`] keeps a data folder;
//! [`memory`] keeps the same in memory for rehearsal. [`story`] is the one story told to both.
#![warn(missing_docs)]

pub mod chance;

pub mod counter_names;

mod error;
pub use error::StoreError;

mod journal;
pub use journal::{Head, Position, Purpose, Reads, Stored};

mod identity;
pub use identity::{BindOutcome, Key, Kinds, LeadsTo, NodeRow, Pointer, shared_of};

mod arrival;
pub use arrival::{Acceptance, Accepted, Arrival, Pending, TakenBefore};

mod quarantine;
pub use quarantine::{EntryRow, EntryState, QuarantineRequest, Quarantined};

mod current;
pub use current::{
    Answer, Cursor, HandoffFilter, HandoffRow, IdKind, KeyRow, OutboxRow, Page, StoredAnswer,
    StrategyInForce, StrategyRow, Timer,
};

mod within;
pub use within::Within;

mod users;
pub use users::{ProvidedIdentity, SecondFactor, SignInLink, UserRow, UserSecrets};

mod erasure;
mod held;
pub use erasure::Erasable;
pub use held::entries_naming;

mod snapshot;
pub use snapshot::{NodeParts, Snapshot};

mod traits;
pub use traits::{Read, Store};

mod folder_problem;
pub use folder_problem::FolderProblem;

mod sealed;

pub mod memory;

pub mod sqlite;

pub mod story;
