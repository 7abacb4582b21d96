//! The program: everything is in the library, so that tests can start it in process.

use std::process::ExitCode;

fn main() -> ExitCode {
    baton::cli::main()
}
