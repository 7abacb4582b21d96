//! `GET /live`: the counts of the rail as they are now; `GET /live/events`: which handoffs change. Both hold
//! nothing of a person, and nothing is read for them that would have to be recorded: what a page shows of a
//! change it fetches as any page, with the same permission.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::shell::waiting;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::events::{self, Told};
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;

/// Tells them.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::WatchEvents)?;
    let waits = waiting(&app, &reader).await;
    let told = json!({
        "at": clock::now(),
        "inbox": waits.map(|waits| waits.count),
        "late": waits.is_some_and(|waits| waits.late > 0),
        "changed": waits.and_then(|waits| waits.changed),
    });
    Ok(Json(told).into_response())
}

/// Tells which handoffs change, for as long as the session lasts.
pub(super) async fn events(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::WatchEvents)?;
    let (parts, _) = request.into_parts();
    Query::of_page(&parts.uri, &[])?;
    let last = events::last_seen(&parts.headers);
    let user = reader.user;
    // A session of the same user under another role is another one: who they are was asked at its begin.
    let still = move |app: &App| {
        SignedIn::of(app, &parts).is_some_and(|now| now.user == user && now.role == reader.role)
    };
    let caller = reader.caller();
    events::stream(&app, (caller.id, Told::by(&caller)), last, still)
}
