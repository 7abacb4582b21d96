//! What sources send: requests with bodies, as they come over the wire.

use connectors::reading::VerifiedKinds;
use domain::Moment;
use domain::signal::{IdentifierKind, SourceName};
use serde_json::{Value, json};

use super::dirt::Dirt;

/// A source of the world, as the configuration would name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DemoSource {
    /// The web site, over Segment's API.
    Web,
    /// The CRM, over CloudEvents.
    Crm,
    /// The mailing tool, over CloudEvents.
    Mail,
    /// The tool for web seminars, over CloudEvents.
    Webinars,
    /// Forms on other people's sites, over CloudEvents. What they claim, nobody verified.
    Forms,
}

impl DemoSource {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Web, Self::Crm, Self::Mail, Self::Webinars, Self::Forms];

    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Crm => "crm",
            Self::Mail => "mail",
            Self::Webinars => "webinars",
            Self::Forms => "forms",
        }
    }

    /// Its name as signals carry it.
    pub fn source(self) -> SourceName {
        SourceName::new(self.name()).expect("a name of letters")
    }

    /// Its kind in the configuration.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Web => "segment",
            Self::Crm | Self::Mail | Self::Webinars | Self::Forms => "cloudevents",
        }
    }

    /// Which identifiers it verifies.
    pub fn verifies(self) -> VerifiedKinds {
        match self {
            Self::Web => VerifiedKinds::of([IdentifierKind::ExternalId, IdentifierKind::Email]),
            Self::Crm => VerifiedKinds::ALL,
            Self::Mail | Self::Webinars => VerifiedKinds::of([IdentifierKind::Email]),
            Self::Forms => VerifiedKinds::NONE,
        }
    }

    /// The CloudEvents `source` of its events.
    const fn stream(self) -> &'static str {
        match self {
            Self::Web => "/site",
            Self::Crm => "/crm/contacts",
            Self::Mail => "/mail/tracking",
            Self::Webinars => "/webinars",
            Self::Forms => "/partners/forms",
        }
    }
}

/// The form that a body has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// CloudEvents, one a line.
    Lines,
    /// CloudEvents, in an array.
    Batch,
    /// One CloudEvent.
    Structured,
    /// Segment's batch.
    Segment,
}

impl Form {
    /// The route that takes it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Lines | Self::Batch | Self::Structured => "/v1/signals",
            Self::Segment => "/v1/batch",
        }
    }

    /// The content type that it goes with.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::Batch => "application/cloudevents-batch+json",
            Self::Structured => "application/cloudevents+json",
            Self::Segment => "application/json",
        }
    }
}

/// A request that arrives at the door.
#[derive(Clone, Debug)]
pub struct Request {
    /// When it arrives.
    pub at: Moment,
    /// Who sends it.
    pub demo_source: DemoSource,
    /// The form of its body.
    pub form: Form,
    /// Its body.
    pub body: Vec<u8>,
    /// How many items it brings.
    pub items: u32,
    /// What is wrong with which of them, by their place.
    pub dirt: Vec<(u32, Dirt)>,
}

/// One item on its way into a request.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// When it arrives.
    pub(crate) at: Moment,
    pub(crate) demo_source: DemoSource,
    pub(crate) bytes: Vec<u8>,
    pub(crate) dirt: Option<Dirt>,
}

impl Piece {
    pub(crate) fn clean(at: Moment, demo_source: DemoSource, event: &Value) -> Self {
        Self { at, demo_source, bytes: bytes(event), dirt: None }
    }
}

/// A CloudEvent.
pub(crate) fn event(
    demo_source: DemoSource,
    id: &str,
    kind: &str,
    time: Moment,
    data: Value,
) -> Value {
    json!({
        "specversion": "1.0", "source": demo_source.stream(), "id": id, "type": kind,
        "time": time, "data": data,
    })
}

/// A message of Segment's: its type, its id, whose browser, when, and what belongs to the type.
pub(crate) fn message(kind: &str, id: &str, cookie: &str, time: Moment, rest: Value) -> Value {
    let mut message = json!({
        "type": kind, "messageId": id, "anonymousId": cookie, "timestamp": time,
    });
    if let (Value::Object(message), Value::Object(rest)) = (&mut message, rest) {
        message.extend(rest);
    }
    message
}

/// A batch of messages that arrives some time after the last of them.
pub(crate) fn batch(at: Moment, messages: &[Vec<u8>]) -> Request {
    let mut body = br#"{"batch":["#.to_vec();
    join(&mut body, messages, b',');
    body.extend_from_slice(format!(r#"],"sentAt":"{at}"}}"#).as_bytes());
    Request {
        at,
        demo_source: DemoSource::Web,
        form: Form::Segment,
        body,
        items: messages.len() as u32,
        dirt: Vec::new(),
    }
}

/// Events of one source that arrive together, one a line.
pub(crate) fn lines(at: Moment, demo_source: DemoSource, pieces: &[Piece]) -> Request {
    let mut body = Vec::new();
    for piece in pieces {
        body.extend_from_slice(&piece.bytes);
        body.push(b'\n');
    }
    let dirty = pieces.iter().enumerate();
    let dirt = dirty.filter_map(|(place, piece)| Some((place as u32, piece.dirt?))).collect();
    Request { at, demo_source, form: Form::Lines, body, items: pieces.len() as u32, dirt }
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("values of the world are JSON")
}

fn join(body: &mut Vec<u8>, parts: &[Vec<u8>], with: u8) {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            body.push(with);
        }
        body.extend_from_slice(part);
    }
}
