//! The program: everything is in the library, so that tests can start it in process.

use std::process::ExitCode;

/// Facts and views are many small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    baton::faces::cli::main()
}
