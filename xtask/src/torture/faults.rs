//! Faults of the disk: a system call of the program fails, or the program dies at it, at the N-th such
//! call at its first start, at a start, under load, at a checkpoint, while somebody is erased and
//! while a file is imported. Afterwards the folder is opened without faults and judged.

mod drive;
mod phase;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};

use super::client::{History, Load};
use super::folder::{self, Image};
use super::ledger::{Ledger, Moods, Receiver};
use super::summary::Part;
use super::{Plan, furniture, judge, strace};
use crate::serving::office::Office;
use crate::serving::server::Server;
use crate::serving::wire::{self, Draw};
use crate::shell::say;
use drive::Driven;
use phase::Phase;

/// Batches that are in the folder before a fault.
const BATCHES_BEFORE: u64 = 12;
/// How often a fault is drawn anew, earlier, where the program never came to the call.
const TRIES_MAX: u32 = 4;

/// What becomes of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It fails once.
    Fails(&'static str),
    /// It fails this many times in a row, as on a disk that is full for a while.
    FailsFor(&'static str, u32),
    /// The program dies at it.
    Dies,
}

/// A fault: the N-th call of this name, in the thread that makes it.
#[derive(Clone, Copy, Debug)]
struct Fault {
    pub(super) phase: Phase,
    pub(super) call: &'static str,
    pub(super) effect: Effect,
    pub(super) at: u64,
}

/// The calls and what may become of them.
const KINDS: [(&str, Effect); 11] = [
    ("fdatasync", Effect::Fails("EIO")),
    ("fdatasync", Effect::Dies),
    ("fsync", Effect::Fails("EIO")),
    ("fsync", Effect::Dies),
    ("pwrite64", Effect::Fails("EIO")),
    ("pwrite64", Effect::Fails("ENOSPC")),
    ("pwrite64", Effect::FailsFor("ENOSPC", 30)),
    ("pwrite64", Effect::Dies),
    ("write", Effect::Fails("ENOSPC")),
    ("ftruncate", Effect::Dies),
    ("unlink", Effect::Dies),
];

impl Fault {
    /// What strace is told.
    pub(super) fn injection(&self) -> String {
        let Self { call, at, .. } = self;
        match self.effect {
            Effect::Fails(error) => format!("inject={call}:error={error}:when={at}"),
            Effect::FailsFor(error, times) => {
                format!("inject={call}:error={error}:when={at}..{}", at + u64::from(times))
            }
            Effect::Dies => format!("inject={call}:signal=SIGKILL:when={at}"),
        }
    }

    fn name(&self) -> String {
        let effect = match self.effect {
            Effect::Fails(error) => error.to_lowercase(),
            Effect::FailsFor(error, times) => format!("{}-for-{times}", error.to_lowercase()),
            Effect::Dies => "dies".to_owned(),
        };
        format!("{}-{}-{effect}-{}", self.phase.name(), self.call, self.at)
    }

    /// Whether the program was promised to end by itself.
    pub(super) const fn must_end(&self) -> bool {
        matches!((self.call.as_bytes(), self.effect), (b"fdatasync" | b"fsync", Effect::Fails(_)))
    }
}

/// A folder with something in it, that each attack gets a copy of.
struct Template {
    office: Office,
    image: Image,
    history: History,
    ledger: Arc<Ledger>,
    receiver: Receiver,
}

/// Injects as many faults as are asked for.
pub(super) fn run(plan: &Plan, count: u32) -> anyhow::Result<Part> {
    strace::ensure_there()?;
    let mut part = Part::new("faults");
    let template = Template::make(plan)?;
    let mut kinds = Vec::new();
    for phase in Phase::ALL {
        let calls = calibrate(&template, phase)?;
        for (call, effect) in KINDS {
            if let Some(calls) = calls.get(call) {
                kinds.push((phase, call, effect, *calls));
            }
        }
        say(&format!("{}: {calls:?} calls in the busiest thread", phase.name()))?;
    }
    ensure!(!kinds.is_empty(), "the program makes none of the calls");
    let mut draw = Draw::new(plan.seed);
    for number in 0..count as usize {
        let (phase, call, effect, calls) =
            kinds[number * kinds.len() / (count as usize).max(1) % kinds.len()];
        let at = 1 + draw.below(calls);
        attack(&template, Fault { phase, call, effect, at }, &mut part)?;
        if (number + 1) % 10 == 0 {
            say(&format!("{} faults, {} failed", number + 1, part.failures.len()))?;
        }
    }
    let missed = part.figures.iter().find(|(name, _)| name == "faults never met");
    let missed = missed.map_or(0, |(_, figure)| *figure);
    ensure!(missed * 3 <= u64::from(count), "{missed} of {count} faults were never met");
    Ok(part)
}

/// Injects a fault, earlier where the program ends before it.
fn attack(template: &Template, fault: Fault, part: &mut Part) -> anyhow::Result<()> {
    let mut fault = fault;
    for _ in 0..TRIES_MAX {
        let folder = template.office.folder.join(fault.name());
        let injection = fault.injection();
        let driven = drive::drive(template, fault.phase, &folder, Some(&fault))?;
        if !driven.met && fault.at > 1 {
            fs::remove_dir_all(&folder)?;
            fault.at /= 2;
            continue;
        }
        if !driven.met {
            say(&format!("never met: {injection} at {}", fault.phase.name()))?;
        }
        part.count(if driven.met { "faults met" } else { "faults never met" }, 1);
        part.count(&format!("at {}", fault.phase.name()), 1);
        let verdict = settle(template, &driven, &fault);
        let sound = verdict.findings.is_empty();
        part.judged(&format!("{}: {injection}", fault.phase.name()), verdict, folder.clone())?;
        if sound {
            fs::remove_dir_all(&folder)?;
        }
        return Ok(());
    }
    part.count("faults never met", 1);
    Ok(())
}

/// Judges what a fault left.
fn settle(template: &Template, driven: &Driven, fault: &Fault) -> judge::Verdict {
    let mut findings = driven.findings.clone();
    if driven.met && fault.must_end() && driven.ended == Some(true) {
        findings.push("a sync failed, and the program ended as if all were well".to_owned());
    }
    if driven.met && fault.must_end() && driven.ended.is_none() {
        findings.push("a sync failed, and the program went on".to_owned());
    }
    let ledger = Arc::new(driven.ledger.as_of(u64::MAX));
    template.receiver.turn_to(Arc::clone(&ledger));
    let mut verdict = judge::reopen(&driven.office, &ledger, &driven.history, judge::DRAIN);
    findings.append(&mut verdict.findings);
    judge::Verdict { findings, ..verdict }
}

/// How many calls of each name the busiest thread makes in a phase without faults.
fn calibrate(template: &Template, phase: Phase) -> anyhow::Result<BTreeMap<String, u64>> {
    let folder = template.office.folder.join(format!("{}-calm", phase.name()));
    let driven = drive::drive(template, phase, &folder, None)?;
    ensure!(
        driven.findings.is_empty(),
        "{} fails without a fault: {:?}",
        phase.name(),
        driven.findings
    );
    let mut calls: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in fs::read_to_string(&driven.log)?.lines() {
        if let Some((thread, call)) = line.split_once(' ')
            && let Some((name, _)) = call.trim_start().split_once('(')
        {
            *calls.entry((name.to_owned(), thread.to_owned())).or_default() += 1;
        }
    }
    let mut busiest = BTreeMap::new();
    for ((name, _), count) in calls {
        let known = busiest.entry(name).or_insert(count);
        *known = count.max(*known);
    }
    fs::remove_dir_all(&folder)?;
    Ok(busiest)
}

impl Template {
    fn make(plan: &Plan) -> anyhow::Result<Self> {
        let ledger = Arc::new(Ledger::new(plan.seed, Moods::Kind));
        let receiver = Receiver::listen(Arc::clone(&ledger))?;
        let office = furniture::office(plan.program.as_deref(), receiver.address)?;
        let mut server = Server::start(&office)?;
        server.wait_until_ready(&office)?;
        let load = Load::new(office.address, &office.key, "before");
        for batch in 0..BATCHES_BEFORE {
            load.batch(0, batch * super::client::BATCH);
        }
        server.wait_until_idle(&office, judge::DRAIN)?;
        server.terminate()?;
        let image = folder::read(&office.folder.join(furniture::DISK))?;
        let history = load.history().clone();
        Ok(Self { office, image, history, ledger, receiver })
    }

    /// A copy in a folder of its own, with a ledger of its own; empty where the phase begins so.
    fn copy(&self, to: &Path, phase: Phase) -> anyhow::Result<(Office, History, Arc<Ledger>)> {
        let first = phase == Phase::FirstStart;
        let (history, ledger) = if first {
            (History::default(), Ledger::new(0, Moods::Kind))
        } else {
            (self.history.clone(), self.ledger.as_of(u64::MAX))
        };
        let ledger = Arc::new(ledger);
        self.receiver.turn_to(Arc::clone(&ledger));
        let nothing = Image::new();
        folder::lay(&to.join(furniture::DISK), if first { &nothing } else { &self.image })?;
        let office = furniture::moved(&self.office, to, self.receiver.address)?;
        Ok((office, history, ledger))
    }
}

/// The log of strace in a folder.
fn log(folder: &Path) -> PathBuf {
    folder.join("strace.log")
}

/// Waits a moment.
fn pause(ms: u64) {
    wire::wait(std::time::Duration::from_millis(ms));
}

/// Strace's words for a phase, with the fault where there is one. Only calls on the files that hold
/// the journal, the keys and the head count.
fn words(office: &Office, phase: Phase, fault: Option<&Fault>) -> anyhow::Result<Vec<String>> {
    let mut words = strace::tracer(&log(&office.folder))?;
    words.extend(["-e".to_owned(), format!("trace={}", phase::CALLS)]);
    for file in phase.files() {
        let path = office.data.join(file);
        let path = path.to_str().context("the folder's path is no text")?;
        words.extend(["-P".to_owned(), path.to_owned()]);
    }
    if !fault.is_some_and(|fault| fault.effect == Effect::Dies) {
        words.push(strace::QUICK.to_owned());
    }
    if let Some(fault) = fault {
        words.extend(["-e".to_owned(), fault.injection()]);
    }
    Ok(words)
}
