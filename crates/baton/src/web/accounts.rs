//! `GET /v1/accounts/{id}`: the live context of an account, or what it was known to be.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use crank::account_known;
use domain::KeyId;
use engine::view::{self, Page};
use rules::brief::Briefing;

use super::access;
use super::app::App;
use super::known;
use super::problem::Problem;
use super::query::Query;
use super::sight::Sight;
use crate::runtime::command::{Command, Unsealed};
use crate::runtime::keys::Scope;

/// Tells what is known of an account.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Scope::Read)?;
    let query = Query::of(request.uri(), &["as_of", "limit", "cursor"])?;
    let as_of = query.moment("as_of")?;
    let after = query.read("cursor", "the `next` of a page", |text| text.parse().ok())?;
    let page = Page { limit: Some(query.limit(50)?), after };
    let (sight, strategy) = (Sight::of(&caller), app.board.strategy());
    let found = app.readers.ask(move |reader| {
        let Some(account) = known::account(reader, &typed)? else { return Ok(None) };
        let found = account_known(reader, account, as_of)?;
        if !found.is_known() {
            return Ok(None);
        }
        let usual = Briefing::default();
        let reader = sight.reader(strategy.as_ref().map_or(&usual, |strategy| &strategy.brief));
        let shown = view::account(&found, page, &reader);
        let body = serde_json::to_vec(&shown).expect("a view is JSON");
        Ok(Some((reader.personal.then_some(found.account().members.len() as u64), body)))
    });
    let (nodes, body) = found.await?.ok_or_else(known::no_account)?;
    if let Some(nodes) = nodes {
        unsealed(&app, caller.id, nodes).await;
    }
    Ok(json(body))
}

/// Records that somebody read personal data. Reading goes on where that cannot be written.
pub(super) async fn unsealed(app: &App, reader: KeyId, nodes: u64) {
    let recorded = app.tell(|reply| Command::Unsealed(Unsealed { reader, nodes, reply })).await;
    if let Err(problem) = recorded {
        tracing::warn!("Could not record a reading: {}.", problem.code());
    }
}

/// JSON that is written already.
pub(super) fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response()
}
