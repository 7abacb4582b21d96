//! A brief in Markdown.

use std::fmt::Write as _;

use super::markers::{Markers, Set};
use crate::stages::brief::{Section, words};
use crate::view::BriefView;

/// The brief in Markdown with numbered evidence.
pub fn markdown(brief: &BriefView<'_>) -> String {
    let markers = Markers::of(brief);
    let mut out = String::with_capacity(4_096);
    let _ = writeln!(out, "# Brief of {}\n", brief.handoff);
    let _ = writeln!(out, "Known as of {} UTC.", words::stamp(brief.known_as_of));
    for section in brief.sections.iter().copied() {
        let mut body = String::new();
        for (claim, number) in markers.section(brief, section) {
            body.push_str("- ");
            escape(&mut body, claim.text);
            if let Some(figure) = claim.figure {
                body.push_str(", ");
                escape(&mut body, figure);
            }
            if let Some(number) = number {
                let _ = write!(body, "\u{a0}\\[{number}\\]");
            }
            body.push('\n');
        }
        own(&mut body, brief, section);
        for unknown in brief.unknown.iter().filter(|unknown| unknown.section == section) {
            body.push_str("- *");
            escape(&mut body, unknown.text);
            body.push_str("*\n");
        }
        if !body.is_empty() {
            let _ = write!(out, "\n## {}\n\n{body}", section.title());
        }
    }
    if !markers.sets.is_empty() {
        out.push_str("\n## Evidence\n\n");
        for (at, set) in markers.sets.iter().enumerate() {
            evidence(&mut out, at + 1, set);
        }
    }
    out
}

fn own(body: &mut String, brief: &BriefView<'_>, section: Section) {
    if section == Section::NextSteps {
        for step in &brief.steps {
            body.push_str("- ");
            escape(body, step.text);
            if let Some(when) = step.when {
                body.push_str(" (");
                escape(body, when);
                body.push(')');
            }
            body.push('\n');
        }
    }
    if section == Section::Assets {
        for asset in &brief.assets {
            body.push_str("- ");
            escape(body, asset.name);
            body.push('\n');
        }
    }
}

fn evidence(out: &mut String, number: usize, set: &Set<'_, '_>) {
    let _ = writeln!(out, "{number}. Signals behind claim marker {number}:");
    for listed in &set.listed {
        let known = listed.known;
        let _ = write!(out, "   - {} UTC, {}, ", words::stamp(known.cited.moment), known.signal);
        escape(out, &words::plain(known.cited.kind, 60));
        let _ = write!(out, " of {}, its id ", known.cited.source);
        escape(out, &words::plain(known.source_id, 120));
        out.push_str(", in ");
        escape(out, &listed.fields.join(", "));
        out.push('\n');
    }
    if set.more > 0 {
        let _ = writeln!(out, "   - and {} more", set.more);
    }
}

/// Writes a text so that Markdown reads it as nothing but that text: what could open a link, an
/// image, code, emphasis, a list, a table, a heading or a tag stands behind a backslash.
fn escape(out: &mut String, text: &str) {
    let mut before = ' ';
    let mut digits_alone = true;
    let mut characters = text.chars().peekable();
    let mut at_start = true;
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let active = match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '!' | '|' | '<' | '>' | '~'
            | '&' | '@' | '$' => true,
            '(' | ')' => matches!(before, ']' | '(' | ')'),
            // A scheme, as in `http:` and `mailto:`; a sentence has a space behind its colon.
            ':' => next != ' ' && !(before.is_ascii_digit() && next.is_ascii_digit()),
            '.' => digits_alone || before.eq_ignore_ascii_case(&'w') || next.is_alphabetic(),
            '-' | '+' | '=' => at_start,
            _ => false,
        };
        if active {
            out.push('\\');
        }
        // A line that breaks would begin something new.
        out.push(if matches!(character, '\n' | '\r') { ' ' } else { character });
        digits_alone &= character.is_ascii_digit();
        at_start = false;
        before = character;
    }
}
