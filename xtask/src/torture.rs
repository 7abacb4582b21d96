//! `cargo xtask torture`: the program under kills, power cuts and faults of its disk, while clients
//! write to it.
//!
//! The verdicts rest on what stands outside the program alone: the clients' own history, the
//! receiver's own ledger by `webhook-id`, and what the program exports. Everything is drawn from the
//! seed; what failed is kept, and told by its folder.

mod client;
mod faults;
mod folder;
mod furniture;
mod judge;
mod kills;
mod ledger;
mod power_cuts;
mod strace;
mod summary;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::shell::say;
use summary::Summary;

/// How often the server is killed where nothing else is asked for.
const KILLS_DEFAULT: u32 = 50;

/// What is asked for. With no part named, kills alone.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many times the server is killed.
    pub kills: Option<u32>,
    /// How many states that a power cut may leave are opened.
    pub power_cuts: Option<u32>,
    /// How many faults of the disk are injected.
    pub faults: Option<u32>,
    /// What all moments, fates and moods are drawn from.
    pub seed: u64,
    /// How many clients write at once.
    pub writers: u32,
    /// How many folders are judged at once.
    pub jobs: u32,
    /// The program, where it is built already.
    pub program: Option<PathBuf>,
    /// Whether the last line is the summary as JSON.
    pub json: bool,
}

/// Runs the parts that are asked for and says what was found. Fails where anything was.
pub fn run(plan: &Plan) -> anyhow::Result<ExitCode> {
    say(&format!("seed {}, {} writers", plan.seed, plan.writers))?;
    let mut summary = Summary::new(plan.seed);
    let others = plan.power_cuts.is_some() || plan.faults.is_some();
    let kills = plan.kills.unwrap_or(if others { 0 } else { KILLS_DEFAULT });
    if kills > 0 {
        summary.add(kills::run(plan, kills)?);
    }
    if let Some(count) = plan.power_cuts {
        summary.add(power_cuts::run(plan, count)?);
    }
    if let Some(count) = plan.faults {
        summary.add(faults::run(plan, count)?);
    }
    summary.tell()?;
    if plan.json {
        say(&summary.json())?;
    }
    Ok(if summary.found_nothing() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
