//! The one test binary of this crate.

mod calendars;
mod clumsy;
mod contracts;
mod culprits;
mod examples;
mod expressions;
mod folder;
mod found_check;
mod found_e5;
mod handbook;
mod hints;
mod hostile;
mod names;
mod occasions;
mod playbooks;
mod proofs;
mod random;
mod routes;
mod scores;
mod sla;
mod sources;
mod strategies;
mod tables;
mod team;
mod territories;
mod typing;
mod written;

#[path = "../../../../tools/skipped_test.rs"]
mod skipped_test;
