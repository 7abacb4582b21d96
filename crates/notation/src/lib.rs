//! How what people write is read: sources, spans, diagnostics, YAML and CSV. It knows nothing of
//! what the text means.
//!
//! Read in this order: where a text stands ([`source`]), which names it gives and uses
//! (`names`), what there is to say about it ([`diagnostic`]), how that is drawn ([`mod@draw`]), and the three notations: [`yaml`],
//! [`table`] and [`mod@duration`].
#![warn(missing_docs)]

pub mod source;

mod names;

pub mod diagnostic;

pub mod draw;

pub mod yaml;

pub mod table;

pub mod duration;

pub use diagnostic::{Diagnostic, Diagnostics, Severity, nearest, or_meant};
pub use draw::{Style, draw, draw_with};
pub use duration::{Duration, duration};
pub use names::Missing;
pub use source::{FileId, Place, Sources, Span, Spanned};
pub use table::{Cell, Csv, parse_csv};
pub use yaml::{Data, Fields, Key, Limits, Node, Scalar, parse, parse_within};
