//! Reading a tree by what is expected of it. What does not fit is told and left out.

use rust_decimal::Decimal;

use super::node::{Data, Key, Node, Scalar};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::source::Span;

impl Node {
    /// A text. A plain scalar that another reader would take for something else (`no`, `1:30`,
    /// `0o17`, `2026-12-24`) must be put in quotes.
    pub fn text(&self, out: &mut Diagnostics) -> Option<&str> {
        let Scalar { text, quoted } = self.scalar("a text", out)?;
        if !quoted && let Some(other) = ambiguous(text) {
            let says = format!("a text is expected, and this reads as {other}");
            out.push(Diagnostic::error("yaml-type", self.span, says).help("put it in quotes"));
            return None;
        }
        Some(text)
    }

    /// Whatever single thing was written, as it was written: for dates, times and lengths.
    pub fn word(&self, out: &mut Diagnostics) -> Option<&str> {
        self.scalar("a single value", out).map(|scalar| scalar.text.as_str())
    }

    /// `true` or `false`, and nothing else.
    pub fn boolean(&self, out: &mut Diagnostics) -> Option<bool> {
        let scalar = self.scalar("`true` or `false`", out)?;
        match (scalar.text.as_str(), scalar.quoted) {
            ("true", false) => return Some(true),
            ("false", false) => return Some(false),
            _ => {}
        }
        let help = match scalar.text.to_ascii_lowercase().as_str() {
            "yes" | "y" | "on" | "true" => "write `true`",
            "no" | "n" | "off" | "false" => "write `false`",
            _ => "write `true` or `false`",
        };
        self.misfit("`true` or `false` is expected", help, out)
    }

    /// A whole number in plain decimal digits.
    pub fn integer(&self, out: &mut Diagnostics) -> Option<i64> {
        let scalar = self.scalar("a whole number", out)?;
        let digits = scalar.text.strip_prefix('-').unwrap_or(&scalar.text);
        let plain = !scalar.quoted && is_plain_integer(digits);
        match scalar.text.parse() {
            Ok(integer) if plain => Some(integer),
            _ => self.misfit("a whole number is expected", "write plain digits, as in 1000", out),
        }
    }

    /// A number in plain decimal digits, with or without a point.
    pub fn decimal(&self, out: &mut Diagnostics) -> Option<Decimal> {
        let scalar = self.scalar("a number", out)?;
        let digits = scalar.text.strip_prefix('-').unwrap_or(&scalar.text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = !scalar.quoted
            && is_plain_integer(whole)
            && !fraction.is_empty()
            && fraction.bytes().all(|byte| byte.is_ascii_digit());
        match Decimal::from_str_exact(&scalar.text) {
            Ok(decimal) if plain => Some(decimal),
            _ => self.misfit("a number is expected", "write plain digits, as in 1000 or 0.5", out),
        }
    }

    /// Several in order.
    pub fn list(&self, out: &mut Diagnostics) -> Option<&[Self]> {
        match &self.data {
            Data::List(nodes) => Some(nodes),
            Data::Null | Data::Scalar(_) | Data::Map(_) => {
                self.misfit("a list is expected", "write `[one, two]`, or a line `- one` each", out)
            }
        }
    }

    /// Named ones.
    pub fn map(&self, out: &mut Diagnostics) -> Option<Fields<'_>> {
        match &self.data {
            Data::Map(pairs) => Some(Fields::of(self.span, pairs)),
            Data::Null | Data::Scalar(_) | Data::List(_) => {
                self.misfit("named values are expected", "write `name: value`", out)
            }
        }
    }

    /// What kind of thing it is, for a sentence.
    pub const fn kind(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Scalar(_) => "a single value",
            Data::List(_) => "a list",
            Data::Map(_) => "named values",
        }
    }

    fn scalar(&self, wanted: &str, out: &mut Diagnostics) -> Option<&Scalar> {
        match &self.data {
            Data::Scalar(scalar) => Some(scalar),
            Data::Null | Data::List(_) | Data::Map(_) => {
                let says = format!("{wanted} is expected, and {} is there", self.kind());
                let help = "write one value, in quotes where it holds signs such as `:` or `[`";
                out.push(Diagnostic::error("yaml-type", self.span, says).help(help));
                None
            }
        }
    }

    fn misfit<T>(&self, says: &str, help: &str, out: &mut Diagnostics) -> Option<T> {
        out.push(Diagnostic::error("yaml-type", self.span, says).help(help));
        None
    }
}

fn is_plain_integer(digits: &str) -> bool {
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

/// What another reader would take a plain scalar for.
fn ambiguous(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n") {
        return Some("yes or no");
    }
    let bare = lower.strip_prefix(['-', '+']).unwrap_or(&lower);
    if matches!(bare, ".inf" | ".nan" | "~") {
        return Some("a number");
    }
    let digits = |part: &str, also: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || also.contains(c))
    };
    if digits(bare, "_") || digits(bare, "_.") && bare.matches('.').count() == 1 && bare != "." {
        return Some("a number");
    }
    if ["0x", "0o", "0b"].iter().any(|prefix| {
        bare.strip_prefix(prefix)
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit() || c == '_'))
    }) {
        return Some("a number");
    }
    if let Some((mantissa, exponent)) = bare.split_once('e')
        && digits(mantissa, "._")
        && digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent), "")
    {
        return Some("a number");
    }
    if bare.contains(':') && digits(bare, ":._") && bare.starts_with(|c: char| c.is_ascii_digit()) {
        return Some("a time or a number in sixties");
    }
    let mark = |(at, byte): (usize, u8)| {
        if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() }
    };
    let date = bare.split_at_checked(10).is_some_and(|(day, rest)| {
        day.bytes().enumerate().all(mark) && (rest.is_empty() || rest.starts_with(['t', ' ']))
    });
    date.then_some("a date")
}

/// A map that is read key by key; [`Fields::finish`] reports the keys that nobody asked for.
pub struct Fields<'a> {
    span: Span,
    pairs: &'a [(Key, Node)],
    taken: Vec<bool>,
    known: Vec<&'static str>,
    missing: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    fn of(span: Span, pairs: &'a [(Key, Node)]) -> Self {
        let taken = vec![false; pairs.len()];
        Self { span, pairs, taken, known: Vec::new(), missing: Vec::new() }
    }

    /// Where the map stands.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// What stands at a key, if anything does. A key with nothing behind it is not there.
    pub fn optional(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        let at = self.pairs.iter().position(|(known, _)| known.text == key)?;
        self.taken[at] = true;
        Some(&self.pairs[at].1).filter(|node| !node.is_null())
    }

    /// What stands at a key that is refused whatever it says, so that nobody is offered it as known.
    pub fn refused(&mut self, key: &str) -> Option<&'a Node> {
        let at = self.pairs.iter().position(|(known, _)| known.text == key)?;
        self.taken[at] = true;
        Some(&self.pairs[at].1)
    }

    /// What stands at a key that must be there.
    pub fn required(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<&'a Node> {
        let node = self.optional(key);
        if node.is_none() {
            let empty = self.pairs.iter().find(|(known, _)| known.text == key);
            let (span, says, help) = match empty {
                Some((known, _)) => {
                    let says = format!("nothing stands behind `{key}`");
                    (known.span, says, "write a value behind the colon".to_owned())
                }
                None => (self.beginning(), missing(key), format!("add `{key}: …`")),
            };
            self.missing.extend(empty.is_none().then_some(key));
            out.push(Diagnostic::error("missing-key", span, says).help(help));
        }
        node
    }

    /// Where a key stands that is almost this one, which is not there.
    pub fn misspelt(&self, key: &str) -> Option<Span> {
        if self.key_span(key).is_some() {
            return None;
        }
        let free = self.pairs.iter().zip(&self.taken).filter(|(_, taken)| !**taken);
        let known = || self.known.iter().copied().chain([key]);
        let mut meant = free.filter(|((free, _), _)| nearest(&free.text, known()) == Some(key));
        meant.next().map(|((free, _), _)| free.span)
    }

    /// Where the key itself stands.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.pairs.iter().find(|(known, _)| known.text == key).map(|(key, _)| key.span)
    }

    /// All that was not asked for: for maps with free keys.
    pub fn rest(&mut self) -> Vec<(&'a Key, &'a Node)> {
        let pairs: &'a [(Key, Node)] = self.pairs;
        let free = pairs.iter().zip(&self.taken).filter(|(_, taken)| !**taken);
        let rest = free.map(|((key, node), _)| (key, node)).collect();
        self.taken.fill(true);
        rest
    }

    fn beginning(&self) -> Span {
        Span { end: self.span.start + 1, ..self.span }
    }

    /// Reports every key that was not asked for, with the nearest known name; that the name itself
    /// is missing need not be said then.
    pub fn finish(self, out: &mut Diagnostics) {
        let unknown = self.pairs.iter().zip(&self.taken).filter(|(_, taken)| !**taken);
        for ((key, _), _) in unknown {
            let shown: String = key.text.chars().take(40).collect();
            let says = format!("the key `{shown}` is not known here");
            let help = match nearest(&key.text, self.known.iter().copied()) {
                Some(near) => {
                    if self.missing.contains(&near) {
                        out.take_back("missing-key", self.beginning(), &missing(near));
                    }
                    format!("did you mean `{near}`?")
                }
                None if self.known.is_empty() => "no key is known here".to_owned(),
                None => format!("known here: {}", self.known.join(", ")),
            };
            out.push(Diagnostic::error("unknown-key", key.span, says).help(help));
        }
    }
}

fn missing(key: &str) -> String {
    format!("`{key}` is missing here")
}
