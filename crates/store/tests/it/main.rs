//! The store, from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod damage;
mod folder;
mod form1;
mod found;
mod full;
mod golden;
mod kill;
mod pages;
mod secrecy;
mod told;
mod walk;

#[path = "../../../../tools/skipped_test.rs"]
mod skipped_test;
