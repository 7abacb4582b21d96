//! What the keeper tells everybody else: whether it is ready, what is in force, who may ask.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use rules::Strategy;

use super::admission::Admission;
use super::feed::Feed;
use super::metrics::Metrics;
use super::uploads::Uploads;
use crate::auth::accept_links::AcceptLinks;
use crate::auth::keys::KeyTable;
use crate::auth::policies::table::PolicyTable;
use crate::auth::sessions::Sessions;
use crate::auth::users::UserTable;

/// Written by the keeper, read by everybody.
#[derive(Debug, Default)]
pub struct SharedState {
    ready: AtomicBool,
    strategy: RwLock<Option<Arc<Strategy>>>,
    keys: RwLock<Arc<KeyTable>>,
    users: RwLock<Arc<UserTable>>,
    /// What each role and each scope of a key may.
    pub policies: Arc<PolicyTable>,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Addresses in messages that accept something.
    pub accept_links: AcceptLinks,
    /// Files that wait to be imported.
    pub uploads: Arc<Uploads>,
    /// How much may wait for its turn.
    pub admission: Arc<Admission>,
    /// Which handoffs change, for whoever looks on.
    pub feed: Feed,
    /// What is counted.
    pub metrics: Metrics,
}

impl SharedState {
    /// Nothing is known yet but who may what.
    pub fn under(policies: PolicyTable) -> Self {
        Self { policies: Arc::new(policies), ..Self::default() }
    }

    /// Whether recovery is done and it takes commands.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Whether a strategy is in force.
    pub fn has_strategy(&self) -> bool {
        self.strategy().is_some()
    }

    /// The strategy in force.
    pub fn strategy(&self) -> Option<Arc<Strategy>> {
        self.strategy.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who may ask for what.
    pub fn keys(&self) -> Arc<KeyTable> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Who may be signed in.
    pub fn users(&self) -> Arc<UserTable> {
        Arc::clone(&self.users.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Release);
        self.metrics.ready.set(u64::from(ready));
    }

    pub(super) fn set_strategy(&self, in_force: Option<Arc<Strategy>>) {
        *self.strategy.write().unwrap_or_else(PoisonError::into_inner) = in_force;
    }

    pub(super) fn set_keys(&self, keys: KeyTable) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    pub(super) fn set_users(&self, users: UserTable) {
        *self.users.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(users);
    }
}
