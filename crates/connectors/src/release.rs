//! Quarantine entries read again, with what a person put in place of what was there.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use domain::Moment;
use domain::fact::Raw;
use domain::signal::{IdentifierKind, Incoming};

use crate::import::RowFault;
use crate::json::{self, Json, Object};
use crate::reading::{ITEM_BYTES_MAX, Item, ItemError, Rejected, Source};
use crate::{cloudevents, segment, standard_webhooks};

/// The most faults of one entry that are looked for.
const FAULTS_MAX: usize = 32;
/// What an event, a message and a post have at the top by their formats; everything else is data.
const ATTRIBUTES: [&str; 10] = [
    "specversion",
    "id",
    "source",
    "type",
    "time",
    "timestamp",
    "datacontenttype",
    "dataschema",
    "data",
    "data_base64",
];
/// The same of a message of Segment's clients.
const OF_A_MESSAGE: [&str; 14] = [
    "type",
    "messageId",
    "event",
    "userId",
    "anonymousId",
    "groupId",
    "previousId",
    "name",
    "category",
    "timestamp",
    "originalTimestamp",
    "context",
    "traits",
    "properties",
];

/// The item of an entry, or all that is wrong with it; none where its format is not one of this crate's
/// JSON formats. `received` is when it first came.
pub fn read(
    raw: &Raw,
    source: Source<'_>,
    received: Moment,
) -> Option<Result<Incoming, Vec<RowFault>>> {
    let format = Format::named(&raw.format)?;
    let mended = match mended(&format, raw) {
        Ok(bytes) => bytes,
        Err(misfit) => return Some(Err(vec![fault(misfit, None)])),
    };
    let read = |bytes: &[u8]| match format {
        Format::Cloudevents => cloudevents::one(bytes, source),
        Format::Segment(_) => segment::one(bytes, &raw.format, source, received),
        Format::StandardWebhooks => {
            let id = raw.source_id.as_deref().unwrap_or_default();
            standard_webhooks::one(id, bytes, source)
        }
    };
    Some(read(&mended).map_err(|first| all_faults(&mended, *first, read)))
}

/// A reader says the first thing that is wrong. The others are found by taking that one out and reading
/// what is left.
fn all_faults(bytes: &[u8], first: Rejected, read: impl Fn(&[u8]) -> Item) -> Vec<RowFault> {
    let mut json = json::parse(bytes, ITEM_BYTES_MAX).ok();
    let mut faults: Vec<RowFault> = Vec::new();
    let mut rejected = first;
    while faults.len() < FAULTS_MAX {
        let Rejected { code, field, detail, .. } = rejected;
        if faults.iter().any(|known| known.field == field) {
            break;
        }
        let taken = field.as_deref().zip(json.as_mut()).and_then(|(field, json)| {
            if let Json::Object(object) = json { take(object, field) } else { None }
        });
        faults.push(fault(ItemError { code, field, detail }, taken.as_ref()));
        let Some(rest) = json.as_ref().filter(|_| taken.is_some()) else { break };
        match read(json::write(rest).as_bytes()) {
            Ok(_) => break,
            Err(next) => rejected = *next,
        }
    }
    faults
}

fn fault(misfit: ItemError, value: Option<&Json<'_>>) -> RowFault {
    let ItemError { code, field, detail } = misfit;
    let value = value.map(|value| match value {
        Json::Text(text) => text.to_string(),
        Json::Null
        | Json::Boolean(_)
        | Json::Integer(_)
        | Json::Decimal(_)
        | Json::List(_)
        | Json::Object(_) => json::write(value),
    });
    RowFault::shown(code, field, value.as_deref(), detail)
}

enum Format {
    Cloudevents,
    /// With the name of the call, where it is known.
    Segment(Option<String>),
    StandardWebhooks,
}

impl Format {
    fn named(name: &str) -> Option<Self> {
        match name {
            cloudevents::FORMAT => Some(Self::Cloudevents),
            standard_webhooks::FORMAT => Some(Self::StandardWebhooks),
            _ if name.split('-').next() == Some(segment::FORMAT) => {
                Some(Self::Segment(name.split_once('-').map(|(_, call)| call.to_owned())))
            }
            _ => None,
        }
    }

    /// Where a field stands, by the path that the format has for it or by the name that contracts have.
    fn path(&self, object: &Object<'_>, field: &str) -> String {
        let first = field.split('.').next().unwrap_or_default();
        let bare = field.strip_prefix("subject.").unwrap_or(field);
        let kind = IdentifierKind::named(bare);
        match self {
            _ if object.get(field).is_some() => field.to_owned(),
            Self::Cloudevents | Self::StandardWebhooks => {
                let subject = field == "subject";
                match kind {
                    Some(_) => format!("data.{bare}"),
                    None if field == "occurred" => self.time().to_owned(),
                    None if subject || ATTRIBUTES.contains(&first) => field.to_owned(),
                    None => format!("data.{field}"),
                }
            }
            Self::Segment(_) => match kind {
                Some(IdentifierKind::ExternalId) => "userId".to_owned(),
                Some(IdentifierKind::Cookie) => "anonymousId".to_owned(),
                None if field == "occurred" => self.time().to_owned(),
                None if OF_A_MESSAGE.contains(&first) => field.to_owned(),
                Some(_) | None => self.trait_or_property(object, bare),
            },
        }
    }

    const fn time(&self) -> &'static str {
        match self {
            Self::Cloudevents => "time",
            Self::Segment(_) | Self::StandardWebhooks => "timestamp",
        }
    }

    fn trait_or_property(&self, object: &Object<'_>, field: &str) -> String {
        let Self::Segment(call) = self else { return field.to_owned() };
        let said = object.get("type").and_then(Json::text);
        match call.as_deref().or(said) {
            Some("identify") => {
                format!("traits.{}", field.strip_prefix("person.").unwrap_or(field))
            }
            Some("group") => {
                format!("traits.{}", field.strip_prefix("account.").unwrap_or(field))
            }
            Some(_) | None => format!("properties.{field}"),
        }
    }
}

/// The bytes with the repairs in their places. Nothing to repair leaves them as they are.
fn mended<'b>(format: &Format, raw: &'b Raw) -> Result<Cow<'b, [u8]>, ItemError> {
    if raw.repairs.is_empty() {
        return Ok(Cow::Borrowed(&raw.bytes));
    }
    let mut json = json::parse(&raw.bytes, ITEM_BYTES_MAX)?;
    for (field, text) in &raw.repairs {
        if let Json::Object(object) = &mut json {
            let path = format.path(object, field);
            put(object, &path, text);
        }
    }
    Ok(Cow::Owned(json::write(&json).into_bytes()))
}

/// Puts a text where a field's dotted name leads. `true` and `false` become booleans, since a
/// consent is one; where a number stood, a number stands again.
fn put(object: &mut Object<'_>, field: &str, text: &str) {
    let within = field.split_once('.').filter(|_| object.get(field).is_none());
    let Some((first, rest)) = within else {
        let value = match (text, object.get(field)) {
            ("true", _) => Json::Boolean(true),
            ("false", _) => Json::Boolean(false),
            (_, Some(Json::Integer(_) | Json::Decimal(_))) => number(text),
            (_, _) => Json::Text(Cow::Owned(text.to_owned())),
        };
        object.put(Cow::Owned(field.to_owned()), value);
        return;
    };
    if object.get(first).and_then(Json::object).is_none() {
        object.put(Cow::Owned(first.to_owned()), Json::Object(Object::default()));
    }
    if let Some(Json::Object(inner)) = object.get_mut(first) {
        put(inner, rest, text);
    }
}

fn number<'a>(text: &str) -> Json<'a> {
    match json::parse(text.trim().as_bytes(), ITEM_BYTES_MAX) {
        Ok(Json::Integer(integer)) => Json::Integer(integer),
        Ok(Json::Decimal(decimal)) => Json::Decimal(decimal),
        Ok(Json::Null | Json::Boolean(_) | Json::Text(_) | Json::List(_) | Json::Object(_))
        | Err(_) => Json::Text(Cow::Owned(text.to_owned())),
    }
}

/// Takes out what a field's dotted name leads to.
fn take<'a>(object: &mut Object<'a>, field: &str) -> Option<Json<'a>> {
    if object.get(field).is_some() {
        return object.take(field);
    }
    let (first, rest) = field.split_once('.')?;
    match object.get_mut(first)? {
        Json::Object(inner) => take(inner, rest),
        Json::Null
        | Json::Boolean(_)
        | Json::Integer(_)
        | Json::Decimal(_)
        | Json::Text(_)
        | Json::List(_) => None,
    }
}
