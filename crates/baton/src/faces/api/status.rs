//! `GET /v1/signals/{id}`: what was decided on a signal, for whoever did not wait for it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use crank::{SignalStatus, signal_status};
use domain::reason::Code;
use domain::{NodeId, SignalId};
use serde_json::{Value, json};

use super::access;
use super::app::App;
use super::problem::Problem;
use super::query::Query;
use crate::auth::action::Action;
use crate::auth::keys::Caller;
use crate::service::sight::Sight;

/// What an answer tells of a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Visible {
    /// All of it.
    Decision,
    /// That there is one: who only sends does not read.
    Signal,
}

impl Visible {
    /// What somebody may be told.
    pub(super) fn to(caller: &Caller) -> Self {
        // Whoever is told of a part of all handoffs reads what was decided where they find the handoff.
        let reads = caller.may(Action::ReadDecision) && Sight::of(caller).is_everything();
        if reads { Self::Decision } else { Self::Signal }
    }
}

/// A signal whose decision is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) signal: SignalId,
    /// It leads to the signal without a search.
    pub(super) node: NodeId,
    pub(super) told: Visible,
}

impl Asked {
    /// The answer once it is decided.
    pub(super) fn decided(self, decision: &Value) -> Response {
        let mut body = json!({ "signal": self.signal });
        for member in ["decision", "handoff", "owner", "reasons", "entry"] {
            body[member] = match self.told {
                Visible::Decision => decision[member].clone(),
                Visible::Signal => Value::Null,
            };
        }
        Json(body).into_response()
    }

    /// The answer while it is not.
    pub(super) fn pending(self, reasons: &[Code]) -> Response {
        let reasons = match self.told {
            Visible::Decision => json!(reasons),
            Visible::Signal => Value::Null,
        };
        let body = json!({
            "signal": self.signal,
            "decision": null,
            "reasons": reasons,
            "status_url": format!("/v1/signals/{}?node={}", self.signal, self.node),
        });
        (StatusCode::ACCEPTED, Json(body)).into_response()
    }
}

/// Tells what was decided.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(signal): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadSignal)?;
    let missing = || Problem::new(404, "signal-missing", "there is no such signal");
    let signal: SignalId = signal.parse().map_err(|_| missing())?;
    let query = Query::of(request.uri(), &["node"])?;
    let node = query.read("node", "the node that `status_url` names", |text| text.parse().ok())?;
    let node: NodeId = node.ok_or_else(missing)?;
    let known = app.look_up(move |reader| signal_status(reader, signal, node)).await?;
    if !known.arrived {
        return Err(missing());
    }
    Ok(answer(&app, Asked { signal, node, told: Visible::to(&caller) }, known))
}

/// What was decided on a signal that came before, or why it is held; nothing while its turn is yet
/// to come.
pub(super) async fn settled(app: &App, about: Asked) -> Result<Option<Response>, Problem> {
    let Asked { signal, node, .. } = about;
    let known = app.look_up(move |reader| signal_status(reader, signal, node)).await?;
    let held = known.held.as_ref().is_some_and(|held| !held.is_empty());
    let settled = known.decided.is_some() || held;
    Ok(settled.then(|| answer(app, about, known)))
}

fn answer(app: &App, about: Asked, known: SignalStatus) -> Response {
    if let Some(decided) = known.decided {
        return about.decided(&json!({
            "decision": decided.action,
            "handoff": decided.handoff,
            "owner": known.owner,
            "reasons": decided.reasons,
        }));
    }
    let mut reasons = known.held.unwrap_or_default();
    if !app.shared.has_strategy() {
        reasons.push(Code::NoStrategy);
    }
    about.pending(&reasons)
}
