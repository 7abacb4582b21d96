//! `cargo xtask VERB`: the list of verbs.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{clients, torture, verbs};

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
    /// The budgets of the design, each measured beside its reference in the same run.
    Bench {
        /// The rows to measure; all of them where none is named.
        rows: Vec<String>,
    },
    /// Segment's official clients, installed at their versions and pointed at a server: from the
    /// message to the brief that cites it.
    Clients,
    /// A server under load that is killed again and again, judged by what stands outside it.
    Torture {
        /// How many times it is killed; a third of them while it recovers.
        #[arg(long, default_value_t = 50)]
        kills: u32,
        /// What the moments of the kills and the receiver's moods are drawn from.
        #[arg(long, default_value_t = 7)]
        seed: u64,
        /// How many clients write at once.
        #[arg(long, default_value_t = 4)]
        writers: u32,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Line::parse().verb {
        Verb::Test => verbs::test(),
        Verb::Check => verbs::check(),
        Verb::Bless => verbs::bless(),
        Verb::Tidy => verbs::tidy(),
        Verb::Bench { rows } => verbs::bench(&rows),
        Verb::Clients => {
            clients::run()?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Torture { kills, seed, writers } => {
            torture::run(torture::Plan { kills, seed, writers })?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
