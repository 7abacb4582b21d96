//! A brief on paper: Markdown, an HTML fragment and plain text. What somebody outside said is text
//! in each of them and never becomes a link, a tag or a heading.

mod html;
mod markdown;
mod markers;
mod text;

#[cfg(test)]
mod tests;

pub use html::{escape as escape_html, html};
pub use markdown::markdown;
pub use text::{COLUMNS, text};
