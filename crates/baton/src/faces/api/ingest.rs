//! Taking items in, and telling what came of them.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connectors::reading::{BodyError, Item};
use crank::{IntakeOutcome, IntakeResult};
use domain::signal::SourceName;
use serde_json::{Value, json};

use super::app::{App, Effort};
use super::body::{self, Whole};
use super::body_budget::Reservation;
use super::problem::Problem;
use crate::auth::keys::Caller;
use crate::runtime::command::{Accept, Command, Tells};
use crate::runtime::waiters::Waiter;
use crate::service::act::Actor;

/// Bodies that are larger are read off the threads that serve connections.
const QUICK_BYTES: usize = 64 * 1024;
/// What a value holds in memory beside its text, in bytes.
const VALUE_BYTES: usize = 64;

/// What a body was read as, and the room that it takes until it is dropped.
pub(super) struct Parsed {
    /// What it brings.
    pub(super) items: Vec<Item>,
    /// How much they hold, in bytes.
    pub(super) size: usize,
    /// Given back when they are durable.
    _room: Reservation,
}

/// Reads a body as its format has it, for whose values room is asked first: a list of small numbers
/// takes many times its bytes. What cannot be read as a whole is counted and no more.
pub(super) async fn parse(
    app: &Arc<App>,
    whole: Whole,
    read: impl FnOnce(&[u8]) -> Result<Vec<Item>, BodyError> + Send + 'static,
) -> Result<Parsed, Problem> {
    if whole.bytes.len() <= QUICK_BYTES {
        return parse_at_once(app, whole, read);
    }
    let aside = Arc::clone(app);
    app.work(Effort::Keyed, move || parse_at_once(&aside, whole, read)).await?
}

fn parse_at_once(
    app: &App,
    whole: Whole,
    read: impl FnOnce(&[u8]) -> Result<Vec<Item>, BodyError>,
) -> Result<Parsed, Problem> {
    let size = held(&whole.bytes);
    let (bytes, mut room) = whole.into_parts();
    if size > app.body_budgets.keyed.share() {
        let detail = "the body has too many values; send fewer items at once";
        return Err(Problem::new(413, "body-too-large", detail));
    }
    room.try_more(size).map_err(|none| body::no_room(app, none))?;
    let items = read(&bytes).map_err(|error| unreadable(app, &error))?;
    room.less(bytes.capacity());
    Ok(Parsed { items, size, _room: room })
}

/// How much the values of a body hold once they are read, in bytes, and rather more than less: each
/// sign that could part two values is taken for one that does.
fn held(bytes: &[u8]) -> usize {
    let parts = |byte: &&u8| matches!(byte, b',' | b'[' | b'{');
    bytes.len() + bytes.iter().filter(parts).count() * VALUE_BYTES
}

fn unreadable(app: &App, error: &BodyError) -> Problem {
    app.shared.metrics.unreadable.one();
    app.count("bodies-unreadable");
    match error {
        BodyError::Unreadable(_) => Problem::new(400, "body-unreadable", error.to_string()),
        BodyError::TooManyItems => Problem::new(413, "too-many-items", error.to_string()),
    }
}

/// Whether a caller may say what came of handoffs: whoever may work them, of what is theirs.
pub(super) fn tells(caller: &Caller) -> Tells {
    match Actor::of(caller) {
        Ok(Actor::Delegate { .. } | Actor::Operator) => Tells::Outcomes,
        Ok(Actor::Member { member, grants, .. } | Actor::Addressee { member, grants }) => {
            Tells::OutcomesOf(member, grants)
        }
        Err(_) => Tells::Nothing,
    }
}

/// Hands items to the keeper; they are durable when this returns.
pub(super) async fn accept(
    app: &App,
    source: SourceName,
    tells: Tells,
    parsed: Parsed,
    decided: Option<Waiter>,
) -> Result<Vec<IntakeResult>, Problem> {
    let Parsed { items, size: bytes, _room } = parsed;
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let admitted = app.admit(items.len(), bytes)?;
    let accept = |reply| Accept { source, tells, items, decided, bytes, admitted, reply };
    app.tell(|reply| Command::Accept(accept(reply))).await
}

/// The sender's id of each item, where one could be read.
pub(super) fn source_ids(items: &[Item]) -> Vec<Option<String>> {
    let of = |item: &Item| match item {
        Ok(incoming) => Some(incoming.content.source_id.to_string()),
        Err(rejected) => rejected.source_id.clone(),
    };
    items.iter().map(of).collect()
}

/// How many fared how.
pub(super) fn tally(offered: &[IntakeResult]) -> Value {
    let count = |wanted| offered.iter().filter(|one| one.outcome == wanted).count();
    json!({
        "accepted": count(IntakeOutcome::Accepted),
        "duplicates": count(IntakeOutcome::Duplicate),
        "quarantined": count(IntakeOutcome::Quarantined),
    })
}

/// The answer after the commit: how many fared how, and each in the order sent.
pub(super) fn told(offered: &[IntakeResult], source_ids: Vec<Option<String>>) -> Response {
    let mut body = tally(offered);
    let results = offered.iter().zip(source_ids).map(|(one, source_id)| result(one, source_id));
    body["results"] = results.collect();
    (StatusCode::ACCEPTED, Json(body)).into_response()
}

fn result(offered: &IntakeResult, source_id: Option<String>) -> Value {
    let id = offered
        .signal
        .map(|signal| signal.to_string())
        .or_else(|| offered.entry.map(|entry| entry.to_string()));
    let outcome = match offered.outcome {
        IntakeOutcome::Accepted => "accepted",
        IntakeOutcome::Duplicate => "duplicate",
        IntakeOutcome::Quarantined => "quarantined",
    };
    json!({ "id": id, "source_id": source_id, "result": outcome, "reason": offered.reason })
}
