//! Bodies that were just queued: most errands are claimed right after the group that queued
//! them, and need not be read back and opened for it.

use std::collections::BTreeMap;

use domain::errand::ErrandId;
use domain::fact::Note;

/// Bytes that are kept at most, unless another bound is configured; what does not fit is read back from
/// the store.
const BYTES_MAX: usize = 8 << 20;

/// Bodies in memory, which the store has too.
pub(crate) struct QueuedBodies {
    bodies: BTreeMap<ErrandId, Vec<u8>>,
    bytes: usize,
    bytes_max: usize,
}

impl Default for QueuedBodies {
    fn default() -> Self {
        Self { bodies: BTreeMap::new(), bytes: 0, bytes_max: BYTES_MAX }
    }
}

impl QueuedBodies {
    /// Says how many bytes may be kept.
    pub(crate) const fn bound(&mut self, bytes: usize) {
        self.bytes_max = bytes;
    }

    /// How many bytes are kept.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Keeps a body, if there is room.
    pub(crate) fn keep(&mut self, errand: ErrandId, body: &Note) {
        if self.bytes + body.bytes.len() <= self.bytes_max {
            self.bytes += body.bytes.len();
            let before = self.bodies.insert(errand, body.bytes.clone());
            self.bytes -= before.map_or(0, |before| before.len());
        }
    }

    /// Hands a body over.
    pub(crate) fn take(&mut self, errand: ErrandId) -> Option<Vec<u8>> {
        let body = self.bodies.remove(&errand)?;
        self.bytes -= body.len();
        Some(body)
    }

    /// Forgets them all: what was queued is not there, or may not be read any more.
    pub(crate) fn forget(&mut self) {
        self.bodies.clear();
        self.bytes = 0;
    }
}
