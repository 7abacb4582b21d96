//! Over HTTP, into the program as people run it: batches that are accepted, and single signals of
//! which the sender waits for the owner.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::clock::{Stopwatch, Took, timed};
use crate::company::COMPANIES;
use crate::reference::rows::{Watch, Writer};
use crate::server::{Client, Server, rest};
use crate::table::{Measurement, a_second};

/// What acceptance must reach of the loop beside it.
const ACCEPTED_MIN: f64 = 0.5;
/// What the slowest hundredth may take from the signal to its owner.
const ROUTED_MAX: Duration = Duration::from_millis(50);
/// Signals that come together.
const BATCH: usize = 1_000;
/// Batches that are under way at once.
const SENDERS: usize = 4;
/// How often; the reference writes what a round added in one commit.
const ROUNDS: usize = 15;
/// Single signals a second.
const A_SECOND: usize = 1_000;
/// For so many seconds, after a second that is not counted.
const SECONDS: usize = 8;
/// Of the single signals one in so many asks for a quote, which must find an owner.
const QUOTE_EVERY: usize = 8;
/// Connections that send single signals.
const CONNECTIONS: usize = 64;

/// Measures both rows.
pub(crate) fn measure() -> Vec<Measurement> {
    vec![accepted(), routed()]
}

fn accepted() -> Measurement {
    let server = Server::start(None);
    let folder = tempfile::tempdir().expect("a folder");
    let theirs = folder.path().join("theirs");
    super::durable::found(&theirs);
    let (mut watch, writer) = (Watch::begin(&server.data), Writer::open(&theirs));
    let mut clients: Vec<Client> = (0..SENDERS).map(|_| server.speak()).collect();
    let (mut mine, mut beside) = (Took::default(), Took::default());
    for round in 0..ROUNDS {
        let requests: Vec<Vec<u8>> =
            (0..SENDERS).map(|sender| batch(&clients[sender], round * SENDERS + sender)).collect();
        let ((), took) = timed(|| {
            thread::scope(|scope| {
                for (client, request) in clients.iter_mut().zip(&requests) {
                    scope.spawn(move || {
                        let (status, body) = client.send(request);
                        assert_eq!(status, 202, "{body}");
                    });
                }
            });
        });
        mine += took;
        let mut change = watch.look();
        change.leave_in_inbox();
        let ((), took) = timed(|| writer.write(&change));
        beside += took;
    }
    let count = (BATCH * SENDERS * ROUNDS) as f64;
    let rate = |took: Took| count / took.wall.as_secs_f64();
    let ratio = rate(mine) / rate(beside);
    Measurement {
        what: format!("signals accepted durably over HTTP, {BATCH} a batch, {SENDERS} senders"),
        ours: a_second(rate(mine)),
        beside: a_second(rate(beside)),
        came_to: format!("{ratio:.2}"),
        budget: format!("≥ {ACCEPTED_MIN:.2}"),
        met: Some(ratio >= ACCEPTED_MIN),
    }
}

fn batch(client: &Client, number: usize) -> Vec<u8> {
    let events: Vec<String> =
        (number * BATCH..(number + 1) * BATCH).map(|at| visit(at).0).collect();
    let body = format!("[{}]", events.join(","));
    client.request("/v1/signals", "application/cloudevents-batch+json", &body)
}

/// Each connection takes the next signal and sends it at its moment, however long others take; a
/// signal that could not leave in time counts from when it should have left.
fn routed() -> Measurement {
    let strategy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/strategies/acme");
    let server = Server::start(Some(&strategy));
    let (next, taken) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let begun = Stopwatch::start();
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut client = server.speak();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= A_SECOND * (SECONDS + 1) {
                        return;
                    }
                    let (event, asks) = visit(at);
                    let request = client.request(
                        "/v1/signals?wait=decision",
                        "application/cloudevents+json",
                        &event,
                    );
                    let due = Duration::from_secs(1) * at as u32 / A_SECOND as u32;
                    rest(due.saturating_sub(begun.elapsed()));
                    let (status, body) = client.send(&request);
                    assert_eq!(status, 200, "{body}");
                    if asks && at >= A_SECOND {
                        assert!(body.contains("\"owner\":{"), "{body}");
                        taken.lock().expect("whole").push(begun.elapsed().saturating_sub(due));
                    }
                }
            });
        }
    });
    let mut taken = taken.into_inner().expect("whole");
    taken.sort_unstable();
    let at = |percent: usize| taken[(taken.len() * percent / 100).min(taken.len() - 1)];
    let told = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    Measurement {
        what: format!("from a signal to its owner over HTTP, {A_SECOND} signals a second, p99"),
        ours: format!("{} handed off, p50 {}, p90 {}", taken.len(), told(at(50)), told(at(90))),
        beside: String::new(),
        came_to: told(at(99)),
        budget: format!("≤ {}", told(ROUTED_MAX)),
        met: Some(at(99) <= ROUTED_MAX),
    }
}

/// A signal of a person of its own, and whether it asks for a quote.
fn visit(at: usize) -> (String, bool) {
    let asks = at.is_multiple_of(QUOTE_EVERY);
    let kind = if asks { "form.quote" } else { "page.viewed" };
    let company = at % COMPANIES;
    let event = format!(
        "{{\"specversion\":\"1.0\",\"id\":\"b-{at}\",\"source\":\"/site\",\"type\":\"{kind}\",\
         \"data\":{{\"email\":\"person{at}@company{company}.example\",\"path\":\"/pricing/plans\",\
         \"campaign\":\"spring-letter\",\"person\":{{\"first_name\":\"First{}\",\
         \"last_name\":\"Last{at}\",\"title\":\"Head of Operations\"}},\
         \"account\":{{\"name\":\"Company {company}\",\"country\":\"DE\",\
         \"industry\":\"energy\",\"employees\":900}},\"consent\":{{\"email\":true}}}}}}",
        at % 977
    );
    (event, asks)
}
