//! What one message says.

use std::borrow::Cow;
use std::fmt::Write as _;

use domain::Moment;
use domain::reason::Code;
use domain::signal::{Content, IdentifierKind, Incoming};

use super::envelope::{Call, Envelope, ORIGIN};
use crate::cloudevents::moment;
use crate::json::{self, Json, Object};
use crate::mapping::{self, Names, PayloadFields, unfit};
use crate::reading::{ItemError, Source};

/// What differs when a client sends the same message again, and the key.
const NOT_BODY: [&str; 5] = ["sentAt", "receivedAt", "writeKey", "_metadata", "retryCount"];
/// Of a context's page, the fields that are kept.
const PAGE: [&str; 5] = ["path", "url", "title", "referrer", "search"];
/// Of a context's campaign, the parts that keep their names.
const CAMPAIGN: [&str; 4] = ["source", "medium", "term", "content"];
/// Kinds that tell of our own work begin so; a browser cannot tell of it.
const RESERVED: &str = "handoff.";

pub(super) fn incoming(
    mut message: Object<'_>,
    call: Option<Call>,
    envelope: &Envelope<'_>,
    source: Source<'_>,
) -> Result<Incoming, ItemError> {
    let call = call.map_or_else(|| call_of(&message), Ok)?;
    message.put(Cow::Borrowed("type"), Json::Text(Cow::Borrowed(call.name())));
    if message.get("messageId").and_then(Json::text).is_some_and(|id| id.trim().is_empty()) {
        message.take("messageId");
    }
    let body = json::digest(&message, &NOT_BODY);
    let source_id = id(&message, &body)?;
    let occurred = occurred(&message, envelope)?;
    let kind = kind(call, &message)?;

    let mut said = PayloadFields::nothing(*source.verifies);
    for (key, kind) in
        [("userId", IdentifierKind::ExternalId), ("anonymousId", IdentifierKind::Cookie)]
    {
        if let Some(value) = message.get(key) {
            said.identify(kind, value, key)?;
        }
    }
    let mut context = object(&mut message, "context", "context")?;
    of_call(&mut said, call, &mut message)?;
    of_context(&mut said, call, &mut context, &envelope.context)?;

    if call != Call::Group && !said.names_somebody() {
        return Err(missing("userId"));
    }

    let (subject, fields) = said.into_parts();
    let content = Content {
        kind: kind.into(),
        origin: ORIGIN.into(),
        source_id: source_id.into(),
        occurred,
        subject,
        fields,
        vouched: Some(source.verifies.vouches()),
    };
    Ok(Incoming { source: source.name.clone(), content, body })
}

fn call_of(message: &Object<'_>) -> Result<Call, ItemError> {
    let Some(name) = message.present("type") else {
        return Err(missing("type"));
    };
    name.text()
        .and_then(Call::named)
        .filter(|call| *call != Call::Batch)
        .ok_or_else(|| unfit("type", "there is no such type of message"))
}

fn missing(name: &str) -> ItemError {
    ItemError::field(Code::AttributeMissing, name, "it is missing or empty")
}

/// The message's id; one without gets its body's hash, so that the same again is a duplicate.
fn id(message: &Object<'_>, body: &[u8; 32]) -> Result<String, ItemError> {
    match message.present("messageId") {
        Some(Json::Text(id)) => mapping::name(id, "messageId", Code::IdMissing),
        Some(_) => Err(unfit("messageId", "an id is a text")),
        None => Ok(body[..16].iter().fold("sha256-".to_owned(), |mut id, byte| {
            write!(id, "{byte:02x}").expect("a text takes more text");
            id
        })),
    }
}

/// When it happened: as the message says; or, where only the client's clock says so, moved by as
/// much as that clock was off when it sent.
fn occurred(message: &Object<'_>, envelope: &Envelope<'_>) -> Result<Option<Moment>, ItemError> {
    if let Some(occurred) = moment(message, "timestamp")? {
        return Ok(Some(occurred));
    }
    let Some(original) = moment(message, "originalTimestamp")? else { return Ok(None) };
    let sent = moment(message, "sentAt").ok().flatten().or(envelope.sent);
    Ok(Some(match sent {
        Some(sent) if sent >= original => envelope.received - (sent - original),
        Some(_) | None => original,
    }))
}

fn kind(call: Call, message: &Object<'_>) -> Result<String, ItemError> {
    Ok(match call {
        Call::Page => "page.viewed",
        Call::Screen => "screen.viewed",
        Call::Identify => "person.identified",
        Call::Group => "account.identified",
        Call::Alias => "person.aliased",
        Call::Track | Call::Batch => return event(message),
    }
    .to_owned())
}

/// The kind of an event: the words of its name, in lower case, with dots between them.
fn event(message: &Object<'_>) -> Result<String, ItemError> {
    let name = message.present("event").map_or(Ok(""), |name| {
        name.text().ok_or_else(|| unfit("event", "an event's name is a text"))
    })?;
    let lower = name.to_lowercase();
    let words =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let kind = mapping::kind(&words.collect::<Vec<_>>().join("."), "event")?;
    if kind.starts_with(RESERVED) {
        return Err(unfit("event", "names that begin with `handoff` are not taken from here"));
    }
    Ok(kind)
}

/// What belongs to the call: who, which company, what of it.
fn of_call(
    said: &mut PayloadFields,
    call: Call,
    message: &mut Object<'_>,
) -> Result<(), ItemError> {
    match call {
        Call::Identify => {
            let traits = object(message, "traits", "traits")?;
            said.person(traits, "traits", Names::Segment)
        }
        Call::Group => {
            let group = message.take("groupId").filter(|group| !group.is_null());
            let group = group.ok_or_else(|| missing("groupId"))?;
            group_id(said, group, "groupId")?;
            let traits = object(message, "traits", "traits")?;
            said.account(traits, "traits")
        }
        Call::Alias => {
            let previous = message.take("previousId").filter(|previous| !previous.is_null());
            let previous = previous.ok_or_else(|| missing("previousId"))?;
            said.identify(IdentifierKind::Cookie, &previous, "previousId")
        }
        Call::Page | Call::Screen => {
            for name in ["name", "category"] {
                if let Some(value) = message.take(name) {
                    said.set(name.to_owned(), value, "", name)?;
                }
            }
            properties(said, message)
        }
        Call::Track | Call::Batch => properties(said, message),
    }
}

/// Properties are the signal's own fields; what is in an object within gets the object's name and
/// a dot before its own.
fn properties(said: &mut PayloadFields, message: &mut Object<'_>) -> Result<(), ItemError> {
    for (name, value) in object(message, "properties", "properties")? {
        if let Json::Object(inner) = value {
            for (key, value) in inner {
                let whole = format!("{name}.{key}");
                said.set(whole.clone(), value, "properties", &whole)?;
            }
        } else {
            said.set(name.clone().into_owned(), value, "properties", &name)?;
        }
    }
    Ok(())
}

/// What the context adds where the message itself is silent.
fn of_context<'a>(
    said: &mut PayloadFields,
    call: Call,
    own: &mut Object<'a>,
    shared: &Object<'a>,
) -> Result<(), ItemError> {
    let mut part = |name: &str| own.take(name).or_else(|| shared.get(name).cloned());
    if let Some(Json::Object(traits)) = part("traits") {
        said.person(traits, "context.traits", Names::Segment)?;
    }
    if let Some(group) = part("groupId") {
        group_id(said, group, "context.groupId")?;
    }
    if let Some(Json::Object(page)) = part("page") {
        let prefix = if call == Call::Page { "" } else { "page." };
        for (name, value) in page.into_iter().filter(|(name, _)| PAGE.contains(&name.as_ref())) {
            said.set(format!("{prefix}{name}"), value, "context.page", &name)?;
        }
    }
    if let Some(Json::Object(campaign)) = part("campaign") {
        for (key, value) in campaign {
            let name = match key.as_ref() {
                "name" => "campaign".to_owned(),
                known if CAMPAIGN.contains(&known) => known.to_owned(),
                other => format!("campaign.{other}"),
            };
            said.set(name, value, "context.campaign", &key)?;
        }
    }
    for name in ["locale", "timezone"] {
        if let Some(value) = part(name) {
            said.set(name.to_owned(), value, "context", name)?;
        }
    }
    Ok(())
}

/// A company's id at the source. Its digits are kept where it is a number.
fn group_id(said: &mut PayloadFields, group: Json<'_>, at: &str) -> Result<(), ItemError> {
    let id = match group {
        Json::Null => return Ok(()),
        Json::Text(text) => text.trim().to_owned(),
        Json::Integer(integer) => integer.to_string(),
        Json::Decimal(_) | Json::Boolean(_) | Json::List(_) | Json::Object(_) => {
            return Err(unfit(at, "an id is a text"));
        }
    };
    let id = mapping::name(&id, at, Code::AttributeMissing)?;
    said.set("account.group_id".to_owned(), Json::Text(Cow::Owned(id)), at, "")
}

/// A part that is an object, taken out; none is an empty one.
fn object<'a>(message: &mut Object<'a>, key: &str, at: &str) -> Result<Object<'a>, ItemError> {
    match message.take(key) {
        None | Some(Json::Null) => Ok(Object::default()),
        Some(Json::Object(object)) => Ok(object),
        Some(_) => Err(unfit(at, "it must be an object")),
    }
}
