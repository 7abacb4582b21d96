//! The demo's sources: they send what goes on in the world, over real HTTP, at a steady rate.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rehearsal::world::{DemoSource, LiveRequest, World, live};

use crate::runtime::clock;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A thread that sends until it is told to end.
pub(super) struct Sender {
    end: mpsc::Sender<()>,
    thread: JoinHandle<BTreeMap<&'static str, u64>>,
}

impl Sender {
    pub(super) fn start(
        world: Arc<World>,
        rate: u32,
        address: SocketAddr,
        keys: &[(DemoSource, String)],
    ) -> Self {
        let (end, ended) = mpsc::channel();
        let keys = keys.to_vec();
        let thread = thread::spawn(move || {
            let from = clock::now();
            let requests = live(&world, from, rate);
            send(requests, address, &keys, &ended)
        });
        Self { end, thread }
    }

    /// Ends it, and gives the dirt that it sent, by kind.
    pub(super) fn end(self) -> BTreeMap<&'static str, u64> {
        drop(self.end);
        self.thread.join().unwrap_or_default()
    }
}

fn send(
    requests: impl Iterator<Item = LiveRequest>,
    address: SocketAddr,
    keys: &[(DemoSource, String)],
    ended: &Receiver<()>,
) -> BTreeMap<&'static str, u64> {
    let began = clock::tick();
    let mut dirt = BTreeMap::new();
    for request in requests {
        let wait = clock::duration(request.after).saturating_sub(began.elapsed());
        if !matches!(ended.recv_timeout(wait), Err(RecvTimeoutError::Timeout)) {
            break;
        }
        let key = keys.iter().find(|(demo_source, _)| *demo_source == request.demo_source);
        let key = key.map(|(_, key)| key.as_str()).unwrap_or_default();
        if post(address, key, &request).is_ok()
            && let Some(kind) = request.dirt
        {
            *dirt.entry(kind.name()).or_default() += 1;
        }
    }
    dirt
}

fn post(address: SocketAddr, key: &str, request: &LiveRequest) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!(
        "POST {} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\nconnection: close\r\ncontent-length: {}\r\n",
        request.path,
        request.body.len()
    );
    for (name, value) in &request.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(&request.body)?;
    // What it says is in the journal, or in the quarantine: nobody here has to know.
    io::copy(&mut stream.take(64 << 10), &mut io::sink())?;
    Ok(())
}
