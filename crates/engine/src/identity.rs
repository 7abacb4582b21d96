//! Who and where: identifiers brought to one form, and domains told apart by what they say.

mod company;
mod domains;
mod email;
mod mail_lists;
mod name_words;
mod phone;
mod scan;
mod text;

#[cfg(test)]
mod tests;

use std::fmt;

use company::Places;
use domain::Text;
use domain::fact::Basis;
use domain::reason::Code;
use domain::signal::{Content, Identifier, IdentifierKind, Key, SourceName};
use mail_lists::classify;
use rules::lists::MailLists;
use text::IDENTIFIER_BYTES_MAX;

pub use company::{Business, NameRole, Workplace, earlier_business, workplace_by};
pub use domains::registrable;
pub use email::{Email, read_email};
pub use mail_lists::{DomainClass, DomainReason, domain_class, domain_reason, lists_version};
pub use name_words::{
    NameWord, WordMatch, beginnings_said, domain_label, name_words, person_names,
};
pub use phone::read_phone;
pub use scan::addresses_in;
pub use text::{fold_space, is_invisible};

/// The most identifiers of one signal that are read.
const IDENTIFIERS_MAX: usize = 64;

/// The identifiers of a signal, normalised.
#[derive(Clone, PartialEq, Eq)]
pub struct Identified {
    /// Who, strongest first. A kind may occur more than once. What is said of a company alone has the
    /// key of the company's node.
    pub keys: Vec<Key>,
    /// Where, if it says so.
    pub workplace: Option<Workplace>,
    /// What was found on the way: free mail, a shared mailbox, an address that cannot be read.
    pub codes: Vec<Code>,
}

impl fmt::Debug for Identified {
    /// Without where they work: debug output reaches logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "identified({:?}, {:?})", self.keys, self.codes)
    }
}

/// Brings the identifiers of a signal to their one form, by the lists of the world alone.
pub fn identifiers(source: &SourceName, content: &Content) -> Identified {
    identifiers_with(source, content, &MailLists::default())
}

/// The same by the strategy's lists, too.
pub fn identifiers_with(source: &SourceName, content: &Content, mail: &MailLists) -> Identified {
    let mut found = Identified { keys: Vec::new(), workplace: None, codes: Vec::new() };
    let mut places = Places::default();
    if content.subject.len() > IDENTIFIERS_MAX {
        found.codes.push(Code::TextInvalid);
    }
    for identifier in content.subject.iter().take(IDENTIFIERS_MAX) {
        if identifier.value.len() > IDENTIFIER_BYTES_MAX {
            found.codes.push(Code::TextInvalid);
            continue;
        }
        found.take(source, identifier, (&mut places, mail));
    }
    found.workplace = places.best();
    if found.keys.is_empty()
        && let Some(workplace) = &found.workplace
    {
        found.keys.push(Key { verified: workplace.verified, ..workplace.business.key() });
    }
    found.keys.sort();
    found.keys.dedup();
    if found.keys.is_empty() {
        found.codes.push(Code::NoIdentifier);
    }
    found
}

impl Identified {
    /// Whether it is said of a company alone, and of nobody there.
    pub fn is_of_company(&self) -> bool {
        self.keys.first().is_some_and(|key| !key.names_a_subject())
    }

    fn take(
        &mut self,
        source: &SourceName,
        identifier: &Identifier,
        (places, mail): (&mut Places, &MailLists),
    ) {
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
            IdentifierKind::Email => self.take_email(identifier, (places, mail)),
            IdentifierKind::Domain => {
                self.take_domain(&identifier.value, (Basis::Domain, verified), (places, mail));
            }
            IdentifierKind::Company => places.company(&identifier.value, verified),
        }
    }

    fn take_email(&mut self, identifier: &Identifier, (places, mail): (&mut Places, &MailLists)) {
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
            self.take_domain(email.domain(), (Basis::Address, verified), (places, mail));
        }
        self.keys.push(Key {
            kind: IdentifierKind::Email,
            scope: Text::default(),
            value: email.into_address().into(),
            verified,
        });
    }

    fn take_domain(
        &mut self,
        domain: &str,
        (basis, verified): (Basis, bool),
        (places, mail): (&mut Places, &MailLists),
    ) {
        let Some(registrable) = registrable(domain) else {
            return;
        };
        match classify(domain, &registrable, mail) {
            DomainClass::Business => places.domain(registrable.into_owned(), basis, verified),
            DomainClass::FreeMail => self.codes.push(Code::FreeMail),
            DomainClass::Disposable => self.codes.push(Code::DisposableMail),
            DomainClass::Shared => self.codes.push(Code::SharedDomain),
        }
    }
}

/// Whether the address of a key belongs to a function (info@) rather than to a person.
pub fn is_shared_mailbox(key: &Key) -> bool {
    key.kind == IdentifierKind::Email
        && read_email(&key.value).is_some_and(|email| email.is_function())
}
