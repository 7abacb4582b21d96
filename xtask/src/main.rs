//! `cargo xtask VERB`: the list of verbs.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::verbs;

/// The project's own verbs.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Line {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Everything that must hold before a commit: format, lints, tests, documentation.
    Test,
    /// The quick part of `test`: format and lints.
    Check,
    /// Run the tests and rewrite their golden files; the diff is the review.
    Bless,
    /// The tidy rules alone.
    Tidy,
}

fn main() -> anyhow::Result<ExitCode> {
    match Line::parse().verb {
        Verb::Test => verbs::test(),
        Verb::Check => verbs::check(),
        Verb::Bless => verbs::bless(),
        Verb::Tidy => verbs::tidy(),
    }
}
