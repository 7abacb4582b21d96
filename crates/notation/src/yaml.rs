//! YAML, the part of it that a person can read twice in the same way: no anchors, tags or merge
//! keys, no key twice, one document.

mod build;
mod node;
mod place;
mod read;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Sources};

pub use node::{Data, Key, Limits, Node, Scalar};
pub use read::Fields;

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
    if !sources.is_text(file) {
        return None;
    }
    build::document(sources.text(file), file, limits, out)
}
