//! Sources over HTTP: what came from each, and what is held of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use serde_json::json;

use super::app::App;
use super::problem::Problem;
use super::query::Query;
use super::{access, reading};
use crate::auth::action::Action;
use crate::runtime::readers::Reading as Lane;
use crate::service::read::Access;

/// All sources by name.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadSources)?;
    Query::of(request.uri(), &[])?;
    let known = app.config.sources.iter();
    let kinds: Vec<_> =
        known.map(|(name, source)| (name.to_string(), source.kind.as_str())).collect();
    let listed =
        reading::read(&app, Lane::Fold, Access::of(&caller), |service| service.sources(kinds));
    Ok(Json(json!({ "sources": listed.await? })).into_response())
}
