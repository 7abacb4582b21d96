//! The real clock, the one thread that owns the data folder, and the courier that alone speaks to
//! third parties.
//!
//! Nobody is let in here: the listener and the socket belong to the faces.

pub mod clock;

pub mod admission;
pub mod feed;
pub mod metrics;
pub mod shared_state;
pub mod uploads;

pub mod rehearsals;

pub mod waiters;

pub mod command;
pub mod mailbox;

pub mod importer;

pub mod courier;
pub mod identity_provider;

pub mod failure;

mod execute;
pub mod keeper;

pub mod readers;

pub use courier::try_destination;
pub use failure::RuntimeError;
