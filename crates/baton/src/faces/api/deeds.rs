//! What people do to a handoff: accept, reject, reassign, say what came of it, debrief, undo.
//!
//! `Idempotency-Key` is looked at first, then `If-Match`, then the handoff's state.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use connectors::json as strict;
use crank::handoff_changes;
use domain::{HandoffId, Moment};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Read, StoreError};

use super::access;
use super::app::{App, IdempotencyLock};
use super::body::{self, Whole, content_type, type_unknown};
use super::handoffs::etag;
use super::problem::Problem;
use super::query::Query;
use super::reading;
use crate::auth::action::Action;
use crate::auth::keys::Caller;
use crate::runtime::command::{Act, Command};
use crate::runtime::readers::Reading;
use crate::service::act::{ActRequest, Actor, NewOwner, Once, Verb, Wanted};
use crate::service::read::Access;
use crate::service::setback::Setback;

/// The largest body of a deed, in bytes.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// The longest idempotency key, in bytes.
const KEY_BYTES_MAX: usize = 256;
/// Changes that are told to somebody who saw an older version, the latest.
const CHANGES_MAX: usize = 50;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Does it.
pub(super) async fn post(
    verb: Verb,
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = access::require(&app, &parts.headers, verb.action())?;
    let actor = Actor::of(&caller)?;
    Query::of(&parts.uri, &[])?;
    let seen = seen(&parts.headers)?;
    let key = idempotency_key(&parts.headers)?;
    let whole = json_body(&app, &parts, body).await?;
    let bytes = whole.bytes.as_slice();
    let (once, _alone) = once(&app, &caller, &parts, key, bytes)?.unzip();
    let found = reading::read(&app, Reading::LookUp, Access::of(&caller), move |service| {
        service.handoff_id(&typed)
    });
    let handoff = found.await?;
    let Asked { wanted, acts_as, note } = asked(verb, bytes)?;
    let wanted = with_claim(&app, &caller, handoff, wanted).await?;
    let deed = wanted.read(note)?;
    let oldest = seen.as_ref().and_then(|seen| seen.iter().max().copied());
    let request = ActRequest { handoff, deed, actor, acts_as, seen, once };
    match app.ask(|reply| Command::Act(Act { request, reply })).await {
        Ok(acted) => {
            let mut response = super::accounts::json(acted.body);
            response.headers_mut().insert(header::ETAG, etag(acted.version));
            Ok(response)
        }
        Err(Setback::Stale { version }) => {
            let changed = app.fold(move |reader| changes(reader, handoff, oldest)).await;
            let problem = Problem::from(Setback::Stale { version });
            // What changed is told where there is room to look; that it did is told always.
            let mut response = match changed {
                Ok(changed) => problem.with("changed", changed),
                Err(_) => problem,
            }
            .into_response();
            response.headers_mut().insert(header::ETAG, etag(version));
            Ok(response)
        }
        Err(setback) => Err(setback.into()),
    }
}

/// What is wanted, with the claim looked up that it names.
pub(in crate::faces) async fn with_claim(
    app: &Arc<App>,
    caller: &Caller,
    handoff: HandoffId,
    mut wanted: Wanted,
) -> Result<Wanted, Problem> {
    if let Wanted::Feedback { claim, found, .. } = &mut wanted {
        let named = *claim;
        let looked_up = reading::read(app, Reading::Fold, Access::of(caller), move |service| {
            service.claim(handoff, named)
        });
        *found = Some(looked_up.await?);
    }
    Ok(wanted)
}

/// What somebody who may do this sends as JSON to an address without a query.
pub(super) async fn sent(
    app: &Arc<App>,
    request: Request,
    action: Action,
) -> Result<(Caller, Whole), Problem> {
    let (parts, body) = request.into_parts();
    let caller = access::require(app, &parts.headers, action)?;
    Query::of(&parts.uri, &[])?;
    Ok((caller, json_body(app, &parts, body).await?))
}

/// A JSON body, which may be missing.
pub(super) async fn json_body(app: &Arc<App>, parts: &Parts, body: Body) -> Result<Whole, Problem> {
    let whole = body::read(app, parts, body, BODY_BYTES_MAX).await?;
    if whole.bytes.is_empty() || content_type(&parts.headers) == "application/json" {
        return Ok(whole);
    }
    Err(type_unknown(&parts.headers, "application/json"))
}

/// That a request has one effect, where it has a key for that, and the lock that is held while it is
/// under way.
pub(super) fn once(
    app: &Arc<App>,
    caller: &Caller,
    parts: &Parts,
    key: Option<String>,
    body: &[u8],
) -> Result<Option<(Once, IdempotencyLock)>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let key = format!("{}/{key}", caller.id);
    let once = Once { key, request: fingerprint(parts.uri.path(), body) };
    let lock = app.take_key(once.key.clone()).ok_or_else(|| {
        Problem::new(
            409,
            "idempotency-key-in-use",
            "a request with the same `Idempotency-Key` is under way; ask again in a moment",
        )
        .header(header::RETRY_AFTER, "1")
    })?;
    Ok(Some((once, lock)))
}

/// Equal for the same request that comes again.
fn fingerprint(path: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((path.len() as u64).to_be_bytes());
    hash.update(path.as_bytes());
    hash.update(body);
    hash.finalize().into()
}

/// `Idempotency-Key: "…"`, a text in quotes.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(&IDEMPOTENCY_KEY).iter();
    let (Some(value), second) = (values.next(), values.next()) else { return Ok(None) };
    let inner = value
        .to_str()
        .ok()
        .and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'))
        .filter(|key| (1..=KEY_BYTES_MAX).contains(&key.len()) && !key.contains(['"', '\\']));
    match inner {
        Some(key) if second.is_none() => Ok(Some(key.to_owned())),
        Some(_) | None => Err(Problem::new(
            400,
            "idempotency-key-unfit",
            "`Idempotency-Key` stands once, in quotes, with 1 to 256 characters",
        )),
    }
}

/// `If-Match: "3"`: the versions that whoever asks has seen. `*` and nothing are any.
fn seen(headers: &HeaderMap) -> Result<Option<Vec<u64>>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let unfit = || {
        Problem::new(400, "if-match-unfit", "`If-Match` is the `ETag` of the handoff, in quotes")
    };
    let text = value.to_str().map_err(|_| unfit())?.trim();
    if text == "*" {
        return Ok(None);
    }
    let mut versions = Vec::new();
    for tag in text.split(',').map(str::trim) {
        // A weak tag is never the same version.
        let (strong, tag) = match tag.strip_prefix("W/") {
            Some(tag) => (false, tag),
            None => (true, tag),
        };
        let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        let inner = inner.ok_or_else(unfit)?;
        if strong && let Ok(version) = inner.parse() {
            versions.push(version);
        }
    }
    Ok(Some(versions))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct AcceptBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    member: Option<String>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RejectBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    reason: String,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReassignBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    #[serde(alias = "to")]
    owner: OwnerBody,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OwnerBody {
    Member(String),
    Owner(KindAndId),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindAndId {
    kind: String,
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    outcome: String,
    occurred: Option<Moment>,
    returns: Option<Moment>,
    note: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct DebriefBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    right: Option<bool>,
    #[serde(default)]
    complaints: u16,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedbackBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    claim: Option<u16>,
    brief: Option<u32>,
    feedback: String,
    note: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct SnoozeBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    until: Option<Moment>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct UndoBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
}

/// What a body asks for.
struct Asked {
    wanted: Wanted,
    acts_as: Option<String>,
    note: Option<String>,
}

/// Reads what the body of a verb asks for.
fn asked(verb: Verb, bytes: &[u8]) -> Result<Asked, Problem> {
    Ok(match verb {
        Verb::Accept => {
            let AcceptBody { acts_as, member, note } = optional(bytes)?;
            Asked { wanted: Wanted::Accept { member }, acts_as, note }
        }
        Verb::Reject => {
            let RejectBody { acts_as, reason, note } = read(bytes)?;
            Asked { wanted: Wanted::Reject { reason }, acts_as, note }
        }
        Verb::Reassign => {
            let ReassignBody { acts_as, owner, note } = read(bytes)?;
            Asked { wanted: Wanted::Reassign { to: owner.read()? }, acts_as, note }
        }
        Verb::Outcome => {
            let OutcomeBody { acts_as, outcome, occurred, returns, note } = read(bytes)?;
            Asked { wanted: Wanted::Outcome { outcome, occurred, returns }, acts_as, note }
        }
        Verb::Debrief => {
            let DebriefBody { acts_as, right, complaints, note } = optional(bytes)?;
            Asked { wanted: Wanted::Debrief { right, complaints }, acts_as, note }
        }
        Verb::Feedback => {
            let FeedbackBody { acts_as, claim, brief, feedback, note } = read(bytes)?;
            Asked {
                wanted: Wanted::Feedback { claim, brief, feedback, found: None },
                acts_as,
                note,
            }
        }
        Verb::Snooze => {
            let SnoozeBody { acts_as, until } = optional(bytes)?;
            Asked { wanted: Wanted::Snooze { until }, acts_as, note: None }
        }
        Verb::Undo => {
            let UndoBody { acts_as } = optional(bytes)?;
            Asked { wanted: Wanted::Undo, acts_as, note: None }
        }
    })
}

impl OwnerBody {
    pub(super) fn read(self) -> Result<NewOwner, Problem> {
        match self {
            Self::Member(id) => Ok(NewOwner::Person(id)),
            Self::Owner(KindAndId { kind, id }) => match kind.as_str() {
                "person" => Ok(NewOwner::Person(id)),
                "queue" => Ok(NewOwner::Queue(id)),
                _ => Err(Problem::new(
                    422,
                    "owner-unfit",
                    "`owner` is {\"kind\": \"person\" or \"queue\", \"id\"}",
                )),
            },
        }
    }
}

/// The same, where nothing at all is said by no body.
pub(super) fn optional<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.trim_ascii().is_empty() { Ok(T::default()) } else { read(bytes) }
}

/// Reads a small JSON body: an object whose members are all known and stand once. What signals may
/// not have, deeds may not have either: a NUL, a number that nobody can hold, a second document.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let parsed = strict::parse(bytes, BODY_BYTES_MAX).map_err(|error| {
        let detail = format!("the body could not be read: {}, at byte {}", error.says, error.at);
        Problem::new(400, "body-unreadable", detail)
    })?;
    if parsed.object().is_none() {
        return Err(Problem::new(422, "body-unfit", "the body is an object"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            let at = format!("line {}, column {}", error.line(), error.column());
            let detail = format!("a member is missing, unknown or of another type, at {at}");
            Problem::new(422, "body-unfit", detail)
        } else {
            Problem::new(400, "body-unreadable", "the body is no JSON")
        }
    })
}

/// What happened to a handoff since somebody saw it.
fn changes(
    reader: &impl Read,
    handoff: HandoffId,
    seen: Option<u64>,
) -> Result<Vec<Value>, StoreError> {
    let changes = handoff_changes(reader, handoff, seen.unwrap_or(0), CHANGES_MAX)?;
    let told = changes.into_iter().map(|change| {
        json!({
            "version": change.version,
            "what": change.what,
            "state": change.state,
            "owner": change.owner,
            "moment": change.moment,
            "actor": change.actor,
        })
    });
    Ok(told.collect())
}
