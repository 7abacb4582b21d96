//! Signing in and out.

use std::sync::Arc;

use ::pages::Href;
use ::pages::sign_in::{self, LinkView, SignInView, VisitorView, Way, YouView};
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
use super::form::Form;
use super::problem::Problem;
use super::query::Query;
use super::signed_in::{Posted, SignedIn, from_a_page_of_ours, see_other, transport};
use crate::auth::attempts::Attempt;
use crate::auth::cookie::{self, Transport};
use crate::auth::keys::Scope;
use crate::auth::passwords;
use crate::auth::token::Token;
use crate::auth::users::{called, normal_email, user_of};
use crate::config::resolved::Visitor;
use crate::local::request::Request as LocalRequest;
use crate::runtime::clock;

/// Where somebody goes who was not on the way to a page: their first page is there.
const FIRST_PAGE: &str = "/";
/// The longest address to come back to, in bytes.
const NEXT_BYTES_MAX: usize = 2_048;
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
        begin(&app, &parts, user, next)
    } else {
        let again = sign_in_page(&app, next.unwrap_or(FIRST_PAGE), Tried::Wrong);
        Ok((StatusCode::UNAUTHORIZED, page(again)).into_response())
    }
}

/// Counts an attempt to sign in. Who tries too often is told to wait.
fn counted(app: &App, parts: &Parts, account: &str) -> Result<Attempt, Problem> {
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
    Ok(page(link_page(&token)))
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
    let chosen = form.text("password").filter(|chosen| !chosen.is_empty()).map(str::to_owned);
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
        Ok(_) => begin(&app, &parts, user, None),
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
    let token = cookie::token(&parts.headers, transport);
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
    if let Some(cookie) = cookie::clear(transport) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Begins a session in place of the one that the browser had.
fn begin(app: &App, parts: &Parts, user: UserId, next: Option<&str>) -> Result<Response, Problem> {
    let transport = transport(parts);
    let users = app.shared.users();
    let known = users.user(user).ok_or_else(Problem::nothing_here)?;
    let sessions = &app.shared.sessions;
    let token = block_in_place(|| {
        if let Some(before) = cookie::token(&parts.headers, transport) {
            sessions.end(&before);
        }
        sessions.begin(user, known.generation, clock::now())
    })?;
    if let Some(connection) = ConnectionInfo::of(&parts.extensions) {
        connection.state.known();
    }
    let cookie = cookie::set(&token, transport).ok_or_else(in_the_clear)?;
    let mut response = see_other(next.filter(|next| is_own_page(next)).unwrap_or(FIRST_PAGE));
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Who somebody is signed in as, and the way out.
pub(super) async fn me(signed_in: SignedIn) -> Response {
    let works = signed_in.caller().may(Scope::Work);
    page(sign_in::you(&YouView {
        role: with_article(signed_in.role),
        member: signed_in.member.filter(|_| works),
        csrf: signed_in.csrf,
    }))
}

/// Refuses to sign anybody in where others may read along.
fn may_sign_in(parts: &Parts) -> Result<(), Problem> {
    if transport(parts) == Transport::Plain { Err(in_the_clear()) } else { Ok(()) }
}

fn in_the_clear() -> Problem {
    let says = "nobody signs in over plain HTTP, where others could read along: use TLS, or the machine \
                itself (http://localhost)";
    Problem::new(403, "sign-in-plain", says)
}

/// Whether an address is a page of this server: what looks like another host's is none.
fn is_own_page(next: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    next.len() <= NEXT_BYTES_MAX
        && next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(plain)
}

/// How it went before the page was shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tried {
    Nothing,
    Wrong,
}

fn link_page(token: &Token) -> String {
    let to = Href::to(format!("/sign-in/link/{}", token.reveal()));
    sign_in::link(&LinkView { to, least: passwords::CHARS_MIN })
}

fn sign_in_page(app: &App, next: &str, tried: Tried) -> String {
    let way = match &app.config.demo {
        Some(demo) => Way::Visitors(demo.visitors.iter().map(visitor_view).collect()),
        None => Way::Password { wrong: tried == Tried::Wrong },
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
fn with_article(role: Role) -> String {
    match role {
        Role::Rep | Role::Manager | Role::Marketer | Role::Leader => format!("a {}", called(role)),
        Role::Auditor | Role::Admin => format!("an {}", called(role)),
        Role::Revops => called(role).to_owned(),
    }
}

/// A page of its own, whose forms go to this server alone.
fn page(html: String) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; \
                          base-uri 'none'; form-action 'self'";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // So that a browser says where a form comes from.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    (headers, html).into_response()
}

#[cfg(test)]
mod tests;
