//! How often somebody may try to sign in. A peer that tries too often is told to wait; an account that is
//! tried too often is answered more slowly, whoever tries, and never locked: an attacker cannot keep its
//! user out.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Moment, Span};
use sha2::{Digest, Sha256};

/// Attempts that a peer has at once, and how long one takes to come back.
const PEER: (i64, Span) = (20, Span::seconds(6));
/// How long an attempt on an account is remembered.
const ACCOUNT_EVERY: Span = Span::seconds(30);
/// Attempts on an account that are answered at once.
const ACCOUNT_FREE: i64 = 5;
/// How much slower each further one is answered.
const SLOWER_BY: Span = Span::ms(200);
/// The slowest answer.
const SLOWEST: Span = Span::seconds(3);
/// Peers and accounts that are remembered; with more those that are over first are forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// Attempts to sign in, as far as they are remembered.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<Table>);

/// By whom or what they are of, when the last of them is forgotten.
#[derive(Debug, Default)]
struct Table {
    peers: BTreeMap<IpAddr, Moment>,
    accounts: BTreeMap<[u8; 32], Moment>,
}

/// An attempt that was counted.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    peer: IpAddr,
    account: [u8; 32],
    /// How long to wait before it is looked at.
    pub delay: Span,
}

impl Attempts {
    /// Counts an attempt of a peer on an account, whether there is such an account or not. Where the peer
    /// has to wait, the seconds.
    pub fn count(&self, peer: IpAddr, account: &str, now: Moment) -> Result<Attempt, u64> {
        let (peer, account) = (network(peer), Sha256::digest(account.as_bytes()).into());
        let mut table = self.lock();
        let (burst, every) = PEER;
        let used = ahead(table.peers.get(&peer), now);
        let full = every.0 * (burst - 1);
        if used.0 > full {
            return Err(((used.0 - full) / 1_000_000 + 1).unsigned_abs());
        }
        remember(&mut table.peers, peer, now + Span(used.0 + every.0), now);
        let tried = ahead(table.accounts.get(&account), now);
        let level = tried.0 / ACCOUNT_EVERY.0;
        let most = ACCOUNT_EVERY.0 * 1_000;
        let until = now + Span((tried.0 + ACCOUNT_EVERY.0).min(most));
        remember(&mut table.accounts, account, until, now);
        let delay = SLOWER_BY.0 * (level - ACCOUNT_FREE + 1).max(0);
        Ok(Attempt { peer, account, delay: Span(delay.min(SLOWEST.0)) })
    }

    /// The attempt was right: whoever it was need not wait for it.
    pub fn succeeded(&self, attempt: &Attempt, now: Moment) {
        let mut table = self.lock();
        table.accounts.remove(&attempt.account);
        if let Some(until) = table.peers.get_mut(&attempt.peer) {
            *until = Moment((until.0 - PEER.1.0).max(now.0));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ahead(until: Option<&Moment>, now: Moment) -> Span {
    Span(until.map_or(0, |until| (until.0 - now.0).max(0)))
}

fn remember<K: Ord + Copy>(known: &mut BTreeMap<K, Moment>, key: K, until: Moment, now: Moment) {
    if known.len() >= REMEMBERED_MAX && !known.contains_key(&key) {
        known.retain(|_, until| *until > now);
        if known.len() >= REMEMBERED_MAX {
            let first = known.iter().min_by_key(|(_, until)| **until).map(|(key, _)| *key);
            first.and_then(|first| known.remove(&first));
        }
    }
    known.insert(key, until);
}

/// Who counts as one: an address, of IPv6 the network that one connection has.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(peer) => IpAddr::V4(peer),
        IpAddr::V6(peer) => {
            let bits = u128::from(peer) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(bits))
        }
    }
}

#[cfg(test)]
mod tests;
