//! Signing in and out.

use std::sync::Arc;

use ::pages::Href;
use ::pages::sign_in::{self, AccountView, LinkView, SignInView, VisitorView, Way};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Role, UserId};
use store::Read as _;
use tokio::task::block_in_place;
use zeroize::Zeroizing;

use super::app::{App, Effort};
use super::connections::ConnectionInfo;
use super::entrance::{FIRST_PAGE, begin, is_own_page, may_sign_in, page};
use super::form::Form;
use super::problem::Problem;
use super::query::{Query, escape_query};
use super::second_factor;
use super::signed_in::{Posted, SignedIn, from_a_page_of_ours, see_other, transport};
use crate::auth::attempts::Attempt;
use crate::auth::cookie::{self, Cookie};
use crate::auth::passwords;
use crate::auth::token::Token;
use crate::auth::users::{called, normal_email, user_of};
use crate::config::resolved::Visitor;
use crate::local::request::Request as LocalRequest;
use crate::runtime::clock;

/// What attempts with addresses that sign in once are counted as: they are guessed for no account.
const LINKS: &str = "links";

/// The page to sign in on.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let query = Query::of(&parts.uri, &["next"])?;
    let next = query.text("next")?.filter(|next| is_own_page(next));
    let next = next.as_deref().unwrap_or(FIRST_PAGE);
    if SignedIn::of(&app, &parts).is_some() {
        return Ok(see_other(next));
    }
    may_sign_in(&parts)?;
    Ok(page(sign_in_page(&app, next, Tried::Nothing)))
}

/// Signs somebody in by address and password. Whether the address is known, the password wrong or the user
/// revoked, the answer is the same and takes as long.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    may_sign_in(&parts)?;
    from_a_page_of_ours(&app, &parts)?;
    if !app.config.passwords {
        return Err(Problem::nothing_here());
    }
    let form = Form::read(&app, &parts, body).await?;
    let email = normal_email(form.text("email").unwrap_or_default()).unwrap_or_default();
    let attempt = counted(&app, &parts, &email)?;
    tokio::time::sleep(clock::duration(attempt.delay)).await;
    let asked = email.clone();
    let known = app.look_up(move |reader| {
        let row = reader.user_by_email(&asked)?;
        let secrets = row.as_ref().map(|row| reader.user_secrets(row.user)).transpose()?;
        Ok(row.zip(secrets.flatten()))
    });
    let (row, secrets) = known.await?.unzip();
    let kept = secrets.and_then(|secrets| secrets.password);
    let password = Zeroizing::new(form.text("password").unwrap_or_default().to_owned());
    let fits = app.work(Effort::Password, move || passwords::fits(&password, kept.as_deref()));
    let user = row.filter(|row| row.revoked.is_none()).map(|row| row.user);
    let next = form.text("next").filter(|next| is_own_page(next));
    if let (true, Some(user)) = (fits.await?, user) {
        app.attempts.succeeded(&attempt, clock::now());
        second_factor::enter(&app, &parts, user, next).await
    } else {
        let again = sign_in_page(&app, next.unwrap_or(FIRST_PAGE), Tried::Wrong);
        Ok((StatusCode::UNAUTHORIZED, page(again)).into_response())
    }
}

/// Counts an attempt to sign in. Who tries too often is told to wait.
pub(super) fn counted(app: &App, parts: &Parts, account: &str) -> Result<Attempt, Problem> {
    let peer = ConnectionInfo::address(&parts.extensions);
    app.attempts.count(peer, account, clock::now()).map_err(|seconds| {
        let says = "too many attempts to sign in came from here; try again in a moment";
        Problem::new(429, "sign-in-too-often", says).retry_after(seconds)
    })
}

/// The page of an address that signs somebody in once. Opening it uses nothing up: programs that look
/// through mail open addresses too.
pub(super) async fn get_link(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    may_sign_in(&parts)?;
    counted(&app, &parts, LINKS)?;
    let (token, _) = user_of_link(&app, &token)?;
    Ok(page(link_page(&app, &token)))
}

/// Signs somebody in by an address that does it once, with the password that they chose, if they did.
pub(super) async fn post_link(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    may_sign_in(&parts)?;
    from_a_page_of_ours(&app, &parts)?;
    counted(&app, &parts, LINKS)?;
    let (token, user) = user_of_link(&app, &token)?;
    let form = Form::read(&app, &parts, body).await?;
    let chosen = form.text("password").filter(|chosen| !chosen.is_empty() && app.config.passwords);
    let chosen = chosen.map(str::to_owned);
    let chosen = chosen.map(Zeroizing::new);
    if let Some(unfit) = chosen.as_ref().and_then(|chosen| passwords::unfit(chosen)) {
        return Err(Problem::new(422, "password-unfit", unfit));
    }
    let password = match chosen {
        Some(chosen) => Some(app.work(Effort::Password, move || passwords::hash(&chosen)).await??),
        None => None,
    };
    let link = token.hash();
    match app.local(LocalRequest::UseLink { user, link, password }).await {
        Ok(_) => second_factor::enter(&app, &parts, user, None).await,
        // Somebody was faster.
        Err(problem) if problem.code() == "outcome-unknown" => Err(link_over()),
        Err(problem) => Err(problem),
    }
}

fn user_of_link(app: &App, token: &str) -> Result<(Token, UserId), Problem> {
    let token = Token::read(token).ok_or_else(link_over)?;
    let user = app.shared.users().of_link(&token.hash(), clock::now()).ok_or_else(link_over)?;
    Ok((token, user))
}

fn link_over() -> Problem {
    let says = "this address signs nobody in: it was used before, or is over; ask for another one";
    Problem::new(410, "link-over", says)
}

/// Signs a visitor of the demo in as one of its people.
pub(super) async fn post_as(
    State(app): State<Arc<App>>,
    Path(role): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let demo = app.config.demo.as_ref().ok_or_else(Problem::nothing_here)?;
    let visitors = &demo.visitors;
    let named = |visitor: &&Visitor| visitor.role.as_str() == role;
    let visitor = visitors.iter().find(named).ok_or_else(Problem::nothing_here)?;
    may_sign_in(&parts)?;
    from_a_page_of_ours(&app, &parts)?;
    let form = Form::read(&app, &parts, body).await?;
    begin(&app, &parts, user_of(visitor), form.text("next"))
}

/// Ends the session, or with the field `everywhere` all of the user's, on the server and in the browser.
pub(super) async fn post_out(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    let transport = transport(&parts);
    let token = cookie::token(&parts.headers, Cookie::Session, transport);
    let request = Request::from_parts(parts, body);
    let posted = Posted::from_request(request, &app).await?;
    let sessions = &app.shared.sessions;
    // What has ended is on disk before the browser hears of it.
    block_in_place(|| match (posted.form.text("everywhere"), token) {
        (Some(_), _) => sessions.end_all_of(posted.by.user),
        (None, Some(token)) => sessions.end(&token),
        (None, None) => {}
    });
    let mut response = see_other("/sign-in");
    if let Some(cookie) = cookie::clear(Cookie::Session, transport) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// How it went before the page was shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tried {
    Nothing,
    Wrong,
}

fn link_page(app: &App, token: &Token) -> String {
    let to = Href::to(format!("/sign-in/link/{}", token.reveal()));
    sign_in::link(&LinkView { to, least: app.config.passwords.then_some(passwords::CHARS_MIN) })
}

fn sign_in_page(app: &App, next: &str, tried: Tried) -> String {
    let way = match &app.config.demo {
        Some(demo) => Way::Visitors(demo.visitors.iter().map(visitor_view).collect()),
        None => Way::Account(AccountView {
            provider: app
                .config
                .identity_provider
                .as_ref()
                .map(|_| Href::to(format!("/sign-in/oidc?next={}", escape_query(next)))),
            password: app.config.passwords,
            wrong: tried == Tried::Wrong,
        }),
    };
    sign_in::page(&SignInView { next: next.to_owned(), way })
}

fn visitor_view(visitor: &Visitor) -> VisitorView {
    VisitorView {
        to: Href::to(format!("/sign-in/as/{}", visitor.role)),
        says: format!("{}, {}", visitor.name, with_article(visitor.role)),
    }
}

/// What people call somebody of a role: `a rep`.
pub(super) fn with_article(role: Role) -> String {
    match role {
        Role::Rep | Role::Manager | Role::Marketer | Role::Leader => format!("a {}", called(role)),
        Role::Auditor | Role::Admin => format!("an {}", called(role)),
        Role::Revops => called(role).to_owned(),
    }
}
