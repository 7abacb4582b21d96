//! `GET /v1/accounts/{id}`: the live context of an account, or what it was known to be.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use engine::explain;
use engine::view::Page;

use super::app::App;
use super::format::Format;
use super::problem::Problem;
use super::query::Query;
use super::{access, reading};
use crate::auth::action::Action;
use crate::runtime::readers::Reading;
use crate::service::read::Access;

/// Tells what is known of an account.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadAccount)?;
    let query = Query::of(request.uri(), &["as_of", "limit", "cursor"])?;
    let as_of = query.moment("as_of")?;
    let after = query.read("cursor", "the `next` of a page", |text| text.parse().ok())?;
    let page = Page { limit: Some(query.limit(50)?), after };
    let strategy = app.shared.strategy();
    let found = reading::read(&app, Reading::Fold, Access::of(&caller), move |service| {
        service.account(&typed, as_of, page, strategy.as_deref(), |shown| {
            serde_json::to_vec(shown).expect("a view is JSON")
        })
    });
    Ok(json(reading::recorded(&app, caller.id, found.await?).await?))
}

/// Tells why nobody there has a handoff: what was decided last on each person, and what was missing.
pub(super) async fn why(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadAccountWhy)?;
    let query = Query::of(request.uri(), &["format", "as_of"])?;
    let (format, as_of) = (Format::of_why(&query)?, query.moment("as_of")?);
    let found = reading::read(&app, Reading::Fold, Access::of(&caller), move |service| {
        service.why_no_handoff(&typed, as_of, |known| match format {
            Format::Text => explain::no_handoff_text(known),
            Format::Json | Format::Markdown | Format::Html => {
                serde_json::to_string(known).expect("an explanation is JSON")
            }
        })
    });
    Ok(([(header::CONTENT_TYPE, format.content_type())], found.await?).into_response())
}

/// JSON that is written already.
pub(super) fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response()
}
