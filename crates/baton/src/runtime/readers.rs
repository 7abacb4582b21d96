//! Connections for questions, beside the keeper's.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use store::StoreError;
use store::sqlite::Reader;
use tokio::sync::Semaphore;

/// Questions that are asked at the same time; others wait.
const READERS_MAX: usize = 8;

/// Readers that are lent and given back.
#[derive(Clone)]
pub struct Readers {
    folder: PathBuf,
    idle: Arc<Mutex<Vec<Reader>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    /// Readers of a folder. Nothing is opened before the first question.
    pub fn new(folder: PathBuf) -> Self {
        let permits = Arc::new(Semaphore::new(READERS_MAX));
        Self { folder, idle: Arc::default(), permits }
    }

    /// Asks something, off the threads that serve connections.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let (folder, idle) = (self.folder.clone(), Arc::clone(&self.idle));
        let asked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
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
            Err(StoreError::Damaged("a question could not be answered".to_owned()))
        })
    }
}
