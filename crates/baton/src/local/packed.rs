//! Rows of an import as they are handed over, and how they look on the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::reason::Code;
use domain::signal::{Content, SourceName};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows of one file.
#[derive(Clone, Debug, Default, PartialEq, minicbor::Encode, minicbor::Decode)]
pub struct Rows {
    /// The file's base name.
    #[n(0)]
    pub file: String,
    /// The name of the map that reads them again.
    #[n(1)]
    pub map: String,
    /// The rows in order.
    #[n(2)]
    pub rows: Vec<Row>,
}

/// One row, as the map reads it.
#[derive(Clone, Debug, PartialEq, minicbor::Encode, minicbor::Decode)]
pub enum Row {
    /// It says something.
    #[n(0)]
    Signal(#[n(0)] Box<Readable>),
    /// It cannot be taken.
    #[n(1)]
    Held(#[n(0)] Box<QuarantinedRow>),
}

/// A row that could be read.
#[derive(Clone, PartialEq, minicbor::Encode, minicbor::Decode)]
pub struct Readable {
    /// The configured source.
    #[n(0)]
    pub source: SourceName,
    /// What it says.
    #[n(1)]
    pub content: Content,
    /// SHA-256 of its body.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub body: [u8; 32],
    /// Its line.
    #[n(3)]
    pub line: u64,
    /// Its bytes, should its id be known with another body.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub raw: Vec<u8>,
    /// Whether nothing but what is known only afterwards is mapped: such a row reaches no turn.
    #[n(5)]
    pub afterwards: bool,
}

/// A row that cannot be taken.
#[derive(Clone, PartialEq, minicbor::Encode, minicbor::Decode)]
pub struct QuarantinedRow {
    /// The configured source.
    #[n(0)]
    pub source: SourceName,
    /// The code of the cause.
    #[n(1)]
    pub cause: Code,
    /// The field that it is about, where it is about one.
    #[n(2)]
    pub field: Option<String>,
    /// Its line.
    #[n(3)]
    pub line: u64,
    /// In words.
    #[n(4)]
    pub detail: String,
    /// The source's id of it.
    #[n(5)]
    pub source_id: Option<String>,
    /// What makes it the same when it comes again.
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// Its bytes.
    #[n(7)]
    #[cbor(with = "minicbor::bytes")]
    pub raw: Vec<u8>,
    /// Whether they were cut.
    #[n(8)]
    pub cut: bool,
}

impl std::fmt::Debug for Readable {
    /// Without what it says: debug output reaches logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row(line {})", self.line)
    }
}

impl std::fmt::Debug for QuarantinedRow {
    /// Without what it says: debug output reaches logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "held(line {}, {})", self.line, self.cause)
    }
}

/// Something that is bytes on the wire and itself in memory: CBOR in base64.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed<T>(pub T);

impl<T: minicbor::Encode<()>> Serialize for Packed<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let bytes = minicbor::to_vec(&self.0).expect("writing into memory does not fail");
        s.serialize_str(&STANDARD.encode(bytes))
    }
}

impl<'de, T: for<'b> minicbor::Decode<'b, ()>> Deserialize<'de> for Packed<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let bytes = STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        minicbor::decode(&bytes).map(Self).map_err(serde::de::Error::custom)
    }
}
