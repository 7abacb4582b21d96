//! A number of threads that somebody asked for.

use rayon::{ThreadPool, ThreadPoolBuilder};

/// A pool of that many threads; none where one is enough or where the system has no more to give,
/// and then the work is done where it was asked for.
pub(super) fn pool(threads: usize) -> Option<ThreadPool> {
    if threads < 2 {
        return None;
    }
    ThreadPoolBuilder::new().num_threads(threads).build().ok()
}
