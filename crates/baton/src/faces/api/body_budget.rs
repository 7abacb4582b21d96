//! Room for bodies: bytes that are asked for before they are read or unpacked, out of a budget that
//! all requests share.
//!
//! There are two budgets. Who has shown a key reads out of the large one. Who has not (the key of
//! Segment's browsers is in the body, a webhook is believed by its signature over the body) reads out
//! of a small one, in which the oldest body gives way to a new one. So those without a key can take
//! nothing from those with one, and those who wait cannot shut others out.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Bytes of bodies whose sender has shown a key, and of what they are read as.
const KEYED_BYTES: usize = 256 << 20;
/// Bytes of bodies whose sender has not.
const KEYLESS_BYTES: usize = 24 << 20;
/// How long a body waits for an older one that gives way.
const GIVING_WAY: Duration = Duration::from_millis(500);

/// The room of a server.
#[derive(Debug)]
pub struct BodyBudgets {
    /// For bodies whose sender has shown a key.
    pub keyed: Arc<Budget>,
    /// For bodies whose sender is yet to be known.
    pub keyless: Arc<Budget>,
}

impl Default for BodyBudgets {
    fn default() -> Self {
        Self {
            keyed: Arc::new(Budget::new(KEYED_BYTES, OldestHolder::Stays)),
            keyless: Arc::new(Budget::new(KEYLESS_BYTES, OldestHolder::GivesWay)),
        }
    }
}

/// What becomes of the oldest claim where a new one finds no room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OldestHolder {
    /// It stays, and the new one is refused.
    Stays,
    /// It ends, and the new one has its room.
    GivesWay,
}

/// Bytes that claims share. One peer has at most half of them.
#[derive(Debug)]
pub struct Budget {
    total: usize,
    oldest: OldestHolder,
    reservations: Mutex<Reservations>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Reservations {
    next: u64,
    used: usize,
    peak: usize,
    by_peer: BTreeMap<IpAddr, usize>,
    /// In the order that they came, those that hold something.
    open: BTreeMap<u64, OpenReservation>,
}

#[derive(Debug)]
struct OpenReservation {
    peer: IpAddr,
    held: usize,
    eviction: Arc<Eviction>,
}

/// Tells a claim that it has to give way.
#[derive(Debug, Default)]
struct Eviction {
    bell: Notify,
    rung: std::sync::atomic::AtomicBool,
}

/// There is no room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoRoom;

impl Budget {
    /// So many bytes.
    pub fn new(total: usize, oldest: OldestHolder) -> Self {
        Self { total, oldest, reservations: Mutex::default(), freed: Notify::new() }
    }

    /// A claim of a peer that holds nothing yet.
    pub fn reserve(self: &Arc<Self>, peer: IpAddr) -> Reservation {
        let mut reservations = self.lock();
        reservations.next += 1;
        let number = reservations.next;
        drop(reservations);
        Reservation { budget: Arc::clone(self), peer, number, held: 0, eviction: Arc::default() }
    }

    /// The most that one peer has.
    pub const fn share(&self) -> usize {
        self.total / 2
    }

    /// Bytes that are held at present, and the most that ever were.
    pub fn used(&self) -> (usize, usize) {
        let reservations = self.lock();
        (reservations.used, reservations.peak)
    }

    fn lock(&self) -> MutexGuard<'_, Reservations> {
        self.reservations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservations {
    fn has_room(&self, budget: &Budget, peer: IpAddr, more: usize) -> bool {
        let theirs = self.by_peer.get(&peer).copied().unwrap_or(0);
        self.used + more <= budget.total && theirs + more <= budget.share()
    }

    /// Tells the oldest claim to end that stands in the way of `number`.
    fn end_oldest(&self, budget: &Budget, number: u64, peer: IpAddr, more: usize) -> bool {
        let theirs = self.by_peer.get(&peer).copied().unwrap_or(0);
        let own_share = theirs + more > budget.share();
        let mut others = self.open.iter().filter(|(other, open)| {
            **other != number && !open.eviction.is_rung() && (!own_share || open.peer == peer)
        });
        let found = others.next();
        found.inspect(|(_, open)| open.eviction.ring()).is_some()
    }

    fn hold(&mut self, reservation: &Reservation, more: usize) {
        self.used += more;
        self.peak = self.peak.max(self.used);
        *self.by_peer.entry(reservation.peer).or_default() += more;
        let open = self.open.entry(reservation.number).or_insert_with(|| OpenReservation {
            peer: reservation.peer,
            held: 0,
            eviction: Arc::clone(&reservation.eviction),
        });
        open.held += more;
    }

    fn release(&mut self, reservation: &Reservation, less: usize) {
        self.used -= less;
        if let Some(theirs) = self.by_peer.get_mut(&reservation.peer) {
            *theirs -= less;
            if *theirs == 0 {
                self.by_peer.remove(&reservation.peer);
            }
        }
        if let Some(open) = self.open.get_mut(&reservation.number) {
            open.held -= less;
            if open.held == 0 {
                self.open.remove(&reservation.number);
            }
        }
    }
}

impl Eviction {
    fn ring(&self) {
        self.rung.store(true, std::sync::atomic::Ordering::Release);
        self.bell.notify_one();
    }

    fn is_rung(&self) -> bool {
        self.rung.load(std::sync::atomic::Ordering::Acquire)
    }
}

/// Bytes that one body holds, given back when it is dropped.
#[derive(Debug)]
pub struct Reservation {
    budget: Arc<Budget>,
    peer: IpAddr,
    number: u64,
    held: usize,
    eviction: Arc<Eviction>,
}

impl Reservation {
    /// Holds more, if there is room at once.
    pub fn try_more(&mut self, bytes: usize) -> Result<(), NoRoom> {
        if self.eviction.is_rung() {
            return Err(NoRoom);
        }
        let mut reservations = self.budget.lock();
        if !reservations.has_room(&self.budget, self.peer, bytes) {
            return Err(NoRoom);
        }
        reservations.hold(self, bytes);
        drop(reservations);
        self.held += bytes;
        Ok(())
    }

    /// Holds more, in place of older claims where those give way.
    pub async fn more(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let waited = tokio::time::timeout(GIVING_WAY, async {
            loop {
                let budget = Arc::clone(&self.budget);
                let freed = budget.freed.notified();
                let full = self.try_more(bytes);
                if full.is_ok() || self.eviction.is_rung() || budget.oldest == OldestHolder::Stays {
                    return full;
                }
                // Where nobody is left to give way, those that were told before still hold room.
                budget.lock().end_oldest(&budget, self.number, self.peer, bytes);
                freed.await;
            }
        });
        waited.await.unwrap_or(Err(NoRoom))
    }

    /// Gives some back.
    pub fn less(&mut self, bytes: usize) {
        self.held -= bytes;
        self.budget.lock().release(self, bytes);
        self.budget.freed.notify_waiters();
    }

    /// Resolves once this claim has to give way.
    pub async fn has_to_end(&self) {
        let bell = self.eviction.bell.notified();
        if !self.eviction.is_rung() {
            bell.await;
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let held = self.held;
        self.less(held);
    }
}

#[cfg(test)]
mod tests;
