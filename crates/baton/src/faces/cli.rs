//! The command line: one verb, one file. Exit codes: 0 done, 1 it found problems, 2 wrong use,
//! 3 could not. With `--json` standard output holds JSON alone; everything else goes to the other.

mod asking;
mod call;
mod ending;
mod handoffs;
mod harmless;
mod table;
mod terminal;
mod text;

mod known;
mod lines;
mod lists;
mod overview;
mod strategy_folder;
mod take_turns;

mod act;
mod audit;
mod brief;
mod check;
mod completions;
mod context;
mod demo;
mod desk;
mod destinations;
mod diff;
mod doctor;
mod erase;
mod explain;
mod export;
mod find;
mod import;
mod imports;
mod init;
mod key;
mod migrate;
mod pull;
mod quarantine;
mod rehearse;
mod replay;
mod resolve;
mod serve;
mod sources;
mod strategies;
mod strategy;
mod team;
mod user;
mod why;
mod zone;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand};

use call::Call;
use ending::Ending;
use terminal::Terminal;
use text::plain;

use crate::runtime::clock;

/// From a lead to an accepted handoff: who gets it, why, and until when.
#[derive(Parser)]
#[command(
    name = "baton",
    bin_name = "baton",
    version,
    max_term_width = 100,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done, 1 it found problems, 2 wrong use, 3 could not."
)]
struct CommandLine {
    #[command(flatten)]
    common: call::Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Demo(demo::Arguments),
    Serve(serve::Arguments),
    Import(import::Arguments),
    Imports(imports::Arguments),
    Init(init::Arguments),
    Check(check::Arguments),
    Apply(strategy::Apply),
    Rollback(strategy::RollBack),
    Strategies(strategies::Arguments),
    #[command(subcommand)]
    Strategy(pull::Verb),
    Diff(diff::Arguments),
    Rehearse(rehearse::Arguments),
    Completions(completions::Arguments),
    Context(context::Arguments),
    Find(find::Arguments),
    Handoffs(handoffs::Arguments),
    Lines(lines::Arguments),
    Team(team::Arguments),
    Why(why::Arguments),
    Brief(brief::Arguments),
    Accept(act::Accept),
    Reject(act::Reject),
    Reassign(act::Reassign),
    Outcome(act::Outcome),
    Debrief(act::Debrief),
    Feedback(act::Feedback),
    Snooze(act::Snooze),
    Undo(act::Undo),
    Pause(desk::Pause),
    Resume(desk::Resume),
    Credit(desk::Credit),
    Leave(desk::Leave),
    #[command(subcommand)]
    Quarantine(quarantine::Verb),
    Sources(sources::Arguments),
    Destinations(destinations::Arguments),
    #[command(subcommand)]
    Key(key::Verb),
    #[command(subcommand)]
    User(user::Verb),
    Export(export::Arguments),
    Explain(explain::Arguments),
    Erase(erase::Arguments),
    #[command(subcommand)]
    Resolve(resolve::Verb),
    #[command(subcommand)]
    Lists(lists::Verb),
    #[command(subcommand)]
    Audit(audit::Verb),
    Doctor(doctor::Arguments),
    Migrate(migrate::Arguments),
    Replay(replay::Arguments),
}

/// Does what the command line asks.
pub fn main() -> ExitCode {
    let CommandLine { common, verb } = match read(std::env::args_os()) {
        Ok(line) => line,
        Err(error) => return misused(error),
    };
    let call = Call::new(common);
    clock::go_by(&call.data);
    let (doing, ended) = run(verb, &call);
    match ended {
        Ok(ending) => ending.into(),
        Err(failure) => call.terminal.failed(doing, failure),
    }
}

/// The command line, with its verbs in groups where help is asked for.
fn command() -> Command {
    overview::shown_in(CommandLine::command())
}

/// What was typed, as a verb.
fn read<T: Into<OsString> + Clone>(
    typed: impl IntoIterator<Item = T>,
) -> Result<CommandLine, clap::Error> {
    let typed: Vec<OsString> = typed.into_iter().map(Into::into).collect();
    CommandLine::from_arg_matches(&command().try_get_matches_from(as_flag(typed))?)
}

/// `help VERB` asks for what `VERB --help` does.
fn as_flag(mut typed: Vec<OsString>) -> Vec<OsString> {
    if typed.get(1).is_some_and(|word| word == "help") {
        typed.remove(1);
        typed.push("--help".into());
    }
    typed
}

/// Says what is wrong with the command line, or the help that was asked for. What was typed is in it, so
/// it is read again with every character that a terminal would act on made visible.
fn misused(error: clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit();
    }
    let typed = std::env::args_os().map(|typed| plain(&typed.to_string_lossy()));
    let error = read(typed).err().unwrap_or(error);
    Terminal::new(false).misused(&error);
    ExitCode::from(2)
}

/// Runs a verb, and says what it does, as it fits behind "could not".
fn run(verb: Verb, call: &Call) -> (&'static str, Result<Ending, ending::Failure>) {
    match verb {
        Verb::Demo(arguments) => ("play the demo", demo::run(&arguments, call)),
        Verb::Serve(arguments) => ("serve", serve::run(&arguments, call)),
        Verb::Import(arguments) => ("import", import::run(&arguments, call)),
        Verb::Imports(arguments) => ("list imports", imports::run(&arguments, call)),
        Verb::Init(arguments) => ("write a strategy", init::run(&arguments, call)),
        Verb::Check(arguments) => ("check the strategy", check::run(&arguments, call)),
        Verb::Apply(arguments) => ("apply the strategy", strategy::apply(&arguments, call)),
        Verb::Rollback(arguments) => ("roll back", strategy::roll_back(&arguments, call)),
        Verb::Strategies(arguments) => ("list strategies", strategies::run(&arguments, call)),
        Verb::Strategy(verb) => ("bring the strategy out", pull::run(&verb, call)),
        Verb::Diff(arguments) => ("compare strategies", diff::run(&arguments, call)),
        Verb::Rehearse(arguments) => ("rehearse", rehearse::run(&arguments, call)),
        Verb::Completions(arguments) => {
            ("print completions", completions::run(&arguments, command(), call))
        }
        Verb::Context(arguments) => ("tell the context", context::run(&arguments, call)),
        Verb::Find(arguments) => ("find it", find::run(&arguments, call)),
        Verb::Handoffs(arguments) => ("list handoffs", handoffs::run(&arguments, call)),
        Verb::Lines(arguments) => ("list who waits", lines::run(&arguments, call)),
        Verb::Team(arguments) => ("list the team", team::run(&arguments, call)),
        Verb::Sources(arguments) => ("list the sources", sources::run(&arguments, call)),
        Verb::Destinations(arguments) => destinations::run(&arguments, call),
        Verb::Why(arguments) => ("tell why", why::run(&arguments, call)),
        Verb::Brief(arguments) => ("write the brief", brief::run(&arguments, call)),
        Verb::Accept(arguments) => ("accept the handoff", act::accept(&arguments, call)),
        Verb::Reject(arguments) => ("reject the handoff", act::reject(&arguments, call)),
        Verb::Reassign(arguments) => ("reassign the handoff", act::reassign(&arguments, call)),
        Verb::Outcome(arguments) => ("record the outcome", act::outcome(&arguments, call)),
        Verb::Debrief(arguments) => ("record the debrief", act::debrief(&arguments, call)),
        Verb::Feedback(arguments) => ("record the feedback", act::feedback(&arguments, call)),
        Verb::Snooze(arguments) => ("snooze the handoff", act::snooze(&arguments, call)),
        Verb::Undo(arguments) => ("take it back", act::undo(&arguments, call)),
        Verb::Pause(arguments) => ("pause the member", desk::pause(&arguments, call)),
        Verb::Resume(arguments) => ("resume the member", desk::resume(&arguments, call)),
        Verb::Credit(arguments) => ("give the credit", desk::credit(&arguments, call)),
        Verb::Leave(arguments) => ("record the leave", desk::leave(&arguments, call)),
        Verb::Quarantine(verb) => quarantine::run(verb, call),
        Verb::Key(verb) => key::run(verb, call),
        Verb::User(verb) => user::run(verb, call),
        Verb::Explain(arguments) => ("explain the code", explain::run(&arguments, call)),
        Verb::Export(arguments) => ("export", export::run(&arguments, call)),
        Verb::Erase(arguments) => ("erase", erase::run(&arguments, call)),
        Verb::Resolve(verb) => resolve::run(verb, call),
        Verb::Lists(verb) => lists::run(verb, call),
        Verb::Audit(verb) => audit::run(verb, call),
        Verb::Doctor(arguments) => ("examine the folder", doctor::run(&arguments, call)),
        Verb::Migrate(arguments) => ("migrate the folder", migrate::run(&arguments, call)),
        Verb::Replay(arguments) => ("replay the journal", replay::run(&arguments, call)),
    }
}
