//! Handoffs: lists, one, its brief, and why it is as it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::handoff::State as Stage;
use engine::as_of::AsOf;
use engine::explain;
use engine::render::{self, EvidenceShown};
use serde_json::{Value, json};
use store::{Cursor, HandoffFilter};

use super::accounts::json as written;
use super::app::App;
use super::format::Format;
use super::problem::Problem;
use super::query::{Query, digits};
use super::{access, reading};
use crate::auth::action::Action;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::handoffs::{json_of, owner_named};

/// Handoffs of a page where nobody says how many.
const PAGE: usize = 50;

/// Lists handoffs, newest first.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ListHandoffs)?;
    let query = Query::of(request.uri(), &["state", "owner", "cursor", "limit"])?;
    let filter = HandoffFilter {
        state: query.read("state", "a state such as `offered`", Stage::named)?,
        owner: query.read("owner", "a member, `queue:NAME` or `engine`", owner_named)?,
    };
    let cursor = cursor(&query)?;
    let limit = query.limit(PAGE)?;
    let found = reading::read(&app, Reading::LookUp, Access::of(&caller), move |service| {
        service.handoff_rows(&filter, cursor, limit)
    });
    let page = found.await?;
    let handoffs: Vec<Value> = page.rows.iter().map(json_of).collect();
    let next = page.next.map(|cursor| cursor.0.to_string());
    Ok(Json(json!({ "handoffs": handoffs, "next": next })).into_response())
}

/// Where a list goes on.
pub(super) fn cursor(query: &Query<'_>) -> Result<Option<Cursor>, Problem> {
    query.read("cursor", "the `next` of a page", |text| digits(text)?.parse().ok().map(Cursor))
}

/// Tells one handoff, as it is or as it was known at a moment.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadHandoff)?;
    let query = Query::of(request.uri(), &["as_of"])?;
    let as_of = reading::as_of(&query, AsOf::Latest)?;
    let found = reading::read(&app, Reading::Fold, Access::of(&caller), move |service| {
        service.handoff(&typed, as_of, |shown| serde_json::to_vec(shown).expect("a view is JSON"))
    });
    let (version, body) = found.await?;
    let mut response = written(body);
    response.headers_mut().insert(header::ETAG, etag(version));
    Ok(response)
}

/// The version of a handoff as an entity tag.
pub(super) fn etag(version: u64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).expect("digits in quotes")
}

/// Tells the brief, from what was known when its owner got the handoff, or at the moment that is
/// asked about. Personal data is in it where the role's purposes in `brief.yaml` allow that.
pub(super) async fn brief(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadBrief)?;
    let query = Query::of(request.uri(), &["format", "for", "as_of", "evidence"])?;
    let format = query.read("format", "json, md, html or text", Format::named)?;
    let format = format.unwrap_or(Format::Json);
    let evidence = query.read("evidence", "true or false", listed)?;
    let evidence = evidence.unwrap_or(EvidenceShown::Listed);
    let as_of = reading::as_of(&query, AsOf::Assignment)?;
    let access = reading::access_asked(&caller, &query)?;
    let found = reading::read(&app, Reading::Fold, access, move |service| {
        service.brief(&typed, as_of, |shown, _| match format {
            Format::Json => render::json(shown),
            Format::Markdown => render::markdown(shown, evidence),
            Format::Html => render::html(shown),
            Format::Text => render::text(shown, render::COLUMNS, evidence),
        })
    });
    let body = reading::recorded(&app, caller.id, found.await?).await?;
    Ok(([(header::CONTENT_TYPE, format.content_type())], body).into_response())
}

/// Whether what each line rests on is listed.
fn listed(word: &str) -> Option<EvidenceShown> {
    match word {
        "true" => Some(EvidenceShown::Listed),
        "false" => Some(EvidenceShown::Counted),
        _ => None,
    }
}

/// Tells why this owner, and why not each other one, as things stand or as they stood at a moment.
pub(super) async fn why(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadWhy)?;
    let query = Query::of(request.uri(), &["format", "as_of"])?;
    let format = Format::of_why(&query)?;
    let as_of = reading::as_of(&query, AsOf::Latest)?;
    let found = reading::read(&app, Reading::Fold, Access::of(&caller), move |service| {
        service.why(&typed, as_of, |why| match format {
            Format::Text => explain::text(why),
            Format::Json | Format::Markdown | Format::Html => {
                serde_json::to_string(why).expect("an explanation is JSON")
            }
        })
    });
    let body = reading::recorded(&app, caller.id, found.await?).await?;
    Ok(([(header::CONTENT_TYPE, format.content_type())], body).into_response())
}
