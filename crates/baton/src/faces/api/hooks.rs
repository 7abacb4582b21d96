//! `POST /v1/hooks/{source}`: Standard Webhooks, which bring their signatures instead of a key, and the
//! posts of sources with a map ([`mapped_hooks`]).

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use connectors::reading::Source;
use connectors::standard_webhooks::{self, Headers, SignatureError, Verifier};
use domain::signal::SourceName;

use super::access;
use super::app::App;
use super::body::{Arriving, content_type, type_unknown};
use super::ingest;
use super::mapped_hooks;
use super::problem::Problem;
use super::query::Query;
use crate::config::resolved::{SourceKind, SourceSettings};
use crate::runtime::clock;
use crate::runtime::command::Tells;

/// Takes a webhook in. A source that is not there is answered as one whose signature does not fit,
/// with the same work and the same words, so that nobody learns which sources there are.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    Query::of(&parts.uri, &[])?;
    if let Some(source) = mapped_hooks::source(&app, &name) {
        return mapped_hooks::take(&app, source, parts, body).await;
    }
    match content_type(&parts.headers).as_str() {
        "" | "application/json" => {}
        other if other.ends_with("+json") => {}
        _ => return Err(type_unknown(&parts.headers, "application/json")),
    }
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let signed = Headers::find(headers).map_err(|error| refused(&app, error))?;
    let id = signed.id.to_owned();
    let known = known(&app, &name);
    let secrets = known.as_ref().map_or(&[][..], |(_, settings)| &settings.secrets);
    let verifier = Verifier::new(secrets, secrets_max(&app), &signed, clock::now());
    let verifier = verifier.map_err(|error| refused(&app, error))?;

    app.has_turns()?;
    let mut arriving = Arriving::keyless(&app, &parts, body)?;
    let verifier = arriving.shown(&app, verifier, Verifier::update).await?;
    let verified = verifier.finish().and(known.ok_or(SignatureError::NoneFits));
    let (name, settings) = verified.map_err(|error| refused(&app, error))?;
    let whole = arriving.known(&app).await?;

    let (source, verifies) = (name.clone(), settings.verifies);
    let parsed = ingest::parse(&app, whole, move |bytes| {
        standard_webhooks::read(&id, bytes, Source { name: &source, verifies: &verifies })
    })
    .await?;
    let source_ids = ingest::source_ids(&parsed.items);
    let offered = ingest::accept(&app, name, Tells::Nothing, parsed, None).await?;
    Ok(ingest::told(&offered, source_ids))
}

fn known<'a>(app: &'a App, name: &str) -> Option<(SourceName, &'a SourceSettings)> {
    let name = SourceName::new(name).ok()?;
    let settings = app.config.sources.get(&name)?;
    (settings.kind == SourceKind::Webhook).then_some((name, settings))
}

/// The most secrets that any source has: every message costs the work of so many.
fn secrets_max(app: &App) -> usize {
    app.config.sources.values().map(|source| source.secrets.len()).max().unwrap_or(0).max(1)
}

fn refused(app: &App, error: SignatureError) -> Problem {
    access::unbelieved(app, error.code(), &error)
}
