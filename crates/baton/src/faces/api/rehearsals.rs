//! Rehearsals over HTTP: started on an uploaded file or the journal, followed, stopped, and what they found.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answered};
use domain::ImportId;
use rehearsal::history::{Behaviour, Progress};
use serde::Deserialize;
use serde_json::{Value, json};

use super::access;
use super::app::App;
use super::deeds::{read, sent};
use super::problem::Problem;
use super::query::Query;
use crate::auth::action::Action;
use crate::faces::rehearsing::{self, DAYS_MAX, LIVE, Over, Wanted};
use crate::runtime::rehearsals::RehearsalState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartBody {
    strategy: String,
    over: OverBody,
    behaviour: Option<String>,
    against: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, untagged)]
enum OverBody {
    File { import: ImportId },
    Journal { days: u32 },
}

/// Starts one.
pub(super) async fn start(
    State(app): State<Arc<App>>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, Action::StartRehearsal).await?;
    let StartBody { strategy, over, behaviour, against } = read(whole.bytes.as_slice())?;
    let unknown = |says| Problem::new(422, "unknown-word", says);
    let behaviour = match behaviour.as_deref() {
        None => Behaviour::Prompt,
        Some(name) => Behaviour::named(name)
            .ok_or_else(|| unknown("`behaviour` is prompt, recorded or model"))?,
    };
    let compared = match against.as_deref() {
        None => false,
        Some(LIVE) => true,
        Some(_) => return Err(unknown("`against` is `live`, or is left out")),
    };
    let over = match over {
        OverBody::File { import } => Over::File(import),
        OverBody::Journal { days } if (1..=DAYS_MAX).contains(&days) => Over::Journal { days },
        OverBody::Journal { .. } => return Err(unknown("`days` is a number from 1 to 366")),
    };
    let wanted = Wanted { strategy, compared, over, behaviour };
    let id = rehearsing::start(&app, &caller, wanted).await?;
    let state = app.rehearsals.find(&id).ok_or_else(missing)?;
    Ok((StatusCode::ACCEPTED, Json(shown(&state))).into_response())
}

/// Lists them, the latest first.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    access::require(&app, request.headers(), Action::ReadRehearsals)?;
    Query::of(request.uri(), &[])?;
    let listed: Vec<Value> = app.rehearsals.list().iter().map(shown).collect();
    Ok(Json(json!({ "rehearsals": listed })).into_response())
}

/// Tells of one, with what it found.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    access::require(&app, request.headers(), Action::ReadRehearsals)?;
    Query::of(request.uri(), &[])?;
    let state = app.rehearsals.find(&id).ok_or_else(missing)?;
    let mut told = shown(&state);
    if let Some(found) = &state.found {
        told["summary"] = json!(found.summary);
        told["against"] = json!(found.against.as_ref().map(|against| &against.summary));
    }
    Ok(Json(told).into_response())
}

/// Stops one.
pub(super) async fn stop(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    sent(&app, request, Action::StopRehearsal).await?;
    app.rehearsals.stop(&id);
    let state = app.rehearsals.find(&id).ok_or_else(missing)?;
    Ok((StatusCode::ACCEPTED, Json(shown(&state))).into_response())
}

fn missing() -> Problem {
    Problem::new(404, "rehearsal-missing", "there is no such rehearsal, or it went with the server")
}

fn shown(state: &RehearsalState) -> Value {
    let (doing, done, of) = match state.progress {
        Some(Progress::Reading { rows, .. }) => (Some("reading"), Some(rows), None),
        Some(Progress::Playing { rows, of }) => (Some("playing"), Some(rows), Some(of)),
        None => (None, None, None),
    };
    let plan = &state.plan;
    json!({
        "rehearsal": state.id,
        "strategy": plan.strategy,
        "against": plan.against,
        "over": plan.over,
        "behaviour": plan.behaviour,
        "by": plan.by.to_string(),
        "started": state.started,
        "ended": state.ended,
        "doing": doing,
        "rows": done,
        "of": of,
        "failed": state.failed.as_ref().map(|refusal| &refusal.code),
    })
}
