//! People's own history, played through the engine as if it happened again: who would have got
//! what, and when.
//!
//! Files are read into a [`History`] ([`mod@read`]); it is played in virtual time over the loop and a
//! store in memory ([`mod@rehearse`]), with owners who behave as they are told to ([`behaviour`]). What
//! the journal says of it is counted ([`tally`], [`handoff_tally`], [`deliveries`]), comes to one result a lead
//! ([`mod@result`]), and is told a line a lead ([`mod@line`]) and in sum ([`summary`]), beside what
//! really happened where the history knows ([`afterwards`]). Two strategies are compared lead by lead
//! ([`against`]). Nothing here opens a file, reads a clock or leaves the machine.

pub mod read;

pub mod behaviour;

mod play;

mod handoff_tally;

pub mod deliveries;

mod tally;

pub mod result;

pub mod afterwards;

pub mod line;

pub mod summary;

pub mod against;

pub mod rehearse;

mod threads;

pub use behaviour::Behaviour;
pub use handoff_tally::Owned;
pub use read::{Counts, History, Row, read};
pub use rehearse::{Rehearsal, Unfinished, rehearse, rehearse_against};

/// How far a rehearsal has come, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Rows that were read so far, over all files.
    Reading {
        /// Rows so far.
        rows: u64,
        /// Bytes of the files.
        bytes: u64,
    },
    /// Rows that were played so far.
    Playing {
        /// Rows so far.
        rows: u64,
        /// Rows in all.
        of: u64,
    },
}
