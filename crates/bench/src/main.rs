//! The budgets of the design, each measured beside a reference in the same run.
//!
//! `cargo xtask bench` runs every row, `cargo xtask bench -- way routing` the rows of those names.
//! docs/BENCHES.md says what each row does and what its reference does.

mod clock;
mod company;
mod house;
mod lead;
mod reference;
mod rows;
mod server;
mod table;

use std::process::ExitCode;

/// The program has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let chosen: Vec<_> = rows::ALL
        .iter()
        .filter(|row| wanted.is_empty() || wanted.iter().any(|name| name == row.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<_> = rows::ALL.iter().map(|row| row.name).collect();
        eprintln!("there is no such row; the rows are {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    let mut told = Vec::new();
    for row in chosen {
        eprintln!("{} …", row.name);
        told.extend((row.measure)());
    }
    println!();
    table::print(&told);
    ExitCode::SUCCESS
}
