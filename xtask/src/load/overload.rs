//! Five times the signals that can be decided, sent at their own pace whatever the answers say.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context;

use super::figures::{Latencies, signal};
use super::{Force, Plan, serve};
use crate::serving::office::Office;
use crate::serving::server::gauge;
use crate::serving::wire;
use crate::shell::{now, say};

/// Signals in a batch. One in so many asks for a quote, and becomes a handoff.
const BATCH: u64 = 20;
const ASKS: u64 = 40;
/// Clients that send at the same time.
const SENDERS: u64 = 100;
/// How long it is measured what can be decided.
const MEASURED: Duration = Duration::from_secs(15);
/// How long `/metrics` takes at most, in 99 of 100.
const METRICS_MAX: Duration = Duration::from_millis(200);
/// After the end latency is as usual again within so long.
const USUAL_AFTER: Duration = Duration::from_secs(10);
/// Memory grows by at most so much from the first quarter to the end, in MiB.
const GROWTH_MAX: u64 = 100;

/// What the clients know.
#[derive(Default)]
pub(super) struct Seen {
    accepted: Mutex<BTreeSet<String>>,
    pub(super) refused: AtomicU64,
    /// Refused without a number of seconds to wait.
    unsaid: AtomicU64,
    /// Answered in any other way.
    pub(super) wrong: AtomicU64,
    /// The next batch.
    next: AtomicU64,
}

/// Runs this part and gives what was found.
pub(super) fn run(plan: &Plan) -> anyhow::Result<Vec<String>> {
    let (office, mut server) = serve("overload", plan.program.as_deref(), Force::Strategy)?;
    let (seen, mut findings) = (Arc::new(Seen::default()), Vec::new());
    let decided = measure(&office, &seen)?;
    server.wait_until_idle(&office, Duration::from_mins(2))?;
    let usual = decision(&office, "before");
    say(&format!("{decided} decided a second, a decision takes {usual:?} at p99"))?;

    let sends = send(&office, &seen, decided * 5, Duration::from_secs(plan.overload));
    let (began, mut metrics, mut early) = (now(), Latencies::default(), 0);
    while began.elapsed() < Duration::from_secs(plan.overload) {
        metrics.ask(office.address, ("GET", "/metrics"), &[], "");
        if began.elapsed() < Duration::from_secs(plan.overload / 4) {
            early = server.memory_kib("VmRSS")?;
        }
        wire::wait(Duration::from_millis(50));
    }
    for sender in sends {
        sender.join().ok().context("a sender panicked")?;
    }
    let grown = server.memory_kib("VmRSS")?.saturating_sub(early) >> 10;
    wire::wait(USUAL_AFTER);
    let after = decision(&office, "after");
    server.wait_until_idle(&office, Duration::from_mins(2))?;
    server.terminate()?;

    let refused = seen.refused.load(Ordering::Relaxed);
    say(&format!(
        "{refused} batches refused, /metrics took {:?} at p99, a decision {after:?} afterwards, \
         memory grew by {grown} MiB",
        metrics.at(99)
    ))?;
    let mut expect = |holds: bool, finding: String| {
        if !holds {
            findings.push(finding);
        }
    };
    expect(refused > 0, "nobody was told to wait".to_owned());
    expect(seen.unsaid.load(Ordering::Relaxed) == 0, "a 429 without Retry-After".to_owned());
    let wrong = seen.wrong.load(Ordering::Relaxed);
    expect(wrong == 0, format!("{wrong} batches were answered with neither 202 nor 429"));
    expect(metrics.at(99) < METRICS_MAX, format!("/metrics took {:?} at p99", metrics.at(99)));
    expect(
        after < usual * 2 + Duration::from_millis(50),
        format!("ten seconds after the end a decision took {after:?}, before it {usual:?}"),
    );
    expect(grown < GROWTH_MAX, format!("memory grew by {grown} MiB"));
    findings.extend(compare(&office, &seen)?);
    Ok(findings)
}

/// How many signals are decided a second while more wait.
fn measure(office: &Office, seen: &Arc<Seen>) -> anyhow::Result<u64> {
    let over = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..8)
        .map(|_| {
            let (over, seen) = (Arc::clone(&over), Arc::clone(seen));
            let (address, key) = (office.address, office.key.clone());
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    if !batch(address, &key, &seen) {
                        wire::wait(Duration::from_millis(100));
                    }
                }
            })
        })
        .collect();
    // The first seconds are those of an empty folder.
    wire::wait(MEASURED / 3);
    let (began, before) = (now(), turns(office)?);
    wire::wait(MEASURED);
    let decided = (turns(office)? - before) / began.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.join().ok().context("a sender panicked")?;
    }
    Ok(decided as u64)
}

fn turns(office: &Office) -> anyhow::Result<f64> {
    let metrics = wire::request(office.address, "GET", "/metrics", &[], b"")?;
    let text = String::from_utf8_lossy(&metrics.body).into_owned();
    gauge(&text, "baton_turns_total").context("turns are counted")
}

/// How long it takes to hear of a decision, at p99.
fn decision(office: &Office, name: &str) -> Duration {
    let bearer = format!("Bearer {}", office.key);
    let headers =
        [("authorization", bearer.as_str()), ("content-type", "application/cloudevents+json")];
    let mut latencies = Latencies::default();
    for number in 0..50 {
        let event = signal(&format!("{name}-{number}"), "page.viewed", number);
        let to = ("POST", "/v1/signals?wait=decision&timeout_ms=10000");
        latencies.ask(office.address, to, &headers, &event);
    }
    latencies.at(99)
}

/// Sends so many signals a second for so long: each batch is due at a moment, and is sent as soon as
/// anybody is free.
pub(super) fn send(
    office: &Office,
    seen: &Arc<Seen>,
    a_second: u64,
    lasts: Duration,
) -> Vec<thread::JoinHandle<()>> {
    let (began, due) = (now(), Arc::new(AtomicU64::new(0)));
    let pause = Duration::from_secs_f64(BATCH as f64 / a_second.max(1) as f64);
    let sender = |_| {
        let (seen, due) = (Arc::clone(seen), Arc::clone(&due));
        let (address, key) = (office.address, office.key.clone());
        thread::spawn(move || {
            loop {
                let at = pause * due.fetch_add(1, Ordering::Relaxed) as u32;
                if at > lasts {
                    return;
                }
                wire::wait(at.saturating_sub(began.elapsed()));
                batch(address, &key, &seen);
            }
        })
    };
    (0..SENDERS).map(sender).collect()
}

/// Sends a batch; whether it was accepted.
fn batch(address: SocketAddr, key: &str, seen: &Seen) -> bool {
    let number = seen.next.fetch_add(1, Ordering::Relaxed);
    let ids: Vec<String> = (0..BATCH).map(|at| format!("load-{number}-{at}")).collect();
    let events: Vec<String> = (0..BATCH)
        .map(|at| {
            let (place, id) = (number * BATCH + at, &ids[at as usize]);
            let asks = place % ASKS == 0;
            let kind = if asks { "form.quote" } else { "page.viewed" };
            signal(id, kind, if asks { 1_000_000 + place } else { place % 20_000 })
        })
        .collect();
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/cloudevents-batch+json"),
    ];
    let body = format!("[{}]", events.join(","));
    let answer = wire::request(address, "POST", "/v1/signals", &headers, body.as_bytes());
    match answer.as_ref().map_or(0, wire::Message::status) {
        202 => {
            let mut accepted = seen.accepted.lock().unwrap_or_else(PoisonError::into_inner);
            accepted.extend(ids);
            return true;
        }
        429 => {
            seen.refused.fetch_add(1, Ordering::Relaxed);
            let after = answer.ok().and_then(|answer| answer.header("retry-after")?.parse().ok());
            if after.is_none_or(|seconds: u64| seconds == 0) {
                seen.unsaid.fetch_add(1, Ordering::Relaxed);
            }
        }
        _ => {
            seen.wrong.fetch_add(1, Ordering::Relaxed);
        }
    }
    false
}

/// What was accepted, by id, beside what is in the journal and what was decided.
fn compare(office: &Office, seen: &Seen) -> anyhow::Result<Vec<String>> {
    let (mut findings, arrived) = kept(office, seen)?;
    let (mut decided, mut handoffs) = (BTreeSet::new(), 0);
    for fact in &arrived.facts {
        match fact["kind"].as_str() {
            Some("decision-made") => decided.extend(fact["signal"].as_str()),
            Some("handoff-proposed") => handoffs += 1,
            Some(_) | None => {}
        }
    }
    let undecided = arrived.signals.iter().filter(|id| !decided.contains(id.as_str())).count();
    let signals = arrived.signals.len();
    say(&format!("{} of {signals} decided, {handoffs} handoffs", signals - undecided))?;
    if undecided > 0 {
        findings.push(format!("{undecided} signals were not decided"));
    }
    if handoffs * 50 < signals {
        findings
            .push(format!("only {handoffs} of {signals} became handoffs: it proves too little"));
    }
    Ok(findings)
}

/// What is in the journal.
pub(super) struct Arrived {
    facts: Vec<serde_json::Value>,
    /// Our ids of the signals.
    signals: Vec<String>,
}

/// What was accepted, by id, beside what is in the journal.
pub(super) fn kept(office: &Office, seen: &Seen) -> anyhow::Result<(Vec<String>, Arrived)> {
    let accepted = seen.accepted.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut arrived, mut twice, mut signals) = (BTreeSet::new(), 0, Vec::new());
    let facts = office.exported()?.facts;
    for fact in facts.iter().filter(|fact| fact["kind"] == "signal-arrived") {
        signals.push(fact["signal"].as_str().context("a signal has an id")?.to_owned());
        let id = fact["source_id"].as_str().unwrap_or_default().to_owned();
        if id.starts_with("load-") && !arrived.insert(id) {
            twice += 1;
        }
    }
    say(&format!("{} accepted, {} in the journal", accepted.len(), arrived.len()))?;
    let mut findings = Vec::new();
    for (count, what) in [
        (accepted.difference(&arrived).count(), "accepted signals are lost"),
        (arrived.difference(&accepted).count(), "signals are there that nobody was told of"),
        (twice, "signals are there twice"),
    ] {
        if count > 0 {
            findings.push(format!("{count} {what}"));
        }
    }
    Ok((findings, Arrived { facts, signals }))
}
