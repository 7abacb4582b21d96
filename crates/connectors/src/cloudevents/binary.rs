//! Binary mode: attributes in headers that begin with `ce-`, the data as the body.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::reason::Code;

use super::{FORMAT, incoming, within};
use crate::json::{self, Json, Object};
use crate::mapping::unfit;
use crate::reading::{BodyError, ITEM_BYTES_MAX, Item, ItemError, Rejected, Source};

/// How many attributes are read.
const ATTRIBUTES_MAX: usize = 64;

type Attributes = BTreeMap<String, String>;

/// One event from all headers of a request and its body.
///
/// A body that says nothing of its type, or says `text/plain`, is read as JSON.
pub fn binary<'h>(
    headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
    body: &[u8],
    source: Source<'_>,
) -> Result<Vec<Item>, BodyError> {
    json::check_encoding(body)?;
    let mut attributes = Attributes::new();
    let collected = collect(headers, &mut attributes);
    let data = match json::parse(body, ITEM_BYTES_MAX) {
        _ if body.trim_ascii().is_empty() => Ok(None),
        Err(error) if error.code == Code::Unreadable && is_readable(&attributes) => {
            return Err(error.into());
        }
        read => read.map(Some),
    };
    let whole = data.is_ok();
    let read = collected
        .and_then(|()| data.map_err(|error| within("data", error.into())))
        .and_then(|data| incoming(event(&attributes, data), source));
    let id = |name: &str| attributes.get(name).cloned();
    Ok(vec![read.map_err(|misfit| {
        let bytes = structured(&attributes, body, whole);
        Rejected::of(FORMAT, &bytes, misfit).from(id("source").unwrap_or_default(), id("id"))
    })])
}

fn is_readable(attributes: &Attributes) -> bool {
    super::is_json(attributes.get("datacontenttype").map(String::as_str))
}

fn event<'e>(attributes: &'e Attributes, data: Option<Json<'e>>) -> Object<'e> {
    let mut event = Object::default();
    for (name, value) in attributes {
        event.put(Cow::Borrowed(name), Json::Text(Cow::Borrowed(value)));
    }
    if let Some(data) = data {
        event.put(Cow::Borrowed("data"), data);
    }
    event
}

/// The attributes, as far as they can be read.
fn collect<'h>(
    headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
    attributes: &mut Attributes,
) -> Result<(), ItemError> {
    let mut outcome = Ok(());
    for (header, value) in headers {
        let header = header.to_ascii_lowercase();
        let name = match header.strip_prefix("ce-") {
            Some(name) => name,
            None if header == "content-type" => "datacontenttype",
            None => continue,
        };
        let read = attribute(name, value, attributes.len()).and_then(|value| {
            match attributes.insert(name.to_owned(), value) {
                None => Ok(()),
                Some(_) => Err(ItemError::field(Code::KeyTwice, name, "the header stands twice")),
            }
        });
        outcome = outcome.and(read);
    }
    outcome
}

fn attribute(name: &str, value: &[u8], known: usize) -> Result<String, ItemError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if known == ATTRIBUTES_MAX {
        return Err(unfit("headers", "the event has more than 64 attributes"));
    }
    if !(1..=64).contains(&name.len()) || !name.bytes().all(plain) || name == "data" {
        return Err(unfit("headers", "an attribute's name has 1 to 64 of a-z and 0-9"));
    }
    let text = decode(value)
        .filter(|text| !text.contains('\0'))
        .ok_or_else(|| ItemError::field(Code::TextInvalid, name, "the header is no valid text"))?;
    let plain_text =
        name == "datacontenttype" && text.to_ascii_lowercase().starts_with("text/plain");
    Ok(if plain_text { "application/json".to_owned() } else { text })
}

/// Takes quotes and percent signs away. A percent sign without two digits stands for itself.
fn decode(value: &[u8]) -> Option<String> {
    let value = value.trim_ascii();
    let value = match value {
        [b'"', inner @ .., b'"'] => Cow::Owned(unquote(inner)),
        _ => Cow::Borrowed(value),
    };
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_ref();
    while let [first, tail @ ..] = rest {
        let pair = match (first, tail) {
            (b'%', [high, low, ..]) => hexadecimal(*high).zip(hexadecimal(*low)),
            _ => None,
        };
        if let Some((high, low)) = pair {
            bytes.push(high << 4 | low);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

fn unquote(inner: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.iter();
    while let Some(byte) = rest.next() {
        bytes.push(if *byte == b'\\' { *rest.next().unwrap_or(byte) } else { *byte });
    }
    bytes
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

/// The same event in structured mode, for somebody to put right. Data that was not read to its
/// end goes in as base64, so that nothing in it can pass for an attribute.
fn structured(attributes: &Attributes, body: &[u8], whole: bool) -> Vec<u8> {
    let mut text = b"{".to_vec();
    for (name, value) in attributes {
        let value = serde_json::Value::from(value.as_str());
        text.extend_from_slice(format!("\"{name}\":{value},").as_bytes());
    }
    if body.trim_ascii().is_empty() {
        text.pop_if(|last| *last == b',');
    } else if whole {
        text.extend_from_slice(b"\"data\":");
        text.extend_from_slice(body);
    } else {
        text.extend_from_slice(b"\"data_base64\":\"");
        text.extend_from_slice(STANDARD.encode(body).as_bytes());
        text.push(b'"');
    }
    text.push(b'}');
    text
}
