//! A brief as JSON: what it rests on claim by claim, with the headline that people read first.

use serde::Serialize;

use super::letter::{Line, letter};
use crate::view::BriefView;

/// The brief with its headline.
#[derive(Serialize)]
struct Headed<'b, 'a> {
    headline: Vec<Sentence>,
    #[serde(flatten)]
    brief: &'b BriefView<'a>,
}

/// A sentence of the headline, and the claims that it rests on by their places.
#[derive(Serialize)]
struct Sentence {
    text: String,
    claims: Vec<usize>,
}

/// The brief as JSON. Every sentence of its headline names the claims that it rests on; one that tells what
/// nobody knows, or what to do first, may rest on none.
pub fn json(brief: &BriefView<'_>) -> String {
    let said = |line: Line| Sentence { text: line.text, claims: line.claims };
    let headline = letter(brief).headline.into_iter().map(said).collect();
    serde_json::to_string(&Headed { headline, brief }).expect("a view is JSON")
}
