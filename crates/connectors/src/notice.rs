//! What a delivery tells people: read from its body, and written as plain text and as HTML.
//!
//! The body is the one that every kind of destination gets. What people wrote outside is a text here
//! and stays one: whoever writes it into another form escapes it there.

mod body;
mod content;
mod html;
mod links;
mod text;

#[cfg(test)]
mod tests;

pub use body::{read, read_all};
pub use content::{Line, Notice, Section, Told, Tone, title};
pub use html::html;
pub use links::{Links, SecretLink};
pub use text::text;
