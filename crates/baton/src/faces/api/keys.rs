//! Keys over HTTP: which there are, and what each is for.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answered};
use domain::KeyId;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{KeyRow, Read};

use super::access;
use super::app::App;
use super::deeds::{read, sent};
use super::problem::Problem;
use super::query::Query;
use crate::auth::action::Action;
use crate::auth::keys::{acts_as_nobody, member_of};
use crate::auth::scope::Scope;
use crate::local::request::{Request, Response};
use crate::service::setback::Setback;

/// The longest name of a key, in bytes.
const NAME_BYTES_MAX: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    name: String,
    scopes: Vec<String>,
    source: Option<String>,
    member: Option<String>,
}

/// Lists all keys, those that were revoked too. What a key is kept with is no secret; the key is not kept.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    access::require(&app, request.headers(), Action::ReadKeys)?;
    Query::of(request.uri(), &[])?;
    let rows = app.look_up(Read::keys).await?;
    let keys: Vec<Value> = rows.iter().map(|row| shown(&app, row)).collect();
    Ok(Json(json!({ "keys": keys })).into_response())
}

/// Makes a key, and tells it this once.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (_, whole) = sent(&app, request, Action::CreateKey).await?;
    let body: CreateBody = read(whole.bytes.as_slice())?;
    check(&body)?;
    let CreateBody { name, scopes, source, member } = body;
    let mut made = json!({ "name": name, "scopes": scopes, "source": source, "member": member });
    let answered = app.local(Request::CreateKey { name, scopes, source, member }).await?;
    let Response::Key { key, secret } = answered else { return Err(Setback::Unknown.into()) };
    made["id"] = json!(key);
    made["key"] = json!(secret);
    Ok(Json(made).into_response())
}

/// Lets a key open nothing more.
pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    sent(&app, request, Action::RevokeKey).await?;
    let missing = || Problem::new(404, "unknown-id", "there is nothing by this id");
    let key: KeyId = typed.parse().map_err(|_| missing())?;
    app.local(Request::RevokeKey { key }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn check(body: &CreateBody) -> Result<(), Problem> {
    let unfit = |says: &str| Err(Problem::new(422, "body-unfit", says.to_owned()));
    if !(1..=NAME_BYTES_MAX).contains(&body.name.trim().len()) {
        return unfit("`name` says what the key is for, in at most 200 bytes");
    }
    let scopes: Option<Vec<Scope>> = body.scopes.iter().map(|word| Scope::named(word)).collect();
    let Some(scopes) = scopes.filter(|scopes| !scopes.is_empty()) else {
        return unfit("`scopes` are of ingest, read, work, revops, agent, audit and admin");
    };
    if body.member.is_some() && scopes.iter().all(|scope| scope.acts().is_none()) {
        return unfit("a key that may not work handoffs acts as nobody; give it the scope `work`");
    }
    if body.member.is_none() && acts_as_nobody(&body.scopes) {
        let says =
            "a key that may work handoffs acts as a member of the team: say which in `member`";
        return Err(Problem::new(422, "member-needed", says));
    }
    Ok(())
}

fn shown(app: &App, row: &KeyRow) -> Value {
    let scopes = row.scopes.iter().filter(|word| Scope::named(word).is_some());
    json!({
        "id": row.key,
        "name": row.name,
        "scopes": scopes.collect::<Vec<_>>(),
        "source": row.source,
        "member": member_of(&row.scopes),
        "created": row.created,
        "used": app.uses.last(row.key),
        "revoked": row.revoked,
    })
}
