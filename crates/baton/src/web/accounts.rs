//! `GET /v1/accounts/{id}`: the live context of an account, or what it was known to be.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use crank::{Disclosure, account_page};
use domain::fact::{By, ReadFor, ReadOf};
use domain::handoff::Actor;
use domain::{AccountId, KeyId};
use engine::view::{self, Page};
use rules::brief::Briefing;

use super::access;
use super::app::App;
use super::known;
use super::problem::Problem;
use super::query::Query;
use super::read_access::ReadAccess;
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
    let (read_access, strategy) = (ReadAccess::of(&caller), app.shared.strategy());
    let found = app.fold(move |reader| {
        let Some(account) = known::account(reader, &typed)? else { return Ok(None) };
        let found = account_page(reader, account, as_of, page)?;
        if !found.is_known() {
            return Ok(None);
        }
        let usual = Briefing::default();
        let reader =
            read_access.reader(strategy.as_ref().map_or(&usual, |strategy| &strategy.brief));
        let shown = view::account(&found, page, &reader);
        let body = serde_json::to_vec(&shown).expect("a view is JSON");
        let whose = (found.account().id, found.account().members.len() as u64);
        Ok(Some((reader.personal.then_some(whose), body)))
    });
    let (whose, body) = found.await?.ok_or_else(known::no_account)?;
    if let Some((account, nodes)) = whose {
        record_view(&app, caller.id, account, nodes).await?;
    }
    Ok(json(body))
}

/// Records that the holder of a key is about to read an account's personal data. What cannot be
/// recorded, as when the room for records on a full disk is used up, is not read.
pub(super) async fn record_view(
    app: &App,
    key: KeyId,
    account: AccountId,
    nodes: u64,
) -> Result<(), Problem> {
    let disclosure = Disclosure {
        reader: By::Key(key),
        purpose: ReadFor::View,
        reason: None,
        of: ReadOf::Account(account),
        nodes,
        actor: Actor::Person,
    };
    app.tell(|reply| Command::Unsealed(Unsealed { disclosure, reply })).await
}

/// JSON that is written already.
pub(super) fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response()
}
