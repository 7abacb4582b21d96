//! What came from outside moves no cursor, whichever verb prints it: every line for a terminal, and every
//! line of JSON, goes through here.

use std::borrow::Cow;
use std::io::{self, Write};

/// Whether a terminal would do something else than show a character: it acts on it, or lets text stand in
/// another order than it is read in.
pub(super) const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// Whether colours are ours to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Colours {
    Kept,
    None,
}

/// A text of which a terminal shows all that it does not know for a new line, a tab or a colour of ours.
pub(super) fn harmless(text: &str, colours: Colours) -> Cow<'_, str> {
    let lays_out = |character| matches!(character, '\n' | '\t');
    if !text.chars().any(|character| is_hidden(character) && !lays_out(character)) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let colour = if colours == Colours::Kept { colour(rest) } else { "" };
        if !colour.is_empty() {
            shown.push_str(colour);
            rest = &rest[colour.len()..];
            continue;
        }
        let hidden = is_hidden(character) && !lays_out(character);
        shown.push(if hidden { '·' } else { character });
        rest = &rest[character.len_utf8()..];
    }
    shown.into()
}

/// The sequence for a colour that a text begins with.
fn colour(text: &str) -> &str {
    let Some(inner) = text.strip_prefix("\u{1b}[") else { return "" };
    let digits = inner.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if inner[digits..].starts_with('m') { &text[..digits + 3] } else { "" }
}

/// An output for JSON: what a terminal would not show stands there as an escape, which means the same.
pub(super) struct JsonOut<W: Write> {
    out: W,
    /// The beginning of a character whose end is yet to come.
    begun: Vec<u8>,
}

impl<W: Write> JsonOut<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out, begun: Vec::new() }
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        let mut from = 0;
        // JSON itself escapes what is below a blank; there it is the layout.
        let hidden = |c: char| is_hidden(c) && c >= '\u{7f}';
        for (at, character) in text.char_indices().filter(|(_, character)| hidden(*character)) {
            self.out.write_all(&text.as_bytes()[from..at])?;
            write!(self.out, "\\u{:04x}", u32::from(character))?;
            from = at + character.len_utf8();
        }
        self.out.write_all(&text.as_bytes()[from..])
    }
}

impl<W: Write> Write for JsonOut<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        match std::str::from_utf8(&all) {
            Ok(text) => self.put(text)?,
            Err(error) => {
                let (whole, rest) = all.split_at(error.valid_up_to());
                self.put(std::str::from_utf8(whole).unwrap_or_default())?;
                // JSON is text: only its end can be in the middle of a character.
                self.begun = rest.to_vec();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// An output for a log: each record, which is written at once, is one line, whatever a path in it holds.
pub(super) struct LogOut<W: Write> {
    out: W,
    colours: Colours,
}

impl<W: Write> LogOut<W> {
    pub(super) const fn new(out: W, colours: Colours) -> Self {
        Self { out, colours }
    }
}

impl<W: Write> Write for LogOut<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let line = harmless(text.trim_end_matches('\n'), self.colours).replace('\n', "·");
        self.out.write_all(line.as_bytes())?;
        self.out.write_all(b"\n")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
