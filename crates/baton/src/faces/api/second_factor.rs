//! The second factor of whoever signs in with a password: asked for, set up and ended.

use std::sync::Arc;

use ::pages::second_factor::{self as view, CodeView, InUseView, SetUpView};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::UserId;
use store::{Read as _, SecondFactor, UserSecrets};

use super::app::App;
use super::entrance::{self, FIRST_PAGE};
use super::form::Form;
use super::problem::Problem;
use super::signed_in::{Posted, SignedIn, from_a_page_of_ours, see_other};
use crate::auth::pending::Look;
use crate::auth::token::Token;
use crate::auth::totp::{TotpSecret, draw_recovery_codes, is_recovery_code};
use crate::local::request::Request as LocalRequest;
use crate::local::shielded::Shielded;
use crate::runtime::clock;

/// Whether a code did not count a moment ago.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tried {
    Nothing,
    Wrong,
}

/// Lets somebody in who has shown a password, or an address that signs in once: at once, or once they have
/// shown their code.
pub(super) async fn enter(
    app: &Arc<App>,
    parts: &Parts,
    user: UserId,
    next: Option<&str>,
) -> Result<Response, Problem> {
    if factor_of(app, user).await?.is_none() {
        return entrance::begin(app, parts, user, next);
    }
    let users = app.shared.users();
    let generation = users.user(user).ok_or_else(Problem::nothing_here)?.generation;
    let pending = app.pending.begin(user, generation, clock::now())?;
    Ok(ask(&pending, next.unwrap_or(FIRST_PAGE), Tried::Nothing))
}

fn ask(pending: &Token, next: &str, tried: Tried) -> Response {
    let (pending, next) = (pending.reveal().to_owned(), next.to_owned());
    let view = CodeView { pending, next, wrong: tried == Tried::Wrong };
    entrance::page(view::code(&view))
}

/// Takes the code of somebody whose password was right.
pub(super) async fn post_code(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    entrance::may_sign_in(&parts)?;
    from_a_page_of_ours(&app, &parts)?;
    let form = Form::read(&app, &parts, body).await?;
    let code = form.text("code").unwrap_or_default().to_owned();
    let next = form.text("next").filter(|next| entrance::is_own_page(next));
    let Some(pending) = form.text("pending").and_then(Token::read) else {
        return Ok(see_other("/sign-in"));
    };
    let user = match app.pending.count(&pending, is_recovery_code(&code), clock::now()) {
        Look::At(user, generation) if is_still(&app, user, generation) => user,
        Look::At(..) | Look::PasswordFirst => return Ok(see_other("/sign-in")),
        Look::Later => return Err(too_often()),
    };
    match app.local(LocalRequest::UseCode { user, code: Shielded::new(code) }).await {
        Ok(_) => {
            app.pending.done(&pending, user);
            entrance::begin(&app, &parts, user, next)
        }
        Err(problem) if problem.code() == "code-wrong" => {
            let again = ask(&pending, next.unwrap_or(FIRST_PAGE), Tried::Wrong);
            Ok((StatusCode::UNAUTHORIZED, again).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// Whether what was open for a user when they showed their password still is.
fn is_still(app: &App, user: UserId, generation: u32) -> bool {
    app.shared.users().user(user).is_some_and(|known| known.generation == generation)
}

fn too_often() -> Problem {
    let says = "too many codes were shown for this user; use a recovery code, or wait ten minutes";
    Problem::new(429, "sign-in-too-often", says).retry_after(600)
}

/// The page of one's second factor.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    show(&app, &reader, None, Tried::Nothing).await
}

/// Shows the second factor that is in use, else a secret to begin one with: the one that was tried, or a new
/// one.
async fn show(
    app: &Arc<App>,
    reader: &SignedIn,
    tried: Option<TotpSecret>,
    how: Tried,
) -> Result<Response, Problem> {
    let secrets = secrets_of(app, reader.user).await?.ok_or_else(Problem::nothing_here)?;
    let (csrf, wrong) = (reader.csrf.clone(), how == Tried::Wrong);
    let page = if let Some(factor) = secrets.second_factor {
        view::in_use(&InUseView { csrf, left: factor.recovery.len(), wrong })
    } else {
        let secret = tried.map_or_else(TotpSecret::draw, Ok)?;
        let address = secret.address(&secrets.email).to_string();
        view::set_up(&SetUpView { csrf, secret: secret.reveal().to_string(), address, wrong })
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, entrance::page(page)).into_response())
}

/// Begins a second factor, once the app has shown a code of its secret.
pub(super) async fn post(State(app): State<Arc<App>>, posted: Posted) -> Result<Response, Problem> {
    let Posted { by, form } = posted;
    let field = |name| Shielded::new(form.text(name).unwrap_or_default());
    let (secret, code, user) = (field("secret"), field("code"), by.user);
    let drawn = draw_recovery_codes()?;
    let recovery = drawn.iter().map(|code| Shielded::new(code.as_str())).collect();
    let tried = TotpSecret::read(secret.reveal());
    let begin = LocalRequest::BeginSecondFactor { user, secret, code, recovery };
    match app.local(begin).await {
        Ok(_) => {
            let shown: Vec<String> = drawn.iter().map(|code| code.to_string()).collect();
            Ok(entrance::page(view::recovery_codes(&shown)))
        }
        Err(problem) if problem.code() == "code-wrong" => {
            show(&app, &by, tried, Tried::Wrong).await
        }
        Err(problem) => Err(problem),
    }
}

/// Ends the second factor of somebody who shows a code.
pub(super) async fn post_end(
    State(app): State<Arc<App>>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { by, form } = posted;
    let code = form.text("code").unwrap_or_default().to_owned();
    if !app.pending.may_show(by.user, is_recovery_code(&code), clock::now()) {
        return Err(too_often());
    }
    let code = Some(Shielded::new(code));
    match app.local(LocalRequest::EndSecondFactor { user: by.user, code }).await {
        Ok(_) => Ok(see_other("/me")),
        Err(problem) if problem.code() == "code-wrong" => show(&app, &by, None, Tried::Wrong).await,
        Err(problem) => Err(problem),
    }
}

/// Whether a user has one; nothing of a visitor of the demo, who has no password either.
pub(super) async fn is_in_use(app: &Arc<App>, user: UserId) -> Result<Option<bool>, Problem> {
    Ok(secrets_of(app, user).await?.map(|secrets| secrets.second_factor.is_some()))
}

async fn factor_of(app: &Arc<App>, user: UserId) -> Result<Option<SecondFactor>, Problem> {
    Ok(secrets_of(app, user).await?.and_then(|secrets| secrets.second_factor))
}

/// What is sealed of a user; nothing of a visitor of the demo.
async fn secrets_of(app: &Arc<App>, user: UserId) -> Result<Option<UserSecrets>, Problem> {
    app.look_up(move |reader| reader.user_secrets(user)).await
}
