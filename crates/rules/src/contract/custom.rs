//! `customProperties`: where a contract says what the standard has no word for. Names that begin
//! with `baton` are ours and must be known; others belong to somebody else.

use notation::{Data, Diagnostic, Diagnostics, Node, Span, nearest};

use super::{OnFailure, Unknown};
use crate::reading;

/// The entries of one list that are ours.
#[derive(Default)]
pub(super) struct Custom<'a> {
    entries: Vec<(&'a str, Span, &'a Node)>,
    known: Vec<&'static str>,
}

impl<'a> Custom<'a> {
    /// Reads a list, if there is one.
    pub(super) fn read(node: Option<&'a Node>, out: &mut Diagnostics) -> Self {
        let mut custom = Self::default();
        for entry in node.and_then(|node| node.list(out)).unwrap_or_default() {
            let Some(mut fields) = entry.map(out) else { continue };
            let property = fields.required("property", out);
            let value = fields.optional("value");
            for key in ["id", "description"] {
                fields.optional(key);
            }
            fields.finish(out);
            let Some((property, name)) = property.and_then(|node| Some((node, node.text(out)?)))
            else {
                continue;
            };
            if !name.starts_with("baton") {
                continue;
            }
            let Some(value) = value else {
                let says = format!("`{name}` has no value");
                out.push(Diagnostic::error("missing-key", entry.span, says));
                continue;
            };
            if custom.entries.iter().any(|(known, ..)| *known == name) {
                let says = format!("`{name}` is there already");
                out.push(Diagnostic::error("yaml-key-twice", property.span, says));
            }
            custom.entries.push((name, property.span, value));
        }
        custom
    }

    /// The value of a name, which is known from here on.
    pub(super) fn take(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        self.entries.iter().find(|(known, ..)| *known == name).map(|(.., node)| *node)
    }

    /// What happens where a rule is not met.
    pub(super) fn on_failure(
        &mut self,
        name: &'static str,
        out: &mut Diagnostics,
    ) -> Option<OnFailure> {
        self.take(name).and_then(|node| word(node, &OnFailure::NAMES, out))
    }

    /// What happens with unknown fields.
    pub(super) fn unknown(&mut self, out: &mut Diagnostics) -> Option<Unknown> {
        const NAMES: [(&str, Unknown); 5] = [
            ("allow", Unknown::Allow),
            ("warn", Unknown::Fail(OnFailure::Warn)),
            ("repair", Unknown::Fail(OnFailure::Repair)),
            ("quarantine", Unknown::Fail(OnFailure::Quarantine)),
            ("reject", Unknown::Fail(OnFailure::Reject)),
        ];
        self.take("batonUnknownFields").and_then(|node| word(node, &NAMES, out))
    }

    /// Whether something is declared to be, or to be free of, personal data.
    pub(super) fn free_personal_data(&mut self, out: &mut Diagnostics) -> Option<bool> {
        const NAMES: [(&str, bool); 2] = [("none", true), ("any", false)];
        self.take("batonFreePersonalData").and_then(|node| word(node, &NAMES, out))
    }

    /// `true` or `false` at a name.
    pub(super) fn boolean(&mut self, name: &'static str, out: &mut Diagnostics) -> Option<bool> {
        self.take(name).and_then(|node| node.boolean(out))
    }

    /// Texts at a name.
    pub(super) fn texts(
        &mut self,
        name: &'static str,
        out: &mut Diagnostics,
    ) -> Option<Vec<String>> {
        let texts = self.take(name).and_then(|node| reading::texts(node, out))?;
        Some(texts.into_iter().map(|text| text.value).collect())
    }

    /// Tells of names that begin with `baton` and are not known.
    pub(super) fn finish(self, out: &mut Diagnostics) {
        for (name, span, _) in &self.entries {
            if self.known.contains(name) {
                continue;
            }
            let shown: String = name.chars().take(40).collect();
            let says = format!("`{shown}` is not known here");
            let help = match nearest(name, self.known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", self.known.join(", ")),
            };
            out.push(Diagnostic::error("unknown-key", *span, says).help(help));
        }
    }
}

/// One of several words.
pub(super) fn word<T: Copy>(
    node: &Node,
    known: &[(&'static str, T)],
    out: &mut Diagnostics,
) -> Option<T> {
    let text = node.text(out)?;
    let found = known.iter().find(|(name, _)| *name == text);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let help = match nearest(text, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", names.join(", ")),
        };
        let says = "this word is not known here";
        out.push(Diagnostic::error("unknown-word", node.span, says).help(help));
    }
    found.map(|(_, value)| *value)
}

/// Tells of every `$ref`: what a contract says stands in its own file.
pub(super) fn refuse_references(document: &Node, out: &mut Diagnostics) {
    let mut open = vec![document];
    while let Some(node) = open.pop() {
        match &node.data {
            Data::Null | Data::Scalar(_) => {}
            Data::List(nodes) => open.extend(nodes),
            Data::Map(pairs) => {
                for (key, node) in pairs {
                    if key.text == "$ref" {
                        let says = "a contract refers to nothing outside of itself";
                        let help = "write out what the reference stands for";
                        out.push(
                            Diagnostic::error("contract-reference", key.span, says).help(help),
                        );
                    }
                    open.push(node);
                }
            }
        }
    }
}
