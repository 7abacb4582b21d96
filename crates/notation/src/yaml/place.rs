//! The place in a file of a stretch of a scalar's text.
//!
//! Every character of the text that is not blank stands in the file in the same order, with blanks,
//! line ends and escapes between: so the place is found by counting.

use super::node::{Data, Node, Scalar};
use crate::source::{Sources, Span};

impl Node {
    /// The place in the file of a stretch of this scalar's text, in bytes of [`Scalar::text`].
    /// Exact in plain, quoted and block scalars, as far as the stretch begins and ends with
    /// something that is not blank.
    pub fn place_of(&self, sources: &Sources, start: usize, end: usize) -> Span {
        match &self.data {
            Data::Scalar(scalar) => within(sources, self.span, scalar, start, end),
            Data::Null | Data::List(_) | Data::Map(_) => self.span,
        }
    }
}

fn within(sources: &Sources, whole: Span, scalar: &Scalar, start: usize, end: usize) -> Span {
    let written = sources.slice(whole);
    let text = &scalar.text;
    let start = text.floor_char_boundary(start);
    let end = text.floor_char_boundary(end).max(start);
    let marks = |part: &str| part.chars().filter(|mark| !mark.is_whitespace()).count();
    let before = marks(&text[..start]);
    let inside = marks(&text[start..end]);
    let mut places = Places::new(written);
    let Some(first) = places.nth(before) else {
        let end = whole
            .end
            .saturating_sub(u32::from(matches!(places.style, Style::Single | Style::Double)));
        return Span { start: end, end, ..whole };
    };
    let last = if inside > 1 { places.nth(inside - 2) } else { Some(first) };
    let last = last.unwrap_or(first);
    let from = whole.start + first.0 as u32;
    let to = if inside == 0 { from } else { whole.start + last.1 as u32 };
    Span { start: from, end: to, ..whole }
}

#[derive(Clone, Copy)]
enum Style {
    Plain,
    Single,
    Double,
    Block,
}

/// The stretches of what is written that stand for the marks of the text, in order.
struct Places<'a> {
    written: &'a str,
    at: usize,
    style: Style,
}

impl<'a> Places<'a> {
    fn new(written: &'a str) -> Self {
        let (style, at) = match written.as_bytes().first() {
            Some(b'\'') => (Style::Single, 1),
            Some(b'"') => (Style::Double, 1),
            Some(b'|' | b'>') => {
                (Style::Block, written.find('\n').map_or(written.len(), |at| at + 1))
            }
            _ => (Style::Plain, 0),
        };
        Self { written, at, style }
    }
}

impl Iterator for Places<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        loop {
            let rest = &self.written[self.at..];
            let mark = rest.chars().next()?;
            let from = self.at;
            let (length, shown) = match (self.style, mark) {
                (Style::Double, '\\') => escape(rest),
                (Style::Single, '\'') if rest.starts_with("''") => (2, true),
                (Style::Single, '\'') | (Style::Double, '"') => return None,
                _ => (mark.len_utf8(), !mark.is_whitespace()),
            };
            self.at = from + length;
            if shown {
                return Some((from, self.at));
            }
        }
    }
}

/// How long an escape is, and whether it stands for something that is not blank.
fn escape(rest: &str) -> (usize, bool) {
    let bytes = rest.as_bytes();
    let coded = |digits: usize| {
        let code = rest.get(2..2 + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        let blank = code.and_then(char::from_u32).is_some_and(char::is_whitespace);
        ((2 + digits).min(rest.len()), !blank)
    };
    let (length, shown) = match bytes.get(1) {
        Some(b'x') => coded(2),
        Some(b'u') => coded(4),
        Some(b'U') => coded(8),
        Some(
            b'n' | b't' | b'r' | b'v' | b'f' | b' ' | b'_' | b'N' | b'L' | b'P' | b'\t' | b'\n',
        ) => (2, false),
        Some(b'\r') => (2, false),
        Some(_) => (2, true),
        None => (1, false),
    };
    (rest.ceil_char_boundary(length), shown)
}
