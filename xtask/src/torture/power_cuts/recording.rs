//! A load on the real program, and each of its calls that changed the folder.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};

use super::disk::{Disk, Fate};
use super::trace::{CALLS, Event, FLAGS, Reader};
use crate::serving::office::Office;
use crate::serving::server::Server;
use crate::serving::wire::{self, Draw};
use crate::shell::{now, say};
use crate::torture::client::{History, Load};
use crate::torture::folder::{self, Image};
use crate::torture::ledger::{Ledger, Moods, Receiver};
use crate::torture::summary::Part;
use crate::torture::{Plan, furniture, strace};

/// Signals that each of the two servers of a recording acknowledges before it ends.
const SIGNALS_EACH: usize = 800;
/// How often somebody is erased.
const ERASED_EVERY: Duration = Duration::from_millis(600);
/// How long a server may take for that.
const PATIENCE: Duration = Duration::from_mins(3);

/// What happened, in the order in which it did.
pub(super) struct Recording {
    pub(super) office: Office,
    /// The folder before the first call.
    pub(super) before: Image,
    pub(super) events: Vec<Event>,
    pub(super) history: History,
    pub(super) ledger: Arc<Ledger>,
}

/// Runs two servers on one folder, one after the other: the first ends in order, the second is
/// killed. Clients write and have people erased all the while.
pub(super) fn record(plan: &Plan) -> anyhow::Result<Recording> {
    let ledger = Arc::new(Ledger::new(plan.seed, Moods::Mild));
    let receiver = Receiver::listen(Arc::clone(&ledger))?;
    let office = furniture::office(plan.program.as_deref(), receiver.address)?;
    let disk = office.folder.join(furniture::DISK);
    let before = folder::read(&disk)?;
    let load = Load::new(office.address, &office.key, "torture");
    let mut clients = load.write(plan.writers, u64::MAX);
    clients.push(load.erase(plan.seed, ERASED_EVERY));
    let mut events = Vec::new();
    for (number, log) in ["first.strace", "second.strace"].into_iter().enumerate() {
        let log = office.folder.join(log);
        let mut server = Server::start_under(&office, &tracer(&log)?)?;
        server.wait_until_ready(&office)?;
        let began = now();
        while load.history().acknowledged.len() < SIGNALS_EACH * (number + 1) {
            ensure!(began.elapsed() < PATIENCE, "the traced server is too slow");
            wire::wait(Duration::from_millis(20));
        }
        if number == 0 {
            server.terminate()?;
        } else {
            server.kill()?;
        }
        events.extend(read(&log, &disk)?);
    }
    load.abandon();
    for client in clients {
        client.join().ok().context("a client panicked")?;
    }
    let history = load.history().clone();
    let recording = Recording { office, before, events, history, ledger };
    recording.ensure_complete(&disk)?;
    Ok(recording)
}

impl Recording {
    /// Says what was recorded.
    pub(super) fn tell(&self, part: &mut Part) -> anyhow::Result<()> {
        let confirmed =
            self.history.erasures.iter().filter(|erasure| erasure.done.is_some()).count();
        say(&format!(
            "recorded {} calls, {} signals acknowledged, {confirmed} people erased",
            self.events.len(),
            self.history.acknowledged.len(),
        ))?;
        part.count("calls recorded", self.events.len() as u64);
        Ok(())
    }

    /// What was recorded, replayed without a power cut, is what lies in the folder. So no write went
    /// a way that the recording does not know.
    fn ensure_complete(&self, folder: &Path) -> anyhow::Result<()> {
        let mut disk = Disk::holding(self.before.clone());
        for event in &self.events {
            disk.take(event)?;
        }
        let replayed = disk.after_power_cut(Fate::Kept, &mut Draw::new(0));
        let real = folder::read(folder)?;
        for path in replayed.keys().chain(real.keys()) {
            ensure!(
                replayed.get(path) == real.get(path),
                "the recording of {path} is not what lies there ({:?} and {:?} bytes)",
                replayed.get(path).map(Vec::len),
                real.get(path).map(Vec::len),
            );
        }
        Ok(())
    }
}

fn tracer(log: &Path) -> anyhow::Result<Vec<String>> {
    let mut words = strace::tracer(log)?;
    words.push(strace::QUICK.to_owned());
    words.extend(FLAGS.map(str::to_owned));
    words.extend(["-e".to_owned(), format!("trace={CALLS}")]);
    Ok(words)
}

/// Reads a log to its end, which strace may still be writing.
fn read(log: &Path, folder: &Path) -> anyhow::Result<Vec<Event>> {
    strace::wait_until_written(log)?;
    let folder = folder.to_str().context("the folder's path is no text")?;
    let mut reader = Reader::new(folder);
    let mut events = Vec::new();
    for (number, line) in BufReader::new(File::open(log)?).lines().enumerate() {
        let read = reader.read(&line?).with_context(|| format!("line {} of strace", number + 1))?;
        events.extend(read);
    }
    Ok(events)
}
