//! The faces: how people and programs meet the service. Each translates only; what is read and
//! what is done is the service's.
//!
//! - [`api`]: the API over HTTP, and the signals that arrive by it.
//! - [`cli`]: the command line.

pub mod api;

pub mod cli;
