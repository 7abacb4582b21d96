//! A table of a TOML file, read key by key: what nobody asked for is unknown.

use std::path::Path;

use notation::{Diagnostic, Diagnostics, FileId, Span, nearest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::credential::Reference;

/// A key or value with its place.
pub(super) type Placed<'a> = (&'a DeValue<'a>, Span);

/// A table that is being read.
pub(super) struct Table<'a> {
    keys: &'a DeTable<'a>,
    file: FileId,
    asked: Vec<&'static str>,
}

impl<'a> Table<'a> {
    pub(super) const fn new(keys: &'a DeTable<'a>, file: FileId) -> Self {
        Self { keys, file, asked: Vec::new() }
    }

    /// The value of a key, if it is there.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Placed<'a>> {
        self.asked.push(key);
        let (_, value) = self.keys.iter().find(|(name, _)| *name.get_ref() == key)?;
        Some((value.get_ref(), Span::of(self.file, value.span())))
    }

    /// The text of a key, if it is there.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        out: &mut Diagnostics,
    ) -> Option<(&'a str, Span)> {
        let (value, span) = self.value(key)?;
        text(value, span, key, out)
    }

    /// Whether a key is `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<bool> {
        let (value, span) = self.value(key)?;
        let DeValue::Boolean(flag) = value else {
            wrong(span, key, "true or false, without quotes", out);
            return None;
        };
        Some(*flag)
    }

    /// The text of a key that the section needs.
    pub(super) fn required(
        &mut self,
        key: &'static str,
        section: Span,
        out: &mut Diagnostics,
    ) -> Option<(&'a str, Span)> {
        let before = out.errors();
        let found = self.text(key, out);
        if found.is_none() && out.errors() == before {
            let says = format!("`{key}` is missing");
            out.push(Diagnostic::error("missing-key", section, says));
        }
        found
    }

    /// The word of a key that the section needs: one of those that are known.
    pub(super) fn word(
        &mut self,
        key: &'static str,
        section: Span,
        known: &[&str],
        out: &mut Diagnostics,
    ) -> Option<&'a str> {
        let (text, span) = self.required(key, section, out)?;
        if known.contains(&text) {
            return Some(text);
        }
        let help = match nearest(text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        let says = format!("there is no {key} of this name");
        out.push(Diagnostic::error("unknown-word", span, says).help(help));
        None
    }

    /// The reference to a credential of a key, if it is there; a secret itself is refused and never
    /// shown.
    pub(super) fn reference(
        &mut self,
        key: &'static str,
        folder: &Path,
        out: &mut Diagnostics,
    ) -> Option<Reference> {
        let (text, span) = self.text(key, out)?;
        let reference = Reference::read(text, folder);
        if reference.is_none() {
            let says = "a credential is a reference, never the secret itself";
            let help = "write `env:NAME` or `file:PATH`; change the secret if the file was shared";
            out.push(Diagnostic::error("secret-literal", span, says).help(help));
        }
        reference
    }

    /// The whole number of a key from 1 to `most`, if it is there.
    pub(super) fn count(
        &mut self,
        key: &'static str,
        most: u32,
        out: &mut Diagnostics,
    ) -> Option<u32> {
        let (value, span) = self.value(key)?;
        let number = match value {
            DeValue::Integer(number) => number.as_str().replace('_', "").parse::<u32>().ok(),
            DeValue::String(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        let found = number.filter(|number| (1..=most).contains(number));
        if found.is_none() {
            let says = format!("`{key}` is a whole number from 1 to {most}");
            out.push(Diagnostic::error("config-value", span, says));
        }
        found
    }

    /// The texts of a list, if it is there.
    pub(super) fn texts(
        &mut self,
        key: &'static str,
        out: &mut Diagnostics,
    ) -> Option<Vec<(&'a str, Span)>> {
        let (value, span) = self.value(key)?;
        let DeValue::Array(items) = value else {
            wrong(span, key, "a list of texts, as in [\"…\"]", out);
            return None;
        };
        let mut found = Vec::new();
        for item in items {
            let span = Span::of(self.file, item.span());
            found.push(text(item.get_ref(), span, key, out)?);
        }
        Some(found)
    }

    /// The table of a key, if it is there.
    pub(super) fn table(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<Self> {
        let (value, span) = self.value(key)?;
        table(value, span, key, self.file, out)
    }

    /// The tables below a key, with their names and places.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        out: &mut Diagnostics,
    ) -> Vec<(&'a str, Span, Self)> {
        let Some(named) = self.table(key, out) else { return Vec::new() };
        let mut found = Vec::new();
        for (name, value) in named.keys {
            let span = Span::of(self.file, name.span());
            if let Some(inner) = table(value.get_ref(), span, name.get_ref(), self.file, out) {
                found.push((name.get_ref().as_ref(), span, inner));
            }
        }
        found
    }

    /// Tells of what nobody asked for.
    pub(super) fn finish(self, out: &mut Diagnostics) {
        for (name, _) in self.keys {
            let key: &str = name.get_ref();
            if !self.asked.contains(&key) {
                out.push(unknown(key, name, self.file, &self.asked));
            }
        }
    }
}

fn unknown(
    key: &str,
    name: &Spanned<std::borrow::Cow<'_, str>>,
    file: FileId,
    asked: &[&'static str],
) -> Diagnostic {
    let known = || asked.iter().copied();
    let help = match nearest(key, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known().collect::<Vec<_>>().join(", ")),
    };
    let says = format!("there is no setting `{key}` here");
    Diagnostic::error("unknown-key", Span::of(file, name.span()), says).help(help)
}

fn text<'a>(
    value: &'a DeValue<'a>,
    span: Span,
    key: &str,
    out: &mut Diagnostics,
) -> Option<(&'a str, Span)> {
    let DeValue::String(text) = value else {
        wrong(span, key, "a text in quotes", out);
        return None;
    };
    if text.contains("${") {
        let says = "variables are not put into texts";
        let help = "a credential is `env:NAME`; write everything else out";
        out.push(Diagnostic::error("config-value", span, says).help(help));
        return None;
    }
    Some((text.as_ref(), span))
}

fn table<'a>(
    value: &'a DeValue<'a>,
    span: Span,
    key: &str,
    file: FileId,
    out: &mut Diagnostics,
) -> Option<Table<'a>> {
    match value {
        DeValue::Table(table) => Some(Table::new(table, file)),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => {
            wrong(span, key, "a section", out);
            None
        }
    }
}

fn wrong(span: Span, key: &str, wanted: &str, out: &mut Diagnostics) {
    let says = format!("`{key}` is {wanted}");
    out.push(Diagnostic::error("config-value", span, says));
}
