//! Quarantine entries read again, with what a person put in place of what was there.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use domain::Moment;
use domain::fact::Raw;

use crate::json::{self, Json, Object};
use crate::reading::{ITEM_BYTES_MAX, Item, ItemError, Rejected, Source};
use crate::{cloudevents, segment, standard_webhooks};

/// The item of an entry, or none where its format is not one of this crate's JSON formats.
/// `received` is when it first came.
pub fn read(raw: &Raw, source: Source<'_>, received: Moment) -> Option<Item> {
    let format = Format::named(&raw.format)?;
    let mended = match mended(&raw.bytes, &raw.repairs) {
        Ok(bytes) => bytes,
        Err(misfit) => {
            let rejected = Rejected::of(&raw.format, &raw.bytes, misfit);
            return Some(Err(rejected.from(raw.origin.clone(), raw.source_id.clone())));
        }
    };
    Some(match format {
        Format::Cloudevents => cloudevents::one(&mended, source),
        Format::Segment => segment::one(&mended, &raw.format, source, received),
        Format::StandardWebhooks => {
            let id = raw.source_id.as_deref().unwrap_or_default();
            standard_webhooks::one(id, &mended, source)
        }
    })
}

enum Format {
    Cloudevents,
    Segment,
    StandardWebhooks,
}

impl Format {
    fn named(name: &str) -> Option<Self> {
        match name {
            cloudevents::FORMAT => Some(Self::Cloudevents),
            standard_webhooks::FORMAT => Some(Self::StandardWebhooks),
            _ if name.split('-').next() == Some(segment::FORMAT) => Some(Self::Segment),
            _ => None,
        }
    }
}

/// The bytes with the repairs in their places. Nothing to repair leaves them as they are.
fn mended<'b>(bytes: &'b [u8], repairs: &[(String, String)]) -> Result<Cow<'b, [u8]>, ItemError> {
    if repairs.is_empty() {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut json = json::parse(bytes, ITEM_BYTES_MAX)?;
    for (field, text) in repairs {
        if let Json::Object(object) = &mut json {
            put(object, field, text);
        }
    }
    Ok(Cow::Owned(json::write(&json).into_bytes()))
}

/// Puts a text where a field's dotted name leads. `true` and `false` become booleans, since a
/// consent is one.
fn put<'a>(object: &mut Object<'a>, field: &'a str, text: &'a str) {
    let within = field.split_once('.').filter(|_| object.get(field).is_none());
    let Some((first, rest)) = within else {
        let value = match text {
            "true" => Json::Boolean(true),
            "false" => Json::Boolean(false),
            text => Json::Text(Cow::Borrowed(text)),
        };
        object.put(Cow::Borrowed(field), value);
        return;
    };
    if object.get(first).and_then(Json::object).is_none() {
        object.put(Cow::Borrowed(first), Json::Object(Object::default()));
    }
    if let Some(Json::Object(inner)) = object.get_mut(first) {
        put(inner, rest, text);
    }
}
