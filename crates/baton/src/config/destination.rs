//! `[destinations.NAME]`: somewhere that something is sent. Its kind says which keys the section has.

use std::collections::BTreeMap;
use std::net::IpAddr;
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
    /// An address to call, a name, a word: as it stands.
    Text(String),
    /// A port.
    Port(u16),
    /// Where the secrets are that sign.
    Secrets(Reference),
    /// Where a password is.
    Password(Reference),
    /// Where an address is that is a secret.
    SecretAddress(Reference),
    /// A file. A relative path begins at the file of the configuration.
    Path(PathBuf),
    /// A file with certificates.
    Certificates(PathBuf),
}

impl Value {
    /// Its text, where it is one that stands in the configuration itself.
    pub fn as_text(&self) -> Option<&str> {
        Some(self.text()).filter(|text| !text.is_empty())
    }

    /// Its text; an empty one where it is none.
    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Port(_)
            | Self::Secrets(_)
            | Self::Password(_)
            | Self::SecretAddress(_)
            | Self::Path(_)
            | Self::Certificates(_) => "",
        }
    }
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
    let mut reading = Reading { table: &mut table, section: span, folder };
    let (mut values, mut spans) = (BTreeMap::new(), BTreeMap::new());
    let mut whole = true;
    for key in kind.keys {
        match reading.value(key, out) {
            Some((value, span)) => {
                values.insert(key.name, value);
                spans.insert(key.name, span);
            }
            None => whole &= !key.needed,
        }
    }
    table.finish(out);
    let texts = values.iter().map(|(key, value)| (*key, value.text())).collect();
    if let Some(unfit) = (kind.unfit)(&texts).filter(|_| whole) {
        let span = spans.get(unfit.key).copied().unwrap_or(span);
        out.push(Diagnostic::error("config-value", span, unfit.says).help(unfit.help));
        whole = false;
    }
    whole.then_some(Destination { kind, values })
}

/// A section that is being read.
struct Reading<'r, 't> {
    table: &'r mut Table<'t>,
    section: Span,
    folder: &'r Path,
}

impl Reading<'_, '_> {
    fn value(&mut self, key: &Key, out: &mut Diagnostics) -> Option<(Value, Span)> {
        let (name, folder) = (key.name, self.folder);
        let reference: Option<fn(Reference) -> Value> = match key.takes {
            Takes::Secrets => Some(Value::Secrets),
            Takes::Password => Some(Value::Password),
            Takes::SecretAddress => Some(Value::SecretAddress),
            Takes::Address
            | Takes::Path
            | Takes::Host
            | Takes::Port
            | Takes::Word(_)
            | Takes::Name
            | Takes::Mailbox
            | Takes::Certificates => None,
        };
        if let Some(reference) = reference {
            let before = out.errors();
            let found = self.table.reference(name, folder, out);
            if found.is_none() && key.needed && out.errors() == before {
                let says = format!("`{name}` is missing");
                out.push(Diagnostic::error("missing-key", self.section, says));
            }
            return found.map(|found| (reference(found), self.section));
        }
        if key.takes == Takes::Port {
            let port = self.table.count(name, u32::from(u16::MAX), out)?;
            return Some((Value::Port(u16::try_from(port).ok()?), self.section));
        }
        let (text, span) = if key.needed {
            self.table.required(name, self.section, out)?
        } else {
            self.table.text(name, out)?
        };
        read_text(key, text, span, folder, out).map(|value| (value, span))
    }
}

fn read_text(
    key: &Key,
    text: &str,
    span: Span,
    folder: &Path,
    out: &mut Diagnostics,
) -> Option<Value> {
    let plain = |sound: bool, says: &str, help: &str, out: &mut Diagnostics| {
        if !sound {
            out.push(Diagnostic::error("config-value", span, says).help(help));
        }
        sound.then(|| Value::Text(text.to_owned()))
    };
    let visible = !text.is_empty() && !text.contains(char::is_control);
    match key.takes {
        Takes::Address => address(text, span, out).map(Value::Text),
        Takes::Path => Some(Value::Path(folder.join(text))),
        Takes::Certificates => Some(Value::Certificates(folder.join(text))),
        Takes::Host => {
            let odd = |c: char| c.is_whitespace() || matches!(c, '/' | '@');
            let bare = text.parse::<IpAddr>().is_ok() || !text.contains(':');
            let help = "write it as in \"smtp.example.com\", and the port as `port`";
            plain(visible && bare && !text.contains(odd), "this is no name of a machine", help, out)
        }
        Takes::Name => {
            plain(visible, "this is no name to log in with", "write it in one line", out)
        }
        Takes::Mailbox => {
            let help = "write it as in \"baton@example.com\" or \"Baton <baton@example.com>\"";
            plain(visible && is_mailbox(text), "this is no mail address", help, out)
        }
        Takes::Word(words) => {
            let help = format!("known: {}", words.join(", "));
            plain(words.contains(&text), "this word is not known here", &help, out)
        }
        Takes::Port | Takes::Secrets | Takes::Password | Takes::SecretAddress => None,
    }
}

/// Whether the courier can send to it and from it.
fn is_mailbox(text: &str) -> bool {
    text.parse::<lettre::message::Mailbox>().is_ok()
}

/// Whether a text is an address of a webhook.
pub(super) fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let odd = |c: char| c.is_whitespace() || c.is_control();
    host.is_some_and(|host| !host.is_empty() && !host.contains('@')) && !text.contains(odd)
}

fn address(text: &str, span: Span, out: &mut Diagnostics) -> Option<String> {
    if is_address(text) {
        return Some(text.to_owned());
    }
    if text
        .split("//")
        .nth(1)
        .is_some_and(|rest| rest.split('/').next().is_some_and(|host| host.contains('@')))
    {
        let says = "a password does not belong into an address";
        let help = "put it where `credential` leads: `env:NAME` or `file:PATH`";
        out.push(Diagnostic::error("secret-literal", span, says).help(help));
    } else {
        let says = "this is no address of a webhook";
        let help = "write it as in \"https://crm.example.com/hook\"";
        out.push(Diagnostic::error("config-value", span, says).help(help));
    }
    None
}
