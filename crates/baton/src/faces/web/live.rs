//! `GET /live`: the counts of the rail as they are now. A page asks for them while somebody looks at it; they
//! hold nothing of a person, and nothing is read for them that would have to be recorded.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::shell::waiting;
use crate::faces::api::app::App;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;

/// Tells them.
pub(super) async fn get(State(app): State<Arc<App>>, reader: SignedIn) -> Response {
    let waits = waiting(&app, &reader).await;
    let told = json!({
        "at": clock::now(),
        "inbox": waits.map(|waits| waits.count),
        "late": waits.is_some_and(|waits| waits.late > 0),
        "changed": waits.and_then(|waits| waits.changed),
    });
    Json(told).into_response()
}
