//! The command line.

use std::process::ExitCode;

/// Does what the command line asks.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
