//! Which handoffs change, for whoever looks on: the newest events in a ring, and a word to all who wait when there
//! are more. An event has the watermark, the handoff's id and its version, and nothing of a person.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crank::HandoffChanged;
use domain::HandoffId;
use tokio::sync::watch;

use crate::auth::credential::Credential;

/// Events that are kept, the newest. At a thousand changes a second they reach four seconds back.
const EVENTS_MAX: usize = 4_096;
/// Events that are given at a time. Whoever is further behind reads anew what they show.
const BATCH_MAX: u64 = 128;
/// Streams at the same time: some of the connections are left for everything else.
pub const STREAMS_MAX: usize = 512;
/// Of these, those of one user or key. A browser needs one.
pub const STREAMS_OF_ONE_MAX: usize = 16;

/// A handoff changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FeedEvent {
    /// The position in the journal of the turn that changed it.
    pub watermark: u64,
    /// Which handoff.
    pub handoff: HandoffId,
    /// Its version from then on.
    pub version: u64,
    /// When it was durable.
    told: Instant,
}

/// What somebody who looks on is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// What changed, in order.
    pub events: Vec<FeedEvent>,
    /// Whether more changed than is kept or given at a time.
    pub has_missed: bool,
    /// Where to go on.
    pub next: u64,
    /// Up to where in the journal this reaches.
    pub watermark: u64,
}

impl Batch {
    /// How long ago the oldest of its events was durable, in milliseconds.
    pub fn behind_ms(&self, now: Instant) -> u128 {
        let oldest = self.events.first().map(|event| event.told);
        oldest.map_or(0, |told| now.saturating_duration_since(told).as_millis())
    }
}

/// The newest events, numbered in their order.
#[derive(Debug, Default)]
struct Ring {
    events: VecDeque<FeedEvent>,
    /// The number of the first event that is kept.
    first: u64,
    /// The watermark of the newest event that is kept no more, or of the journal's end at the start.
    gone: u64,
}

impl Ring {
    fn next(&self) -> u64 {
        self.first + self.events.len() as u64
    }

    fn watermark(&self) -> u64 {
        self.events.back().map_or(self.gone, |event| event.watermark)
    }
}

/// The feed.
#[derive(Debug)]
pub struct Feed {
    ring: Mutex<Ring>,
    /// The number of the next event; none once the server ends.
    next: watch::Sender<Option<u64>>,
    streams: Arc<Mutex<BTreeMap<Credential, usize>>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { ring: Mutex::default(), next: watch::Sender::new(Some(0)), streams: Arc::default() }
    }
}

impl Feed {
    /// The journal ends here at the start.
    pub fn begin(&self, watermark: u64) {
        self.ring().gone = watermark;
    }

    /// Handoffs changed, and that is durable.
    pub fn tell(&self, changed: &[HandoffChanged], now: Instant) {
        if changed.is_empty() {
            return;
        }
        let mut ring = self.ring();
        for HandoffChanged { at, handoff, version } in changed.iter().copied() {
            if ring.events.len() == EVENTS_MAX
                && let Some(oldest) = ring.events.pop_front()
            {
                (ring.first, ring.gone) = (ring.first + 1, oldest.watermark);
            }
            ring.events.push_back(FeedEvent { watermark: at.0, handoff, version, told: now });
        }
        let next = ring.next();
        drop(ring);
        // Whoever came after the end is told so, and is not told again.
        self.next.send_if_modified(|known| {
            let is_open = known.is_some();
            *known = known.map(|_| next);
            is_open
        });
    }

    /// Where somebody begins: after the last event that they took in, else at the end. Events of one turn
    /// have one watermark, so those of the last one come again. The answer says whether some are gone.
    pub fn resume(&self, last: Option<u64>) -> (u64, bool) {
        let ring = self.ring();
        let Some(last) = last else { return (ring.next(), false) };
        let at = ring.events.partition_point(|event| event.watermark < last) as u64;
        (ring.first + at, last < ring.gone)
    }

    /// What changed from a number on.
    pub fn after(&self, number: u64) -> Batch {
        let ring = self.ring();
        let (next, watermark) = (ring.next(), ring.watermark());
        let has_missed = number < ring.first || next.saturating_sub(number) > BATCH_MAX;
        let skipped = usize::try_from(number.saturating_sub(ring.first)).unwrap_or(usize::MAX);
        let events = if has_missed {
            Vec::new()
        } else {
            ring.events.iter().skip(skipped).copied().collect()
        };
        Batch { events, has_missed, next, watermark }
    }

    /// Is told when more has changed, and with nothing once the server ends.
    pub fn subscribe(&self) -> watch::Receiver<Option<u64>> {
        self.next.subscribe()
    }

    /// The server ends: streams end with it.
    pub fn close(&self) {
        self.next.send_replace(None);
    }

    /// A place for a stream; none where all are taken.
    pub fn place(&self, of: Credential) -> Option<StreamPlace> {
        let mut streams = lock(&self.streams);
        let theirs = streams.get(&of).copied().unwrap_or_default();
        if theirs >= STREAMS_OF_ONE_MAX || streams.values().sum::<usize>() >= STREAMS_MAX {
            return None;
        }
        streams.insert(of, theirs + 1);
        Some(StreamPlace { of, streams: Arc::clone(&self.streams) })
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        lock(&self.ring)
    }
}

/// The place of a stream, free again when this is dropped.
#[derive(Debug)]
pub struct StreamPlace {
    of: Credential,
    streams: Arc<Mutex<BTreeMap<Credential, usize>>>,
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut streams = lock(&self.streams);
        if let Some(theirs) = streams.get_mut(&self.of) {
            *theirs -= 1;
            if *theirs == 0 {
                streams.remove(&self.of);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
