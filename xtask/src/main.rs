//! `cargo xtask VERB`: the list of verbs.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{
    clients, load, mail_lists, package, pages, rooms, sample_leads, sign_in, torture, verbs,
};

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
    /// The program under more than it can do: connections without a key that send what unpacks to a
    /// thousand times its size, and five times the signals that can be decided. It exits with 1 where
    /// memory, latency or a signal is lost.
    Load {
        /// How many connections without a key there are on each route; 0 leaves this part out.
        #[arg(long, default_value_t = 200)]
        strangers: u32,
        /// How long they stay on each route: `60s`, or a number of seconds.
        #[arg(long, default_value = "60s", value_parser = load::held)]
        hold: u64,
        /// How long five times the signals are sent, in seconds, and a quarter of it without a
        /// strategy in force; 0 leaves these parts out.
        #[arg(long, default_value_t = 120)]
        overload: u64,
        /// The program, where it is built already.
        #[arg(long, value_name = "FILE")]
        program: Option<PathBuf>,
    },
    /// What is given away: a program that needs no library of the machine, a Debian package and the
    /// description of an image, in `target/package`.
    Package {
        /// What it is built for; the machine's own processor without it.
        #[arg(long)]
        target: Option<String>,
    },
    /// The pages of the demo in a headless browser, in parts. It exits with 1 where one of them finds a fault,
    /// where the browser complains, and where a page asks somebody else. Installs Debian's Chromium where none is.
    Pages {
        /// The parts to do; all of them where none is named.
        #[arg(value_enum)]
        parts: Vec<pages::Part>,
        /// The program, where it is built already.
        #[arg(long, value_name = "FILE")]
        program: Option<PathBuf>,
        /// A demo that runs already, as in `http://127.0.0.1:8080`; one of its own without it.
        #[arg(long, value_name = "ADDRESS")]
        demo: Option<String>,
        /// The folder of the pictures; `target/pages` without it.
        #[arg(long, value_name = "FOLDER")]
        pictures: Option<PathBuf>,
    },
    /// Signing in with an identity provider that somebody else made (`oidc-provider`, installed at its
    /// version): whom the program lets in, and whom it does not.
    SignIn {
        /// The program, where it is built already.
        #[arg(long, value_name = "FILE")]
        program: Option<PathBuf>,
    },
    /// The sample leads of `examples/leads`, written anew.
    SampleLeads,
    /// The lists of free-mail and disposable domains: written anew, or measured.
    MailLists {
        #[command(subcommand)]
        verb: MailLists,
    },
    /// Whether there is room for what comes next: a scratch patch for each kind of thing, compiled in a
    /// copy of the tree, and the files that it touches besides its own folder.
    Rooms {
        /// The rooms to try; all of them where none is named.
        rooms: Vec<String>,
    },
    /// The program under kills, power cuts and faults of its disk, judged by what stands outside it.
    ///
    /// The parts combine: `--kills 50 --power-cuts 500 --faults 60`. With none, 50 kills. It exits with
    /// 1 where anything was found, and keeps what failed.
    Torture(Torture),
}

#[derive(Subcommand)]
enum MailLists {
    /// Write the lists anew from packages that keep them and that are unpacked in a folder:
    /// `docs/how-to/whose-is-it.md` says which.
    Write {
        /// The folder with the unpacked packages.
        packages: PathBuf,
        /// The version to write: the day as a number, `20261130`.
        version: u32,
    },
    /// Ask the program for each domain of public lists that no list of ours is made of. It exits with 1
    /// where less than 95 % of a list of providers is known, or more than 0.1 % of a list of companies is
    /// taken for a provider that no list of providers has.
    Measure {
        /// A list of mail providers, free or disposable: domains in quotes or a line each.
        #[arg(long, value_name = "FILE", required = true)]
        providers: Vec<PathBuf>,
        /// A list of domains of companies, in the same form.
        #[arg(long, value_name = "FILE", required = true)]
        companies: Vec<PathBuf>,
        /// The program, where it is built already.
        #[arg(long, value_name = "FILE")]
        program: Option<PathBuf>,
    },
}

#[derive(clap::Args)]
struct Torture {
    /// How many times the server is killed; a third of them while it recovers.
    #[arg(long)]
    kills: Option<u32>,
    /// How many states are opened that a power cut can leave behind (with strace).
    #[arg(long)]
    power_cuts: Option<u32>,
    /// How many times a system call of the program fails, or it dies at one (with strace).
    #[arg(long)]
    faults: Option<u32>,
    /// What all moments, fates and the receiver's moods are drawn from.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How many clients write at once.
    #[arg(long, default_value_t = 4)]
    writers: u32,
    /// How many states are opened at once.
    #[arg(long, default_value_t = 2)]
    jobs: u32,
    /// The program, where it is built already.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Print the summary as JSON in the last line.
    #[arg(long)]
    json: bool,
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
        Verb::Load { strangers, hold, overload, program } => {
            load::run(&load::Plan { strangers, seconds: hold, overload, program })
        }
        Verb::Package { target } => {
            package::write(target)?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Pages { parts, program, demo, pictures } => {
            pages::run(&pages::Plan { program, pictures, demo, parts })
        }
        Verb::SignIn { program } => {
            sign_in::run(program.as_deref())?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::SampleLeads => {
            sample_leads::write()?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::MailLists { verb: MailLists::Write { packages, version } } => {
            mail_lists::write(&packages, version)?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::MailLists { verb: MailLists::Measure { providers, companies, program } } => {
            mail_lists::measure::run(&mail_lists::measure::Asked { providers, companies, program })
        }
        Verb::Rooms { rooms: wanted } => rooms::run(&wanted),
        Verb::Torture(asked) => torture::run(&torture::Plan {
            kills: asked.kills,
            power_cuts: asked.power_cuts,
            faults: asked.faults,
            seed: asked.seed,
            writers: asked.writers,
            jobs: asked.jobs,
            program: asked.program,
            json: asked.json,
        }),
    }
}
