//! `baton demo`: a made-up company, its history in virtual time, and then live: signals over HTTP
//! into itself, deliveries to a receiver of its own.

mod folders;
mod receiver;
mod sender;
mod visitors;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use clap::Args;
use crank::{Crank, Ids};
use rehearsal::demo::{self, DemoError, Figures, History, Progress, Suggestion, Watch};
use rehearsal::world::{DemoSource, Scale, World};
use serde::Serialize;
use store::chance::Chance;
use store::sqlite::{Reader, SqliteStore};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::text::{quoted, thousands};
use crate::config::resolved::DemoServing;
use crate::faces::serving::{self, Running, Signals};
use crate::local::refusal::with_causes;
use crate::runtime::clock;
use folders::DemoFolders;
use sender::Sender;
use visitors::visitors;

/// Items a second in the live part.
const RATE: u32 = 20;
/// The longest that a demo runs by `--for`.
const DAYS_MAX: u64 = 30;

/// Play a made-up company, its ninety days of history, and then live
///
/// Nothing leaves this machine, and nobody in it is real. Without --data everything is in a new
/// folder that is removed at the end.
#[derive(Args)]
#[command(after_help = "Examples:
  baton demo
  baton demo --small
  baton demo --seed 7 --for 20s --json
  baton demo --data ./demo-data --listen 127.0.0.1:8080")]
pub(super) struct Arguments {
    /// What the world is made from
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
    /// A twentieth of the company and its market: the history is there within seconds
    #[arg(long)]
    small: bool,
    /// Items a second in the live part
    #[arg(long, value_name = "R", default_value_t = RATE, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
    /// How long the live part takes, as in 30s or 5m [default: until SIGINT]
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    lasts: Option<Duration>,
    /// Where to listen [default: 127.0.0.1:8080, else a free port]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

fn time(text: &str) -> Result<Duration, String> {
    let known = notation::duration(text).and_then(|time| time.elapsed());
    let known = known.map(clock::duration).filter(|time| !time.is_zero());
    known
        .filter(|time| *time <= Duration::from_hours(24 * DAYS_MAX))
        .ok_or_else(|| format!("write it as 30s, 5m or 1h, up to {DAYS_MAX}d"))
}

/// What `--json` prints.
#[derive(Serialize)]
struct PrintedFigures<'a> {
    #[serde(flatten)]
    all: &'a Figures,
    /// The same of the history alone: it depends on the seed and the version.
    history: &'a Figures,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    if arguments.listen.is_some_and(|asked| !asked.ip().is_loopback()) {
        let says = "everybody knows the key `demo`; listen on 127.0.0.1, behind a proxy where others look on";
        return Err(Failure::wrong("listen-open", says));
    }
    let folders = DemoFolders::lay(call)?;
    let ended = play(arguments, &folders, call);
    folders.clear()?;
    ended
}

fn play(arguments: &Arguments, folders: &DemoFolders, call: &Call) -> Result<Ending, Failure> {
    let scale = if arguments.small { Scale::SMALL } else { Scale::FULL };
    let world = Arc::new(World::scaled(arguments.seed, scale));
    let store = SqliteStore::open(&folders.data, Chance::system())?;
    let mut crank = Crank::open(store, Ids::Derived(arguments.seed)).map_err(DemoError::from)?;
    let history = play_history(&mut crank, &world, call)?;
    let things = demo::suggestions(&history.watch, crank.store())?;
    clock::go_on_from(history.moment);
    folders.keep_clock()?;
    let receiver = receiver::listen(arguments.seed)?;
    let commands = commands(&things, folders);
    let strategy = crank.strategies().in_force().cloned();
    let visitors = strategy.map_or_else(Vec::new, |known| visitors(&known, &history.watch));
    let (source, seed) = (DemoSource::Web.source(), arguments.seed);
    let (crm, stays) = (Some(receiver.address), folders.stay());
    let demo = DemoServing { source, commands: commands.clone(), seed, visitors, crm, stays };
    let running = start(arguments, folders, (receiver.address, demo), crank, call)?;
    tell(&history, &commands, &running, call)?;
    let sender = Sender::start(world, arguments.rate, running.address(), &folders::keys());
    let live = go_live(running, sender, arguments.lasts)?;
    let History { figures: past, watch, .. } = history;
    let all = figures(watch, &past, &live, folders)?;
    if call.terminal.json {
        call.terminal.json(&PrintedFigures { all: &all, history: &past })?;
    } else {
        let (live, effects) = (all.signals - past.signals, receiver.effects());
        call.terminal.line(&format!(
            "\n{} live signals over HTTP; {} deliveries received once each, {} of them sent again after a failure",
            thousands(live),
            thousands(effects.received),
            thousands(effects.repeated),
        ))?;
    }
    Ok(Ending::Done)
}

fn play_history(
    crank: &mut Crank<SqliteStore>,
    world: &World,
    call: &Call,
) -> Result<History, Failure> {
    let began = clock::tick();
    let bar = call.terminal.progress("playing", world.sent());
    let mut show = |progress: Progress| {
        let rate = progress.done as f64 / began.elapsed().as_secs_f64().max(0.001);
        let day = progress.moment.to_string();
        bar.at(progress.done, || {
            format!(
                "{} signals, {} a second, {}",
                thousands(progress.done),
                thousands(rate as u64),
                &day[..10]
            )
        });
    };
    Ok(demo::play_history(crank, world, &mut show)?)
}

fn start(
    arguments: &Arguments,
    folders: &DemoFolders,
    (receiver, demo): (SocketAddr, DemoServing),
    crank: Crank<SqliteStore>,
    call: &Call,
) -> Result<Running, Failure> {
    let listen = folders::listen_at(arguments.listen);
    let mut serving = folders.configured(receiver, call)?.serving(&folders.data, Some(listen))?;
    serving.demo = Some(demo);
    Ok(serving::run(crank, serving, Signals::Heard).and_then(Running::wait_ready)?)
}

/// What each of the things to try shows, and its command as it can be pasted into a shell: with the program
/// as it was started, and the folder.
fn commands(things: &[Suggestion], folders: &DemoFolders) -> Vec<(String, String)> {
    let program = std::env::args_os().next().unwrap_or_else(|| "baton".into());
    let begins = quoted(&program.to_string_lossy());
    let data = quoted(&folders.data.display().to_string());
    let command = |thing: &Suggestion| {
        let words: Vec<String> = thing.arguments.iter().map(|word| quoted(word)).collect();
        (thing.says.to_owned(), format!("{begins} {} --data {data}", words.join(" ")))
    };
    things.iter().map(command).collect()
}

/// The funnel, five things to try, and where it listens.
fn tell(
    history: &History,
    commands: &[(String, String)],
    running: &Running,
    call: &Call,
) -> Result<(), Failure> {
    let address = format!("listens on http://{}/ with the key `demo`", running.address());
    if call.terminal.json {
        call.terminal.aside(&address);
        return Ok(());
    }
    call.terminal.line("Ninety days of a company that nobody has heard of:\n")?;
    call.terminal.line(history.funnel.drawn().trim_end())?;
    let dirt: u64 = history.figures.dirt.values().sum();
    let kinds = history.figures.dirt.len();
    call.terminal.line(&format!(
        "  {} broken, late or doubled inputs of {kinds} kinds, each with its trace",
        thousands(dirt)
    ))?;
    call.terminal.line("\nFive things to try next, in another terminal:\n")?;
    for (says, command) in commands {
        call.terminal.line(&format!("  {says}"))?;
        call.terminal.line(&format!("    {command}"))?;
    }
    call.terminal.line(&format!("\n{address}; live from here on, end it with Ctrl-C"))?;
    call.terminal.line(&format!(
        "\nOpen it in a browser and be one of its people: http://{}/tour",
        running.address()
    ))?;
    Ok(())
}

/// Serves until the time is over or somebody ends it; gives the dirt that was sent meanwhile.
fn go_live(
    running: Running,
    sender: Sender,
    lasts: Option<Duration>,
) -> Result<BTreeMap<&'static str, u64>, Failure> {
    let (over, waiting) = mpsc::channel::<()>();
    if let Some(lasts) = lasts {
        let stopper = running.stopper();
        thread::spawn(move || {
            // Either the time is over, or everything is.
            if waiting.recv_timeout(lasts).is_err() {
                stopper.stop();
            }
        });
    }
    let ended = running.until_signal();
    drop(over);
    let dirt = sender.end();
    ended?;
    Ok(dirt)
}

/// The figures of the history and the live part together, read from the journal.
fn figures(
    mut watch: Watch,
    past: &Figures,
    live: &BTreeMap<&'static str, u64>,
    folders: &DemoFolders,
) -> Result<Figures, Failure> {
    let reader = Reader::open(&folders.data)?;
    watch.follow(&reader)?;
    let mut all = Figures::of(&watch, &reader)?;
    all.dirt.clone_from(&past.dirt);
    for (kind, count) in live {
        *all.dirt.entry(kind).or_default() += count;
    }
    Ok(all)
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Store(error) => error.into(),
            DemoError::Crank(_) | DemoError::Strategy(_) | DemoError::Body(_) => {
                Self::unable("demo-failed", with_causes(&error))
            }
        }
    }
}
