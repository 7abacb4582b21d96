//! Connections for questions, beside the keeper's: whatever reads runs on a worker thread, so that the
//! keeper goes on taking turns. How many questions run and how many wait is bounded.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use store::StoreError;
use store::sqlite::Reader;
use tokio::sync::Semaphore;

/// Questions that read a row or a page.
const LOOK_UPS: Bound = Bound { running: 8, waiting: 256 };
/// Folds that wait at most. As many run as there are processors, within bounds.
const FOLDS_WAITING: usize = 64;
const FOLDS_MIN: usize = 2;
const FOLDS_MAX: usize = 8;

/// What a question reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// Rows, or entries that are found without a search.
    LookUp,
    /// The history of an account, which may be long.
    Fold,
}

/// Why a question has no answer.
#[derive(Debug)]
pub enum Unread {
    /// Too many questions wait already.
    Busy,
    /// The store could not be read.
    Store(StoreError),
}

impl From<StoreError> for Unread {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// How many questions of a kind run and wait.
#[derive(Clone, Copy)]
struct Bound {
    running: usize,
    waiting: usize,
}

/// The places of one kind of questions.
#[derive(Clone)]
struct Lane {
    /// One for each that runs or waits.
    seats: Arc<Semaphore>,
    /// One for each that runs.
    permits: Arc<Semaphore>,
    #[cfg(test)]
    running: usize,
}

impl Lane {
    fn new(bound: Bound) -> Self {
        let Bound { running, waiting } = bound;
        Self {
            seats: Arc::new(Semaphore::new(running + waiting)),
            permits: Arc::new(Semaphore::new(running)),
            #[cfg(test)]
            running,
        }
    }

    /// How many run at most.
    #[cfg(test)]
    const fn running(&self) -> usize {
        self.running
    }
}

/// Readers that are lent and given back.
#[derive(Clone)]
pub struct Readers {
    folder: PathBuf,
    idle: Arc<Mutex<Vec<Reader>>>,
    look_ups: Lane,
    folds: Lane,
}

impl Readers {
    /// Readers of a folder. Nothing is opened before the first question.
    pub fn new(folder: PathBuf) -> Self {
        let processors = thread::available_parallelism().map_or(FOLDS_MIN, NonZero::get);
        let running = processors.clamp(FOLDS_MIN, FOLDS_MAX);
        let folds = Bound { running, waiting: FOLDS_WAITING };
        Self {
            folder,
            idle: Arc::default(),
            look_ups: Lane::new(LOOK_UPS),
            folds: Lane::new(folds),
        }
    }

    /// Asks something, off the threads that serve connections and off the keeper's. A question keeps its
    /// place until it is answered, even when nobody waits for the answer any more.
    pub async fn ask<T: Send + 'static>(
        &self,
        reading: Reading,
        question: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Unread> {
        let lane = match reading {
            Reading::LookUp => &self.look_ups,
            Reading::Fold => &self.folds,
        };
        let seat = Arc::clone(&lane.seats).try_acquire_owned().map_err(|_| Unread::Busy)?;
        let permit = Arc::clone(&lane.permits).acquire_owned().await;
        let (folder, idle) = (self.folder.clone(), Arc::clone(&self.idle));
        let asked = tokio::task::spawn_blocking(move || {
            let _places = (seat, permit);
            let reader = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let reader = match reader {
                Some(reader) => reader,
                None => Reader::open(&folder)?,
            };
            let answer = question(&reader)?;
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
            Ok(answer)
        });
        asked.await.unwrap_or_else(|_panicked| {
            Err(StoreError::Damaged("a question could not be answered".to_owned()).into())
        })
    }
}

#[cfg(test)]
mod tests;
