//! `[destinations.NAME]`: somewhere that something is sent. Its kind says which keys the section has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connectors::destination::{Key, Kind, Takes};
use connectors::destinations::KINDS;
use domain::signal::SourceName;
use notation::{Diagnostic, Diagnostics, Span};

use super::credential::Reference;
use super::table::Table;

/// What a section says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Of which kind it is.
    pub kind: &'static Kind,
    /// The values of its other keys.
    pub values: BTreeMap<&'static str, Value>,
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An address to call.
    Address(String),
    /// Where the secrets are that sign.
    Secrets(Reference),
    /// A file. A relative path begins at the file of the configuration.
    Path(PathBuf),
}

/// Reads a section.
pub(super) fn read(
    name: &str,
    span: Span,
    mut table: Table<'_>,
    folder: &Path,
    out: &mut Diagnostics,
) -> Option<Destination> {
    if SourceName::new(name).is_err() {
        let says = "a destination's name has 1 to 40 of a-z, 0-9, `-`, `_` and `.`";
        out.push(Diagnostic::error("config-value", span, says));
    }
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let kind = table
        .word("kind", span, &names, out)
        .and_then(|name| KINDS.iter().find(|kind| kind.name == name));
    let Some(kind) = kind else {
        // What belongs to some kind is not unknown because the kind is.
        for key in KINDS.iter().flat_map(|kind| kind.keys) {
            table.value(key.name);
        }
        table.finish(out);
        return None;
    };
    let mut values = BTreeMap::new();
    let mut whole = true;
    for key in kind.keys {
        match value(&mut table, key, span, folder, out) {
            Some(value) => {
                values.insert(key.name, value);
            }
            None => whole &= !key.needed,
        }
    }
    table.finish(out);
    whole.then_some(Destination { kind, values })
}

fn value(
    table: &mut Table<'_>,
    key: &Key,
    section: Span,
    folder: &Path,
    out: &mut Diagnostics,
) -> Option<Value> {
    if key.takes == Takes::Secrets {
        return table.reference(key.name, folder, out).map(Value::Secrets);
    }
    let (text, span) = if key.needed {
        table.required(key.name, section, out)?
    } else {
        table.text(key.name, out)?
    };
    match key.takes {
        Takes::Address => address(text, span, out).map(Value::Address),
        Takes::Path => Some(Value::Path(folder.join(text))),
        Takes::Secrets => None,
    }
}

fn address(text: &str, span: Span, out: &mut Diagnostics) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let odd = |c: char| c.is_whitespace() || c.is_control();
    match host {
        Some(host) if host.contains('@') => {
            let says = "a password does not belong into an address";
            let help = "put it where `credential` leads: `env:NAME` or `file:PATH`";
            out.push(Diagnostic::error("secret-literal", span, says).help(help));
            None
        }
        Some(host) if !host.is_empty() && !text.contains(odd) => Some(text.to_owned()),
        Some(_) | None => {
            let says = "this is no address of a webhook";
            let help = "write it as in \"https://crm.example.com/hook\"";
            out.push(Diagnostic::error("config-value", span, says).help(help));
            None
        }
    }
}
