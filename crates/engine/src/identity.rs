//! Who and where: identifiers brought to one form, and domains told apart by what they say.

mod domains;
mod email;
mod phone;
mod scan;

#[cfg(test)]
mod tests;

use std::fmt;

use domain::Text;
use domain::reason::Code;
use domain::signal::{Content, Identifier, IdentifierKind, Key, SourceName};
use unicode_normalization::UnicodeNormalization;

pub use domains::{DomainClass, classify, registrable};
pub use email::{Email, read_email};
pub use phone::read_phone;
pub use scan::addresses_in;

/// The longest identifier that is read; a longer one is no identifier.
const IDENTIFIER_BYTES_MAX: usize = 512;
/// The most identifiers of one signal that are read.
const IDENTIFIERS_MAX: usize = 64;

/// What names a company.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Business {
    /// A registrable domain that one company owns.
    Domain(String),
    /// A company's name, folded.
    Company(String),
}

/// The identifiers of a signal, normalised.
#[derive(Clone, PartialEq, Eq)]
pub struct Identified {
    /// Who, strongest first. A kind may occur more than once.
    pub keys: Vec<Key>,
    /// Where, if it says so, and whether that is verified.
    pub business: Option<(Business, bool)>,
    /// What was found on the way: free mail, a shared mailbox, an address that cannot be read.
    pub codes: Vec<Code>,
}

impl fmt::Debug for Identified {
    /// Without where they work: debug output reaches logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "identified({:?}, {:?})", self.keys, self.codes)
    }
}

/// Brings the identifiers of a signal to their one form.
pub fn identifiers(source: &SourceName, content: &Content) -> Identified {
    let mut found = Identified { keys: Vec::new(), business: None, codes: Vec::new() };
    if content.subject.len() > IDENTIFIERS_MAX {
        found.codes.push(Code::TextInvalid);
    }
    for identifier in content.subject.iter().take(IDENTIFIERS_MAX) {
        if identifier.value.len() > IDENTIFIER_BYTES_MAX {
            found.codes.push(Code::TextInvalid);
            continue;
        }
        found.take(source, identifier);
    }
    found.keys.sort();
    found.keys.dedup();
    if found.keys.is_empty() {
        found.codes.push(Code::NoIdentifier);
    }
    found
}

impl Identified {
    fn take(&mut self, source: &SourceName, identifier: &Identifier) {
        let verified = identifier.verified;
        let mut key = |kind, scope: Text, value: String, verified| {
            self.keys.push(Key { kind, scope, value: value.into(), verified });
        };
        match identifier.kind {
            IdentifierKind::ExternalId => {
                let value = fold_space(&identifier.value);
                if !value.is_empty() {
                    key(IdentifierKind::ExternalId, source.text(), value, verified);
                }
            }
            // A cookie is never a claim about somebody else: it says no more than "the same device".
            IdentifierKind::Cookie => {
                let value = fold_space(&identifier.value);
                if !value.is_empty() {
                    key(IdentifierKind::Cookie, source.text(), value, true);
                }
            }
            IdentifierKind::Phone => match read_phone(&identifier.value) {
                Some(number) => key(IdentifierKind::Phone, Text::default(), number, verified),
                None => self.codes.push(Code::PhoneUnreadable),
            },
            IdentifierKind::Email => self.take_email(identifier),
            IdentifierKind::Domain => self.take_domain(&identifier.value, verified),
            IdentifierKind::Company => {
                let name = fold_company(&identifier.value);
                if !name.is_empty() {
                    self.place(Business::Company(name), verified);
                }
            }
        }
    }

    fn take_email(&mut self, identifier: &Identifier) {
        let Some(email) = read_email(&identifier.value) else {
            self.codes.push(Code::AddressUnreadable);
            return;
        };
        if email.mixed_script {
            self.codes.push(Code::MixedScript);
        }
        if email.is_function() {
            self.codes.push(Code::SharedMailbox);
        }
        // An imitation of another's domain never speaks for somebody who is known.
        let verified = identifier.verified && !email.mixed_script;
        if !email.mixed_script {
            self.take_domain(email.domain(), verified);
        }
        self.keys.push(Key {
            kind: IdentifierKind::Email,
            scope: Text::default(),
            value: email.into_address().into(),
            verified,
        });
    }

    fn take_domain(&mut self, domain: &str, verified: bool) {
        let Some(registrable) = registrable(domain) else {
            return;
        };
        match classify(&registrable) {
            DomainClass::Business => {
                self.place(Business::Domain(registrable.into_owned()), verified);
            }
            DomainClass::FreeMail => self.codes.push(Code::FreeMail),
            DomainClass::Disposable => self.codes.push(Code::DisposableMail),
            DomainClass::Shared => self.codes.push(Code::SharedDomain),
        }
    }

    /// A domain says more than a company's name, and what is verified more than what is claimed.
    fn place(&mut self, business: Business, verified: bool) {
        let rank = |business: &Business, verified: bool| {
            (verified, matches!(business, Business::Domain(_)))
        };
        let better = self
            .business
            .as_ref()
            .is_none_or(|(old, was)| rank(&business, verified) > rank(old, *was));
        if better {
            self.business = Some((business, verified));
        }
    }
}

/// Whether the address of a key belongs to a function (info@) rather than to a person.
pub fn is_shared_mailbox(key: &Key) -> bool {
    key.kind == IdentifierKind::Email
        && read_email(&key.value).is_some_and(|email| email.is_function())
}

/// NFC, without what cannot be seen, inner white space as one blank.
pub fn fold_space(text: &str) -> String {
    let text = text.trim_matches(' ');
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.contains("  ") {
        return text.to_owned();
    }
    let visible = text.nfc().filter(|character| !is_invisible(*character));
    let mut folded = String::with_capacity(text.len());
    for character in visible {
        if character.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            folded.push(character);
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Characters that change how a text reads without being seen: controls, zero width, bidi, tags.
pub fn is_invisible(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(
            character,
            '\u{00ad}'
                | '\u{034f}'
                | '\u{061c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A company's name without case, punctuation and legal form, so that "Acme GmbH" is "acme".
fn fold_company(name: &str) -> String {
    const FORMS: &[&str] = &[
        "ab",
        "ag",
        "as",
        "bv",
        "co",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "kg",
        "limited",
        "llc",
        "llp",
        "ltd",
        "nv",
        "oy",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "se",
        "spa",
        "srl",
    ];
    let lower = fold_space(name).to_lowercase();
    let words: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let kept =
        words.iter().rposition(|word| !FORMS.contains(word)).map_or(words.len(), |at| at + 1);
    words[..kept].join(" ")
}
