//! How a test says that it cannot run here: past the capture of its output, so that it is seen, and counted
//! as skipped by `cargo xtask test`. Tests of several crates include this file.

use std::io::{self, Write};

/// Says that the running test is skipped, and why.
pub(crate) fn skipped(why: &str) {
    let thread = std::thread::current();
    let line = format!("\ntest skipped: {}: {why}\n", thread.name().unwrap_or("a test"));
    drop(io::stdout().lock().write_all(line.as_bytes()));
}
