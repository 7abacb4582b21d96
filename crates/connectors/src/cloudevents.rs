//! CloudEvents 1.0 to signals: structured, batch, lines, and binary mode.
//!
//! The event's `source` is the stream and its `id` the id within it. `docs/how-to/cloudevents.md`
//! tells how `data` says whose the event is. Extension attributes count as the body and set nothing.

mod binary;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::reason::Code;
use domain::signal::{Content, IdentifierKind, Incoming};

pub use binary::binary;

use crate::json::{self, Json, JsonError, Object};
use crate::mapping::{self, PayloadFields, unfit};
use crate::reading::{
    BodyError, ITEM_BYTES_MAX, ITEMS_MAX, Item, ItemError, NAME_BYTES_MAX, Rejected, Source,
};

/// The name of the format in a quarantine entry.
pub const FORMAT: &str = "cloudevents";

/// Attributes that tell of the way here and not of the event.
const NOT_BODY: [&str; 2] = ["traceparent", "tracestate"];

/// One event, as `application/cloudevents+json`.
pub fn structured(body: &[u8], source: Source<'_>) -> Result<Vec<Item>, BodyError> {
    json::check_encoding(body)?;
    let item = read(body, source)?;
    match item {
        Err(rejected) if rejected.code == Code::Unreadable => Err(BodyError::Unreadable(NO_EVENT)),
        Err(_) | Ok(_) => Ok(vec![item]),
    }
}

/// An array of events, as `application/cloudevents-batch+json`.
///
/// An array that is no JSON is unreadable as a whole; what is JSON and no event, or too large or
/// too deep, is rejected alone.
pub fn batch(body: &[u8], source: Source<'_>) -> Result<Vec<Item>, BodyError> {
    json::check_encoding(body)?;
    let mut items = Vec::new();
    for event in json::elements(body) {
        let (at, event) = event?;
        if items.len() == ITEMS_MAX {
            return Err(BodyError::TooManyItems);
        }
        items.push(read(event, source).map_err(|error| error.moved(at))?);
    }
    Ok(items)
}

/// An event a line, as `application/x-ndjson`. A line is read or rejected alone.
pub fn lines(body: &[u8], source: Source<'_>) -> Result<Vec<Item>, BodyError> {
    json::check_encoding(body)?;
    let mut items = Vec::new();
    for line in json::lines(body) {
        if items.len() == ITEMS_MAX {
            return Err(BodyError::TooManyItems);
        }
        items.push(one(line, source));
    }
    Ok(items)
}

/// One event from its bytes, whatever is wrong with them.
pub fn one(bytes: &[u8], source: Source<'_>) -> Item {
    read(bytes, source).unwrap_or_else(|error| Err(rejected(bytes, error.into())))
}

const NO_EVENT: JsonError =
    JsonError { code: Code::Unreadable, says: "an event is an object", at: 0 };

/// One event; the error is that its bytes are no JSON.
fn read(bytes: &[u8], source: Source<'_>) -> Result<Item, JsonError> {
    let read = match json::parse(bytes, ITEM_BYTES_MAX) {
        Err(error) if error.code == Code::Unreadable => return Err(error),
        Err(error) => Err(error.into()),
        Ok(Json::Object(event)) => incoming(event, source),
        Ok(_) => Err(NO_EVENT.into()),
    };
    Ok(read.map_err(|misfit| rejected(bytes, misfit)))
}

fn rejected(bytes: &[u8], misfit: ItemError) -> Box<Rejected> {
    let (origin, id) = (peek(bytes, b"source"), peek(bytes, b"id"));
    Rejected::of(FORMAT, bytes, misfit).from(origin.unwrap_or_default(), id)
}

/// A short text of an object that could not be read as a whole.
pub(crate) fn peek(bytes: &[u8], key: &[u8]) -> Option<String> {
    let mut found = json::members(bytes).filter_map(Result::ok).filter(|member| member.0 == key);
    let (_, value) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let parsed = json::parse(value, NAME_BYTES_MAX).ok()?;
    parsed.text().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// The signal that an event is.
pub(crate) fn incoming(mut event: Object<'_>, source: Source<'_>) -> Result<Incoming, ItemError> {
    match attribute(&event, "specversion")? {
        Some("1.0") => {}
        Some(_) => return Err(unfit("specversion", "only version 1.0 is read")),
        None => return Err(missing("specversion")),
    }
    let origin = attribute(&event, "source")?.unwrap_or_default();
    let origin = mapping::name(origin, "source", Code::AttributeMissing)?;
    let id = attribute(&event, "id")?.unwrap_or_default();
    let source_id = mapping::name(id, "id", Code::IdMissing)?;
    let kind = mapping::kind(attribute(&event, "type")?.unwrap_or_default(), "type")?;
    let occurred = moment(&event, "time")?;

    let encoded = encoded_data(&mut event)?;
    let mut event = event;
    if let Some(bytes) = &encoded {
        let data = json::parse(bytes, ITEM_BYTES_MAX)
            .map_err(|error| within("data_base64", error.into()))?;
        event.put("data".into(), data);
    }
    if is_json(attribute(&event, "datacontenttype")?) {
        event.take("datacontenttype");
    }
    let body = json::digest(&event, &NOT_BODY);

    let mut said = PayloadFields::nothing(*source.verifies);
    match event.take("data") {
        None | Some(Json::Null) => {}
        Some(Json::Object(data)) => said.data(data, "data")?,
        Some(_) => return Err(unfit("data", "the data must be a JSON object")),
    }
    if !said.names_somebody()
        && let Some(subject) = event.present("subject")
    {
        let mail = subject.text().is_some_and(|text| text.matches('@').count() == 1);
        let kind = if mail { IdentifierKind::Email } else { IdentifierKind::ExternalId };
        said.identify(kind, subject, "subject")?;
    }
    let (subject, fields) = said.into_parts();
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

/// An attribute, which must be a text.
fn attribute<'e>(event: &'e Object<'_>, name: &str) -> Result<Option<&'e str>, ItemError> {
    let Some(value) = event.present(name) else { return Ok(None) };
    value.text().map(Some).ok_or_else(|| unfit(name, "an attribute is a text"))
}

/// A misfit of a part that should be JSON.
fn within(field: &str, misfit: ItemError) -> ItemError {
    let unreadable = misfit.code == Code::Unreadable;
    let code = if unreadable { Code::ValueUnreadable } else { misfit.code };
    ItemError::field(code, field, &misfit.detail)
}

fn missing(name: &str) -> ItemError {
    ItemError::field(Code::AttributeMissing, name, "it is missing or empty")
}

/// A time as RFC 3339 writes it, if there is one.
pub(crate) fn moment(object: &Object<'_>, name: &str) -> Result<Option<domain::Moment>, ItemError> {
    let Some(value) = object.present(name) else { return Ok(None) };
    value.text().and_then(|text| text.trim().parse().ok()).map(Some).ok_or_else(|| {
        ItemError::field(Code::TimeUnreadable, name, "a time reads like 2026-11-20T13:38:02.911Z")
    })
}

/// The bytes of `data_base64`, taken out of the event.
fn encoded_data(event: &mut Object<'_>) -> Result<Option<Vec<u8>>, ItemError> {
    let json = is_json(attribute(event, "datacontenttype")?);
    let Some(encoded) = event.take("data_base64").filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    if event.present("data").is_some() {
        return Err(unfit("data_base64", "an event has `data` or `data_base64`, not both"));
    }
    if !json {
        return Err(unfit("data_base64", "only JSON is read; `datacontenttype` says otherwise"));
    }
    let text = encoded.text().ok_or_else(|| unfit("data_base64", "it is no text"))?;
    let bytes = STANDARD.decode(text).map_err(|_| unfit("data_base64", "it is no base64"))?;
    Ok(Some(bytes))
}

/// Whether a content type, or its absence, says JSON.
fn is_json(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else { return true };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.ends_with("/json") || essence.ends_with("+json")
}
