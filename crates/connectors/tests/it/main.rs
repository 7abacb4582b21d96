//! Connectors as outsiders use them.

mod csv;
mod import;

#[path = "../../../../tools/skipped_test.rs"]
mod skipped_test;
