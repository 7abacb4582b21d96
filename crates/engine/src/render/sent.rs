//! The letter as bodies of deliveries hold it, so that whoever writes to people has it in their form: mail,
//! chat. What people wrote outside is text here and stays one.

use serde::Serialize;

use super::letter::{Line, Tone, letter};
use crate::view::BriefView;

/// A letter in a body.
#[derive(Serialize)]
pub(crate) struct SentLetter {
    /// Who it is about, in a few words.
    about: String,
    headline: Vec<SentLine>,
    parts: Vec<SentPart>,
}

#[derive(Serialize)]
struct SentPart {
    section: &'static str,
    title: &'static str,
    lines: Vec<SentLine>,
}

#[derive(Serialize)]
struct SentLine {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tone: Option<&'static str>,
}

/// A brief as a letter.
pub(crate) fn sent(brief: &BriefView<'_>) -> SentLetter {
    let letter = letter(brief);
    let lines = |lines: Vec<Line>| lines.into_iter().map(line).collect();
    let parts = letter.parts.into_iter().map(|part| SentPart {
        section: part.section.as_str(),
        title: part.title,
        lines: lines(part.lines),
    });
    let parts = parts.collect();
    SentLetter { about: letter.about, headline: lines(letter.headline), parts }
}

fn line(line: Line) -> SentLine {
    let tone = match line.tone {
        Tone::Known => None,
        Tone::Unknown => Some("unknown"),
        Tone::Step => Some("step"),
    };
    SentLine { text: line.text, tone }
}
