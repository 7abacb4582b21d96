//! A receiver of webhooks with a ledger of its own, and with moods.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::serving::wire::{self, Draw};
use crate::shell;

/// How a receiver behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moods {
    /// Answers 200 to everything.
    Kind,
    /// Fails one in twenty, and takes one in twenty in without an answer.
    Mild,
    /// Fails, puts off, or takes in without an answer one in ten each.
    Rough,
}

/// What was received, by `webhook-id`.
pub(super) struct Ledger {
    received: Mutex<BTreeMap<String, Received>>,
    draw: Mutex<Draw>,
    moods: Mutex<Moods>,
}

#[derive(Clone)]
struct Received {
    body: [u8; 32],
    /// When it came for the first time, in microseconds since 1970.
    first: u64,
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
    /// Handoffs that were told of, taken back or not.
    pub(super) handoffs: BTreeSet<String>,
}

impl Ledger {
    pub(super) fn new(seed: u64, moods: Moods) -> Self {
        Self {
            received: Mutex::default(),
            draw: Mutex::new(Draw::new(seed ^ 0x001e_d9e2)),
            moods: Mutex::new(moods),
        }
    }

    /// What the receiver had at a moment; from then on it is kind.
    pub(super) fn as_of(&self, moment: u64) -> Self {
        let received = self.received.lock().expect("nobody panics in here");
        let then = received.iter().filter(|(_, one)| one.first <= moment);
        Self {
            received: Mutex::new(
                then.map(|(id, one)| (id.clone(), Received { times: 1, ..one.clone() })).collect(),
            ),
            draw: Mutex::new(Draw::new(0)),
            moods: Mutex::new(Moods::Kind),
        }
    }

    /// From here on everything is answered with 200.
    pub(super) fn heal(&self) {
        *self.moods.lock().expect("nobody panics in here") = Moods::Kind;
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
            handoffs: received
                .values()
                .filter_map(|one| one.about.as_ref().map(|(handoff, _)| handoff.clone()))
                .collect(),
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
        let drawn = self.draw.lock().expect("nobody panics in here").below(20);
        let moods = *self.moods.lock().expect("nobody panics in here");
        let silent = match (moods, drawn) {
            (Moods::Rough, 0 | 1) | (Moods::Mild, 0) => return Some(500),
            (Moods::Rough, 2 | 3) => return Some(429),
            (Moods::Rough, 4 | 5) | (Moods::Mild, 1) => true,
            (Moods::Rough | Moods::Mild | Moods::Kind, _) => false,
        };
        let hash = Sha256::digest(body).into();
        let mut received = self.received.lock().expect("nobody panics in here");
        let one = received.entry(id.to_owned()).or_insert_with(|| {
            let said: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            let text = |name: &str| said[name].as_str().map(str::to_owned);
            Received {
                body: hash,
                first: shell::wall_us(),
                times: 0,
                changed: false,
                about: text("handoff").zip(text("step")),
                undoes: text("undoes"),
            }
        });
        one.times += 1;
        one.changed |= one.body != hash;
        (!silent).then_some(200)
    }
}

/// An address at which deliveries are received, for as long as the process lives.
pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    /// Whose ledger is written.
    ledger: Arc<Mutex<Arc<Ledger>>>,
}

impl Receiver {
    /// Listens on a free port of this machine.
    pub(super) fn listen(ledger: Arc<Ledger>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let ledger = Arc::new(Mutex::new(ledger));
        let writing = Arc::clone(&ledger);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let ledger = Arc::clone(&writing.lock().expect("nobody panics in here"));
                thread::spawn(move || {
                    let _gone = answer(&stream, &ledger);
                });
            }
        });
        Ok(Self { address, ledger })
    }

    /// Writes another ledger from here on.
    pub(super) fn turn_to(&self, ledger: Arc<Ledger>) {
        *self.ledger.lock().expect("nobody panics in here") = ledger;
    }
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
