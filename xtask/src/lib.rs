//! The project's own verbs, and the tidy rules that keep the house as `docs/ARCHITECTURE.md`
//! draws it. In Rust, so that a fresh machine needs no task runner.
//!
//! A rule is a pure function from a [`tree::Tree`] to violations. The tests run each rule on the
//! real tree, where it must find nothing, and on a planted violation, which it must find.

pub mod manifest;
pub mod source;
pub mod tree;
pub mod violation;

pub mod tidy;

pub mod clients;
pub mod load;
pub mod mail_lists;
pub mod package;
pub mod pages;
pub mod rooms;
pub mod sample_leads;
pub mod shell;
pub mod sign_in;
pub mod tally;
pub mod torture;
pub mod verbs;

mod instructions;
mod npm;
mod serving;
