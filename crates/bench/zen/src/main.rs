//! Another rules engine on the routes of the example, beside the benches: for each line that it reads
//! it evaluates every lead under both policies and writes what one took, in nanoseconds.
//!
//! A program of its own, so that the benches are not linked with all that the other engine brings.

#[path = "../../src/clock.rs"]
mod clock;
#[path = "../../src/lead.rs"]
mod lead;
mod table;

use std::io::{BufRead, Write};

/// The program of the benches has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Leads of a slice.
const LEADS: usize = 5_000;

fn main() -> std::io::Result<()> {
    let inputs: Vec<table::Input> =
        (0..LEADS).map(|company| table::input(&lead::lead_of(company))).collect();
    let tables = ["collect", "first"].map(table::Table::new);
    let mut out = std::io::stdout();
    for _ in std::io::stdin().lock().lines() {
        let ns = tables.each_ref().map(|table| {
            let ((), took) = clock::timed(|| inputs.iter().for_each(|one| table.evaluate(one)));
            took.ns_each(LEADS)
        });
        writeln!(out, "{} {}", ns[0], ns[1])?;
        out.flush()?;
    }
    Ok(())
}
