//! The faces: how people and programs meet the service. Each translates only; what is read and
//! what is done is the service's.
//!
//! - [`api`]: the API over HTTP, and the signals that arrive by it.
//! - [`web`]: the pages, for people with a browser.
//! - [`cli`]: the command line.
//!
//! [`serving`] opens them over a [`crate::runtime`]: the listener of the API, and the [`socket`] by which
//! the command line reaches a folder that a server holds.

pub mod last_looks;

mod checked_files;
mod csv;
mod drafting;
mod rehearsing;
mod shell_word;
mod undoing;
mod uploading;
mod verdict;

pub mod api;

mod web;

pub mod socket;

pub mod serving;

pub mod cli;
