//! The budgets of the design, each measured beside a reference in the same run.
//!
//! `cargo xtask bench` runs every row, `cargo xtask bench way routing` the rows of those names.
//! `bench --count ROW` does less of a row for callgrind, and prints how many units it measured.
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
    if let [option, name] = &wanted[..]
        && option == "--count"
    {
        return count(name);
    }
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

fn count(name: &str) -> ExitCode {
    let Some(count) = rows::ALL.iter().find(|row| row.name == name).and_then(|row| row.count)
    else {
        eprintln!("no instructions are counted for {name}");
        return ExitCode::FAILURE;
    };
    println!("units {}", count());
    ExitCode::SUCCESS
}
