//! What somebody types to say who or which company is meant, as the keys that lead there.

use domain::signal::{Content, Identifier, IdentifierKind, Key, SourceName};
use domain::{Fields, Text};
use engine::identity::{NameRole, identifiers};

/// The keys of somebody: by an e-mail address, a phone number with `+`, or `SOURCE:ID`. Verified before
/// claimed; none where the text is none of these.
pub fn subject_keys(typed: &str) -> Vec<Key> {
    let text = typed.trim();
    let scoped = text.split_once(':').and_then(|(source, id)| {
        Some((SourceName::new(source).ok()?, id)).filter(|(_, id)| !id.is_empty())
    });
    let (source, kind, value) = match scoped {
        _ if text.contains('@') => (None, IdentifierKind::Email, text),
        Some((source, id)) => (Some(source), IdentifierKind::ExternalId, id),
        None => (None, IdentifierKind::Phone, text),
    };
    let mut keys = identifiers(&source.unwrap_or_else(nobodys), &said(kind, value)).keys;
    keys.retain(Key::names_a_subject);
    keys
}

/// The keys of a company: by a domain, the address of its web site, or its name as sources write it.
pub fn company_keys(typed: &str) -> Vec<Key> {
    let text = typed.trim();
    if text.contains('@') {
        return Vec::new();
    }
    let address = text.split_once("://").map_or(text, |(_, address)| address);
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let mut keys: Vec<Key> = crank::domain_key(host).into_iter().collect();
    let named = identifiers(&nobodys(), &said(IdentifierKind::Company, text)).workplace;
    if let Some(named) = named {
        keys.extend(
            [NameRole::Counted, NameRole::Sited].iter().filter_map(|role| named.key(*role)),
        );
    }
    keys
}

/// A signal that says no more than this, verified and claimed.
fn said(kind: IdentifierKind, value: &str) -> Content {
    let identifier = |verified| Identifier { kind, value: value.into(), verified };
    Content {
        kind: Text::default(),
        origin: Text::default(),
        source_id: Text::default(),
        occurred: None,
        subject: [true, false].map(identifier).to_vec(),
        fields: Fields::new(),
        vouched: None,
    }
}

fn nobodys() -> SourceName {
    SourceName::new("baton").expect("a name of letters")
}
