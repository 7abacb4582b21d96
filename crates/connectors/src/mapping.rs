//! What a JSON payload says, in our words: whose it is and which fields it sets.
//!
//! Nothing is guessed. A field that must be a text and is none, a consent that is no boolean, an
//! identifier that is a list: each is a misfit of its field. `null` says nothing.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::reason::Code;
use domain::signal::{Identifier, IdentifierKind};
use domain::{Fields, Value};

use crate::json::{Json, Object};
use crate::reading::{ItemError, NAME_BYTES_MAX, VerifiedKinds};

/// The longest name of a field, in bytes.
const FIELD_BYTES_MAX: usize = 256;
/// The longest kind of a signal, in characters.
const KIND_CHARS_MAX: usize = 128;

/// What a payload has said so far. Of two values for one field the first stays.
#[derive(Debug)]
pub struct PayloadFields {
    verifies: VerifiedKinds,
    subject: Vec<Identifier>,
    fields: BTreeMap<String, Value>,
}

/// How names of a person's fields are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Names {
    /// As they come.
    Kept,
    /// `firstName` and `lastName` become `first_name` and `last_name`.
    Segment,
}

impl PayloadFields {
    /// Nothing yet.
    pub fn nothing(verifies: VerifiedKinds) -> Self {
        Self { verifies, subject: Vec::new(), fields: BTreeMap::new() }
    }

    /// Whose it is, the strongest identifier first, and the fields.
    pub fn into_parts(mut self) -> (Vec<Identifier>, Fields) {
        let stated = workplaces(&self.subject, self.fields.iter());
        for (kind, value) in stated {
            self.subject.push(self.verifies.identifier(kind, value));
        }
        self.subject.sort_by_key(|identifier| identifier.kind);
        (self.subject, self.fields.into_iter().collect())
    }

    /// Whether somebody is named, rather than only a company.
    pub fn names_somebody(&self) -> bool {
        self.subject.iter().any(|identifier| identifier.kind <= IdentifierKind::Cookie)
    }

    /// The payload of an event: `docs/how-to/cloudevents.md` tells the convention.
    pub fn data(&mut self, mut data: Object<'_>, at: &str) -> Result<(), ItemError> {
        for part in ["person", "traits"] {
            if let Some(person) = take_object(&mut data, part) {
                self.person(person, &format!("{at}.{part}"), Names::Kept)?;
            }
        }
        for part in ["account", "company"] {
            if let Some(account) = take_object(&mut data, part) {
                self.account(account, &format!("{at}.{part}"))?;
            }
        }
        if let Some(consent) = take_object(&mut data, "consent") {
            self.consent(consent, &format!("{at}.consent"))?;
        }
        if let Some(subject) = take_object(&mut data, "subject") {
            let rest = self.identifiers(subject, &format!("{at}.subject"))?;
            if rest.iter().next().is_some() {
                self.set("subject".to_owned(), Json::Object(rest), at, "subject")?;
            }
        }
        for (name, value) in self.identifiers(data, at)? {
            let key = name.clone();
            self.set(name.into_owned(), value, at, &key)?;
        }
        Ok(())
    }

    /// What is known of a person: identifiers, the company they are at, consents, fields.
    pub fn person(
        &mut self,
        mut person: Object<'_>,
        at: &str,
        names: Names,
    ) -> Result<(), ItemError> {
        if let Some(company) = take_object(&mut person, "company") {
            self.account(company, &format!("{at}.company"))?;
        }
        if let Some(consent) = take_object(&mut person, "consent") {
            self.consent(consent, &format!("{at}.consent"))?;
        }
        for (key, value) in self.identifiers(person, at)? {
            let name = match (names, key.as_ref()) {
                (Names::Segment, "firstName") => "first_name",
                (Names::Segment, "lastName") => "last_name",
                (Names::Segment | Names::Kept, name) => name,
            };
            self.set(format!("person.{name}"), value, at, &key)?;
        }
        Ok(())
    }

    /// What is known of a company. Its domain, or its web site's, and its name say which it is.
    pub fn account(&mut self, account: Object<'_>, at: &str) -> Result<(), ItemError> {
        let known = [
            ("domain", IdentifierKind::Domain),
            ("website", IdentifierKind::Domain),
            ("name", IdentifierKind::Company),
        ];
        for (key, kind) in known {
            let Some(value) = account.present(key) else { continue };
            let already = self.subject.iter().any(|identifier| identifier.kind == kind);
            if kind == IdentifierKind::Company || !already {
                self.identify(kind, value, &format!("{at}.{key}"))?;
            }
        }
        for (name, value) in account {
            self.set(format!("account.{name}"), value, at, &name)?;
        }
        Ok(())
    }

    /// Consents: a boolean each.
    pub fn consent(&mut self, consent: Object<'_>, at: &str) -> Result<(), ItemError> {
        for (name, value) in consent {
            self.set(format!("consent.{name}"), value, at, &name)?;
        }
        Ok(())
    }

    /// One identifier. Ids and phone numbers may come as whole numbers; their digits are kept.
    pub fn identify(
        &mut self,
        kind: IdentifierKind,
        value: &Json<'_>,
        at: &str,
    ) -> Result<(), ItemError> {
        let Some(text) = identifier_text(kind, value, at)? else { return Ok(()) };
        let text = if kind == IdentifierKind::Domain { host(&text).to_owned() } else { text };
        if text.len() > NAME_BYTES_MAX {
            return Err(unfit(at, "the identifier is longer than 1,024 bytes"));
        }
        let known = |one: &Identifier| one.kind == kind && one.value == text;
        if !text.is_empty() && !self.subject.iter().any(known) {
            self.subject.push(self.verifies.identifier(kind, text));
        }
        Ok(())
    }

    /// One field by its whole name. `null` sets nothing; a consent must be a boolean. It stood
    /// under `key` in the object that `at` leads to.
    pub fn set(
        &mut self,
        name: String,
        value: Json<'_>,
        at: &str,
        key: &str,
    ) -> Result<(), ItemError> {
        let misfit = |detail: &str| unfit(&format!("{at}.{key}"), detail);
        if name.is_empty() || name.len() > FIELD_BYTES_MAX || name.ends_with('.') {
            return Err(misfit("a field's name has 1 to 256 bytes"));
        }
        let consent = name.starts_with("consent.");
        match value.into_value() {
            None => {}
            Some(value) if consent && !matches!(value, Value::Boolean(_)) => {
                return Err(misfit("a consent is true or false"));
            }
            Some(value) => {
                if let Entry::Vacant(vacant) = self.fields.entry(name) {
                    vacant.insert(value);
                }
            }
        }
        Ok(())
    }

    /// Takes the identifiers out and gives back the rest.
    fn identifiers<'a>(
        &mut self,
        mut object: Object<'a>,
        at: &str,
    ) -> Result<Object<'a>, ItemError> {
        for (key, kind) in IDENTIFIERS {
            if let Some(value) = object.take(key) {
                self.identify(kind, &value, &format!("{at}.{key}"))?;
            }
        }
        Ok(object)
    }
}

/// The keys of a payload that say whose it is.
const IDENTIFIERS: [(&str, IdentifierKind); 10] = [
    ("external_id", IdentifierKind::ExternalId),
    ("user_id", IdentifierKind::ExternalId),
    ("userId", IdentifierKind::ExternalId),
    ("email", IdentifierKind::Email),
    ("phone", IdentifierKind::Phone),
    ("cookie", IdentifierKind::Cookie),
    ("anonymous_id", IdentifierKind::Cookie),
    ("anonymousId", IdentifierKind::Cookie),
    ("domain", IdentifierKind::Domain),
    ("company", IdentifierKind::Company),
];

/// A kind from what a sender calls it: trimmed, lower case, printable and short.
pub fn kind(name: &str, at: &str) -> Result<String, ItemError> {
    let name = name.trim().to_lowercase();
    if name.is_empty() {
        return Err(ItemError::field(
            Code::AttributeMissing,
            at,
            "there is no name of what happened",
        ));
    }
    if name.chars().count() > KIND_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(unfit(at, "what happened has a name of at most 128 printable characters"));
    }
    Ok(name)
}

/// An id or a stream's name: not blank, not long, without control characters.
pub fn name(text: &str, at: &str, missing: Code) -> Result<String, ItemError> {
    if text.trim().is_empty() {
        return Err(ItemError::field(missing, at, "it is missing or empty"));
    }
    if text.len() > NAME_BYTES_MAX {
        return Err(unfit(at, "it is longer than 1,024 bytes"));
    }
    if text.chars().any(char::is_control) {
        return Err(ItemError::field(Code::TextInvalid, at, "it holds a control character"));
    }
    Ok(text.to_owned())
}

/// A value that is not of the type that its field needs.
pub fn unfit(at: &str, detail: &str) -> ItemError {
    ItemError::field(Code::ValueUnreadable, at, detail)
}

fn take_object<'a>(object: &mut Object<'a>, key: &str) -> Option<Object<'a>> {
    object.get(key)?.object()?;
    match object.take(key) {
        Some(Json::Object(inner)) => Some(inner),
        _ => None,
    }
}

fn identifier_text(
    kind: IdentifierKind,
    value: &Json<'_>,
    at: &str,
) -> Result<Option<String>, ItemError> {
    let digits =
        matches!(kind, IdentifierKind::ExternalId | IdentifierKind::Phone | IdentifierKind::Cookie);
    match value {
        Json::Null => Ok(None),
        Json::Text(text) => Ok(Some(text.trim().to_owned())),
        Json::Integer(integer) if digits => Ok(Some(integer.to_string())),
        Json::Decimal(decimal) if digits && decimal.scale() == 0 => Ok(Some(decimal.to_string())),
        Json::Integer(_)
        | Json::Decimal(_)
        | Json::Boolean(_)
        | Json::List(_)
        | Json::Object(_) => Err(unfit(at, "an identifier is a text")),
    }
}

/// The fields that say which company it is.
const WORKPLACES: [(&str, IdentifierKind); 3] = [
    ("account.domain", IdentifierKind::Domain),
    ("account.website", IdentifierKind::Domain),
    ("account.name", IdentifierKind::Company),
];

/// The company that fields name, where no identifier of the kind does: a field says no less for standing
/// somewhere else.
pub fn workplaces<'f, N: AsRef<str> + 'f>(
    subject: &[Identifier],
    fields: impl Iterator<Item = (&'f N, &'f Value)>,
) -> Vec<(IdentifierKind, String)> {
    let mut found: Vec<(IdentifierKind, String)> = Vec::new();
    for (name, value) in fields {
        let named = WORKPLACES.iter().find(|(known, _)| *known == name.as_ref());
        let (Some((_, kind)), Some(text)) = (named, value.text()) else { continue };
        let text = text.trim();
        let text = if *kind == IdentifierKind::Domain { host(text) } else { text };
        let is_said = subject.iter().any(|one| one.kind == *kind)
            || found.iter().any(|(known, _)| known == kind);
        if !text.is_empty() && text.len() <= NAME_BYTES_MAX && !is_said {
            found.push((*kind, text.to_owned()));
        }
    }
    found
}

/// The host of a web address, or the text as it is.
pub fn host(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    host.strip_prefix("www.").unwrap_or(host)
}
