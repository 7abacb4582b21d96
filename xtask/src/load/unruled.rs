//! A server without a strategy in force: what is sent waits, the disk is the only bound, and memory
//! stays where it is however much waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;

use super::figures::Latencies;
use super::overload::{Seen, kept, send};
use super::{Force, Plan, serve};
use crate::serving::wire;
use crate::shell::{now, say};

/// Signals a second that are sent. All of them are to be accepted.
const A_SECOND: u64 = 1_000;
/// How long `/metrics` takes at most, in 99 of 100.
const METRICS_MAX: Duration = Duration::from_millis(200);
/// Memory grows by at most so much from the first quarter to the end, in MiB.
const GROWTH_MAX: u64 = 50;

/// Runs this part and gives what was found.
pub(super) fn run(plan: &Plan) -> anyhow::Result<Vec<String>> {
    let (office, server) = serve("unruled", plan.program.as_deref(), Force::Nothing)?;
    let (seen, lasts) =
        (Arc::new(Seen::default()), Duration::from_secs((plan.overload / 4).max(4)));
    let senders = send(&office, &seen, A_SECOND, lasts);
    let (began, mut metrics, mut early) = (now(), Latencies::default(), 0);
    while began.elapsed() < lasts {
        metrics.ask(office.address, ("GET", "/metrics"), &[], "");
        if began.elapsed() < lasts / 4 {
            early = server.memory_kib("VmRSS")?;
        }
        wire::wait(Duration::from_millis(50));
    }
    for sender in senders {
        sender.join().ok().context("a sender panicked")?;
    }
    let grown = server.memory_kib("VmRSS")?.saturating_sub(early) >> 10;
    server.terminate()?;
    let slowest = metrics.at(99);
    say(&format!("without a strategy: grew by {grown} MiB, /metrics took {slowest:?} at p99"))?;
    let (mut findings, _) = kept(&office, &seen)?;
    let told = [
        (seen.refused.load(Ordering::Relaxed), "batches were told to wait without a strategy"),
        (seen.wrong.load(Ordering::Relaxed), "batches were answered with neither 202 nor 429"),
        (grown.saturating_sub(GROWTH_MAX), "MiB more than it may did memory grow"),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    findings.extend(told.map(|(count, what)| format!("without a strategy: {count} {what}")));
    if slowest >= METRICS_MAX {
        findings.push(format!("without a strategy: /metrics took {slowest:?} at p99"));
    }
    Ok(findings)
}
