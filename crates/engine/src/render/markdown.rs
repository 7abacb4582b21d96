//! A brief in Markdown.

use std::fmt::Write as _;

use super::EvidenceShown;
use super::letter::{Line, Tone, letter};
use super::markers::{Set, number};
use crate::stages::brief::words;
use crate::view::BriefView;

/// The brief in Markdown.
pub fn markdown(brief: &BriefView<'_>, shown: EvidenceShown) -> String {
    let mut letter = letter(brief);
    let sets = number(brief, &mut letter);
    let mut out = String::with_capacity(4_096);
    let _ = writeln!(out, "# Brief of {}\n", brief.handoff);
    let put = |out: &mut String, line: &Line| {
        let unknown = line.tone == Tone::Unknown;
        if unknown {
            out.push('*');
        }
        escape(out, &line.text);
        if unknown {
            out.push('*');
        }
        if let Some(number) = line.number.filter(|_| shown == EvidenceShown::Listed) {
            let _ = write!(out, "\u{a0}\\[{number}\\]");
        }
    };
    for (at, line) in letter.headline.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { " " });
        put(&mut out, line);
    }
    out.push('\n');
    for part in &letter.parts {
        let _ = write!(out, "\n## {}\n\n", part.title);
        let mut steps = 0;
        for line in &part.lines {
            if line.tone == Tone::Step {
                steps += 1;
                let _ = write!(out, "{steps}. ");
            } else {
                out.push_str("- ");
            }
            put(&mut out, line);
            out.push('\n');
        }
    }
    if shown == EvidenceShown::Listed && !sets.is_empty() {
        out.push_str("\n## Evidence\n\n");
        for (at, set) in sets.iter().enumerate() {
            evidence(&mut out, at + 1, set);
        }
    }
    let _ = writeln!(out, "\nAs known at {} UTC.", words::stamp(brief.known_as_of));
    out
}

fn evidence(out: &mut String, number: usize, set: &Set<'_, '_>) {
    let _ = writeln!(out, "{number}. Signals behind number {number}:");
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

/// Writes a text so that Markdown reads it as nothing but that text: what would open a link, an image,
/// code, emphasis, a list, a heading or a tag where it stands has a backslash before it, and nothing else
/// has.
pub(super) fn escape(out: &mut String, text: &str) {
    let mut before = ' ';
    let mut digits_alone = true;
    let mut characters = text.chars().peekable();
    let mut at_start = true;
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let active = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '@' | '$' => true,
            // Within a word it is a letter like any other.
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '&' => next == '#' || next.is_ascii_alphabetic(),
            '!' => next == '[',
            '{' => next == '{' || before == '{',
            // A scheme, as in `http:` and `mailto:`; a sentence has a space behind its colon.
            ':' => next != ' ' && !(before.is_ascii_digit() && next.is_ascii_digit()),
            '.' => (digits_alone && !at_start && next == ' ') || follows_www(out),
            ')' => digits_alone && !at_start,
            '#' | '>' | '-' | '+' | '=' | '|' => at_start,
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

/// What begins with `www.` is read as a link.
fn follows_www(written: &str) -> bool {
    let end = written.as_bytes();
    end.last_chunk().is_some_and(|last: &[u8; 3]| last.eq_ignore_ascii_case(b"www"))
}
