//! The real clock, the one thread that owns the data folder, and the courier that alone speaks to
//! third parties.
//!
//! [`serve`] opens a folder and serves it; [`run`] serves a crank that is open already. Both give a
//! [`Running`], which ends in order when it is told to.

pub mod clock;

pub mod network;
pub mod settings;

pub mod admission;
pub mod keys;
pub mod metrics;
pub mod shared_state;

pub mod setback;
pub mod waiters;

pub mod command;
pub mod mailbox;

mod courier;

pub mod release;

mod failure;

mod execute;
mod keeper;

pub mod readers;

mod socket;

mod serving;

pub use courier::try_destination;
pub use failure::RuntimeError;
pub use serving::{Running, Signals, Stopper, run, serve};
