//! Health, readiness, metrics and the description of the API.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::access;
use super::app::App;
use super::connections::ConnectionInfo;
use super::problem::Problem;
use crate::auth::action::Action;
use crate::service::setback::Setback;

/// The description of the API, as it is sent.
#[derive(Clone)]
pub(super) struct Description(Bytes);

impl Description {
    /// The document written out once.
    pub(super) fn of(document: &Value) -> Self {
        Self(Bytes::from(document.to_string()))
    }
}

/// It is there.
pub(super) async fn healthz() -> Response {
    Json(json!({ "status": "there" })).into_response()
}

/// It has recovered and takes commands.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    if app.shared.is_ready() {
        Ok(Json(json!({ "status": "ready" })).into_response())
    } else {
        Err(Setback::Recovering.into())
    }
}

/// What it speaks.
pub(super) async fn openapi(Extension(Description(document)): Extension<Description>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}

/// How it fares, for this machine and for keys that may read.
pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    if !ConnectionInfo::arrival(request.extensions()).is_near {
        access::require(&app, request.headers(), Action::ReadMetrics)?;
    }
    let (metrics, body_budgets) = (&app.shared.metrics, &app.body_budgets);
    for (budget, held, most) in [
        (&body_budgets.keyed, &metrics.body_bytes, &metrics.body_bytes_peak),
        (&body_budgets.keyless, &metrics.stranger_bytes, &metrics.stranger_bytes_peak),
    ] {
        let (used, peak) = budget.used();
        held.set(used as u64);
        most.set(peak as u64);
    }
    let text = metrics.render();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}
