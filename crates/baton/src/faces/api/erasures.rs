//! `POST /v1/erasures`: a person's data, or what is known of a company alone, becomes unreadable everywhere.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use domain::{AccountId, PersonId};
use serde::Deserialize;

use super::app::App;
use super::deeds::{read, sent};
use super::problem::Problem;
use crate::auth::action::Action;
use crate::local::request::{Request, Response};
use crate::service::act::erasure::Whom;
use crate::service::setback::Setback;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// A person, by id.
    person: Option<PersonId>,
    /// A person, by an address, a number, or `SOURCE:ID`.
    identifier: Option<String>,
    /// The account of a company, by id.
    account: Option<AccountId>,
    #[serde(default)]
    dry_run: bool,
}

/// Erases a person or a company, and gives the receipt.
pub(super) async fn post(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, Action::Erase).await?;
    let Body { person, identifier, account, dry_run } = read(whole.bytes.as_slice())?;
    let whom = match (person, identifier, account) {
        (Some(person), None, None) => Whom::Person(person),
        (None, Some(identifier), None) => Whom::Person(find(&app, identifier).await?),
        (None, None, Some(account)) => Whom::Account(account),
        _ => {
            let detail = "say `person`, an id, `identifier`, what somebody is known by, or `account`, \
                          the id of a company's";
            return Err(Problem::new(422, "body-unfit", detail));
        }
    };
    let erase = Request::Erase { whom, is_dry_run: dry_run, by: Some(caller.id) };
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
