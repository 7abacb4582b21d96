//! What reading a body takes and gives: the source as configured, signals, and what could not be read.

use domain::fact::Raw;
use domain::reason::Code;
use domain::signal::{Identifier, IdentifierKind, Incoming, SourceName};
use sha2::{Digest, Sha256};

/// The largest item that is read, in bytes. What is larger is cut here when it is kept apart.
pub const ITEM_BYTES_MAX: usize = 256 * 1024;
/// How many items one body may bring.
pub const ITEMS_MAX: usize = 10_000;
/// The longest id, stream or identifier, in bytes.
pub const NAME_BYTES_MAX: usize = 1_024;

/// A source as configured, as far as reading needs it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name.
    pub name: &'a SourceName,
    /// Which kinds of identifier it verifies.
    pub verifies: &'a VerifiedKinds,
}

/// The kinds of identifier that a source verifies; none unless its configuration says so. With them goes
/// whether what it sends is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerifiedKinds(u8);

/// The bit of a source whose messages are signed: no identifier has it.
const SIGNED: u8 = 1 << 7;

impl VerifiedKinds {
    /// Every kind.
    pub const ALL: Self = Self(u8::MAX);
    /// A source that verifies nothing.
    pub const NONE: Self = Self(0);

    /// These kinds.
    pub fn of(kinds: impl IntoIterator<Item = IdentifierKind>) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u8))
    }

    /// The same for a source whose messages are signed, or have a secret that only the sender has.
    #[must_use]
    pub const fn signed(self) -> Self {
        Self(self.0 | SIGNED)
    }

    /// Whether the source vouches for what it says: it is signed, or verifies more than ids of its own.
    /// Else whoever knows its public key can say it.
    pub const fn vouches(self) -> bool {
        let own = 1 << IdentifierKind::ExternalId as u8 | 1 << IdentifierKind::Cookie as u8;
        self.0 & !own != 0
    }

    /// Whether it verifies this kind.
    pub const fn has(self, kind: IdentifierKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// An identifier of this kind, verified or claimed.
    pub fn identifier(self, kind: IdentifierKind, value: String) -> Identifier {
        Identifier { kind, value: value.into(), verified: self.has(kind) }
    }
}

/// What came of one item: a signal, or why not.
pub type Item = Result<Incoming, Box<Rejected>>;

/// An item that could not be read. It is kept apart until a person puts it right.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The code of the reason.
    pub code: Code,
    /// The field where it shows, as the format names it.
    pub field: Option<String>,
    /// In words, without the data.
    pub detail: String,
    /// Its bytes, at most [`ITEM_BYTES_MAX`].
    pub raw: Vec<u8>,
    /// Whether its bytes were cut.
    pub cut: bool,
    /// SHA-256 of all its bytes: the same again is no second entry.
    pub body: [u8; 32],
    /// The format that reads the bytes again, for [`Raw::format`].
    pub format: String,
    /// The stream within the source, empty where it could not be read.
    pub origin: String,
    /// The source's id of it, where it could be read.
    pub source_id: Option<String>,
}

impl Rejected {
    /// An item of which nothing is known but its bytes.
    pub fn of(format: &str, bytes: &[u8], error: ItemError) -> Box<Self> {
        Box::new(Self {
            code: error.code,
            field: error.field,
            detail: error.detail,
            raw: bytes[..bytes.len().min(ITEM_BYTES_MAX)].to_vec(),
            cut: bytes.len() > ITEM_BYTES_MAX,
            body: Sha256::digest(bytes).into(),
            format: format.to_owned(),
            origin: String::new(),
            source_id: None,
        })
    }

    /// The same with what could be read of where it comes from.
    #[must_use]
    pub fn from(mut self: Box<Self>, origin: String, source_id: Option<String>) -> Box<Self> {
        self.origin = origin;
        self.source_id = source_id;
        self
    }

    /// The part of it that is sealed.
    pub fn into_raw(self) -> Raw {
        Raw {
            bytes: self.raw,
            file: None,
            detail: self.detail,
            format: self.format,
            origin: self.origin,
            source_id: self.source_id,
            cut: self.cut,
            repairs: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Rejected {
    /// Without bytes and ids, which may name somebody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rejected({} {:?}: {})", self.code, self.field, self.detail)
    }
}

/// Why an item could not be read: the code, the field and words without the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    /// The code of the reason.
    pub code: Code,
    /// The field that it is about, where it is about one.
    pub field: Option<String>,
    /// In words.
    pub detail: String,
}

impl ItemError {
    /// A misfit of one field.
    pub fn field(code: Code, field: &str, detail: &str) -> Self {
        Self { code, field: Some(place(field)), detail: detail.to_owned() }
    }
}

/// Where something stands, by the names that the formats define. A name of the sender's own is
/// outside text, and a place is not sealed: it reads `?`.
fn place(path: &str) -> String {
    let known = |name| if PLACES.contains(&name) { name } else { "?" };
    let mut names: Vec<&str> = path.split('.').map(known).collect();
    // A sender's name may have dots of its own.
    names.dedup_by(|one, before| *one == "?" && *before == "?");
    names.join(".")
}

/// The names that CloudEvents, Segment and our own convention define, and the usual consents.
#[rustfmt::skip]
const PLACES: [&str; 66] = [
    "account", "anonymousId", "anonymous_id", "batch", "body", "campaign", "category", "company",
    "consent", "content", "context", "cookie", "data", "data_base64", "datacontenttype",
    "dataschema", "domain", "email", "event", "external_id", "firstName", "first_name", "groupId",
    "headers", "id", "integrations", "lastName", "last_name", "locale", "marketing", "medium",
    "messageId", "name", "newsletter", "originalTimestamp", "page", "path", "person", "phone",
    "post", "previousId", "profiling", "properties", "receivedAt", "referrer", "search", "sentAt",
    "sms", "source", "specversion", "subject", "term", "time", "timestamp", "timezone", "title",
    "traits", "type", "url", "userId", "user_id", "website", "whatsapp", "write_key", "writeKey",
    "calls",
];

impl From<crate::json::JsonError> for ItemError {
    fn from(error: crate::json::JsonError) -> Self {
        Self { code: error.code, field: None, detail: error.to_string() }
    }
}

/// Why a body as a whole was refused. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Not what it says it is: the sender's mistake, 400.
    #[error("the body could not be read: {0}")]
    Unreadable(#[from] crate::json::JsonError),
    /// More items than one body may bring: 413.
    #[error("the body has more than {ITEMS_MAX} items")]
    TooManyItems,
}

impl BodyError {
    /// The code of the problem, which has a help page.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "body-unreadable",
            Self::TooManyItems => "too-many-items",
        }
    }
}
