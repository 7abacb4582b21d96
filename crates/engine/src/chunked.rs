//! Sequences and maps that share what did not change: a copy costs a few counters however long it
//! is, and a change copies one chunk. So a turn can work on a copy of what is known and be let go.

mod chunks;
#[cfg(test)]
mod tests;
mod written;

pub(crate) use written::{
    shared, shared_arcs, shared_items, shared_keys, shared_list, shared_map, shared_option,
    shared_pair, shared_sources,
};

use std::borrow::Borrow;
use std::ops::Index;
use std::sync::Arc;

use chunks::Chunks;

/// Items of a chunk before it is split in two.
const CHUNK_MAX: usize = 32;

/// Items in an order of their own, in shared chunks none of which is empty.
#[derive(Clone, Debug)]
pub struct SharedList<T> {
    chunks: Chunks<T>,
    len: usize,
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> SharedList<T> {
    /// Without any.
    pub const fn new() -> Self {
        Self { chunks: Chunks::None, len: 0 }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How much memory it takes, in bytes, without what the items hold.
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.bytes()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.chunks.as_slice().iter().flat_map(|chunk| chunk.iter())
    }

    /// How many items at the end of which it holds.
    pub fn count_last(&self, mut holds: impl FnMut(&T) -> bool) -> usize {
        let mut many = 0;
        for chunk in self.chunks.as_slice().iter().rev() {
            let here = chunk.iter().rev().take_while(|item| holds(item)).count();
            many += here;
            if here < chunk.len() {
                break;
            }
        }
        many
    }

    /// The first.
    pub fn first(&self) -> Option<&T> {
        self.chunks.as_slice().first()?.first()
    }

    /// The chunk and the place in it of the first item of which `before` does not hold. Of all
    /// items before that one it holds.
    fn find(&self, before: impl Fn(&T) -> bool) -> (usize, usize) {
        let whole = |chunk: &Arc<Vec<T>>| chunk.last().is_some_and(&before);
        let chunks = self.chunks.as_slice();
        let chunk = chunks.partition_point(whole);
        let at = chunks.get(chunk).map_or(0, |chunk| chunk.partition_point(&before));
        (chunk, at)
    }

    fn get(&self, (chunk, at): (usize, usize)) -> Option<&T> {
        self.chunks.as_slice().get(chunk)?.get(at)
    }
}

impl<T: Clone> SharedList<T> {
    /// Puts an item behind all those of which `before` holds.
    pub fn insert(&mut self, before: impl Fn(&T) -> bool, item: T) {
        let place = self.find(before);
        self.insert_at(place, item);
    }

    /// Puts an item at the end.
    pub fn push(&mut self, item: T) {
        self.insert_at((self.chunks.as_slice().len(), 0), item);
    }

    /// Takes the first item out.
    pub fn pop_first(&mut self) -> Option<T> {
        self.get((0, 0)).is_some().then(|| self.remove_at((0, 0)))
    }

    /// Takes the last item out of which it holds.
    pub fn remove_last(&mut self, holds: impl Fn(&T) -> bool) -> Option<T> {
        let chunks = self.chunks.as_slice().iter().enumerate().rev();
        let mut found =
            chunks.filter_map(|(chunk, items)| Some((chunk, items.iter().rposition(&holds)?)));
        let place = found.next()?;
        drop(found);
        Some(self.remove_at(place))
    }

    fn insert_at(&mut self, (chunk, at): (usize, usize), item: T) {
        self.len += 1;
        let chunks = self.chunks.as_slice();
        // What comes at the end of all goes into the last chunk.
        let (chunk, at) = match (chunks.get(chunk), chunk.checked_sub(1)) {
            (None, Some(last)) => (last, chunks[last].len()),
            (Some(_), _) => (chunk, at),
            (None, None) => {
                self.chunks.insert(chunk, vec![item]);
                return;
            }
        };
        let known = &mut self.chunks.as_mut_slice()[chunk];
        match Arc::get_mut(known) {
            Some(items) => items.insert(at, item),
            None => *known = Arc::new(with_item(known, at, item)),
        }
        let items = Arc::get_mut(known).expect("was made sole above");
        if items.len() > CHUNK_MAX {
            // What grows at its end keeps its chunks full.
            let keep = if at + 1 == items.len() { CHUNK_MAX } else { CHUNK_MAX / 2 };
            let rest = items.split_off(keep);
            self.chunks.insert(chunk + 1, rest);
        }
    }

    fn get_mut(&mut self, (chunk, at): (usize, usize)) -> Option<&mut T> {
        Arc::make_mut(self.chunks.as_mut_slice().get_mut(chunk)?).get_mut(at)
    }

    fn remove_at(&mut self, (chunk, at): (usize, usize)) -> T {
        self.len -= 1;
        let items = Arc::make_mut(&mut self.chunks.as_mut_slice()[chunk]);
        let item = items.remove(at);
        if items.is_empty() {
            self.chunks.remove(chunk);
        }
        item
    }
}

/// A copy with one item more, in the room that it takes.
fn with_item<T: Clone>(items: &[T], at: usize, item: T) -> Vec<T> {
    let mut copy = Vec::with_capacity(items.len() + 1);
    copy.extend_from_slice(&items[..at]);
    copy.push(item);
    copy.extend_from_slice(&items[at..]);
    copy
}

impl<T: PartialEq> PartialEq for SharedList<T> {
    /// How the items lie in chunks makes no difference.
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for SharedList<T> {}

/// Keys and what they stand for, in the order of the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedMap<K, V> {
    pairs: SharedList<(K, V)>,
}

impl<K, V> Default for SharedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> SharedMap<K, V> {
    /// Without any.
    pub const fn new() -> Self {
        Self { pairs: SharedList::new() }
    }

    /// How much memory it takes, in bytes, without what the keys and values hold.
    pub(crate) fn bytes(&self) -> usize {
        self.pairs.bytes()
    }

    /// How many keys there are.
    pub const fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Keys with what they stand for, in the order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone {
        self.pairs.iter().map(|(key, value)| (key, value))
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + Clone {
        self.pairs.iter().map(|(key, _)| key)
    }

    /// What the keys stand for, in the order of the keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + Clone {
        self.pairs.iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> SharedMap<K, V> {
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> ((usize, usize), bool)
    where
        K: Borrow<Q>,
    {
        let place = self.pairs.find(|(known, _)| known.borrow() < key);
        (place, self.pairs.get(place).is_some_and(|(known, _)| known.borrow() == key))
    }

    /// What a key stands for.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (place, there) = self.find(key);
        self.pairs.get(place).filter(|_| there).map(|(_, value)| value)
    }

    /// Whether there is such a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).1
    }
}

impl<K: Ord + Clone, V: Clone> SharedMap<K, V> {
    /// What a key stands for, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let (place, there) = self.find(key);
        if there { self.pairs.get_mut(place).map(|(_, value)| value) } else { None }
    }

    /// What a key stands for, to be changed; where it is new, what is made for it.
    pub fn get_or_insert_with<Q>(&mut self, key: &Q, make: impl FnOnce() -> V) -> &mut V
    where
        K: Borrow<Q>,
        Q: Ord + ToOwned<Owned = K> + ?Sized,
    {
        let (place, there) = self.find(key);
        if there {
            return self.pairs.get_mut(place).map(|(_, value)| value).expect("was found above");
        }
        self.pairs.insert_at(place, (key.to_owned(), make()));
        // Its chunk may have been split.
        self.get_mut(key).expect("was put in above")
    }

    /// Lets a key stand for a value.
    pub fn insert(&mut self, key: K, value: V) {
        let (place, there) = self.find(&key);
        if !there {
            self.pairs.insert_at(place, (key, value));
        } else if let Some((_, known)) = self.pairs.get_mut(place) {
            *known = value;
        }
    }

    /// Takes a key out; what it stood for.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (place, there) = self.find(key);
        there.then(|| self.pairs.remove_at(place).1)
    }
}

impl<K: Ord, V> Index<&K> for SharedMap<K, V> {
    type Output = V;

    fn index(&self, key: &K) -> &V {
        self.get(key).expect("the map has the key")
    }
}
