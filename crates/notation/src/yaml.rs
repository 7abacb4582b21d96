//! YAML, the part of it that a person can read twice in the same way: no anchors, tags or merge
//! keys, no key twice, one document.

mod build;
mod place;
mod read;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Sources, Span};

pub use read::Fields;

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
    /// Where.
    pub span: Span,
    /// What.
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
    /// Where.
    pub span: Span,
}

/// Reads the one document of a file within the usual limits.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Node> {
    parse_within(sources, file, Limits::default(), out)
}

/// Reads the one document of a file. An empty file is [`Data::Null`].
pub fn parse_within(
    sources: &Sources,
    file: FileId,
    limits: Limits,
    out: &mut Diagnostics,
) -> Option<Node> {
    build::document(sources.text(file), file, limits, out)
}

impl Node {
    /// The place in the file of a stretch of this scalar's text, in bytes of [`Scalar::text`].
    /// Exact in plain, quoted and block scalars, as far as the stretch begins and ends with
    /// something that is not blank.
    pub fn place_of(&self, sources: &Sources, start: usize, end: usize) -> Span {
        match &self.data {
            Data::Scalar(scalar) => place::within(sources, self.span, scalar, start, end),
            Data::Null | Data::List(_) | Data::Map(_) => self.span,
        }
    }

    /// Whether nothing was written.
    pub const fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }
}
