//! Where something is sent: one file or folder a kind of destination, and the list of them.

pub mod file;
pub mod slack;
pub mod smtp;
pub mod webhook;

use crate::destination::Kind;

/// The kinds of destinations.
pub const KINDS: &[Kind] = &[webhook::KIND, file::KIND, smtp::KIND, slack::KIND];
