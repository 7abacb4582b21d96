//! Connections without a key, on every route, that send what unpacks to a thousand times its size: as
//! gzip and as deflate, in one piece, in chunks, and slowly, all of it at the same time.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::figures::{Latencies, signal};
use super::{Force, Plan, serve};
use crate::serving::wire;
use crate::shell::{now, say, wall_us};

/// What the process may grow by, in MiB.
const GROWTH_MAX: u64 = 300;
/// How long an honest client waits for 99 of 100 answers at most.
const HONEST_MAX: Duration = Duration::from_millis(100);
/// Every route that takes a body, and one that is not there.
const ROUTES: [&str; 9] = [
    "/v1/batch",
    "/v1/t",
    "/v1/hooks/billing",
    "/v1/hooks/nobody",
    "/v1/signals",
    "/v1/erasures",
    "/v1/handoffs/h-0/accept",
    "/v1/quarantine/q-0/repair",
    "/nowhere",
];
/// How bodies are sent: each stranger keeps to one.
const MANNERS: [Manner; 3] = [Manner::Whole, Manner::Chunks, Manner::Slowly];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manner {
    Whole,
    Chunks,
    Slowly,
}

/// A body that unpacks to a thousand times its size, by the name of its coding.
struct Bomb {
    coding: &'static str,
    bytes: Vec<u8>,
}

/// Runs this part and gives what was found.
pub(super) fn run(plan: &Plan) -> anyhow::Result<Vec<String>> {
    let (office, server) = serve("flood", plan.program.as_deref(), Force::Strategy)?;
    let (bombs, mut findings) = (Arc::new(bombs()?), Vec::new());
    honest(office.address, &office.key, "before", Duration::from_secs(1));
    let before = server.memory_kib("VmHWM")?;
    for route in ROUTES {
        let over = Arc::new(AtomicBool::new(false));
        let strangers: Vec<_> = (0..plan.strangers as usize)
            .map(|number| {
                let (over, bombs) = (Arc::clone(&over), Arc::clone(&bombs));
                let (address, manner) = (office.address, MANNERS[number % MANNERS.len()]);
                thread::spawn(move || {
                    let bomb = &bombs[number / MANNERS.len() % bombs.len()];
                    attack(address, route, manner, bomb, &over);
                })
            })
            .collect();
        let lasts = Duration::from_secs(plan.seconds);
        let served = honest(office.address, &office.key, route, lasts);
        over.store(true, Ordering::Relaxed);
        for stranger in strangers {
            drop(stranger.join());
        }
        findings.extend(judge(route, &served));
        let slowest = served.iter().map(|(_, took)| took.at(99)).max().unwrap_or_default();
        let growth = server.memory_kib("VmHWM")?.saturating_sub(before) >> 10;
        say(&format!("{route}: grew by {growth} MiB, an honest client waited {slowest:?} at p99"))?;
        if growth > GROWTH_MAX {
            findings.push(format!("{route}: the process grew by {growth} MiB"));
        }
    }
    server.terminate()?;
    Ok(findings)
}

/// What an honest client may complain of.
fn judge(route: &str, served: &[(&'static str, Latencies)]) -> Vec<String> {
    let is_bad = |took: &Latencies| took.at(99) > HONEST_MAX || !took.wrong.is_empty();
    let bad = served.iter().filter(|(_, took)| is_bad(took));
    let told = bad.map(|(name, took)| {
        let (slowest, wrong, count) = (took.at(99), took.wrong.len(), took.count());
        format!("{route}: {name} took {slowest:?} at p99, {wrong} of {count} went wrong")
    });
    told.collect()
}

/// Somebody with a key beside the strangers, and questions of health.
fn honest(
    address: SocketAddr,
    key: &str,
    name: &str,
    lasts: Duration,
) -> [(&'static str, Latencies); 3] {
    let bearer = format!("Bearer {key}");
    let headers =
        [("authorization", bearer.as_str()), ("content-type", "application/cloudevents+json")];
    let mut served = ["a signal", "/healthz", "/metrics"].map(|name| (name, Latencies::default()));
    let (began, mut sent) = (now(), 0);
    while began.elapsed() < lasts {
        let event = signal(&format!("honest-{name}-{sent}"), "page.viewed", sent % 500);
        served[0].1.ask(address, ("POST", "/v1/signals"), &headers, &event);
        served[1].1.ask(address, ("GET", "/healthz"), &[], "");
        served[2].1.ask(address, ("GET", "/metrics"), &[], "");
        sent += 1;
        wire::wait(Duration::from_millis(10));
    }
    served
}

/// Connects again and again, and stays as long as it is let.
fn attack(address: SocketAddr, route: &str, manner: Manner, bomb: &Bomb, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        // Whoever is refused comes again.
        let _refused = connect(address, route, manner, bomb, over);
        wire::wait(Duration::from_millis(100));
    }
}

fn connect(
    address: SocketAddr,
    route: &str,
    manner: Manner,
    bomb: &Bomb,
    over: &AtomicBool,
) -> std::io::Result<()> {
    let Bomb { coding, bytes: bomb } = bomb;
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let framing = match manner {
        Manner::Whole => format!("content-length: {}", bomb.len()),
        Manner::Chunks | Manner::Slowly => "transfer-encoding: chunked".to_owned(),
    };
    let now = wall_us() / 1_000_000;
    let head = format!(
        "POST {route} HTTP/1.1\r\nhost: load\r\ncontent-type: application/json\r\n\
         content-encoding: {coding}\r\nwebhook-id: m\r\nwebhook-timestamp: {now}\r\n\
         webhook-signature: v1,AAAA\r\n{framing}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    if manner == Manner::Whole {
        stream.write_all(bomb)?;
    } else {
        for part in bomb.chunks(512) {
            stream.write_all(format!("{:x}\r\n", part.len()).as_bytes())?;
            stream.write_all(part)?;
            stream.write_all(b"\r\n")?;
            if manner == Manner::Slowly && !over.load(Ordering::Relaxed) {
                wire::wait(Duration::from_secs(1));
            }
        }
        stream.write_all(b"0\r\n\r\n")?;
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map(drop)
}

/// Some 8 KiB each that unpack to 8 MiB of blanks.
fn bombs() -> anyhow::Result<Vec<Bomb>> {
    let blanks = vec![b' '; 8 << 20];
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&blanks)?;
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(&blanks)?;
    Ok(vec![
        Bomb { coding: "gzip", bytes: gzip.finish()? },
        Bomb { coding: "deflate", bytes: deflate.finish()? },
    ])
}
