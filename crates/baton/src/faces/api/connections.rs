//! Who is connected. Everybody who comes is let in; where there are too many, one who has shown
//! nothing yet gives way, the oldest first, and some are kept for questions of health.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::Extensions;
use tokio::sync::Notify;

use crate::auth::cookie::Transport;
use crate::auth::origin::Arrival;

/// Connections that are open at the same time, beside those for health. With the files of the store
/// and the calls of the courier they are fewer than the 1,024 files that a process usually may open.
pub(super) const CONNECTIONS_MAX: usize = 640;
/// Of these, those of one peer that have shown no key yet.
pub(super) const STRANGERS_MAX: usize = CONNECTIONS_MAX / 2;
/// Connections beside, which ask after health and nothing else.
pub(super) const HEALTH_MAX: usize = 64;

/// What a connection may ask.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum ConnectionScope {
    /// A seat for any request.
    Any,
    /// The health endpoints alone: every other place is taken by a connection that has shown a key.
    Health,
}

/// All open connections.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<ConnectionTable>);

#[derive(Debug, Default)]
struct ConnectionTable {
    next: u64,
    open: BTreeMap<u64, OpenConnection>,
}

#[derive(Debug)]
struct OpenConnection {
    peer: IpAddr,
    scope: ConnectionScope,
    state: Arc<ConnectionState>,
}

/// Somebody on a connection, as every request of theirs carries it.
#[derive(Clone, Debug)]
pub(super) struct ConnectionInfo {
    /// Where they come from.
    pub(super) peer: SocketAddr,
    /// Whether it is over TLS.
    pub(super) over_tls: bool,
    /// What may be asked.
    pub(super) scope: ConnectionScope,
    /// Whether a key was shown.
    pub(super) state: Arc<ConnectionState>,
}

impl ConnectionInfo {
    /// Whoever sent a request.
    pub(super) fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// How a request came here, as it was found before anything else was looked at.
    pub(super) fn arrival(extensions: &Extensions) -> Arrival {
        extensions.get().copied().unwrap_or(Arrival {
            transport: Transport::Plain,
            client: Ipv4Addr::UNSPECIFIED.into(),
            is_near: false,
        })
    }

    /// The address that they share with others of theirs.
    pub(super) fn address(extensions: &Extensions) -> IpAddr {
        Self::arrival(extensions).client
    }
}

/// How a connection stands.
#[derive(Debug, Default)]
pub(super) struct ConnectionState {
    is_known: AtomicBool,
    leaves: Notify,
}

impl ConnectionState {
    /// It has shown a key, or a signature that fits: it gives way to nobody.
    pub(super) fn known(&self) {
        self.is_known.store(true, Ordering::Relaxed);
    }

    /// Resolves once it has to give way.
    pub(super) async fn has_to_leave(&self) {
        self.leaves.notified().await;
    }
}

/// The place of an open connection, free again when this is dropped.
#[derive(Debug)]
pub(super) struct ConnectionGuard {
    connections: Arc<Connections>,
    number: u64,
    pub(super) scope: ConnectionScope,
    pub(super) state: Arc<ConnectionState>,
}

impl Connections {
    /// Lets a connection in, and another out where there are too many.
    pub(super) fn enter(self: &Arc<Self>, peer: IpAddr) -> ConnectionGuard {
        let mut table = self.lock();
        let scope = table.scope_for(peer);
        let number = table.next;
        table.next += 1;
        let state = Arc::new(ConnectionState::default());
        table.open.insert(number, OpenConnection { peer, scope, state: Arc::clone(&state) });
        ConnectionGuard { connections: Arc::clone(self), number, scope, state }
    }

    /// Lets the oldest stranger out: the system has no file left for another connection.
    pub(super) fn make_room(&self) {
        self.lock().let_out(|_| true);
    }

    fn lock(&self) -> MutexGuard<'_, ConnectionTable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConnectionTable {
    fn scope_for(&mut self, peer: IpAddr) -> ConnectionScope {
        let theirs = self.strangers().filter(|(_, connection)| connection.peer == peer).count();
        if theirs >= STRANGERS_MAX {
            self.let_out(|connection| connection.peer == peer);
        }
        if self.count(ConnectionScope::Any) < CONNECTIONS_MAX {
            return ConnectionScope::Any;
        }
        let loudest = self.loudest();
        if self.let_out(|connection| Some(connection.peer) == loudest) {
            return ConnectionScope::Any;
        }
        if self.count(ConnectionScope::Health) >= HEALTH_MAX {
            let oldest = self
                .open
                .iter()
                .find(|(_, connection)| connection.scope == ConnectionScope::Health);
            let oldest = oldest.map(|(number, _)| *number);
            self.leave(oldest);
        }
        ConnectionScope::Health
    }

    fn count(&self, scope: ConnectionScope) -> usize {
        self.open.values().filter(|connection| connection.scope == scope).count()
    }

    /// Connections without a key that may ask for anything, the oldest first.
    fn strangers(&self) -> impl Iterator<Item = (&u64, &OpenConnection)> {
        let stranger = |connection: &OpenConnection| {
            connection.scope == ConnectionScope::Any
                && !connection.state.is_known.load(Ordering::Relaxed)
        };
        self.open.iter().filter(move |(_, connection)| stranger(connection))
    }

    /// The peer that has the most strangers here.
    fn loudest(&self) -> Option<IpAddr> {
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for (_, connection) in self.strangers() {
            *counts.entry(connection.peer).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(peer, _)| peer)
    }

    /// Closes the oldest of these that has shown no key; its place is free from then on.
    fn let_out(&mut self, of: impl Fn(&OpenConnection) -> bool) -> bool {
        let oldest =
            self.strangers().find(|(_, connection)| of(connection)).map(|(number, _)| *number);
        self.leave(oldest)
    }

    fn leave(&mut self, number: Option<u64>) -> bool {
        let Some(connection) = number.and_then(|number| self.open.remove(&number)) else {
            return false;
        };
        connection.state.leaves.notify_one();
        true
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        // Whoever had to leave is gone already.
        self.connections.lock().open.remove(&self.number);
    }
}

#[cfg(test)]
mod tests;
