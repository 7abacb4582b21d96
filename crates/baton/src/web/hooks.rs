//! `POST /v1/hooks/{source}`: Standard Webhooks, which bring their signatures instead of a key.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use connectors::reading::Source;
use connectors::standard_webhooks::{self, Headers, SignatureError};
use domain::signal::SourceName;

use super::app::App;
use super::body::{self, content_type, type_unknown};
use super::ingest;
use super::problem::Problem;
use super::query::Query;
use crate::runtime::clock;
use crate::runtime::command::Tells;
use crate::runtime::settings::{SourceKind, SourceSettings};

/// Takes a webhook in.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    Query::of(&parts.uri, &[])?;
    let (name, settings) = known(&app, &name)?;
    match content_type(&parts.headers).as_str() {
        "" | "application/json" => {}
        other if other.ends_with("+json") => {}
        _ => return Err(type_unknown("application/json")),
    }
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let signed = Headers::find(headers).map_err(|error| refused(&app, error))?;
    let id = signed.id.to_owned();
    let mut whole = body::read(&app, &parts.headers, body).await?;
    standard_webhooks::verify(&settings.secrets, &signed, &whole.bytes, clock::now())
        .map_err(|error| refused(&app, error))?;

    let size = whole.bytes.len();
    let (bytes, source, verifies) =
        (std::mem::take(&mut whole.bytes), name.clone(), settings.verifies);
    let items = ingest::parse(&app, bytes, move |bytes| {
        standard_webhooks::read(&id, bytes, Source { name: &source, verifies: &verifies })
    })
    .await?;
    let source_ids = ingest::source_ids(&items);
    let offered = ingest::accept(&app, name, Tells::Nothing, items, size, None).await?;
    Ok(ingest::told(&offered, source_ids))
}

fn known<'a>(app: &'a App, name: &str) -> Result<(SourceName, &'a SourceSettings), Problem> {
    let missing = || Problem::new(404, "source-missing", "there is no such source of webhooks");
    let name = SourceName::new(name).map_err(|_| missing())?;
    let settings = app.config.sources.get(&name).ok_or_else(missing)?;
    if settings.kind == SourceKind::Webhook { Ok((name, settings)) } else { Err(missing()) }
}

fn refused(app: &App, error: SignatureError) -> Problem {
    app.board.metrics.signatures_refused.one();
    app.count("signatures-refused");
    Problem::new(401, error.code(), error.to_string())
}
