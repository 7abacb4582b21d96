//! `cargo xtask torture`: a server that is killed again and again while clients write to it.
//!
//! The verdict rests on what stands outside the program alone: the clients' own log of
//! acknowledgements, the receiver's own ledger by `webhook-id`, and what the program exports.

mod client;
mod furniture;
mod ledger;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::serving::office::Office;
use crate::serving::server::Server;
use crate::serving::wire;
use crate::shell::say;
use ledger::Ledger;

/// How long the outbox may take to empty after the last kill.
const DRAIN: Duration = Duration::from_mins(3);

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many times the server is killed.
    pub kills: u32,
    /// What the kills' moments and the receiver's moods are drawn from.
    pub seed: u64,
    /// How many clients write at once.
    pub writers: u32,
}

/// Runs the plan and says what was found.
pub fn run(plan: Plan) -> anyhow::Result<()> {
    say(&format!("seed {}, {} kills, {} writers", plan.seed, plan.kills, plan.writers))?;
    let ledger = Arc::new(Ledger::new(plan.seed));
    let receiver = ledger::listen(Arc::clone(&ledger))?;
    let office = furniture::office(receiver)?;
    let over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..plan.writers)
        .map(|number| {
            let (address, key) = (office.address, office.key.clone());
            let over = Arc::clone(&over);
            thread::spawn(move || client::write(number, address, &key, &over))
        })
        .collect();
    let mut draw = wire::Draw::new(plan.seed);
    for kill in 1..=plan.kills {
        let mut server = Server::start(&office)?;
        // A third of the kills come while it recovers.
        let early = kill % 3 == 0;
        if !early {
            server.wait_until_ready(&office)?;
        }
        let reach = if early { 120 } else { 900 };
        wire::wait(Duration::from_millis(draw.below(reach)));
        server.kill()?;
        if kill % 10 == 0 {
            let acknowledged = client::acknowledged();
            say(&format!("{kill} kills, {acknowledged} signals acknowledged"))?;
        }
    }
    let mut server = Server::start(&office)?;
    server.wait_until_ready(&office)?;
    over.store(true, Ordering::SeqCst);
    ledger.heal();
    let mut acknowledged: BTreeSet<String> = BTreeSet::new();
    for writer in writers {
        let log = writer.join().ok().context("a writer panicked")?;
        for id in log {
            ensure!(acknowledged.insert(id), "a client reused an id: the torture is wrong");
        }
    }
    server.wait_until_idle(&office, DRAIN)?;
    server.terminate()?;
    judge(&office, &ledger, &acknowledged)
}

fn judge(office: &Office, ledger: &Ledger, acknowledged: &BTreeSet<String>) -> anyhow::Result<()> {
    let mut arrived: BTreeMap<String, u32> = BTreeMap::new();
    for id in office.exported()? {
        *arrived.entry(id).or_default() += 1;
    }
    let lost: Vec<_> = acknowledged.iter().filter(|id| !arrived.contains_key(*id)).collect();
    let twice: Vec<_> = arrived.iter().filter(|(_, times)| **times > 1).collect();
    let invented: Vec<_> = arrived.keys().filter(|id| !id.starts_with("torture-")).collect();
    let effects = ledger.effects();
    let ailments = office.doctor()?;
    say(&format!(
        "{} signals acknowledged, {} in the journal; {} deliveries received, {} of them more than once",
        acknowledged.len(),
        arrived.len(),
        effects.received,
        effects.repeated,
    ))?;
    ensure!(lost.is_empty(), "{} acknowledged signals are lost: {:?}", lost.len(), lost.first());
    ensure!(twice.is_empty(), "{} signals are there twice: {:?}", twice.len(), twice.first());
    ensure!(invented.is_empty(), "{} signals nobody sent: {:?}", invented.len(), invented.first());
    ensure!(effects.received > 0, "nothing was delivered, so that this proves nothing");
    ensure!(effects.changed == 0, "{} deliveries came with other bytes", effects.changed);
    ensure!(effects.doubled.is_empty(), "effects are there twice: {:?}", effects.doubled);
    ensure!(ailments.trim().is_empty(), "doctor finds: {ailments}");
    say("every acknowledged signal is there once, no effect is there twice, doctor finds nothing")?;
    Ok(())
}
