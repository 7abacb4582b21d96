//! A brief as plain text, at most a hundred columns wide.

use std::fmt::Write as _;

use super::markers::{Markers, Set};
use crate::stages::brief::{Section, words};
use crate::view::BriefView;

/// How wide a line is at most.
pub const COLUMNS: usize = 100;
/// Where the claims begin.
const INDENT: usize = 18;

/// The brief as plain text with numbered evidence.
pub fn text(brief: &BriefView<'_>) -> String {
    let markers = Markers::of(brief);
    let mut out = String::with_capacity(4_096);
    let _ = writeln!(
        out,
        "Brief of {}, known as of {} UTC",
        brief.handoff,
        words::stamp(brief.known_as_of)
    );
    for section in brief.sections.iter().copied() {
        let lines = lines(brief, &markers, section);
        if lines.is_empty() {
            continue;
        }
        out.push('\n');
        for (at, line) in lines.iter().enumerate() {
            let head = if at == 0 { section.title() } else { "" };
            entry(&mut out, head, line);
        }
    }
    if !markers.sets.is_empty() {
        out.push_str("\nEvidence\n");
        for (at, set) in markers.sets.iter().enumerate() {
            evidence(&mut out, at + 1, set);
        }
    }
    out
}

fn lines(brief: &BriefView<'_>, markers: &Markers<'_, '_>, section: Section) -> Vec<String> {
    let mut lines: Vec<String> = markers
        .section(brief, section)
        .map(|(claim, number)| {
            let mut line = claim.text.to_owned();
            if let Some(figure) = claim.figure {
                let _ = write!(line, ", {figure}");
            }
            if let Some(number) = number {
                // A marker never begins a line.
                let _ = write!(line, "\u{a0}[{number}]");
            }
            line
        })
        .collect();
    if section == Section::NextSteps {
        lines.extend(brief.steps.iter().enumerate().map(|(at, step)| match step.when {
            Some(when) => format!("{}. {} ({when})", at + 1, step.text),
            None => format!("{}. {}", at + 1, step.text),
        }));
    }
    if section == Section::Assets {
        lines.extend(brief.assets.iter().map(|asset| asset.name.to_owned()));
    }
    let unknown = brief.unknown.iter().filter(|unknown| unknown.section == section);
    lines.extend(unknown.map(|unknown| unknown.text.to_owned()));
    lines
}

fn evidence(out: &mut String, number: usize, set: &Set<'_, '_>) {
    for (at, listed) in set.listed.iter().enumerate() {
        let known = listed.known;
        let head = if at == 0 { format!("[{number}]") } else { String::new() };
        let line = format!(
            "{}  {}  {} of {}, its id {}, in {}",
            words::stamp(known.cited.moment),
            known.signal,
            words::plain(known.cited.kind, 60),
            known.cited.source,
            words::plain(known.source_id, 120),
            listed.fields.join(", ")
        );
        entry(out, &head, &line);
    }
    if set.more > 0 {
        entry(out, "", &format!("and {} more", set.more));
    }
}

/// One entry: what stands in front, and the text beside it over as many lines as it needs.
fn entry(out: &mut String, head: &str, text: &str) {
    let mut line = format!("{head:INDENT$}");
    let mut used = INDENT;
    let mut first = true;
    let mut put = |out: &mut String, word: &str, glue: bool| {
        let wide = width(word);
        if !first && used + usize::from(glue) + wide > COLUMNS {
            out.push_str(line.trim_end());
            out.push('\n');
            line = " ".repeat(INDENT);
            used = INDENT;
        } else if glue && !first {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
        first = false;
    };
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        for (at, piece) in pieces(word).into_iter().enumerate() {
            put(out, &piece, at == 0);
        }
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// A word in pieces that fit into a line.
fn pieces(word: &str) -> Vec<String> {
    if width(word) <= COLUMNS - INDENT {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for character in word.chars() {
        let wide = columns(character);
        if used + wide > COLUMNS - INDENT {
            pieces.push(String::new());
            used = 0;
        }
        pieces.last_mut().expect("there is one").push(character);
        used += wide;
    }
    pieces
}

fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// How many columns a character takes: East Asian ones and pictures take two.
const fn columns(character: char) -> usize {
    match character as u32 {
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}
