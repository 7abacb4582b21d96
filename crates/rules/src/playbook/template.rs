//! Texts with placeholders.

use std::borrow::Cow;

use notation::{Diagnostic, Diagnostics, Span, Spanned, nearest};

/// A text, in pieces.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Template {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// What a field says.
    Placeholder(Placeholder),
}

/// `{{ person.first_name | or: "there" }}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placeholder {
    /// The field.
    pub path: Spanned<String>,
    /// What stands in for it where it is not known.
    pub or: Option<String>,
}

/// What the decision fixes of a handoff, its score and its owner: templates can say these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fixed {
    /// The place `handoff.id`.
    HandoffId,
    /// The place `handoff.kind`.
    HandoffKind,
    /// The place `score.total`.
    ScoreTotal,
    /// `owner.id`: the member's, or the name of the queue.
    OwnerId,
    /// The place `owner.name`.
    OwnerName,
    /// The place `owner.email`.
    OwnerEmail,
}

impl Fixed {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::HandoffId,
        Self::HandoffKind,
        Self::ScoreTotal,
        Self::OwnerId,
        Self::OwnerName,
        Self::OwnerEmail,
    ];

    /// The name in a template.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HandoffId => "handoff.id",
            Self::HandoffKind => "handoff.kind",
            Self::ScoreTotal => "score.total",
            Self::OwnerId => "owner.id",
            Self::OwnerName => "owner.name",
            Self::OwnerEmail => "owner.email",
        }
    }

    /// Reads the name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fixed| fixed.as_str() == text)
    }
}

/// Roots of which a template can say nothing but what is fixed.
const CLOSED: [&str; 3] = ["handoff", "score", "owner"];

/// What a field can be about.
const ROOTS: [&str; 7] = ["person", "account", "lead", "owner", "handoff", "score", "signal"];
/// Placeholders of one text.
const PLACEHOLDERS_MAX: usize = 1_000;

impl Template {
    /// The placeholders, in order.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Placeholder(placeholder) => Some(placeholder),
        })
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Text(text) if text.trim().is_empty()))
    }

    /// The text with what the fields say. A field that is not known and has nothing to stand in for
    /// it is left out. The values are put in as they are: whoever shows the text escapes it.
    pub fn render<'a>(&self, field: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Placeholder(placeholder) => match field(&placeholder.path.value) {
                    Some(value) => text.push_str(&value),
                    None => text.push_str(placeholder.or.as_deref().unwrap_or("")),
                },
            }
        }
        text
    }

    /// Reads a text. `place` is where a stretch of it stands in its file.
    pub(super) fn read(
        text: &str,
        place: impl Fn(usize, usize) -> Span,
        out: &mut Diagnostics,
    ) -> Self {
        let mut pieces = Vec::new();
        let mut at = 0;
        let mut count = 0;
        while let Some(found) = text[at..].find("{{") {
            let open = at + found;
            push_text(&mut pieces, &text[at..open]);
            let inside = open + 2;
            let Some(length) = text[inside..].find("}}") else {
                let says = "a placeholder is opened and never closed";
                let told = Diagnostic::error("placeholder-syntax", place(open, inside), says);
                out.push(told.help("close it with `}}`"));
                return Self { pieces };
            };
            let close = inside + length;
            pieces.extend(placeholder(text, inside, close, &place, out).map(Piece::Placeholder));
            at = close + 2;
            count += 1;
            if count > PLACEHOLDERS_MAX {
                let says = format!("a text has at most {PLACEHOLDERS_MAX} placeholders");
                out.push(Diagnostic::error("list-too-long", place(open, at), says));
                return Self { pieces };
            }
        }
        push_text(&mut pieces, &text[at..]);
        Self { pieces }
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

fn placeholder(
    text: &str,
    from: usize,
    until: usize,
    place: &impl Fn(usize, usize) -> Span,
    out: &mut Diagnostics,
) -> Option<Placeholder> {
    let inside = &text[from..until];
    let (name, filter) = match inside.split_once('|') {
        Some((name, filter)) => (name, Some(filter)),
        None => (inside, None),
    };
    let start = from + (name.len() - name.trim_start().len());
    let name = name.trim();
    let span = place(start, start + name.len());
    let or = match filter.map(or) {
        Some(None) => {
            let says = "this cannot stand behind `|`";
            let help = "write `| or: \"text\"`";
            let whole = place(from, until);
            out.push(Diagnostic::error("placeholder-syntax", whole, says).help(help));
            return None;
        }
        Some(Some(or)) => Some(or),
        None => None,
    };
    check_name(name, span, out)
        .then(|| Placeholder { path: Spanned::new(name.to_owned(), span), or })
}

/// `or: "text"`.
fn or(filter: &str) -> Option<String> {
    let text = filter.trim().strip_prefix("or")?.trim_start().strip_prefix(':')?.trim();
    let quoted =
        ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))?;
    (!quoted.contains(['"', '\n'])).then(|| quoted.to_owned())
}

fn check_name(name: &str, span: Span, out: &mut Diagnostics) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let (root, rest) = name.split_once('.').unwrap_or((name, ""));
    if !name.split('.').all(part) || rest.is_empty() {
        let says = "a placeholder names a field";
        let help = "write it as in `{{ person.first_name }}`";
        out.push(Diagnostic::error("placeholder-syntax", span, says).help(help));
        return false;
    }
    if !ROOTS.contains(&root) {
        let shown: String = root.chars().take(40).collect();
        let says = format!("nothing is called `{shown}` here");
        let help = match nearest(root, ROOTS) {
            Some(near) => format!("did you mean `{near}.{rest}`?"),
            None => format!("a field begins with {}", ROOTS.join(", ")),
        };
        out.push(Diagnostic::error("placeholder-unknown", span, says).help(help));
        return false;
    }
    if CLOSED.contains(&root) && Fixed::named(name).is_none() {
        let known = Fixed::ALL.map(Fixed::as_str);
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        let says = format!("a template cannot say `{name}`");
        out.push(Diagnostic::error("placeholder-unknown", span, says).help(help));
        return false;
    }
    true
}
