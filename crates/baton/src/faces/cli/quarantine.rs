//! `baton quarantine`: what is held, for which cause, and what frees it.

mod choose;
mod list;
mod mend;
mod show;

use clap::Subcommand;

use super::call::Call;
use super::ending::{Ending, Failure};

/// List, repair, release and discard input that could not be read
#[derive(Subcommand)]
pub(super) enum Verb {
    List(list::Arguments),
    Show(show::Arguments),
    Repair(mend::Repair),
    Release(mend::Release),
    Discard(mend::Discard),
}

pub(super) fn run(verb: Verb, call: &Call) -> (&'static str, Result<Ending, Failure>) {
    match verb {
        Verb::List(arguments) => ("list the quarantine", list::run(&arguments, call)),
        Verb::Show(arguments) => ("show the entry", show::run(&arguments, call)),
        Verb::Repair(arguments) => ("repair", mend::repair(&arguments, call)),
        Verb::Release(arguments) => ("release", mend::release(&arguments, call)),
        Verb::Discard(arguments) => ("discard", mend::discard(&arguments, call)),
    }
}
