//! How a diagnostic is drawn for people: the line, carets under what is meant, an example, help.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Place, Sources};

/// What a stretch of the drawing is, for whoever gives it a colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// `error[code]` and its carets.
    Error,
    /// `warning[code]` and its carets.
    Warning,
    /// The sentence.
    Message,
    /// Numbers, bars, arrows.
    Gutter,
    /// What somebody wrote.
    Source,
    /// `help` and `example`.
    Note,
}

/// How wide a drawing may be, in columns.
const COLUMNS_MAX: usize = 100;
/// How wide a drawn line of source may be, in columns.
const SOURCE_MAX: usize = 88;
/// Other places of a diagnostic that are drawn.
const ALSO_SHOWN: usize = 3;
/// How many columns stand before a place that lies far to the right.
const BEFORE: usize = 24;

/// Draws a diagnostic as plain text. It ends with a line end.
pub fn draw(sources: &Sources, diagnostic: &Diagnostic) -> String {
    draw_with(sources, diagnostic, |_, text| text.to_owned())
}

/// Draws a diagnostic; `paint` wraps each stretch in its colour.
pub fn draw_with(
    sources: &Sources,
    diagnostic: &Diagnostic,
    paint: impl Fn(Style, &str) -> String,
) -> String {
    let place = sources.place(diagnostic.span);
    let number = place.line.to_string();
    let gap = " ".repeat(number.len());
    let style = match diagnostic.severity {
        Severity::Error => Style::Error,
        Severity::Warning => Style::Warning,
    };
    let head = format!("{}[{}]", diagnostic.severity.as_str(), diagnostic.code);
    let message = wrapped(head.chars().count() + 2, 2, &diagnostic.message);
    let arrow = format!("{gap} ┌─ {}:{}:{}", clean(place.file), place.line, place.column);
    let mut lines = vec![
        paint(style, &head) + &paint(Style::Message, &format!(": {message}")),
        paint(Style::Gutter, &arrow),
    ];
    let elsewhere = diagnostic.elsewhere.as_ref().map(|(span, says)| {
        let place = sources.place(*span);
        format!("{says} at {}:{}:{}", place.file, place.line, place.column)
    });
    let also = also(sources, diagnostic);
    let mut notes = vec![
        ("note", &elsewhere),
        ("note", &also),
        ("example", &diagnostic.example),
        ("help", &diagnostic.help),
    ];
    if !place.line_text.is_empty() {
        let window = Window::around(&place);
        let label = diagnostic.label.as_deref().unwrap_or_default();
        let columns = gap.len() + 3 + window.indent + window.width + 1 + label.chars().count();
        let beside = !label.is_empty() && columns <= COLUMNS_MAX;
        let label = if beside { format!(" {}", clean(label)) } else { String::new() };
        if !beside {
            notes.insert(0, ("note", &diagnostic.label));
        }
        let carets = "^".repeat(window.width) + &label;
        let indent = " ".repeat(window.indent);
        lines.push(
            paint(Style::Gutter, &format!("{number} │ "))
                + &paint(Style::Source, window.text.trim_end()),
        );
        let gutter = paint(Style::Gutter, &format!("{gap} │ "));
        lines.push(gutter + &indent + &paint(style, &carets));
    }
    for (word, text) in notes {
        if let Some(text) = text {
            let note = format!("{gap} = {word}:");
            let text = wrapped(note.len() + 1, note.len() + 1, text);
            lines.push(paint(Style::Note, &note) + " " + &text);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The other places of a diagnostic, in words.
fn also(sources: &Sources, diagnostic: &Diagnostic) -> Option<String> {
    let shown: Vec<String> = diagnostic
        .also
        .iter()
        .take(ALSO_SHOWN)
        .map(|span| {
            let place = sources.place(*span);
            format!("{}:{}:{}", place.file, place.line, place.column)
        })
        .collect();
    let count = diagnostic.also_count;
    let more = match count - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let places = if count == 1 { "place" } else { "places" };
    (count > 0).then(|| format!("used in {count} {places}: {}{more}", shown.join(", ")))
}

/// A text in lines of at most [`COLUMNS_MAX`], where blanks allow it: the first begins at a column,
/// the others are indented.
fn wrapped(column: usize, indent: usize, text: &str) -> String {
    let mut out = String::new();
    let mut columns = column;
    for word in clean(text).split(' ') {
        let wide = word.chars().map(columns_of).sum::<usize>();
        if columns > indent.max(column) && columns + 1 + wide > COLUMNS_MAX {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            columns = indent;
        } else if !out.is_empty() {
            out.push(' ');
            columns += 1;
        }
        out.push_str(word);
        columns += wide;
    }
    out
}

/// The part of a line that is shown.
struct Window {
    text: String,
    indent: usize,
    width: usize,
}

impl Window {
    fn around(place: &Place<'_>) -> Self {
        let column = place.column as usize - 1;
        let shift = if column > SOURCE_MAX - BEFORE { column - BEFORE } else { 0 };
        let mut window = Self { text: String::new(), indent: 0, width: 0 };
        let mut columns = 0;
        if shift > 0 {
            window.text.push('…');
            columns = 1;
            window.indent = 1;
        }
        for (at, character) in place.line_text.chars().enumerate().skip(shift) {
            let shown = visible(character);
            let wide = columns_of(shown);
            if columns + wide > SOURCE_MAX {
                window.text.push('…');
                break;
            }
            columns += wide;
            window.text.push(shown);
            if at < column {
                window.indent += wide;
            } else if at < column + place.width as usize {
                window.width += wide;
            }
        }
        window.width = window.width.max(1);
        window
    }
}

/// A text with what would move the cursor made visible.
fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(character: char) -> char {
    match character {
        '\t' => ' ',
        // Marks that join, reorder or hide text would make the drawing say something else.
        '\u{ad}'
        | '\u{300}'..='\u{36f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0000}'..='\u{e0fff}' => '·',
        character if character.is_control() => '·',
        character => character,
    }
}

/// East Asian wide characters and pictures take two columns.
const fn columns_of(character: char) -> usize {
    match character as u32 {
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0x1_f300..=0x1_faff
        | 0x2_0000..=0x3_fffd => 2,
        _ => 1,
    }
}
