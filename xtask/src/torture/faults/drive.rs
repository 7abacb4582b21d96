//! Brings the program to the call that fails.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context;

use super::phase::Phase;
use super::{Effect, Fault, Template, log, pause, words};
use crate::serving::office::Office;
use crate::serving::server::{self, Server};
use crate::shell::{now, wall_us};
use crate::torture::client::{Acknowledged, History, Load};
use crate::torture::ledger::Ledger;
use crate::torture::{furniture, strace};

/// How long clients write in a phase, in milliseconds.
const LOAD_MS: u64 = 2_500;
/// The number of the client that asks whether it is well again.
const PROBE: u32 = 99;
/// How long a program whose disk failed may take to end.
const PATIENCE: Duration = Duration::from_secs(20);
/// Batches that each client sends in a phase: no more than can be brought to its end soon.
const BATCHES_MAX: u64 = 40;
/// Rows of the file that is imported.
const ROWS: u64 = 3_000;

/// How a phase went.
pub(super) struct Driven {
    pub(super) office: Office,
    pub(super) history: History,
    pub(super) ledger: Arc<Ledger>,
    pub(super) log: PathBuf,
    /// Whether the call was made to fail, or the program died at it.
    pub(super) met: bool,
    /// Whether it ended by itself, and if so whether it said that all is well.
    pub(super) ended: Option<bool>,
    pub(super) findings: Vec<String>,
}

/// Lets a phase run on a copy of the template.
pub(super) fn drive(
    template: &Template,
    phase: Phase,
    folder: &Path,
    fault: Option<&Fault>,
) -> anyhow::Result<Driven> {
    let (office, history, ledger) = template.copy(folder, phase)?;
    let words = words(&office, phase, fault)?;
    let log = log(folder);
    let mut driven =
        Driven { office, history, ledger, log, met: false, ended: None, findings: Vec::new() };
    match phase {
        Phase::FirstStart => first_start(&mut driven, &words, &template.office)?,
        Phase::Import => import(&mut driven, &words)?,
        Phase::Start | Phase::Load | Phase::Checkpoint | Phase::Erase => {
            serve(&mut driven, phase, &words, fault)?;
        }
    }
    strace::wait_until_written(&driven.log)?;
    let said = fs::read_to_string(&driven.log)?;
    driven.met = said.contains("(INJECTED") || said.contains("+++ killed by SIGKILL");
    Ok(driven)
}

/// A strategy comes into force in a folder that is not there yet; then once more without a fault,
/// with a key.
fn first_start(driven: &mut Driven, words: &[String], template: &Office) -> anyhow::Result<()> {
    let strategy = furniture::strategy(template);
    let path = strategy.to_str().context("the strategy's path is no text")?;
    let apply = driven.office.command(&["apply", path, "--mode", "live"]);
    let output = server::under(words, &apply).output()?;
    driven.ended = Some(output.status.success());
    // What the fault left must not stand in the way.
    match driven.office.admit(&strategy) {
        Ok(()) => {}
        Err(error) => driven.findings.push(format!("it cannot be begun again: {error:#}")),
    }
    Ok(())
}

/// A file of people is imported. What was told as done must be there.
fn import(driven: &mut Driven, words: &[String]) -> anyhow::Result<()> {
    let office = &driven.office;
    let (map, file) = (office.folder.join("map.yaml"), office.folder.join("leads.csv"));
    fs::write(&map, MAP)?;
    let mut rows = "id,email,created\n".to_owned();
    for row in 0..ROWS {
        let _ = writeln!(rows, "row-{row},r{row}@rows-{}.com,2026-03-01", row % 300);
    }
    fs::write(&file, rows)?;
    // A row's id is that of its kind and column.
    let ids = || (0..ROWS).map(|row| format!("contact.created:row-{row}"));
    driven.history.sent.extend(ids());
    let mut command = office.command(&["import", "--json"]);
    command.arg("--map").arg(&map).arg(&file);
    let output = server::under(words, &command).output()?;
    driven.ended = Some(output.status.success());
    // Again without a fault, as its user would: every row must be there once.
    let mut again = office.command(&["import", "--json"]);
    let again = again.arg("--map").arg(&map).arg(&file).output()?;
    if again.status.success() {
        let at = wall_us();
        driven.history.acknowledged.extend(ids().map(|id| Acknowledged {
            id,
            signal: None,
            asks: None,
            at,
        }));
    } else {
        let said = String::from_utf8_lossy(&again.stderr).into_owned();
        driven.findings.push(format!("the import cannot be done again: {said}"));
    }
    Ok(())
}

const MAP: &str = "source: rows\nfiles:\n  \"leads.csv\":\n    kind: contact.created\n    id: id\n    \
time: { column: created, formats: [\"%Y-%m-%d\"] }\n    subject: { external_id: id, email: email }\n    fields: {}\n";

/// A server is started, written to where the phase says so, and told to end.
fn serve(
    driven: &mut Driven,
    phase: Phase,
    words: &[String],
    fault: Option<&Fault>,
) -> anyhow::Result<()> {
    let mut server = Server::start_under(&driven.office, words)?;
    // It may end before it is ready, or never become so.
    let ready = server.wait_until_ready(&driven.office).is_ok();
    let load = Load::new(driven.office.address, &driven.office.key, "during");
    let clients = if ready && phase != Phase::Start { clients(&load, phase) } else { Vec::new() };
    let until = now() + Duration::from_millis(if phase == Phase::Start { 300 } else { LOAD_MS });
    while now() < until && server.ended()?.is_none() {
        pause(20);
    }
    if server.ended()?.is_none() && phase == Phase::Load {
        heals(driven, &load, fault);
    }
    if fault.is_some_and(Fault::must_end) && is_met(&driven.log) {
        wait_for_end(&mut server)?;
    }
    let by_itself = server.ended()?.map(|status| status.success());
    load.abandon();
    for client in clients {
        client.join().ok().context("a client panicked")?;
    }
    let seen = load.history().clone();
    driven.history.sent.extend(seen.sent);
    driven.history.acknowledged.extend(seen.acknowledged);
    driven.history.erasures.extend(seen.erasures);
    driven.ended = by_itself;
    if by_itself.is_none() {
        server.ask_to_end()?;
        if let Some(well) = wait_for_end(&mut server)? {
            driven.ended = Some(well).filter(|well| !well);
        } else {
            driven.findings.push("it does not end when it is told to".to_owned());
            server.kill()?;
        }
    }
    Ok(())
}

fn clients(load: &Arc<Load>, phase: Phase) -> Vec<JoinHandle<()>> {
    let mut clients = load.write(2, BATCHES_MAX);
    if phase == Phase::Erase {
        clients.push(load.erase(1, Duration::from_millis(120)));
    }
    clients
}

/// A disk that was full for a while: once there is room, signals are accepted again without a restart.
fn heals(driven: &mut Driven, load: &Arc<Load>, fault: Option<&Fault>) {
    let full = fault.is_some_and(|fault| matches!(fault.effect, Effect::FailsFor("ENOSPC", _)));
    if !full || !is_met(&driven.log) {
        return;
    }
    let probing = Arc::clone(load);
    // It sends until it is acknowledged, or until nobody is there any more.
    let probe = thread::spawn(move || probing.batch(PROBE, 0));
    let began = now();
    while !probe.is_finished() {
        if began.elapsed() > PATIENCE {
            driven.findings.push("there is room again, and nothing is accepted".to_owned());
            return;
        }
        pause(50);
    }
}

fn is_met(log: &Path) -> bool {
    fs::read_to_string(log).is_ok_and(|said| said.contains("(INJECTED"))
}

/// Waits for a program to end, and says whether it said that all is well.
fn wait_for_end(server: &mut Server) -> anyhow::Result<Option<bool>> {
    let began = now();
    while began.elapsed() < PATIENCE {
        if let Some(status) = server.ended()? {
            return Ok(Some(status.success()));
        }
        pause(20);
    }
    Ok(None)
}
