//! Rows of an import on their way into the folder: a group of them is one commit.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crank::{Crank, CrankError, Offer, Outcome};
use domain::fact::{Aggregate, Raw};
use domain::reason::Code;
use domain::signal::{Content, Incoming, SourceName};
use domain::{ImportId, Moment, NodeId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use store::sqlite::SqliteStore;
use store::{Position, Read, Store};

use super::maps::format_of;
use super::outcome;
use super::request::Tally;

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
    Held(#[n(0)] Box<Held>),
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
pub struct Held {
    /// The configured source.
    #[n(0)]
    pub source: SourceName,
    /// Why.
    #[n(1)]
    pub cause: Code,
    /// Where.
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

impl std::fmt::Debug for Held {
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

/// Takes rows in, within an open group.
pub(super) fn take(
    crank: &mut Crank<SqliteStore>,
    rows: &Rows,
    import: ImportId,
    now: Moment,
) -> Result<Tally, CrankError> {
    let mut tally = Tally::default();
    for row in &rows.rows {
        let outcome = match row {
            Row::Signal(read) => take_read(crank, rows, read, import, now, &mut tally)?,
            Row::Held(held) => set_apart(crank, rows, held, import, now)?,
        };
        match outcome {
            Outcome::Accepted => tally.accepted += 1,
            Outcome::Duplicate => tally.duplicates += 1,
            Outcome::Quarantined => tally.quarantined += 1,
        }
    }
    Ok(tally)
}

fn take_read(
    crank: &mut Crank<SqliteStore>,
    rows: &Rows,
    read: &Readable,
    import: ImportId,
    now: Moment,
    tally: &mut Tally,
) -> Result<Outcome, CrankError> {
    let incoming =
        Incoming { source: read.source.clone(), content: read.content.clone(), body: read.body };
    let raw = || Raw {
        bytes: read.raw.clone(),
        file: Some(rows.file.clone()),
        detail: String::new(),
        format: format_of(&rows.map),
        origin: read.content.origin.clone(),
        source_id: Some(read.content.source_id.clone()),
        cut: false,
        repairs: Vec::new(),
    };
    let offer = Offer::Signal { incoming: &incoming, raw: &raw, line: Some(read.line) };
    let offered = crank.accept(&offer, Some(import), now)?;
    if let (Outcome::Accepted, Some(node)) = (offered.outcome, offered.node) {
        if outcome::speaks_of_a_handoff(&incoming.content) {
            leave_out(crank, node)?;
            if !outcome::record(crank, &incoming.content, now)? {
                tally.unfit += 1;
            }
        } else if read.afterwards {
            leave_out(crank, node)?;
        }
    }
    Ok(offered.outcome)
}

/// Takes the signal that was accepted last for a node out of the inbox: no turn is to see it.
fn leave_out(crank: &mut Crank<SqliteStore>, node: NodeId) -> Result<(), CrankError> {
    let chain = crank.store().history(Aggregate::Node(node), Position::START, None, None)?;
    if let Some(last) = chain.last() {
        let position = last.position;
        crank.store_mut().done(position)?;
    }
    Ok(())
}

fn set_apart(
    crank: &mut Crank<SqliteStore>,
    rows: &Rows,
    held: &Held,
    import: ImportId,
    now: Moment,
) -> Result<Outcome, CrankError> {
    let raw = Raw {
        bytes: held.raw.clone(),
        file: Some(rows.file.clone()),
        detail: held.detail.clone(),
        format: format_of(&rows.map),
        origin: held.source.as_str().to_owned(),
        source_id: held.source_id.clone(),
        cut: held.cut,
        repairs: Vec::new(),
    };
    let offer = Offer::Rejected {
        source: &held.source,
        cause: held.cause,
        field: held.field.as_deref(),
        raw: &raw,
        line: Some(held.line),
        item: &held.key,
    };
    Ok(crank.accept(&offer, Some(import), now)?.outcome)
}
