//! Folders whose tables an earlier program made: they are brought up to date before anybody reads them.

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::schema;
use super::writer::SqliteStore;
use crate::chance::Chance;
use crate::error::StoreError;

/// How often a folder that is held is looked at again: another reader may be bringing it up.
const LOOKS: usize = 40;
/// How long between two looks.
const BETWEEN: Duration = Duration::from_millis(50);

/// Brings the tables of a folder up to date, as whoever writes would. Where a program of before holds it, that
/// one has to end first.
pub(super) fn bring_up(path: &Path) -> Result<(), StoreError> {
    for _ in 0..LOOKS {
        if !schema::lags(path) {
            return Ok(());
        }
        match SqliteStore::open(path, Chance::system()) {
            Ok(store) => return store.close(),
            Err(StoreError::Held(_)) => thread::park_timeout(BETWEEN),
            // It is read as it is: what stands in the way is named by `doctor`, and by whoever writes.
            Err(_) => return Ok(()),
        }
    }
    Err(StoreError::HeldByOlder(path.to_owned()))
}
