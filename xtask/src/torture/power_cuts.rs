//! Power cuts: what the program writes and syncs is recorded, and the folder is built as a power cut
//! at any of these calls could have left it. Each such folder is opened by the program and judged
//! against what the clients knew at that moment.
//!
//! That the judge can find something is shown each time: on disks that lie about a sync.

mod disk;
mod recording;
mod replay;
mod trace;

#[cfg(test)]
mod tests;

use std::fs;

use super::Plan;
use super::strace;
use super::summary::Part;
use crate::serving::wire::Draw;
use crate::shell::say;
use disk::Fate;
use recording::Recording;
use replay::{Cut, Lie, Opened};

/// How many states a lie must be found in at the latest.
const LIES_MAX: u32 = 12;

/// Records one load, then opens as many states of it as are asked for.
pub(super) fn run(plan: &Plan, count: u32) -> anyhow::Result<Part> {
    strace::ensure_there()?;
    let mut part = Part::new("power cuts");
    let recording = recording::record(plan)?;
    recording.tell(&mut part)?;
    let mut draw = Draw::new(plan.seed);
    for lie in Lie::ALL {
        prove(&recording, lie, &mut draw, &mut part)?;
    }
    let cuts = replay::cuts(&recording, count, &mut draw);
    let mut unsure = 0;
    let mut done = 0;
    replay::open_all(&recording, &cuts, plan.jobs, |opened| {
        unsure += opened.unsure as u64;
        part.count(&format!("states with unsynced writes {}", opened.cut.fate.name()), 1);
        settle(opened, plan.seed, &mut part)?;
        done += 1;
        if done % 25 == 0 {
            say(&format!("{done} states opened, {} failed", part.failures.len()))?;
        }
        Ok(())
    })?;
    part.count("unsynced changes that the cuts met", unsure);
    Ok(part)
}

/// Counts a state, and removes its folder where nothing is wrong with it.
fn settle(opened: Opened, seed: u64, part: &mut Part) -> anyhow::Result<()> {
    let sound = opened.verdict.findings.is_empty();
    let Cut { at, fate, seed: drawn } = opened.cut;
    let attack = format!(
        "before call {at}, unsynced writes {}, drawn from {drawn} (seed {seed})",
        fate.name()
    );
    part.judged(&attack, opened.verdict, opened.folder.clone())?;
    if sound {
        fs::remove_dir_all(&opened.folder)?;
    }
    Ok(())
}

/// A disk that says "synced" and did not: it must be found out, or the whole part proves nothing.
fn prove(recording: &Recording, lie: Lie, draw: &mut Draw, part: &mut Part) -> anyhow::Result<()> {
    for tried in 1..=LIES_MAX {
        // Late, so that there is something to lose.
        let calls = recording.events.len() as u64;
        let at = usize::try_from(calls * 3 / 4 + draw.below(calls / 4))?;
        let cut = Cut { at, fate: Fate::Lost, seed: draw.below(u64::MAX) };
        let opened = replay::open_lied(recording, cut, lie)?;
        fs::remove_dir_all(&opened.folder)?;
        if let Some(first) = opened.verdict.findings.iter().find(|said| lie.is_told(said)) {
            let first: String = first.trim().chars().take(120).collect();
            say(&format!("a disk that does not sync {} is found out: {first}", lie.name()))?;
            part.count("lies of a disk that were found out", 1);
            part.count("states that took", tried.into());
            return Ok(());
        }
    }
    anyhow::bail!(
        "a disk that does not sync {} is not found out in {LIES_MAX} states: the judge is blind",
        lie.name()
    );
}
