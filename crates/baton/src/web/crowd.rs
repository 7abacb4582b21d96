//! Who is connected. Everybody who comes is let in; where there are too many, one who has shown
//! nothing yet gives way, the oldest first, and some seats are kept for questions of health.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::Extensions;
use tokio::sync::Notify;

/// Connections that are open at the same time, beside those for health. With the files of the store
/// and the calls of the courier they are fewer than the 1,024 files that a process usually may open.
pub(super) const CONNECTIONS_MAX: usize = 640;
/// Of these, those of one peer that have shown no key yet.
pub(super) const STRANGERS_MAX: usize = CONNECTIONS_MAX / 2;
/// Connections beside, which ask after health and nothing else.
pub(super) const HEALTH_MAX: usize = 64;

/// What a connection may ask.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Seat {
    /// Anything.
    Any,
    /// How the server is: every other seat is taken by somebody who has shown a key.
    Health,
}

/// All who are connected.
#[derive(Debug, Default)]
pub(super) struct Crowd(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    next: u64,
    guests: BTreeMap<u64, Seated>,
}

#[derive(Debug)]
struct Seated {
    peer: IpAddr,
    seat: Seat,
    standing: Arc<Standing>,
}

/// Somebody on a connection, as every request of theirs carries it.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    /// Where they come from.
    pub(super) peer: SocketAddr,
    /// What may be asked.
    pub(super) seat: Seat,
    /// Whether a key was shown.
    pub(super) standing: Arc<Standing>,
}

impl Guest {
    /// Whoever sent a request.
    pub(super) fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// The address that they share with others of theirs.
    pub(super) fn address(extensions: &Extensions) -> IpAddr {
        let guest = Self::of(extensions);
        guest.map_or(Ipv4Addr::UNSPECIFIED.into(), |guest| guest.peer.ip().to_canonical())
    }
}

/// How a connection stands.
#[derive(Debug, Default)]
pub(super) struct Standing {
    is_known: AtomicBool,
    leaves: Notify,
}

impl Standing {
    /// It has shown a key, or a signature that fits: it gives way to nobody.
    pub(super) fn known(&self) {
        self.is_known.store(true, Ordering::Relaxed);
    }

    /// Resolves once it has to give way.
    pub(super) async fn has_to_leave(&self) {
        self.leaves.notified().await;
    }
}

/// A place in the crowd, left when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Arc<Crowd>,
    number: u64,
    pub(super) seat: Seat,
    pub(super) standing: Arc<Standing>,
}

impl Crowd {
    /// Lets somebody in, and somebody else out where there is no seat left.
    pub(super) fn enter(self: &Arc<Self>, peer: IpAddr) -> Place {
        let mut inside = self.lock();
        let seat = inside.seat_for(peer);
        let number = inside.next;
        inside.next += 1;
        let standing = Arc::new(Standing::default());
        inside.guests.insert(number, Seated { peer, seat, standing: Arc::clone(&standing) });
        Place { crowd: Arc::clone(self), number, seat, standing }
    }

    /// Lets the oldest stranger out: the system has no file left for another connection.
    pub(super) fn make_room(&self) {
        self.lock().let_out(|_| true);
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn seat_for(&mut self, peer: IpAddr) -> Seat {
        let theirs = self.strangers().filter(|(_, guest)| guest.peer == peer).count();
        if theirs >= STRANGERS_MAX {
            self.let_out(|guest| guest.peer == peer);
        }
        if self.count(Seat::Any) < CONNECTIONS_MAX {
            return Seat::Any;
        }
        let loudest = self.loudest();
        if self.let_out(|guest| Some(guest.peer) == loudest) {
            return Seat::Any;
        }
        if self.count(Seat::Health) >= HEALTH_MAX {
            let oldest = self.guests.iter().find(|(_, guest)| guest.seat == Seat::Health);
            let oldest = oldest.map(|(number, _)| *number);
            self.leave(oldest);
        }
        Seat::Health
    }

    fn count(&self, seat: Seat) -> usize {
        self.guests.values().filter(|guest| guest.seat == seat).count()
    }

    /// Those who may have any seat and have shown nothing yet, the oldest first.
    fn strangers(&self) -> impl Iterator<Item = (&u64, &Seated)> {
        let stranger = |guest: &Seated| {
            guest.seat == Seat::Any && !guest.standing.is_known.load(Ordering::Relaxed)
        };
        self.guests.iter().filter(move |(_, guest)| stranger(guest))
    }

    /// The peer that has the most strangers here.
    fn loudest(&self) -> Option<IpAddr> {
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for (_, guest) in self.strangers() {
            *counts.entry(guest.peer).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(peer, _)| peer)
    }

    /// Tells the oldest stranger of these to leave, whose seat is free from then on.
    fn let_out(&mut self, of: impl Fn(&Seated) -> bool) -> bool {
        let oldest = self.strangers().find(|(_, guest)| of(guest)).map(|(number, _)| *number);
        self.leave(oldest)
    }

    fn leave(&mut self, number: Option<u64>) -> bool {
        let Some(guest) = number.and_then(|number| self.guests.remove(&number)) else {
            return false;
        };
        guest.standing.leaves.notify_one();
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Whoever had to leave is gone already.
        self.crowd.lock().guests.remove(&self.number);
    }
}

#[cfg(test)]
mod tests;
