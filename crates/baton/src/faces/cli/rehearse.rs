//! `baton rehearse`: people's own history under a strategy, with nothing leaving the machine. No data
//! folder is opened, but for the strategy in force where it is compared with that.

mod told;

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use crank::{CrankError, StrategyCache};
use domain::Span;
use rehearsal::history::{
    Behaviour, History, Progress, Rehearsal, read, rehearse, rehearse_against,
};
use rehearsal::report;
use rules::Strategy;
use rules::strategy::compile;
use store::Read as _;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::harmless::JsonOut;
use super::import::files::{map_text, read_map, refused};
use super::strategy_folder;
use super::text::{count, shown_path, thousands};
use crate::local::Refusal;
use crate::local::refusal::with_causes;
use crate::runtime::clock;

/// Where the report goes if nobody says where.
const REPORT: &str = "report.html";
/// What a report of ours has near its beginning.
const REPORT_MARK: &[u8] = b"<title>Rehearsal: ";
/// How much of a file is looked at for that.
const HEAD_BYTES: u64 = 4_096;
/// The most threads that make sense.
const THREADS_MAX: u64 = 256;

/// Play your own history under a strategy: who would have got what, and when
///
/// Nothing leaves this machine and no data folder is opened, but for `--against live`, which reads
/// one. What is known only afterwards reaches no
/// decision; it stands beside them in the report.
#[derive(Args)]
#[command(after_help = "Examples:
  baton rehearse --strategy strategy --history maps/crm.yaml exports/*.csv
  baton rehearse --strategy draft --against strategy --history maps/crm.yaml exports/*.csv
  baton rehearse --strategy draft --against live --history maps/crm.yaml exports/*.csv --json")]
pub(super) struct Arguments {
    /// The folder of the strategy
    #[arg(long, value_name = "DIR")]
    strategy: PathBuf,
    /// Compare with another strategy over the same history: a folder, or `live` for the one that is in
    /// force in the data folder
    #[arg(long, value_name = "live|DIR", value_parser = against)]
    against: Option<Against>,
    /// What the columns of the files mean
    #[arg(long, value_name = "MAP.yaml")]
    history: PathBuf,
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where the report goes [default: report.html; with --json none]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// How owners behave: prompt, recorded or model
    #[arg(long, value_name = "HOW", default_value = "prompt", value_parser = behaviour)]
    behaviour: Behaviour,
    /// How many threads read [default: one a processor]; they change no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=THREADS_MAX))]
    threads: Option<u64>,
}

/// What is compared with.
#[derive(Clone, Debug)]
enum Against {
    /// The strategy in force.
    Live,
    /// A folder.
    Folder(PathBuf),
}

#[expect(clippy::unnecessary_wraps, reason = "clap wants a result")]
fn against(text: &str) -> Result<Against, String> {
    Ok(if text == "live" { Against::Live } else { Against::Folder(text.into()) })
}

fn behaviour(name: &str) -> Result<Behaviour, String> {
    Behaviour::named(name).ok_or_else(|| "say prompt, recorded or model".to_owned())
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let began = clock::now();
    let other = match &arguments.against {
        Some(Against::Live) => Some(in_force(call)?),
        Some(Against::Folder(folder)) => Some(strategy(folder, call)?),
        None => None,
    };
    let strategies = (strategy(&arguments.strategy, call)?, other);
    let history = history(arguments, call)?;
    let read_for = clock::now() - began;
    let rehearsal = play(arguments, &strategies, &history, read_for, call)?;
    let written = write_report(arguments, &rehearsal, call)?;
    if call.terminal.json {
        let mut out = BufWriter::new(JsonOut::new(io::stdout().lock()));
        rehearsal.write(&mut out, arguments.threads())?;
        out.flush()?;
    } else {
        for line in told::lines(&rehearsal, call.terminal.columns()) {
            call.terminal.line(&line)?;
        }
        if let Some(path) = written {
            call.terminal.line(&format!("report: {}", shown_path(&path)))?;
        }
    }
    Ok(Ending::Done)
}

impl Arguments {
    fn threads(&self) -> usize {
        let here = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(here, |threads| threads as usize)
    }
}

fn strategy(folder: &Path, call: &Call) -> Result<Arc<Strategy>, Failure> {
    let compiled = compile(&strategy_folder::read(folder)?);
    if compiled.strategy.is_none() {
        call.terminal.draw(&compiled.sources, &compiled.diagnostics);
    }
    compiled.strategy.map(Arc::new).ok_or(Failure::Drawn)
}

/// The strategy that is in force in the data folder, whoever holds it.
fn in_force(call: &Call) -> Result<Arc<Strategy>, Failure> {
    let reader = call.reader()?;
    let force = reader.force()?.ok_or_else(|| {
        let folder = call.data.display();
        let says = format!(
            "no strategy is in force in `{folder}`; put one in force with `baton apply DIR`"
        );
        Failure::unable("no-strategy", says)
    })?;
    let kept = StrategyCache::default().version(&reader, force.version).map_err(Refusal::from)?;
    let broken = || CrankError::StrategyBroken(force.version.to_string());
    Ok(kept.ok_or_else(broken).map_err(Refusal::from)?)
}

fn history(arguments: &Arguments, call: &Call) -> Result<History, Failure> {
    let began = clock::now();
    let text = map_text(&arguments.history)?;
    let map = read_map(&arguments.history, &text, call)?;
    // A name that fits no glob is wrong use, whatever is behind it.
    for path in &arguments.files {
        map.file_for(&name(path)).map_err(refused)?;
    }
    let (mut files, mut size) = (Vec::new(), 0);
    for path in &arguments.files {
        let (file, bytes) = open(path)?;
        size += bytes;
        files.push((name(path), file));
    }
    let history = {
        let bar = call.terminal.progress("reading", size);
        let tell = |progress: Progress| {
            if let Progress::Reading { rows, bytes } = progress {
                bar.at(bytes, || {
                    let rate = per_second(rows, clock::now() - began);
                    format!("{}, {rate} a second", count(rows, "row"))
                });
            }
        };
        read(&map, files, arguments.threads(), &tell).map_err(refused)?
    };
    aside(
        call,
        &format!(
            "reading   {}, {} read, {} quarantined",
            count(history.counts.read, "row"),
            thousands(history.counts.read - history.counts.quarantined()),
            thousands(history.counts.quarantined())
        ),
    );
    Ok(history)
}

fn play(
    arguments: &Arguments,
    (strategy, other): &(Arc<Strategy>, Option<Arc<Strategy>>),
    history: &History,
    read_for: Span,
    call: &Call,
) -> Result<Rehearsal, Failure> {
    let began = clock::now();
    let rehearsal = {
        let times = if other.is_some() { 2 } else { 1 };
        let bar = call.terminal.progress("playing", history.rows.len() as u64 * times);
        let tell = |progress: Progress| {
            if let Progress::Playing { rows, .. } = progress {
                bar.at(rows, || {
                    let rate = per_second(rows, clock::now() - began);
                    format!("{}, {rate} a second", count(rows, "row"))
                });
            }
            ControlFlow::Continue(())
        };
        let (behaviour, threads) = (arguments.behaviour, arguments.threads());
        match other {
            Some(other) => rehearse_against((strategy, other), history, behaviour, threads, &tell),
            None => rehearse(strategy, history, behaviour, threads, &tell),
        }
    };
    let rehearsal =
        rehearsal.map_err(|error| Failure::unable("rehearsal-failed", with_causes(&error)))?;
    let leads = rehearsal.summary.leads;
    let took = clock::now() - began;
    let both = seconds(read_for + took);
    let rate = per_second(leads, took);
    aside(
        call,
        &format!("playing   {}, {rate} a second; {both:.1} s in all", count(leads, "lead")),
    );
    Ok(rehearsal)
}

/// What stays on a terminal of the progress; a pipe is told nothing.
fn aside(call: &Call, text: &str) {
    if io::stderr().is_terminal() {
        call.terminal.aside(text);
    }
}

fn open(path: &Path) -> Result<(File, u64), Failure> {
    let unread =
        |error: io::Error| Failure::unable("file-unread", format!("`{}`: {error}", path.display()));
    let file = File::open(path).map_err(unread)?;
    let known = file.metadata().map_err(unread)?;
    if known.is_dir() {
        let says = format!("`{}` is a folder; name the files in it", path.display());
        return Err(Failure::wrong("file-unread", says));
    }
    Ok((file, known.len()))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Writes the report; nothing that is not a report is written over unless it was named.
fn write_report(
    arguments: &Arguments,
    rehearsal: &Rehearsal,
    call: &Call,
) -> Result<Option<PathBuf>, Failure> {
    let path = match (&arguments.report, call.terminal.json) {
        (Some(path), _) => path.clone(),
        (None, true) => return Ok(None),
        (None, false) if is_something_else(Path::new(REPORT)) => {
            call.terminal.warn(&format!(
                "`{REPORT}` is there and is no report of a rehearsal; say `--report FILE`"
            ));
            return Ok(None);
        }
        (None, false) => PathBuf::from(REPORT),
    };
    fs::write(&path, report::html(rehearsal)).map_err(|error| {
        Failure::unable("report-unwritten", format!("`{}`: {error}", path.display()))
    })?;
    Ok(Some(path))
}

fn is_something_else(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return path.exists() };
    let mut head = Vec::new();
    let read = file.take(HEAD_BYTES).read_to_end(&mut head);
    read.is_err() || !head.windows(REPORT_MARK.len()).any(|part| part == REPORT_MARK)
}

fn per_second(number: u64, span: Span) -> String {
    thousands((number as f64 / seconds(span).max(0.001)) as u64)
}

/// Seconds with three places.
fn seconds(span: Span) -> f64 {
    (span.0.max(0) as f64 / 1_000.0).round() / 1_000.0
}
