//! Rehearsals that were started here: the one that runs, with its progress, and what the last ones found. They
//! are kept in memory, and gone with the server.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Moment;
use rehearsal::history::{Progress, Rehearsal};

use crate::auth::credential::Credential;
use crate::local::refusal::Refusal;
use crate::service::setback::Setback;

/// Rehearsals that are kept.
const KEPT_MAX: usize = 8;

/// What is rehearsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RehearsalPlan {
    /// The strategy, as people call it.
    pub strategy: String,
    /// What it is compared with; none where it is played alone.
    pub against: Option<String>,
    /// Over which history.
    pub over: String,
    /// How owners behave.
    pub behaviour: &'static str,
    /// Who started it.
    pub by: Credential,
}

/// A rehearsal, and how far it is.
#[derive(Clone, Debug)]
pub struct RehearsalState {
    /// What it is called in addresses.
    pub id: String,
    /// What is rehearsed.
    pub plan: RehearsalPlan,
    /// When it was started.
    pub started: Moment,
    /// When it ended, if it did.
    pub ended: Option<Moment>,
    /// How far it has come.
    pub progress: Option<Progress>,
    /// What it found.
    pub found: Option<Arc<Rehearsal>>,
    /// Why it did not come to its end.
    pub failed: Option<Refusal>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Rehearsals {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The latest first. Only the first one may run.
    all: VecDeque<RehearsalState>,
    stop: Arc<AtomicBool>,
}

/// The place of a rehearsal that runs. Where it is dropped without a result, the rehearsal has failed.
#[derive(Debug)]
pub struct RunningRehearsal {
    rehearsals: Arc<Rehearsals>,
    id: String,
    stop: Arc<AtomicBool>,
}

impl Rehearsals {
    /// All that are known, the latest first.
    pub fn list(&self) -> Vec<RehearsalState> {
        self.lock().all.iter().cloned().collect()
    }

    /// One of them.
    pub fn find(&self, id: &str) -> Option<RehearsalState> {
        self.lock().all.iter().find(|known| known.id == id).cloned()
    }

    /// Takes the one place that there is.
    pub fn begin(
        self: &Arc<Self>,
        plan: RehearsalPlan,
        now: Moment,
    ) -> Result<RunningRehearsal, Setback> {
        let mut inner = self.lock();
        if inner.all.front().is_some_and(|last| last.ended.is_none()) {
            let says = "a rehearsal is under way; one is played at a time";
            return Err(Setback::refused(409, "rehearsal-under-way", says));
        }
        let (id, stop) = (format!("{:x}", now.0), Arc::new(AtomicBool::new(false)));
        inner.stop = Arc::clone(&stop);
        let (started, ended, progress) = (now, None, None);
        let state = RehearsalState {
            id: id.clone(),
            plan,
            started,
            ended,
            progress,
            found: None,
            failed: None,
        };
        inner.all.push_front(state);
        inner.all.truncate(KEPT_MAX);
        drop(inner);
        Ok(RunningRehearsal { rehearsals: Arc::clone(self), id, stop })
    }

    /// Stops the one of this id, if it runs.
    pub fn stop(&self, id: &str) {
        let inner = self.lock();
        if inner.all.front().is_some_and(|last| last.id == id) {
            inner.stop.store(true, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunningRehearsal {
    /// What it is called in addresses.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Tells how far it is, and hears whether it goes on.
    pub fn tell(&self, progress: Progress) -> ControlFlow<()> {
        if let Some(first) = self.rehearsals.lock().all.front_mut() {
            first.progress = Some(progress);
        }
        if self.stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Ends it with what it found, or why it did not.
    pub fn end(self, found: Result<Rehearsal, Refusal>, now: Moment) {
        if let Some(first) = self.rehearsals.lock().all.front_mut() {
            first.ended = Some(now);
            match found {
                Ok(found) => first.found = Some(Arc::new(found)),
                Err(refusal) => first.failed = Some(refusal),
            }
        }
    }
}

impl Drop for RunningRehearsal {
    fn drop(&mut self) {
        if let Some(first) =
            self.rehearsals.lock().all.front_mut().filter(|first| first.ended.is_none())
        {
            first.ended = Some(first.started);
            first.failed = Some(Refusal::unable("rehearsal-failed", "it ended without a result"));
        }
    }
}

#[cfg(test)]
mod tests;
