//! What a document is made of.

use crate::source::Span;

/// How much is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: usize,
    /// Lists and maps in one another.
    pub depth: usize,
    /// Scalars, lists and maps.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 64, nodes: 200_000 }
    }
}

/// A piece of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Its place in the source.
    pub span: Span,
    /// What stands there.
    pub data: Data,
}

/// What a piece of a document is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Data {
    /// Nothing was written.
    Null,
    /// A text, a number, yes or no: what it is, is up to whoever asks.
    Scalar(Scalar),
    /// Several in order.
    List(Vec<Node>),
    /// Named ones, in the order they stand; no name twice.
    Map(Vec<(Key, Node)>),
}

/// A scalar as it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scalar {
    /// What it says, without quotes.
    pub text: String,
    /// Whether it was in quotes; block scalars count as quoted.
    pub quoted: bool,
}

/// A key of a map.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// What it says.
    pub text: String,
    /// Its place in the source.
    pub span: Span,
}

impl Node {
    /// Whether nothing was written.
    pub const fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }
}
