//! Requests that wait for the decision on their signal: so many at a time, each with a place that it has
//! until it is told or has gone.

use std::collections::BTreeMap;
use std::sync::Arc;

use crank::TurnReport;
use domain::SignalId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Requests that wait at most: half of the connections, so that others are answered meanwhile. What is
/// held of one is its connection and a report of a turn.
pub const WAITERS_MAX: usize = 320;

/// The places of those who wait.
#[derive(Clone, Debug)]
pub struct WaitingPlaces(Arc<Semaphore>);

impl Default for WaitingPlaces {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(WAITERS_MAX)))
    }
}

impl WaitingPlaces {
    /// Takes a place, and where the decision will be told; none where all places are taken.
    pub fn take(&self) -> Option<(Waiter, oneshot::Receiver<TurnReport>)> {
        let place = Arc::clone(&self.0).try_acquire_owned().ok()?;
        let (tell, told) = oneshot::channel();
        Some((Waiter { tell, _place: place }, told))
    }
}

/// Somebody who waits for a decision. It has its place until it is dropped.
#[derive(Debug)]
pub struct Waiter {
    tell: oneshot::Sender<TurnReport>,
    _place: OwnedSemaphorePermit,
}

/// Those who wait, by their signal.
#[derive(Debug, Default)]
pub struct Waiters(BTreeMap<SignalId, Vec<Waiter>>);

impl Waiters {
    /// Somebody waits for the decision on a signal.
    pub fn add(&mut self, signal: SignalId, waiter: Waiter) {
        self.0.entry(signal).or_default().push(waiter);
    }

    /// Tells all who wait for a signal.
    pub fn tell(&mut self, report: &TurnReport) {
        for waiter in self.0.remove(&report.signal).unwrap_or_default() {
            // Whoever asked may have gone.
            let _ = waiter.tell.send(report.clone());
        }
    }

    /// Forgets those who have gone.
    pub fn sweep(&mut self) {
        self.0.retain(|_, waiters| {
            waiters.retain(|waiter| !waiter.tell.is_closed());
            !waiters.is_empty()
        });
    }

    /// How many wait.
    pub fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests;
