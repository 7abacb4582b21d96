//! A brief as plain text, in as many columns as there are.

use std::fmt::Write as _;

use super::EvidenceShown;
use super::letter::{Line, Tone, letter};
use super::markers::{Set, number};
use crate::stages::brief::words;
use crate::view::BriefView;

/// How wide a line is at most where nobody says.
pub const COLUMNS: usize = 80;
/// The fewest columns that a text is put into.
const COLUMNS_MIN: usize = 40;
/// Where what is said begins.
const INDENT: usize = 17;

/// The brief as plain text, `columns` wide.
pub fn text(brief: &BriefView<'_>, columns: usize, shown: EvidenceShown) -> String {
    let mut letter = letter(brief);
    let sets = number(brief, &mut letter);
    let mut page = Page { text: String::with_capacity(4_096), columns: columns.max(COLUMNS_MIN) };
    let as_of = words::stamp(brief.known_as_of);
    page.block(&format!("Brief of {}, as known at {as_of} UTC", brief.handoff));
    page.text.push('\n');
    let said = |line: &Line| {
        let number = line.number.filter(|_| shown == EvidenceShown::Listed);
        // A marker never begins a line.
        let marker = number.map_or_else(String::new, |number| format!("\u{a0}[{number}]"));
        format!("{}{marker}", line.text)
    };
    let headline: Vec<String> = letter.headline.iter().map(said).collect();
    page.block(&headline.join(" "));
    for part in &letter.parts {
        page.text.push('\n');
        let mut steps = 0;
        for (at, line) in part.lines.iter().enumerate() {
            let head = if at == 0 { part.title } else { "" };
            let mut text = said(line);
            if line.tone == Tone::Step {
                steps += 1;
                text.insert_str(0, &format!("{steps}. "));
            }
            page.entry(head, &text);
        }
    }
    page.text.push('\n');
    match shown {
        EvidenceShown::Counted => {
            let (count, noun) = match brief.signals.len() {
                1 => (1, "signal"),
                several => (several, "signals"),
            };
            page.block(&format!("It rests on {count} {noun}; --evidence lists them."));
        }
        EvidenceShown::Listed => {
            page.text.push_str("Evidence\n");
            for (at, set) in sets.iter().enumerate() {
                page.evidence(at + 1, set);
            }
        }
    }
    page.text
}

/// A text that is being put into columns.
struct Page {
    text: String,
    columns: usize,
}

impl Page {
    fn evidence(&mut self, number: usize, set: &Set<'_, '_>) {
        for (at, listed) in set.listed.iter().enumerate() {
            let known = listed.known;
            let head = if at == 0 { format!("[{number}]") } else { String::new() };
            let line = format!(
                "{} UTC  {}  {} of {}, its id {}, in {}",
                words::stamp(known.cited.moment),
                known.signal,
                words::plain(known.cited.kind, 60),
                known.cited.source,
                words::plain(known.source_id, 120),
                listed.fields.join(", ")
            );
            self.entry(&head, &line);
        }
        if set.more > 0 {
            self.entry("", &format!("and {} more", set.more));
        }
    }

    /// What begins at the left edge.
    fn block(&mut self, text: &str) {
        self.put("", 0, text);
    }

    /// One entry: what stands in front, and the text beside it over as many lines as it needs.
    fn entry(&mut self, head: &str, text: &str) {
        self.put(head, INDENT, text);
    }

    fn put(&mut self, head: &str, indent: usize, text: &str) {
        let room = self.columns - indent;
        let mut line = format!("{head:indent$}");
        let mut used = 0;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            for (at, piece) in pieces(word, room).into_iter().enumerate() {
                let glue = usize::from(at == 0 && used > 0);
                if used > 0 && used + glue + width(&piece) > room {
                    self.end(&line);
                    line = " ".repeat(indent);
                    used = 0;
                } else if glue > 0 {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(&piece);
                used += width(&piece);
            }
        }
        self.end(&line);
    }

    fn end(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}", line.trim_end());
    }
}

/// A word in pieces that fit into a line.
fn pieces(word: &str, room: usize) -> Vec<String> {
    if width(word) <= room {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for character in word.chars() {
        let wide = columns(character);
        if used + wide > room {
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
