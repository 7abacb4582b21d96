//! Segment's tracking API to signals: track, identify, page, screen, group, alias, and batches.
//!
//! A message is read or rejected alone. The write key is told by [`write_key`] and is in nothing
//! that is kept. What a client changes when it sends a message again (`sentAt`, its counters) is
//! no part of the body. `docs/how-to/segment.md` tells what becomes what.

mod envelope;
mod message;
#[cfg(test)]
mod tests;

use domain::Moment;
use domain::reason::Code;

use crate::json::{self, Json, JsonError, Object};
use crate::reading::{
    BodyError, ITEM_BYTES_MAX, ITEMS_MAX, Item, ItemError, NAME_BYTES_MAX, Rejected, Source,
};

use envelope::Envelope;
pub use envelope::{Call, ORIGIN};

/// The name of the format in a quarantine entry, for messages that say what they are.
pub const FORMAT: &str = "segment";

/// The largest context that a batch may give all its messages, in bytes. It is copied into each.
const CONTEXT_BYTES_MAX: usize = 4 * 1024;

/// The write key that a body carries: its own, else the first that a message carries. It is found in
/// the beginning of a body too, where that breaks off.
pub fn write_key(body: &[u8]) -> Option<String> {
    let own = |bytes: &[u8]| crate::cloudevents::peek(bytes, b"writeKey");
    own(body).or_else(|| {
        let whole = json::members(body).filter_map(Result::ok).find(|member| member.0 == b"batch");
        let broken = || json::unfinished_member(body).filter(|member| member.0 == b"batch");
        let (_, batch) = whole.or_else(broken)?;
        let messages = json::elements(batch).filter_map(Result::ok).map(|one| one.1);
        messages
            .take(ITEMS_MAX)
            .find_map(own)
            .or_else(|| json::unfinished_element(batch).and_then(own))
    })
}

/// The signals of a body. `received` corrects the clock of a client that says when it sent.
pub fn read(
    call: Call,
    body: &[u8],
    source: Source<'_>,
    received: Moment,
) -> Result<Vec<Item>, BodyError> {
    json::check_encoding(body)?;
    if call == Call::Batch {
        return batch(body, source, received);
    }
    let envelope = Envelope { received, sent: None, context: Object::default() };
    let item = message(body, Some(call), &envelope, source)?;
    Ok(vec![item])
}

/// One message of a quarantine entry again: `format` says what it is if it does not say so itself.
pub fn one(bytes: &[u8], format: &str, source: Source<'_>, received: Moment) -> Item {
    let call = format.strip_prefix("segment-").and_then(Call::named);
    let envelope = Envelope { received, sent: None, context: Object::default() };
    message(bytes, call, &envelope, source)
        .unwrap_or_else(|error| Err(rejected(bytes, call, error.into())))
}

fn batch(body: &[u8], source: Source<'_>, received: Moment) -> Result<Vec<Item>, BodyError> {
    let mut messages = None;
    let mut envelope = Envelope { received, sent: None, context: Object::default() };
    for member in json::members(body) {
        let (key, value) = member?;
        match key {
            b"batch" if messages.is_some() => {
                return Err(refuse(Code::KeyTwice, "`batch` stands twice"));
            }
            b"batch" => messages = Some(value),
            b"context" => envelope.context = context(value)?,
            b"sentAt" => envelope.sent = sent(value),
            _ => {}
        }
    }
    let messages = messages.ok_or(refuse(Code::Unreadable, "a batch has a list `batch`"))?;
    let mut items = Vec::new();
    for one in json::elements(messages) {
        let (_, bytes) = one?;
        if items.len() == ITEMS_MAX {
            return Err(BodyError::TooManyItems);
        }
        items.push(
            message(bytes, None, &envelope, source)
                .unwrap_or_else(|error| Err(rejected(bytes, None, error.into()))),
        );
    }
    Ok(items)
}

const fn refuse(code: Code, says: &'static str) -> BodyError {
    BodyError::Unreadable(JsonError { code, says, at: 0 })
}

/// A batch's own context: texts alone, and nothing of a person, since it is copied.
fn context(value: &[u8]) -> Result<Object<'_>, JsonError> {
    let Json::Object(given) = json::parse(value, CONTEXT_BYTES_MAX)? else {
        return Ok(Object::default());
    };
    let mut context = Object::default();
    for (name, value) in given {
        match (name.as_ref(), value) {
            ("page" | "campaign", Json::Object(part)) => {
                let mut texts = Object::default();
                for (key, text) in part.into_iter().filter(|part| part.1.text().is_some()) {
                    texts.put(key, text);
                }
                context.put(name, Json::Object(texts));
            }
            ("groupId" | "locale" | "timezone", text @ Json::Text(_)) => context.put(name, text),
            _ => {}
        }
    }
    Ok(context)
}

/// When the client sent the batch, if it says so readably: it only corrects other times.
fn sent(value: &[u8]) -> Option<Moment> {
    json::parse(value, NAME_BYTES_MAX).ok()?.text()?.parse().ok()
}

/// One message; the error is that its bytes are no JSON.
fn message(
    bytes: &[u8],
    call: Option<Call>,
    envelope: &Envelope<'_>,
    source: Source<'_>,
) -> Result<Item, JsonError> {
    let read = match json::parse(bytes, ITEM_BYTES_MAX) {
        Err(error) if error.code == Code::Unreadable => return Err(error),
        Err(error) => Err(error.into()),
        Ok(Json::Object(message)) => message::incoming(message, call, envelope, source),
        Ok(_) => {
            return Err(JsonError {
                code: Code::Unreadable,
                says: "a message is an object",
                at: 0,
            });
        }
    };
    Ok(read.map_err(|misfit| rejected(bytes, call, misfit)))
}

fn rejected(bytes: &[u8], call: Option<Call>, misfit: ItemError) -> Box<Rejected> {
    let format = call.map_or(FORMAT.to_owned(), |call| format!("{FORMAT}-{}", call.name()));
    let id = crate::cloudevents::peek(bytes, b"messageId");
    Rejected::of(&format, &without_key(bytes), misfit).from(ORIGIN.to_owned(), id)
}

/// The bytes with the text behind each `"writeKey"` emptied.
fn without_key(bytes: &[u8]) -> Vec<u8> {
    const KEY: &[u8] = b"\"writeKey\"";
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(KEY.len()).position(|window| window == KEY) {
        let (before, behind) = rest.split_at(at + KEY.len());
        kept.extend_from_slice(before);
        rest = behind;
        let colon = behind.trim_ascii_start();
        let Some(value) = colon.strip_prefix(b":").map(<[u8]>::trim_ascii_start) else { continue };
        if let Some(text) = value.strip_prefix(b"\"") {
            kept.extend_from_slice(b":\"");
            rest = &text[end_of_text(text)..];
        }
    }
    kept.extend_from_slice(rest);
    kept
}

/// Where a text ends whose opening quote is gone.
fn end_of_text(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}
