//! `POST /v1/erasures`: a person's data becomes unreadable everywhere.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use domain::PersonId;
use serde::Deserialize;

use super::app::App;
use super::deeds::{read, sent};
use super::problem::Problem;
use crate::auth::keys::Scope;
use crate::local::request::{Request, Response};
use crate::service::setback::Setback;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// Whom, by id.
    person: Option<PersonId>,
    /// Whom, by an address, a number, or `SOURCE:ID`.
    identifier: Option<String>,
}

/// Erases a person, and gives the receipt.
pub(super) async fn post(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, Scope::Revops).await?;
    let bytes = whole.bytes.as_slice();
    let person = match read(bytes)? {
        Body { person: Some(person), identifier: None } => person,
        Body { person: None, identifier: Some(identifier) } => find(&app, identifier).await?,
        Body { .. } => {
            let detail = "say `person`, an id, or `identifier`, what somebody is known by";
            return Err(Problem::new(422, "body-unfit", detail));
        }
    };
    let erase = Request::Erase { person, by: Some(caller.id) };
    if let Response::Erased(receipt) = app.local(erase).await? {
        Ok(Json(receipt).into_response())
    } else {
        Err(Setback::Unknown.into())
    }
}

async fn find(app: &App, identifier: String) -> Result<PersonId, Problem> {
    if let Response::Found { person: Some(person) } =
        app.local(Request::Find { identifier }).await?
    {
        Ok(person)
    } else {
        Err(Problem::new(404, "person-missing", "nobody is known by this"))
    }
}
