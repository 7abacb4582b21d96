//! Stories of rehearsals and of the demo.

mod against;
mod bodies;
mod demo;
mod figures;
mod history;
mod history_stage;
mod outcomes;
mod played;
mod report;
mod stories;
mod views;

#[path = "../../../../tools/skipped_test.rs"]
mod skipped_test;
