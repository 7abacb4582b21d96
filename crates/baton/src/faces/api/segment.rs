//! Segment's tracking API, for its servers' clients and for browsers.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use connectors::reading::Source;
use connectors::segment::{self, Call};
use domain::signal::SourceName;

use super::access;
use super::app::App;
use super::body::{self, Arriving, BODY_BYTES_MAX, Whole, content_type, type_unknown};
use super::ingest;
use super::problem::Problem;
use super::query::Query;
use crate::auth::action::Action;
use crate::auth::keys::Caller;
use crate::config::resolved::SourceKind;
use crate::runtime::clock;
use crate::runtime::command::Tells;

/// How long a browser remembers what it asked before it sends, in seconds.
const PREFLIGHT_SECONDS: &str = "600";

/// Takes messages in. What can be read is answered with 200, since clients drop a whole batch for
/// anything else.
pub(super) async fn post(
    call: Call,
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut source = None;
    let answered = take(call, &app, request, &mut source).await;
    let mut response = answered.into_response();
    let allowed = origin.filter(|origin| allows(&app, source.as_ref(), origin));
    if let Some(origin) = allowed {
        allow(response.headers_mut(), origin);
    }
    Ok(response)
}

async fn take(
    call: Call,
    app: &Arc<App>,
    request: Request,
    sender: &mut Option<SourceName>,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    Query::of(&parts.uri, &[])?;
    match content_type(&parts.headers).as_str() {
        // RudderStack's client for Node calls its gzipped JSON a form.
        "" | "application/json" | "text/plain" | "application/x-www-form-urlencoded" => {}
        _ => return Err(type_unknown(&parts.headers, "application/json or text/plain")),
    }
    let (caller, whole) = who_and_what(app, &parts, body).await?;
    let (name, verifies) = access::source(app, &caller)?;
    *sender = Some(name.clone());
    let (source, received) = (name.clone(), clock::now());
    let parsed = ingest::parse(app, whole, move |bytes| {
        segment::read(call, bytes, Source { name: &source, verifies: &verifies }, received)
    })
    .await?;
    let offered = ingest::accept(app, name, Tells::Nothing, parsed, None).await?;
    let mut body = ingest::tally(&offered);
    body["success"] = true.into();
    Ok((StatusCode::OK, Json(body)).into_response())
}

/// The sender and the body: the sender first, by a header or by the beginning of the body.
async fn who_and_what(
    app: &Arc<App>,
    parts: &Parts,
    body: Body,
) -> Result<(Caller, Whole), Problem> {
    if let Some(key) = access::key(&parts.headers)? {
        let caller = access::with_key(app, &key, Action::SendSignals)?;
        app.has_turns()?;
        let whole = body::read(app, parts, body, BODY_BYTES_MAX).await?;
        return Ok((caller, whole));
    }
    if !takes_keys_in_bodies(app) {
        return Err(access::refused(app));
    }
    app.has_turns()?;
    let mut arriving = Arriving::keyless(app, parts, body)?;
    let key = arriving.until_key(app, segment::write_key).await?;
    let caller = access::with_key(app, &key, Action::SendSignals)?;
    Ok((caller, arriving.known(app).await?))
}

/// Whether anybody sends from browsers, which have their key in the body.
fn takes_keys_in_bodies(app: &App) -> bool {
    let mut sources = app.config.sources.values();
    app.config.demo.is_some() || sources.any(|source| source.kind == SourceKind::Segment)
}

/// A browser asks whether a page of some origin may send.
pub(super) async fn preflight(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    // The key comes later, so any source that allows the origin speaks for it.
    let origin = headers.get(header::ORIGIN).filter(|origin| allows(&app, None, origin));
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        allow(headers, origin.clone());
        let set = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
            (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
        ];
        for (name, value) in set {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
}

/// Whether the source, or any that browsers send to, names the origin.
fn allows(app: &App, source: Option<&SourceName>, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    app.config
        .sources
        .iter()
        .filter(|(name, _)| source.is_none_or(|wanted| wanted == *name))
        .filter(|(_, settings)| settings.kind == SourceKind::Segment)
        .any(|(_, settings)| settings.origins.iter().any(|known| known == origin))
}
