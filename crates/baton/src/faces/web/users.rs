//! `/users` and `/keys`: who may sign in and which keys there are, for administrators. To everybody else
//! they are not there.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::{KeyId, Role, UserId};
use pages::Href;
use pages::layout::Flash;
use pages::parts::Choice;
use pages::users::{KeyView, KeysView, MadeLink, UserForms, UserView, UsersView};
use store::{KeyRow, Read, UserRow, UserSecrets};

use super::moments;
use super::shell::{self, Here, Page};
use crate::auth::action::Action;
use crate::auth::cookie::Transport;
use crate::auth::credential::Credential;
use crate::auth::keys::{acts_as_nobody, member_of};
use crate::auth::scope::Scope;
use crate::auth::users::called;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::signed_in::{Posted, SignedIn, see_other, transport};
use crate::local::request::{Request as LocalRequest, Response as LocalResponse};
use crate::runtime::clock;

/// Users and keys that are listed.
const LISTED_MAX: usize = 500;

/// What is said above the list, beside it.
#[derive(Default)]
struct Said {
    flash: Option<Flash>,
    made: Option<MadeLink>,
    typed: String,
    status: StatusCode,
}

/// The users.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::ReadUsers)?;
    show(&app, &reader, Said::default()).await
}

/// Lets somebody sign in.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    parts: Parts,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.by.require(Action::ChangeUser)?;
    let email = posted.form.text("email").unwrap_or_default().to_owned();
    grant(&app, &parts, &posted, email).await
}

/// Gives a user another role or member.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    parts: Parts,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.by.require(Action::ChangeUser)?;
    let user = id::<UserId>(&user)?;
    let secrets = app.look_up(move |reader| reader.user_secrets(user)).await?;
    let email = secrets.ok_or_else(Problem::nothing_here)?.email;
    grant(&app, &parts, &posted, email).await
}

/// Signs a user out everywhere.
pub(super) async fn sign_out(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    posted: Posted,
) -> Result<Response, Problem> {
    end(&app, &posted.by, &user, true).await
}

/// Lets a user sign in no more.
pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    posted: Posted,
) -> Result<Response, Problem> {
    end(&app, &posted.by, &user, false).await
}

async fn end(
    app: &Arc<App>,
    by: &SignedIn,
    user: &str,
    sessions_alone: bool,
) -> Result<Response, Problem> {
    by.require(Action::RevokeUser)?;
    let user = id::<UserId>(user)?;
    let request =
        LocalRequest::RevokeUser { user, sessions_alone, by: Some(Credential::User(by.user)) };
    match app.local(request).await {
        Ok(_) => Ok(see_other("/users")),
        Err(problem) => show(app, by, refused(problem, String::new())?).await,
    }
}

async fn grant(
    app: &Arc<App>,
    parts: &Parts,
    Posted { by, form }: &Posted,
    email: String,
) -> Result<Response, Problem> {
    let text = |name| form.text(name).unwrap_or_default().trim().to_owned();
    let (role, member) = (text("role"), Some(text("member")).filter(|member| !member.is_empty()));
    let request = LocalRequest::AddUser {
        email: email.clone(),
        role,
        member,
        password: None,
        by: Some(Credential::User(by.user)),
    };
    let said = match app.local(request).await {
        Ok(LocalResponse::User { link: Some(link), .. }) => {
            let address = format!("{}/sign-in/link/{link}", host(app, parts));
            Said { made: Some(MadeLink { email, address }), ..Said::default() }
        }
        Ok(_) => Said::default(),
        Err(problem) => refused(problem, email)?,
    };
    show(app, by, said).await
}

/// What browsers reach the server by: as configured, else as this one did.
fn host(app: &App, parts: &Parts) -> String {
    let scheme = if transport(parts) == Transport::Tls { "https" } else { "http" };
    let asked = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = || format!("{scheme}://{}", asked.unwrap_or_default());
    app.config.public_url.clone().unwrap_or_else(asked)
}

/// What was refused, said above the list. What is no refusal is told as itself.
fn refused(problem: Problem, typed: String) -> Result<Said, Problem> {
    let status = problem.status();
    if status.is_server_error() || status == StatusCode::NOT_FOUND {
        return Err(problem);
    }
    let flash = Some(shell::refused(&problem));
    Ok(Said { flash, made: None, typed, status })
}

async fn show(app: &Arc<App>, reader: &SignedIn, said: Said) -> Result<Response, Problem> {
    let known = app.look_up(|store| {
        let mut known = Vec::new();
        let mut rows = store.users()?;
        rows.sort_by_key(|row| row.revoked.is_some());
        let more = rows.len().saturating_sub(LISTED_MAX) as u64;
        for row in rows.into_iter().take(LISTED_MAX) {
            let secrets = store.user_secrets(row.user)?;
            known.push((row, secrets));
        }
        Ok((known, more))
    });
    let (known, more) = known.await?;
    let role = |role: &Role| Choice { value: role.to_string(), says: called(*role).to_owned() };
    let strategy = app.shared.strategy();
    let members = strategy.iter().flat_map(|strategy| &strategy.team.members);
    let view = UsersView {
        users: known.iter().map(|(row, secrets)| user_view(row, secrets.as_ref())).collect(),
        more,
        roles: Role::ALL.iter().map(role).collect(),
        members: members
            .map(|member| Choice { value: member.id.0.to_string(), says: member.name.clone() })
            .collect(),
        typed: said.typed,
        made: said.made,
        csrf: reader.csrf.clone(),
    };
    let mut page = Page::for_reader(app, reader, Here::Users);
    page.flash = said.flash;
    let shown = page.show(app, "Users", &pages::users::page(&view)).await;
    Ok((said.status, shown).into_response())
}

fn user_view(row: &UserRow, secrets: Option<&UserSecrets>) -> UserView {
    let now = clock::now();
    let has_password = secrets.is_some_and(|secrets| secrets.password.is_some());
    let has_code = secrets.is_some_and(|secrets| secrets.second_factor.is_some());
    let with = match (has_password, has_code) {
        (true, true) => "password and code",
        (true, false) => "password",
        (false, true) => "an address and a code",
        (false, false) => "an address, once",
    };
    let to = |verb: &str| Href::to(format!("/users/{}/{verb}", row.user));
    UserView {
        id: row.user.to_string(),
        email: secrets.map(|secrets| secrets.email.clone()).unwrap_or_default(),
        role: (row.role.to_string(), called(row.role).to_owned()),
        member: row.member.clone(),
        with: with.to_owned(),
        added: moments::when(row.added, now),
        revoked: row.revoked.map(|moment| moments::when(moment, now)),
        to: UserForms { change: to("change"), sign_out: to("sign-out"), revoke: to("revoke") },
    }
}

/// The keys.
pub(super) async fn get_keys(
    State(app): State<Arc<App>>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::ReadKeys)?;
    let mut rows = app.look_up(Read::keys).await?;
    rows.sort_by_key(|row| row.revoked.is_some());
    let view = KeysView {
        more: rows.len().saturating_sub(LISTED_MAX) as u64,
        keys: rows.iter().take(LISTED_MAX).map(|row| key_view(&app, row)).collect(),
        since: moments::when(app.uses.since(), clock::now()),
        csrf: reader.csrf.clone(),
    };
    let page = Page::for_reader(&app, &reader, Here::Keys);
    Ok(page.show(&app, "Keys", &pages::users::keys(&view)).await)
}

fn key_view(app: &App, row: &KeyRow) -> KeyView {
    let now = clock::now();
    let scopes = row.scopes.iter().map(String::as_str).filter(|word| Scope::named(word).is_some());
    let scopes: Vec<&str> = scopes.collect();
    let nobody = if acts_as_nobody(&row.scopes) { "reads only: it names no member" } else { "" };
    let source = row.source.as_ref().map(|source| format!("for {source}"));
    let member = member_of(&row.scopes).map(|member| format!("as {member}"));
    let of: Vec<String> = source.into_iter().chain(member).chain([nobody.to_owned()]).collect();
    KeyView {
        id: row.key.to_string(),
        name: row.name.clone(),
        may: scopes.join(", "),
        of: of.join(" ").trim().to_owned(),
        created: moments::when(row.created, now),
        used: app.uses.last(row.key).map(|moment| moments::when(moment, now)),
        revoked: row.revoked.map(|moment| moments::when(moment, now)),
        revoke: Href::to(format!("/keys/{}/revoke", row.key)),
    }
}

/// Revokes a key, from this moment on.
pub(super) async fn revoke_key(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.by.require(Action::RevokeKey)?;
    app.local(LocalRequest::RevokeKey { key: id::<KeyId>(&key)? }).await?;
    Ok(see_other("/keys"))
}

fn id<I: std::str::FromStr>(typed: &str) -> Result<I, Problem> {
    typed.parse().map_err(|_| Problem::nothing_here())
}
