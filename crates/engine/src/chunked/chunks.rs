//! The chunks of a list. Most lists have one chunk or none, and those need no list of chunks.

use std::sync::Arc;

/// Shared chunks, in order.
#[derive(Clone, Debug)]
pub(super) enum Chunks<T> {
    /// There is none.
    None,
    /// There is one.
    One(Arc<Vec<T>>),
    /// There are more, or there were.
    Many(Vec<Arc<Vec<T>>>),
}

impl<T> Chunks<T> {
    /// The chunks in order.
    pub(super) const fn as_slice(&self) -> &[Arc<Vec<T>>] {
        match self {
            Self::None => &[],
            Self::One(chunk) => std::slice::from_ref(chunk),
            Self::Many(chunks) => chunks.as_slice(),
        }
    }

    /// How much memory the chunks take, in bytes, without what their items hold.
    pub(super) fn bytes(&self) -> usize {
        let list = if let Self::Many(chunks) = self { chunks.capacity() } else { 0 };
        let counters = 2 * size_of::<usize>();
        let chunk = |chunk: &Arc<Vec<T>>| {
            counters + size_of::<Vec<T>>() + chunk.capacity() * size_of::<T>()
        };
        let chunks: usize = self.as_slice().iter().map(chunk).sum();
        list * size_of::<usize>() + chunks
    }

    /// The same, to be changed.
    pub(super) const fn as_mut_slice(&mut self) -> &mut [Arc<Vec<T>>] {
        match self {
            Self::None => &mut [],
            Self::One(chunk) => std::slice::from_mut(chunk),
            Self::Many(chunks) => chunks.as_mut_slice(),
        }
    }

    /// Puts a chunk in at a place.
    pub(super) fn insert(&mut self, at: usize, items: Vec<T>) {
        let chunk = Arc::new(items);
        *self = match std::mem::replace(self, Self::None) {
            Self::None => Self::One(chunk),
            Self::One(known) => {
                let mut chunks = vec![known];
                chunks.insert(at, chunk);
                Self::Many(chunks)
            }
            Self::Many(mut chunks) => {
                chunks.insert(at, chunk);
                Self::Many(chunks)
            }
        };
    }

    /// Takes a chunk out.
    pub(super) fn remove(&mut self, at: usize) {
        match self {
            Self::None => {}
            Self::One(_) => *self = Self::None,
            Self::Many(chunks) => {
                chunks.remove(at);
            }
        }
    }
}
