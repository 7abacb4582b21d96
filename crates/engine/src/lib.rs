//! A lead's way, pure: facts in, facts and errands out. It never waits, never fails, reads no clock
//! and opens nothing.
#![warn(missing_docs)]

mod byte_words;

pub mod identity;

pub mod arrived;

pub mod chunked;

pub mod state;

pub mod desk;

pub mod event;

pub mod effects;

pub mod stamp;

pub mod lead;

pub mod availability;

pub mod names;

pub mod retry;

pub mod stages;

pub mod needs;

mod handle;

pub mod as_of;

pub mod view;

pub mod render;

pub mod explain;

/// The version of the engine. It is raised with every change after which the same history gives
/// other facts, so that turns of another version are told apart and not taken for damage.
pub const VERSION: u16 = 14;

pub use handle::{Outcome, SignalOutcome, Turn, handle};
pub use needs::needs;

#[cfg(test)]
mod test_account;
