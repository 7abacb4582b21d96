//! Strict JSON from bytes to a tree that keeps numbers exact.
//!
//! Stricter than most readers, since the bytes come from outside: a key that stands twice, a
//! lone surrogate, a NUL, a number that cannot be kept exactly, bytes after the end and more than
//! [`DEPTH_MAX`] levels are refused, each with a code and a place and never with the data. Objects
//! are kept sorted by key, so that keys made to collide cost nothing and equal objects look equal.

mod canonical;
mod number;
mod parse;
pub mod path;
mod scan;
#[cfg(test)]
mod tests;
mod write;

use std::borrow::Cow;

use domain::Value;
use domain::reason::Code;
use rust_decimal::Decimal;

pub use canonical::digest;
pub use parse::{check_encoding, parse};
pub use scan::{elements, lines, members, unfinished_element, unfinished_member};
pub use write::write;

/// How many containers may lie within one another.
pub const DEPTH_MAX: usize = 64;

/// A JSON value. Texts without escapes borrow from the bytes they were read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json<'a> {
    /// The word `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number, however it was written: `1`, `1.0` and `1e0` are one.
    Integer(i64),
    /// Any other number, exactly, without trailing zeros.
    Decimal(Decimal),
    /// A text.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Self>),
    /// An object.
    Object(Object<'a>),
}

/// An object's members, sorted by key, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

/// Why bytes were refused: a code, words without the data, and the byte where it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{says}, at byte {at}")]
pub struct JsonError {
    /// `unreadable` where the bytes are no JSON; another code where they are, and are refused.
    pub code: Code,
    /// What is wrong.
    pub says: &'static str,
    /// Bytes from the beginning.
    pub at: usize,
}

impl<'a> Json<'a> {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The members, if it is an object.
    pub fn object(&self) -> Option<&Object<'a>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The same as a field's value. `null` is no value, in lists and records too.
    pub fn into_value(self) -> Option<Value> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(boolean) => Value::Boolean(boolean),
            Self::Integer(integer) => Value::Integer(integer),
            Self::Decimal(decimal) => Value::Decimal(decimal),
            Self::Text(text) => Value::Text(text.into()),
            Self::List(list) => {
                Value::List(list.into_iter().filter_map(Self::into_value).collect())
            }
            Self::Object(object) => Value::Record(
                object
                    .into_iter()
                    .filter_map(|(key, value)| Some((key.into_owned(), value.into_value()?)))
                    .collect(),
            ),
        })
    }
}

impl<'a> Object<'a> {
    /// The value of a key. `null` is found too.
    pub fn get(&self, key: &str) -> Option<&Json<'a>> {
        self.place(key).ok().map(|at| &self.0[at].1)
    }

    /// The value of a key that is there and not `null`.
    pub fn present(&self, key: &str) -> Option<&Json<'a>> {
        self.get(key).filter(|value| !value.is_null())
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Json<'a>> {
        self.place(key).ok().map(|at| &mut self.0[at].1)
    }

    /// Takes a value out.
    pub fn take(&mut self, key: &str) -> Option<Json<'a>> {
        self.place(key).ok().map(|at| self.0.remove(at).1)
    }

    /// Puts a value in, in place of one that is there.
    pub fn put(&mut self, key: Cow<'a, str>, value: Json<'a>) {
        match self.place(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// The members in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// The object of these members, or the key that stands twice.
    fn of(mut members: Vec<(Cow<'a, str>, Json<'a>)>) -> Option<Self> {
        members.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let twice = members.windows(2).any(|pair| pair[0].0 == pair[1].0);
        (!twice).then_some(Self(members))
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|member| member.0.as_ref().cmp(key))
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Json<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl JsonError {
    /// The same error of a part that begins at `begin`.
    #[must_use]
    pub const fn moved(mut self, begin: usize) -> Self {
        self.at += begin;
        self
    }
}
