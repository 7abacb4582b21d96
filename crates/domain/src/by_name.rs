//! Named values in the order of their names.

#[cfg(test)]
mod tests;

use std::ops::Index;

use minicbor::data::Type;
use minicbor::decode::Error;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

use crate::text::Text;
use crate::usual_fields::{number_of, numbered};

/// Names and what they stand for, ordered by name. Most have fewer than ten, so they lie side by
/// side: a map of one takes the room of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName<V> {
    entries: Vec<(Text, V)>,
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> ByName<V> {
    /// Without any.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Without any, with room for so many.
    pub fn with_capacity(many: usize) -> Self {
        Self { entries: Vec::with_capacity(many) }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// For how many there is room without another allocation.
    pub const fn capacity(&self) -> usize {
        self.entries.capacity()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.find(name).ok().map(|at| &self.entries[at].1)
    }

    /// What a name stands for, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.find(name).ok().map(|at| &mut self.entries[at].1)
    }

    /// The name as it is kept and what it stands for.
    pub fn get_key_value(&self, name: &str) -> Option<(&Text, &V)> {
        self.find(name).ok().map(|at| (&self.entries[at].0, &self.entries[at].1))
    }

    /// Whether there is such a name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Lets a name stand for a value; returns what it stood for before.
    pub fn insert(&mut self, name: impl Into<Text>, value: V) -> Option<V> {
        let name = name.into();
        match self.find(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at].1, value)),
            Err(at) => {
                self.entries.insert(at, (name, value));
                None
            }
        }
    }

    /// What a name stands for; where it is new, what is made for it.
    pub fn get_or_insert_with(&mut self, name: &str, make: impl FnOnce() -> V) -> &mut V {
        let at = match self.find(name) {
            Ok(at) => at,
            Err(at) => {
                self.entries.insert(at, (Text::from(name), make()));
                at
            }
        };
        &mut self.entries[at].1
    }

    /// Takes pairs in. Of two values of one name `replaces(old, new)` says whether the later stays.
    pub fn take_in<N: Into<Text>>(
        &mut self,
        pairs: impl IntoIterator<Item = (N, V)>,
        replaces: impl Fn(&V, &V) -> bool,
    ) {
        let pairs = pairs.into_iter();
        let before = self.entries.len();
        self.entries.reserve_exact(pairs.size_hint().0);
        // Appended and sorted once: they may be many, in any order, and of a stranger's choosing.
        self.entries.extend(pairs.map(|(name, value)| (name.into(), value)));
        let unsorted = self.entries[before.saturating_sub(1)..]
            .windows(2)
            .any(|pair| pair[0].0.as_str() >= pair[1].0.as_str());
        if unsorted {
            self.entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            self.entries.dedup_by(|(name, new), (kept, old)| {
                let same = name == kept;
                if same && replaces(old, new) {
                    std::mem::swap(new, old);
                }
                same
            });
        }
    }

    /// Takes a name out.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        self.find(name).ok().map(|at| self.entries.remove(at).1)
    }

    /// Keeps those of which it holds.
    pub fn retain(&mut self, mut holds: impl FnMut(&Text, &mut V) -> bool) {
        self.entries.retain_mut(|(name, value)| holds(name, value));
    }

    /// All, by name.
    pub fn iter(&self) -> Iter<'_, V> {
        Iter(self.entries.iter())
    }

    /// The names in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> {
        self.entries.iter().map(|(name, _)| name)
    }

    /// What they stand for, in the order of the names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// What they stand for, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }
}

impl<V> Index<&str> for ByName<V> {
    type Output = V;

    /// What a name stands for that is known to be there.
    fn index(&self, name: &str) -> &V {
        self.get(name).expect("the name is there")
    }
}

/// Names and what they stand for, in the order of the names.
#[derive(Clone, Debug)]
pub struct Iter<'a, V>(std::slice::Iter<'a, (Text, V)>);

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (&'a Text, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'a, V> IntoIterator for &'a ByName<V> {
    type Item = (&'a Text, &'a V);
    type IntoIter = Iter<'a, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<V> IntoIterator for ByName<V> {
    type Item = (Text, V);
    type IntoIter = std::vec::IntoIter<(Text, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<N: Into<Text>, V> FromIterator<(N, V)> for ByName<V> {
    /// Of two values of one name the later stays.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut fields = Self::new();
        fields.extend(pairs);
        fields
    }
}

impl<N: Into<Text>, V, const MANY: usize> From<[(N, V); MANY]> for ByName<V> {
    fn from(pairs: [(N, V); MANY]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<N: Into<Text>, V> Extend<(N, V)> for ByName<V> {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        self.take_in(pairs, |_, _| true);
    }
}

impl<V: serde::Serialize> serde::Serialize for ByName<V> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self)
    }
}

impl<C, V: Encode<C>> Encode<C> for ByName<V> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        let mut sorted: Vec<_> =
            self.entries.iter().map(|entry| (number_of(&entry.0), entry)).collect();
        // Deterministic encoding sorts by the bytes of the encoded key: numbers first, then texts, in
        // which the length comes first (RFC 8949, 4.2.1). Stable, so that names of one length stay in
        // the order of their bytes.
        sorted.sort_by_key(|(number, (name, _))| match number {
            Some(number) => (false, usize::from(*number)),
            None => (true, name.len()),
        });
        e.map(sorted.len() as u64)?;
        for (number, (name, value)) in sorted {
            match number {
                Some(number) => e.u8(number)?,
                None => e.str(name)?,
            };
            value.encode(e, context)?;
        }
        Ok(())
    }
}

impl<'b, C, V: Decode<'b, C>> Decode<'b, C> for ByName<V> {
    fn decode(d: &mut Decoder<'b>, context: &mut C) -> Result<Self, Error> {
        let pairs = d.map_iter_with::<C, StoredName, V>(context)?;
        let pairs = pairs.map(|pair| pair.map(|(StoredName(name), value)| (name, value)));
        pairs.collect::<Result<Vec<_>, _>>().map(|pairs| pairs.into_iter().collect())
    }
}

/// A name as it is stored: a text, or the number of a usual one.
struct StoredName(Text);

impl<'b, C> Decode<'b, C> for StoredName {
    fn decode(d: &mut Decoder<'b>, context: &mut C) -> Result<Self, Error> {
        if d.datatype()? == Type::U8 {
            let name =
                numbered(d.u8()?).ok_or_else(|| Error::message("a name without a number"))?;
            return Ok(Self(name));
        }
        d.decode_with(context).map(Self)
    }
}
