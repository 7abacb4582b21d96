//! Destinations over HTTP: how each does, and whether a test message arrives.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use domain::errand::Answer;
use serde::Deserialize;
use serde_json::json;

use super::app::App;
use super::deeds::{optional, sent};
use super::problem::Problem;
use super::query::Query;
use super::{access, reading};
use crate::auth::action::Action;
use crate::runtime::readers::Reading as Lane;
use crate::runtime::{clock, try_destination};
use crate::service::act::test_message::{TestMessage, TestResult};
use crate::service::read::Access;
use crate::service::setback::Setback;

/// All destinations by name.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadDestinations)?;
    Query::of(request.uri(), &[])?;
    let config = Arc::clone(&app.config);
    let listed = reading::read(&app, Lane::Fold, Access::of(&caller), move |service| {
        service.destinations(&config.destination_facts)
    });
    Ok(Json(json!({ "destinations": listed.await? })).into_response())
}

/// A test says no more than its path.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// Sends a test message at once, once, and says what came of it. It belongs to no handoff.
pub(super) async fn test(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (_, whole) = sent(&app, request, Action::TestDestination).await?;
    let Empty {} = optional(whole.bytes.as_slice())?;
    let answer = try_it(&app, &name).await?;
    Ok(Json(TestResult::new(&name, &answer)).into_response())
}

/// Sends a destination a test message, and says what it answered.
pub(in crate::faces) async fn try_it(app: &Arc<App>, name: &str) -> Result<Answer, Problem> {
    if !app.config.destinations.contains_key(name) {
        let says = "the configuration has no such destination";
        return Err(Problem::new(404, "destination-unknown", says));
    }
    // One at a time: whoever presses a button twice wants one message.
    let Some(_alone) = app.take_key(format!("test/{name}")) else {
        return Err(Setback::BUSY.into());
    };
    let mailbox = app.config.destination_facts.get(name).and_then(|known| known.mailbox.as_deref());
    let message = TestMessage::new(mailbox, clock::now());
    let config = app.config.with_one(name);
    let asked = name.to_owned();
    let sent = tokio::task::spawn_blocking(move || {
        try_destination(config, &asked, message.delivery, message.body)
    });
    Ok(sent.await.map_err(|_| Setback::Unknown)?.map_err(|_| Setback::Unknown)?)
}
