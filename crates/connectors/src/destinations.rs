//! Where something is sent: one file or folder a kind of destination.

pub mod file;
pub mod webhook;
