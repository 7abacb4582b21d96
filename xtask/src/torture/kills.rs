//! SIGKILL at any moment, a third of them while the server recovers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use super::client::Load;
use super::judge::{self, DRAIN};
use super::ledger::{Ledger, Moods, Receiver};
use super::summary::Part;
use super::{Plan, furniture};
use crate::serving::server::Server;
use crate::serving::wire;
use crate::shell::say;

/// How long after its start a server is killed at the latest, in milliseconds: while it recovers, and
/// once it is ready.
const EARLY_MS: u64 = 120;
const LATE_MS: u64 = 900;

/// Kills the server again and again, lets it finish once, and judges.
pub(super) fn run(plan: &Plan, kills: u32) -> anyhow::Result<Part> {
    let ledger = Arc::new(Ledger::new(plan.seed, Moods::Rough));
    let receiver = Receiver::listen(Arc::clone(&ledger))?;
    let office = furniture::office(plan.program.as_deref(), receiver.address)?;
    let load = Load::new(office.address, &office.key, "torture");
    let writers = load.write(plan.writers, u64::MAX);
    let mut part = Part::new("kills");
    let mut draw = wire::Draw::new(plan.seed);
    for kill in 1..=kills {
        let mut server = Server::start(&office)?;
        let early = kill % 3 == 0;
        if !early {
            server.wait_until_ready(&office)?;
        }
        part.count("kills while it recovers", early.into());
        wire::wait(Duration::from_millis(draw.below(if early { EARLY_MS } else { LATE_MS })));
        server.kill()?;
        if kill % 10 == 0 {
            let acknowledged = load.history().acknowledged.len();
            say(&format!("{kill} kills, {acknowledged} signals acknowledged"))?;
        }
    }
    let mut server = Server::start(&office)?;
    server.wait_until_ready(&office)?;
    load.end();
    ledger.heal();
    for writer in writers {
        writer.join().ok().context("a writer panicked")?;
    }
    server.wait_until_idle(&office, DRAIN)?;
    server.terminate()?;
    let history = load.history().clone();
    let mut verdict = judge::judge(&office, &ledger, &history);
    if verdict.delivered == 0 {
        verdict.findings.push("nothing was delivered, so that this proves nothing".to_owned());
    }
    part.judged(&format!("{kills} kills, seed {}", plan.seed), verdict, office.folder.clone())?;
    part.attacks = kills;
    Ok(part)
}
