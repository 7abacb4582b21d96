//! A brief to read: Markdown, HTML, plain text and JSON. What somebody outside said is text
//! in each of them and never becomes a link, a tag or a heading.

mod html;
mod json;
mod letter;
mod markdown;
mod markers;
mod sent;
mod sheet;
mod text;

#[cfg(test)]
mod tests;

pub use html::{escape as escape_html, html, page};
pub use json::json;
pub use markdown::markdown;
pub(crate) use sent::{SentLetter, sent};
pub use sheet::{Sheet, SheetEvidence, SheetLine, SheetPart, SheetSignal, sheet};
pub use text::{COLUMNS, text};

/// Whether the signals that a brief rests on are listed below it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EvidenceShown {
    /// Only how many there are.
    Counted,
    /// Each line has a number, and what stands behind it follows.
    Listed,
}
