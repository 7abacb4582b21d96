//! What a verified message says.

use domain::reason::Code;
use domain::signal::{Content, Incoming};

use crate::cloudevents;
use crate::json::{self, Json, Object};
use crate::mapping::{self, PayloadFields, unfit};
use crate::reading::{BodyError, ITEM_BYTES_MAX, Item, ItemError, Rejected, Source};

/// The name of the format in a quarantine entry.
pub const FORMAT: &str = "standard-webhooks";
/// The stream of messages that are no CloudEvents.
pub const ORIGIN: &str = "standard-webhooks";

/// The signal of a verified message: a CloudEvent as one, else `{"type", "timestamp", "data"}`
/// with the message's id.
pub fn read(id: &str, body: &[u8], source: Source<'_>) -> Result<Vec<Item>, BodyError> {
    json::check_encoding(body)?;
    match json::parse(body, ITEM_BYTES_MAX) {
        Err(error) if error.code == Code::Unreadable => Err(error.into()),
        parsed => Ok(vec![item(id, body, parsed.map_err(ItemError::from), source)]),
    }
}

/// One message of a quarantine entry again.
pub fn one(id: &str, bytes: &[u8], source: Source<'_>) -> Item {
    item(id, bytes, json::parse(bytes, ITEM_BYTES_MAX).map_err(ItemError::from), source)
}

fn item(id: &str, body: &[u8], parsed: Result<Json<'_>, ItemError>, source: Source<'_>) -> Item {
    if matches!(&parsed, Ok(Json::Object(event)) if event.get("specversion").is_some()) {
        return cloudevents::one(body, source);
    }
    parsed
        .and_then(|payload| {
            let Json::Object(payload) = payload else {
                return Err(unfit("body", "a message is an object"));
            };
            incoming(id, payload, source)
        })
        .map_err(|misfit| {
            Rejected::of(FORMAT, body, misfit).from(ORIGIN.to_owned(), Some(id.to_owned()))
        })
}

fn incoming(id: &str, mut payload: Object<'_>, source: Source<'_>) -> Result<Incoming, ItemError> {
    let body = json::digest(&payload, &[]);
    let source_id = mapping::name(id, "webhook-id", Code::IdMissing)?;
    let kind = match payload.present("type") {
        None => {
            return Err(ItemError::field(Code::AttributeMissing, "type", "it is missing or empty"));
        }
        Some(kind) => kind.text().ok_or_else(|| unfit("type", "it is no text"))?,
    };
    let kind = mapping::kind(kind, "type")?;
    let occurred = cloudevents::moment(&payload, "timestamp")?;
    let mut said = PayloadFields::nothing(*source.verifies);
    match payload.take("data") {
        None | Some(Json::Null) => {}
        Some(Json::Object(data)) => said.data(data, "data")?,
        Some(_) => return Err(unfit("data", "the data must be a JSON object")),
    }
    let (subject, fields) = said.into_parts();
    let origin = ORIGIN.to_owned();
    let content = Content {
        kind: kind.into(),
        origin: origin.into(),
        source_id: source_id.into(),
        occurred,
        subject,
        fields,
        vouched: Some(source.verifies.vouches()),
    };
    Ok(Incoming { source: source.name.clone(), content, body })
}
