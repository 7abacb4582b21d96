//! `POST /v1/signals`: CloudEvents, structured, in batches, as lines and in binary mode.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use connectors::cloudevents;
use connectors::json::JsonError;
use connectors::reading::{BodyError, Item, Source};
use crank::{IntakeOutcome, IntakeResult, TurnReport};
use domain::reason::Code;
use serde_json::json;
use tokio::sync::oneshot;

use super::access;
use super::app::App;
use super::body::{self, content_type, type_unknown};
use super::ingest;
use super::problem::Problem;
use super::query::Query;
use super::status::{self, Asked, Visible};
use crate::auth::action::Action;

/// How long a request waits for its decision where it does not say.
const WAIT: Duration = Duration::from_secs(2);
/// The longest wait, in milliseconds.
const WAIT_MS_MAX: u64 = 10_000;

/// How a body holds events.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Structured,
    Batch,
    Lines,
    Binary,
}

/// Takes signals in.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = access::require(&app, &parts.headers, Action::SendSignals)?;
    let wait = wait(&parts.uri)?;
    let mode = mode(&parts.headers)?;
    let (name, verifies) = access::source(&app, &caller)?;
    let tells = ingest::tells(&caller);
    app.has_turns()?;
    let whole = body::read(&app, &parts, body, body::BODY_BYTES_MAX).await?;
    let (headers, source) = (parts.headers, name.clone());
    let parsed = ingest::parse(&app, whole, move |bytes| {
        read(mode, &headers, bytes, Source { name: &source, verifies: &verifies })
    })
    .await?;
    let source_ids = ingest::source_ids(&parsed.items);
    let Some(wait) = wait else {
        let offered = ingest::accept(&app, name, tells, parsed, None).await?;
        return Ok(ingest::told(&offered, source_ids));
    };
    if parsed.items.len() != 1 {
        return Err(Problem::new(
            400,
            "wait-for-one",
            "only a single signal's decision is waited for",
        ));
    }
    let (decided, decision) = app.waiting_place()?;
    let offered = ingest::accept(&app, name, tells, parsed, Some(decided)).await?;
    let Some((signal, node)) = offered.first().and_then(|one| one.signal.zip(one.node)) else {
        return Ok(ingest::told(&offered, source_ids));
    };
    let about = Asked { signal, node, told: Visible::to(&caller) };
    // Sent again it gets the answer that stands, unless its turn is yet to come.
    // It was kept before, so that there is no room to look says nothing else.
    if is_again(&offered)
        && let Ok(Some(answer)) = status::settled(&app, about).await
    {
        return Ok(answer);
    }
    Ok(decide(&app, about, decision, wait).await)
}

fn is_again(offered: &[IntakeResult]) -> bool {
    offered.iter().any(|one| one.outcome == IntakeOutcome::Duplicate)
}

/// How long the sender waits, as in `?wait=decision&timeout_ms=2000`.
fn wait(uri: &Uri) -> Result<Option<Duration>, Problem> {
    let query = Query::of(uri, &["wait", "timeout_ms"])?;
    let wait = query.read("wait", "`decision`", |text| (text == "decision").then_some(()))?;
    let timeout = query.read("timeout_ms", "a number from 0 to 10000", |text| {
        text.parse().ok().filter(|ms| *ms <= WAIT_MS_MAX).map(Duration::from_millis)
    })?;
    Ok(wait.map(|()| timeout.unwrap_or(WAIT)))
}

/// What the headers say of the body. Attributes in headers say more than its type.
fn mode(headers: &HeaderMap) -> Result<Mode, Problem> {
    let content_type = content_type(headers);
    if headers.contains_key("ce-specversion") {
        return match content_type.as_str() {
            "" | "application/json" | "text/plain" => Ok(Mode::Binary),
            other if other.ends_with("+json") => Ok(Mode::Binary),
            _ => Err(type_unknown(headers, "JSON")),
        };
    }
    match content_type.as_str() {
        "application/cloudevents+json" => Ok(Mode::Structured),
        "application/cloudevents-batch+json" => Ok(Mode::Batch),
        "application/x-ndjson" | "application/ndjson" => Ok(Mode::Lines),
        _ => Err(type_unknown(
            headers,
            "application/cloudevents+json, application/cloudevents-batch+json or \
             application/x-ndjson",
        )),
    }
}

fn read(
    mode: Mode,
    headers: &HeaderMap,
    bytes: &[u8],
    source: Source<'_>,
) -> Result<Vec<Item>, BodyError> {
    match mode {
        Mode::Structured => whole(cloudevents::structured(bytes, source)?),
        Mode::Batch => cloudevents::batch(bytes, source),
        Mode::Lines => cloudevents::lines(bytes, source),
        Mode::Binary => {
            let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
            cloudevents::binary(headers, bytes, source)
        }
    }
}

/// One event whose bytes are no text is a body that cannot be read, and nothing to mend.
fn whole(items: Vec<Item>) -> Result<Vec<Item>, BodyError> {
    match items.first() {
        Some(Err(rejected)) if rejected.code == Code::BytesUndecodable => {
            Err(BodyError::Unreadable(JsonError {
                code: Code::BytesUndecodable,
                says: "the bytes are no UTF-8",
                at: 0,
            }))
        }
        Some(_) | None => Ok(items),
    }
}

async fn decide(
    app: &App,
    about: Asked,
    decision: oneshot::Receiver<TurnReport>,
    wait: Duration,
) -> Response {
    if !app.shared.has_strategy() {
        return about.pending(&[Code::NoStrategy]);
    }
    match tokio::time::timeout(wait, decision).await {
        Ok(Ok(taken)) => about.decided(&json!({
            "decision": taken.action,
            "handoff": taken.handoff,
            "owner": taken.owner,
            "reasons": taken.reasons,
            "entry": taken.entry,
        })),
        Ok(Err(_)) | Err(_) => about.pending(&[]),
    }
}
