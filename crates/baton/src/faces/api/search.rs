//! `POST /v1/search`: finds accounts, people and handoffs. What is looked for may be somebody's address, so
//! it stands in the body and in no address.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::App;
use super::deeds::{read, sent};
use super::problem::Problem;
use super::reading;
use crate::auth::action::Action;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::search::{FoundAccount, FoundPerson, quarantined_json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// What to look for.
    text: String,
}

/// Finds what a text names.
pub(super) async fn post(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, Action::Search).await?;
    let Body { text } = read(whole.bytes.as_slice())?;
    let strategy = app.shared.strategy();
    let found = reading::read(&app, Reading::Fold, Access::of(&caller), move |service| {
        service.search(&text, strategy.as_deref())
    });
    let found = reading::recorded(&app, caller.id, found.await?).await?;
    let body: Value = json!({
        "accounts": found.accounts.iter().map(FoundAccount::json).collect::<Vec<_>>(),
        "people": found.people.iter().map(FoundPerson::json).collect::<Vec<_>>(),
        "handoffs": found.handoffs.iter().map(|one| found.handoff_json(one)).collect::<Vec<_>>(),
        "quarantined": found.quarantined.iter().map(quarantined_json).collect::<Vec<_>>(),
        "left_out": found.left_out,
        "waiting": found.waiting,
        "names": found.names.json(),
    });
    Ok(Json(body).into_response())
}
