//! A receiver of webhooks with a ledger of its own, and with moods.

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::serving::wire::{self, Draw};

/// What was received, by `webhook-id`.
pub(super) struct Ledger {
    received: Mutex<BTreeMap<String, Received>>,
    moods: Mutex<Draw>,
    healthy: AtomicBool,
}

struct Received {
    body: [u8; 32],
    times: u32,
    changed: bool,
    /// The handoff and step that the body speaks of.
    about: Option<(String, String)>,
    undoes: Option<String>,
}

/// What the ledger comes to.
#[derive(Debug)]
pub(super) struct Effects {
    /// Deliveries with an id of their own.
    pub(super) received: usize,
    /// Those that came more than once and have one effect all the same.
    pub(super) repeated: usize,
    /// Those that came again with other bytes.
    pub(super) changed: usize,
    /// Handoffs and steps with more than one effect that nothing took back.
    pub(super) doubled: Vec<(String, String)>,
}

impl Ledger {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            received: Mutex::default(),
            moods: Mutex::new(Draw::new(seed ^ 0x001e_d9e2)),
            healthy: AtomicBool::new(false),
        }
    }

    /// From here on everything is answered with 200.
    pub(super) fn heal(&self) {
        self.healthy.store(true, Ordering::SeqCst);
    }

    pub(super) fn effects(&self) -> Effects {
        let received = self.received.lock().expect("nobody panics in here");
        let taken_back: Vec<&String> =
            received.values().filter_map(|one| one.undoes.as_ref()).collect();
        let mut live: BTreeMap<&(String, String), u32> = BTreeMap::new();
        for (id, one) in received.iter() {
            if one.undoes.is_none()
                && !taken_back.contains(&id)
                && let Some(about) = &one.about
            {
                *live.entry(about).or_default() += 1;
            }
        }
        Effects {
            received: received.len(),
            repeated: received.values().filter(|one| one.times > 1).count(),
            changed: received.values().filter(|one| one.changed).count(),
            doubled: live
                .into_iter()
                .filter(|(_, times)| *times > 1)
                .map(|(about, _)| about.clone())
                .collect(),
        }
    }

    /// Takes a delivery in, unless the mood is against it, and says what is answered: a status, or
    /// nothing at all after it was taken in.
    fn take(&self, id: &str, body: &[u8]) -> Option<u16> {
        let mood = self.moods.lock().expect("nobody panics in here").below(10);
        let healthy = self.healthy.load(Ordering::SeqCst);
        match mood {
            0 if !healthy => return Some(500),
            1 if !healthy => return Some(429),
            _ => {}
        }
        let hash = Sha256::digest(body).into();
        let mut received = self.received.lock().expect("nobody panics in here");
        let one = received.entry(id.to_owned()).or_insert_with(|| {
            let said: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            let text = |name: &str| said[name].as_str().map(str::to_owned);
            Received {
                body: hash,
                times: 0,
                changed: false,
                about: text("handoff").zip(text("step")),
                undoes: text("undoes"),
            }
        });
        one.times += 1;
        one.changed |= one.body != hash;
        if mood == 2 && !healthy { None } else { Some(200) }
    }
}

/// Listens on a free port of this machine, for as long as the process lives.
pub(super) fn listen(ledger: Arc<Ledger>) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || {
                let _gone = answer(&stream, &ledger);
            });
        }
    });
    Ok(address)
}

fn answer(stream: &TcpStream, ledger: &Ledger) -> anyhow::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream.try_clone()?;
    loop {
        let request = wire::read(&mut reader)?;
        let id = request.header("webhook-id").unwrap_or_default();
        let Some(status) = ledger.take(id, &request.body) else {
            // Committed, and nobody hears of it.
            return Ok(());
        };
        write!(writer, "HTTP/1.1 {status} -\r\ncontent-length: 0\r\n\r\n")?;
    }
}
