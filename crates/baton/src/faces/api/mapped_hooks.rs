//! Posts of sources with a map: any JSON or form, believed by a secret or a signature.
//!
//! Nothing larger than the room of those without a key is read before the source is known. A post that
//! is not believed is answered in the same words whatever the source checks.

use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use axum::response::Response;
use connectors::http_source::verify::{field, header};
use connectors::http_source::{self, Check, HttpMap, Shape, SignatureVerifier, VerifyError, form};
use connectors::reading::{Source, VerifiedKinds};
use domain::signal::SourceName;

use super::access;
use super::app::App;
use super::body::{self, Arriving, BODY_BYTES_MAX, Whole, content_type, type_unknown};
use super::ingest;
use super::problem::Problem;
use crate::config::resolved::SourceKind;
use crate::runtime::clock;
use crate::runtime::command::Tells;

/// A source with a map.
pub(super) struct MappedSource {
    name: SourceName,
    verifies: VerifiedKinds,
    map: Arc<HttpMap>,
    check: Arc<Check>,
}

/// The source with a map of this name.
pub(super) fn source(app: &App, name: &str) -> Option<MappedSource> {
    let name = SourceName::new(name).ok()?;
    let settings = app.config.sources.get(&name).filter(|one| one.kind == SourceKind::Http)?;
    let (map, check) = (settings.map.clone()?, settings.check.clone()?);
    Some(MappedSource { name, verifies: settings.verifies, map, check })
}

/// Takes a post in.
pub(super) async fn take(
    app: &Arc<App>,
    source: MappedSource,
    parts: Parts,
    body: Body,
) -> Result<Response, Problem> {
    let MappedSource { name, verifies, map, check } = source;
    let shape = shape(&parts)?;
    let whole = believed(app, &check, shape, &parts, body).await?;
    let secret = match &*check {
        Check::Field { field, .. } => Some(field.clone()),
        Check::Header { .. } | Check::Signature(_) => None,
    };
    let own = name.clone();
    let parsed = ingest::parse(app, whole, move |bytes| {
        let source = Source { name: &own, verifies: &verifies };
        http_source::read(&map, shape, secret.as_deref(), bytes, source)
    })
    .await?;
    let source_ids = ingest::source_ids(&parsed.items);
    let offered = ingest::accept(app, name, Tells::Nothing, parsed, None).await?;
    Ok(ingest::told(&offered, source_ids))
}

fn shape(parts: &Parts) -> Result<Shape, Problem> {
    match content_type(&parts.headers).as_str() {
        form::CONTENT_TYPE => Ok(Shape::Form),
        "" | "application/json" | "text/json" | "text/plain" => Ok(Shape::Json),
        other if other.ends_with("+json") => Ok(Shape::Json),
        _ => Err(type_unknown(
            &parts.headers,
            "application/json or application/x-www-form-urlencoded",
        )),
    }
}

/// The whole body, once its sender is known.
async fn believed(
    app: &Arc<App>,
    check: &Check,
    shape: Shape,
    parts: &Parts,
    body: Body,
) -> Result<Whole, Problem> {
    let headers: Vec<(&str, &[u8])> =
        parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let refuse = |error| refused(app, error);
    match check {
        Check::Header { header: name, prefix, secrets } => {
            let value = header(headers, name);
            Check::knows(secrets, prefix, value).map_err(refuse)?;
            app.has_turns()?;
            body::read(app, parts, body, BODY_BYTES_MAX).await
        }
        Check::Field { field: name, secrets } => {
            app.has_turns()?;
            let mut arriving = Arriving::keyless(app, parts, body)?;
            let found = arriving.until_key(app, |begun| field(shape, begun, name)).await?;
            if !secrets.has(&found) {
                return Err(refuse(VerifyError::Wrong));
            }
            arriving.known(app).await
        }
        Check::Signature(signed) => {
            let verifier = signed.begin(&headers, clock::now()).map_err(refuse)?;
            app.has_turns()?;
            let mut arriving = Arriving::keyless(app, parts, body)?;
            let verifier = arriving.shown(app, verifier, SignatureVerifier::update).await?;
            verifier.finish().map_err(refuse)?;
            arriving.known(app).await
        }
    }
}

fn refused(app: &App, error: VerifyError) -> Problem {
    access::unbelieved(app, error.code(), &error)
}
