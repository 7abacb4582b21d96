//! Users over HTTP: who may sign in, as what, and until when.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answered};
use domain::UserId;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Read as _, UserRow, UserSecrets};

use super::access;
use super::app::App;
use super::deeds::{read, sent};
use super::problem::Problem;
use super::query::Query;
use crate::auth::action::Action;
use crate::local::request::{Request, Response};
use crate::service::setback::Setback;

/// What can be done to a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verb {
    /// End all their sessions, and let them sign in again.
    SignOut,
    /// Let them sign in no more.
    Revoke,
}

impl Verb {
    /// All of them.
    pub(super) const ALL: [Self; 2] = [Self::SignOut, Self::Revoke];

    /// The last part of its path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SignOut => "sign-out",
            Self::Revoke => "revoke",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddBody {
    email: String,
    role: String,
    member: Option<String>,
}

/// Lists all users, those who were revoked too.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    access::require(&app, request.headers(), Action::ReadUsers)?;
    Query::of(request.uri(), &[])?;
    let listed = app.look_up(|store| {
        let mut users = Vec::new();
        for row in store.users()? {
            let secrets = store.user_secrets(row.user)?;
            users.push(shown(&row, secrets.as_ref()));
        }
        Ok(users)
    });
    Ok(Json(json!({ "users": listed.await? })).into_response())
}

/// Lets somebody sign in, or changes as what they do.
pub(super) async fn add(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, Action::ChangeUser).await?;
    let AddBody { email, role, member } = read(whole.bytes.as_slice())?;
    let said = json!({ "role": role, "member": member });
    let by = Some(caller.id);
    let request = Request::AddUser { email, role, member, password: None, by };
    let Response::User { user, link } = app.local(request).await? else {
        return Err(Setback::Unknown.into());
    };
    let host = app.config.public_url.as_deref().unwrap_or_default();
    let link = link.map(|link| format!("{host}/sign-in/link/{link}"));
    let added = json!({ "id": user, "role": said["role"], "member": said["member"], "link": link });
    Ok(Json(added).into_response())
}

/// Ends what a user may do.
pub(super) async fn post(
    verb: Verb,
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, _) = sent(&app, request, Action::RevokeUser).await?;
    let missing = || Problem::new(404, "unknown-id", "there is nothing by this id");
    let user: UserId = typed.parse().map_err(|_| missing())?;
    let (sessions_alone, by) = (verb == Verb::SignOut, Some(caller.id));
    app.local(Request::RevokeUser { user, sessions_alone, by }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn shown(row: &UserRow, secrets: Option<&UserSecrets>) -> Value {
    json!({
        "id": row.user,
        "email": secrets.map(|secrets| &secrets.email),
        "role": row.role.as_str(),
        "member": row.member,
        "added": row.added,
        "revoked": row.revoked,
        "password": secrets.is_some_and(|secrets| secrets.password.is_some()),
        "second_factor": secrets.is_some_and(|secrets| secrets.second_factor.is_some()),
    })
}
