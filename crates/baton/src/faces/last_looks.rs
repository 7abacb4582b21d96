//! When somebody looked at their inbox before: what came since stands first there.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Moment, Span, UserId};

/// Looks within so long of each other are one: loading a page again takes nothing's news away.
const ONE_LOOK: Span = Span::minutes(30);
/// Users who are remembered. With one more, who looked longest ago is forgotten.
const USERS_MAX: usize = 10_000;

/// When each user looked last, and before that. It is at hand for as long as the server runs.
#[derive(Debug, Default)]
pub struct LastLooks(Mutex<BTreeMap<UserId, Looks>>);

#[derive(Clone, Copy, Debug)]
struct Looks {
    latest: Moment,
    before: Option<Moment>,
}

impl LastLooks {
    /// Somebody looks; gives when they looked before.
    pub fn begin(&self, user: UserId, now: Moment) -> Option<Moment> {
        let mut known = self.lock();
        if known.len() >= USERS_MAX && !known.contains_key(&user) {
            let oldest = known.iter().min_by_key(|(_, looks)| looks.latest).map(|(user, _)| *user);
            oldest.map(|oldest| known.remove(&oldest));
        }
        let looks = known.entry(user).or_insert(Looks { latest: now, before: None });
        if now - looks.latest > ONE_LOOK {
            looks.before = Some(looks.latest);
        }
        looks.latest = looks.latest.max(now);
        looks.before
    }

    /// When they looked before they did last.
    pub fn last(&self, user: UserId) -> Option<Moment> {
        self.lock().get(&user).and_then(|looks| looks.before)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<UserId, Looks>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
