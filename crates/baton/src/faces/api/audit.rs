//! The audit over HTTP: who did what, and whether the journal is what was written.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use serde_json::json;
use store::Position;
use store::sqlite::audit::{self, Verdict};

use super::access;
use super::app::App;
use super::deeds::{optional, sent};
use super::problem::Problem;
use super::query::Query;
use super::reading;
use crate::auth::action::Action;
use crate::faces::verdict::PrintedVerdict;
use crate::runtime::readers::Reading as Lane;
use crate::service::read::Access;
use crate::service::read::audit::{DeedsDone, DeedsWanted, KINDS};

/// Deeds of a page where nobody says how many.
pub(in crate::faces) const PAGE: usize = 50;
/// What deeds can be asked for by.
pub(in crate::faces) const ASKED: [&str; 6] = ["handoff", "by", "kind", "from", "to", "cursor"];

/// What a query asks for: which deeds, and from where on.
pub(in crate::faces) fn wanted(
    query: &Query<'_>,
) -> Result<(DeedsWanted, Option<Position>), Problem> {
    let kinds = format!("one of {}", KINDS.join(", "));
    let known = |text: &str| KINDS.contains(&text).then(|| text.to_owned());
    let wanted = DeedsWanted {
        handoff: query.read("handoff", "the id of a handoff", |text| text.parse().ok())?,
        by: query.text("by")?,
        kind: query.read("kind", &kinds, known)?,
        from: query.moment("from")?,
        to: query.moment("to")?,
    };
    let cursor = query.read("cursor", "the `next` of a page", |text| text.parse().ok())?;
    Ok((wanted, cursor.map(Position)))
}

/// Lists deeds, the newest first.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadAudit)?;
    let query = Query::of(request.uri(), &[ASKED.as_slice(), &["limit"]].concat())?;
    let (wanted, before) = wanted(&query)?;
    let limit = query.limit(PAGE)?;
    let found = reading::read(&app, Lane::Fold, Access::of(&caller), move |service| {
        service.deeds(&wanted, before, limit)
    });
    let DeedsDone { rows, next } = found.await?;
    let next = next.map(|next| next.0.to_string());
    Ok(Json(json!({ "deeds": rows, "next": next })).into_response())
}

#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// Recomputes the journal, and says whether it is what was written.
pub(super) async fn verify(
    State(app): State<Arc<App>>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (_, whole) = sent(&app, request, Action::VerifyAudit).await?;
    let Empty {} = optional(whole.bytes.as_slice())?;
    Ok(Json(PrintedVerdict::of(&verified(&app).await?)).into_response())
}

/// What recomputing the journal comes to.
pub(in crate::faces) async fn verified(app: &Arc<App>) -> Result<Verdict, Problem> {
    app.fold(audit::verify).await
}
