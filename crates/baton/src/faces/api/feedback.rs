//! What readers say of claims of briefs, counted.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use counts::ClaimCount;
use domain::fact::Feedback;
use serde_json::{Value, json};

use super::access;
use super::app::App;
use super::counts::followed;
use super::problem::Problem;
use super::query::Query;
use crate::auth::action::Action;

/// By what claims say and whose words they tell, what is complained of most first.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    access::require(&app, request.headers(), Action::ReadFeedback)?;
    Query::of(request.uri(), &[])?;
    let lag = followed(&app).await?;
    let counted = app.figures.read().claims();
    let claims: Vec<Value> = counted.iter().map(json_of).collect();
    Ok(Json(json!({ "claims": claims, "behind": { "entries": lag.entries } })).into_response())
}

fn json_of(count: &ClaimCount) -> Value {
    json!({
        "claim": count.code,
        "source": count.source,
        "right": count.of(Feedback::Right),
        "wrong": count.of(Feedback::Wrong),
        "stale": count.of(Feedback::Stale),
        "missing": count.of(Feedback::Missing),
        "handoffs": count.handoffs,
    })
}
