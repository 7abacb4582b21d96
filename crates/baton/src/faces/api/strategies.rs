//! Strategies over HTTP: which was in force when, and what differs between two versions.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use serde_json::json;

use super::app::App;
use super::problem::Problem;
use super::query::Query;
use super::{access, reading};
use crate::auth::action::Action;
use crate::runtime::readers::Reading as Lane;
use crate::service::read::Access;
use crate::service::read::strategy_diff::differences;

/// All times during which a version was in force, newest first.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadStrategies)?;
    Query::of(request.uri(), &[])?;
    let listed = reading::read(&app, Lane::Fold, Access::of(&caller), |service| {
        let rows = service.strategies()?;
        Ok(json!({ "strategies": rows }))
    });
    Ok(Json(listed.await?).into_response())
}

/// What differs between two versions: by file, row and key.
pub(super) async fn diff(
    State(app): State<Arc<App>>,
    Path((one, other)): Path<(String, String)>,
    request: Asked,
) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::CompareStrategies)?;
    Query::of(request.uri(), &[])?;
    let found = reading::read(&app, Lane::Fold, Access::of(&caller), move |service| {
        Ok(differences(&service.strategy_files(&one)?, &service.strategy_files(&other)?))
    });
    Ok(Json(json!({ "differences": found.await? })).into_response())
}
