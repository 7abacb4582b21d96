//! Clients that keep their own history: what they sent, what was acknowledged and when, and whom they
//! had erased. The verdicts rest on it, never on what the program's tables say.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::serving::wire::{self, Draw};
use crate::shell;

/// Signals in a batch.
pub(super) const BATCH: u64 = 20;
/// Which signal of a batch asks for a quote.
const QUOTE: u64 = 7;
/// How long a client waits before it sends again.
const PAUSE: Duration = Duration::from_millis(30);

/// What the clients know. Moments are microseconds since 1970.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Ids that were sent, acknowledged or not.
    pub(super) sent: BTreeSet<String>,
    pub(super) acknowledged: Vec<Acknowledged>,
    pub(super) erasures: Vec<Erasure>,
}

/// A signal that the server promised to keep.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    /// The client's id.
    pub(super) id: String,
    /// The server's id, where it told one.
    pub(super) signal: Option<String>,
    /// The address of somebody who asks for a quote; nobody else has it.
    pub(super) asks: Option<String>,
    /// When the client had the answer.
    pub(super) at: u64,
}

/// Somebody whom a client had erased.
#[derive(Clone, Debug)]
pub(super) struct Erasure {
    pub(super) address: String,
    pub(super) asked: u64,
    /// When the client had the receipt.
    pub(super) done: Option<u64>,
}

impl History {
    /// What the clients knew at a moment. Whatever was sent may be there all the same.
    pub(super) fn as_of(&self, moment: u64) -> Self {
        let erasures = self.erasures.iter().filter(|erasure| erasure.asked <= moment);
        Self {
            sent: self.sent.clone(),
            acknowledged: self
                .acknowledged
                .iter()
                .filter(|signal| signal.at <= moment)
                .cloned()
                .collect(),
            erasures: erasures
                .map(|erasure| Erasure {
                    done: erasure.done.filter(|done| *done <= moment),
                    ..erasure.clone()
                })
                .collect(),
        }
    }
}

/// What clients send to, and what came of it.
pub(super) struct Load {
    address: SocketAddr,
    key: String,
    /// The name that the ids of these clients begin with.
    name: String,
    over: AtomicBool,
    /// Nobody answers any more, so that what is unanswered stays so.
    gone: AtomicBool,
    history: Mutex<History>,
}

impl Load {
    pub(super) fn new(address: SocketAddr, key: &str, name: &str) -> Arc<Self> {
        Arc::new(Self {
            address,
            key: key.to_owned(),
            name: name.to_owned(),
            over: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            history: Mutex::default(),
        })
    }

    /// Starts clients that send batches until it is over, or each has sent so many.
    pub(super) fn write(self: &Arc<Self>, writers: u32, batches: u64) -> Vec<JoinHandle<()>> {
        (0..writers)
            .map(|number| {
                let load = Arc::clone(self);
                thread::spawn(move || {
                    let mut sent = 0;
                    while !load.over.load(Ordering::SeqCst) && sent < batches.saturating_mul(BATCH)
                    {
                        load.batch(number, sent);
                        sent += BATCH;
                    }
                })
            })
            .collect()
    }

    /// Starts a client that has somebody erased now and then, until it is over.
    pub(super) fn erase(self: &Arc<Self>, seed: u64, every: Duration) -> JoinHandle<()> {
        let load = Arc::clone(self);
        thread::spawn(move || {
            let mut draw = Draw::new(seed ^ 0x000e_4a5e);
            while !load.over.load(Ordering::SeqCst) {
                wire::wait(every);
                load.erase_one(&mut draw);
            }
        })
    }

    /// Sends one batch, until it is acknowledged or nobody is there. A batch without an answer, or
    /// with 429 or 5xx, is sent again with the same ids.
    pub(super) fn batch(&self, number: u32, from: u64) {
        let items: Vec<Item> =
            (from..from + BATCH).map(|at| Item::new(&self.name, number, at)).collect();
        self.history().sent.extend(items.iter().map(|item| item.id.clone()));
        let body = format!(
            "[{}]",
            items.iter().map(|item| item.event.as_str()).collect::<Vec<_>>().join(",")
        );
        loop {
            if let Some(ids) = self.is_acknowledged(&body) {
                let at = shell::wall_us();
                let acknowledged = items.into_iter().enumerate().map(|(place, item)| {
                    let signal = ids.get(place).cloned().flatten();
                    Acknowledged { id: item.id, signal, asks: item.asks, at }
                });
                self.history().acknowledged.extend(acknowledged);
                return;
            }
            if self.gone.load(Ordering::SeqCst) {
                return;
            }
            wire::wait(PAUSE);
        }
    }

    /// Sends one wish for a quote and waits until it is decided; the handoff that it began.
    pub(super) fn ask(&self, number: u32) -> Option<String> {
        let item = Item::new(&self.name, number, QUOTE);
        self.history().sent.insert(item.id.clone());
        let path = "/v1/signals?wait=decision&timeout_ms=10000";
        let answer = self.post(path, "application/cloudevents+json", &item.event)?;
        let answer: serde_json::Value = serde_json::from_slice(&answer).ok()?;
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        let (signal, at) = (text("signal"), shell::wall_us());
        let acknowledged = Acknowledged { id: item.id, signal, asks: item.asks, at };
        self.history().acknowledged.push(acknowledged);
        text("handoff")
    }

    /// No further batches; those that are on their way are sent until they are acknowledged.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// Nobody will answer any more.
    pub(super) fn abandon(&self) {
        self.gone.store(true, Ordering::SeqCst);
        self.end();
    }

    pub(super) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_acknowledged(&self, body: &str) -> Option<Vec<Option<String>>> {
        let answer = self.post("/v1/signals", "application/cloudevents-batch+json", body)?;
        let answer: serde_json::Value = serde_json::from_slice(&answer).ok()?;
        let results = answer["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        Some(results.iter().map(|result| result["id"].as_str().map(str::to_owned)).collect())
    }

    fn erase_one(&self, draw: &mut Draw) {
        let address = {
            let mut history = self.history();
            let asking: Vec<String> =
                history.acknowledged.iter().filter_map(|signal| signal.asks.clone()).collect();
            let chosen = usize::try_from(draw.below(asking.len() as u64)).unwrap_or(0);
            let Some(address) = asking.get(chosen).cloned() else { return };
            if history.erasures.iter().any(|erasure| erasure.address == address) {
                return;
            }
            let erasure = Erasure { address: address.clone(), asked: shell::wall_us(), done: None };
            history.erasures.push(erasure);
            address
        };
        let body = format!(r#"{{"identifier":"{address}"}}"#);
        if self.post("/v1/erasures", "application/json", &body).is_some() {
            let done = Some(shell::wall_us());
            let mut history = self.history();
            let erasure = history.erasures.iter_mut().find(|erasure| erasure.address == address);
            if let Some(erasure) = erasure {
                erasure.done = done;
            }
        }
    }

    /// The body of a 200 or 202.
    fn post(&self, path: &str, kind: &str, body: &str) -> Option<Vec<u8>> {
        let bearer = format!("Bearer {}", self.key);
        let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
        let answer = wire::request(self.address, "POST", path, &headers, body.as_bytes()).ok()?;
        matches!(answer.status(), 200 | 202).then_some(answer.body)
    }
}

/// One of a batch: people who look around, and now and then one who asks for a quote.
struct Item {
    id: String,
    asks: Option<String>,
    event: String,
}

impl Item {
    fn new(name: &str, number: u32, at: u64) -> Self {
        let id = format!("{name}-{number}-{at}");
        let asks = at % BATCH == QUOTE;
        let kind = if asks { "form.quote" } else { "page.viewed" };
        let mailbox = if asks { id.clone() } else { format!("{number}-{}", at % 9) };
        let address = format!("{mailbox}@company-{number}-{}.com", at % 5);
        let event = format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/torture","type":"{kind}","data":{{"email":"{address}","path":"/pricing"}}}}"#
        );
        Self { id, asks: asks.then_some(address), event }
    }
}
