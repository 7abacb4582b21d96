//! Signals: one immutable thing that happened, as received from a source.

use std::fmt;

use crate::id::SignalId;
use crate::moment::Moment;
use crate::text::Text;
use crate::value::Fields;

/// A source as configured: the `NAME` of `[sources.NAME]`. Lower-case letters, digits, `-`, `_` and `.`.
#[derive(
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct SourceName(#[n(0)] Text);

/// The text is no name of a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a source's name has 1 to 40 of a-z, 0-9, `-`, `_` and `.`")]
pub struct SourceNameError;

impl SourceName {
    /// Reads a name.
    pub fn new(name: &str) -> Result<Self, SourceNameError> {
        let known = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.')
        };
        if (1..=40).contains(&name.len()) && name.bytes().all(known) {
            Ok(Self(name.into()))
        } else {
            Err(SourceNameError)
        }
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as a text of its own.
    pub fn text(&self) -> Text {
        self.0.clone()
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an identifier is. The order is that of strength: the strongest names a signal's node.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode,
)]
#[cbor(index_only)]
pub enum IdentifierKind {
    /// The id that a source has for somebody; unique within the source.
    #[n(0)]
    ExternalId,
    /// An e-mail address.
    #[n(1)]
    Email,
    /// A phone number.
    #[n(2)]
    Phone,
    /// A browser's or device's anonymous id; unique within the source.
    #[n(3)]
    Cookie,
    /// A company's domain: says where somebody works, never who it is.
    #[n(4)]
    Domain,
    /// A company's name: says where somebody works, never who it is.
    #[n(5)]
    Company,
}

impl IdentifierKind {
    /// The name in files and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExternalId => "external_id",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Cookie => "cookie",
            Self::Domain => "domain",
            Self::Company => "company",
        }
    }

    /// Reads a name of files and JSON.
    pub fn named(name: &str) -> Option<Self> {
        let all =
            [Self::ExternalId, Self::Email, Self::Phone, Self::Cookie, Self::Domain, Self::Company];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// Something that says whose a signal is, as the source wrote it.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Identifier {
    /// What it is.
    #[n(0)]
    pub kind: IdentifierKind,
    /// As received, trimmed. Normalising is the engine's.
    #[n(1)]
    pub value: Text,
    /// Whether the source's configuration says that it verifies identifiers of this kind.
    /// Unverified ones never merge into verified ones.
    #[n(2)]
    pub verified: bool,
}

impl fmt::Debug for Identifier {
    /// Without the value: identifiers are personal data and debug output reaches logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.kind.name(), if self.verified { "verified" } else { "claimed" })
    }
}

/// An identifier in its one form: equal keys name the same somebody. Ordered by strength.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub struct Key {
    /// What it is.
    #[n(0)]
    pub kind: IdentifierKind,
    /// The source, for kinds that are unique within one (external ids, cookies); else empty.
    #[n(1)]
    pub scope: Text,
    /// The normalised value.
    #[n(2)]
    pub value: Text,
    /// Verified and claimed identifiers are different keys, so that a claim never reaches
    /// somebody who is known.
    #[n(3)]
    pub verified: bool,
}

impl Key {
    /// Whether it says who somebody is, rather than where they work.
    pub const fn names_a_subject(&self) -> bool {
        !matches!(self.kind, IdentifierKind::Domain | IdentifierKind::Company)
    }

    /// Whether several people may have it. A source's own id of somebody is theirs alone.
    pub const fn can_be_shared(&self) -> bool {
        match self.kind {
            IdentifierKind::Email | IdentifierKind::Phone | IdentifierKind::Cookie => true,
            IdentifierKind::ExternalId | IdentifierKind::Domain | IdentifierKind::Company => false,
        }
    }

    /// Whether it names a person by more than a cookie.
    pub const fn names_a_person(&self) -> bool {
        match self.kind {
            IdentifierKind::ExternalId | IdentifierKind::Email | IdentifierKind::Phone => true,
            IdentifierKind::Cookie | IdentifierKind::Domain | IdentifierKind::Company => false,
        }
    }
}

/// Some of the identifiers of a signal, by their places in the order of their strength.
#[derive(
    Clone, Copy, PartialEq, Eq, Default, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct KeySet(#[n(0)] pub u64);

impl KeySet {
    /// With one more. A signal has fewer identifiers than there are bits.
    #[must_use]
    pub const fn with(self, place: usize) -> Self {
        if place < u64::BITS as usize { Self(self.0 | 1 << place) } else { self }
    }

    /// Whether the one at a place is among them.
    pub const fn has(self, place: usize) -> bool {
        place < u64::BITS as usize && self.0 & (1 << place) != 0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The place of the strongest identifier that is not among them; where all are, of the strongest.
    pub const fn strongest_beside(self, keys: usize) -> usize {
        let place = self.0.trailing_ones() as usize;
        if place < keys { place } else { 0 }
    }
}

impl fmt::Debug for Key {
    /// Without the value: identifiers are personal data and debug output reaches logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.kind.name(), if self.verified { "verified" } else { "claimed" })
    }
}

/// What a signal says. Personal data: sealed wherever it is written.
///
/// A field's name says what it is about: `person.title` and `account.industry` set a field of the
/// person or the account, `consent.email` (a boolean) gives or withdraws a consent, and a name
/// without such a prefix belongs to the signal itself (`path`, `campaign`).
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Content {
    /// What happened, in lower case with dots: `page.viewed`, `form.submitted`, `lead.created`.
    #[n(0)]
    pub kind: Text,
    /// The stream within the source: a CloudEvents `source`, Segment's `segment`, an import's `source`.
    #[n(1)]
    pub origin: Text,
    /// The source's own id of the signal; with the configured source and the origin it is unique.
    #[n(2)]
    pub source_id: Text,
    /// When it happened, as the source says.
    #[n(3)]
    pub occurred: Option<Moment>,
    /// Whose it is.
    #[n(4)]
    pub subject: Vec<Identifier>,
    /// What is known by it.
    #[n(5)]
    pub fields: Fields,
    /// Whether the source vouches for what it says, as it was configured when the signal was accepted.
    /// What older entries say counts as their identifiers do.
    #[n(6)]
    pub vouched: Option<bool>,
}

impl Content {
    /// Whether the source vouches for what it says of people and companies: else it is a claim.
    pub fn is_vouched(&self) -> bool {
        let verified = |one: &Identifier| one.verified && one.kind != IdentifierKind::Cookie;
        self.vouched.unwrap_or_else(|| self.subject.iter().any(verified))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "content({} fields, {:?})", self.fields.len(), self.subject)
    }
}

/// A signal read from what a source sent, before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The configured source.
    pub source: SourceName,
    /// What it says.
    pub content: Content,
    /// SHA-256 over what counts as its body: the same id with another body is not a duplicate.
    pub body: [u8; 32],
}

/// A signal, accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Our id.
    pub id: SignalId,
    /// The configured source.
    pub source: SourceName,
    /// When we knew.
    pub accepted: Moment,
    /// What it says.
    pub content: Content,
}
