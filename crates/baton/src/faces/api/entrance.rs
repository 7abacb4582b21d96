//! What all ways of signing in share: where it is refused, how a session begins, and what its pages are sent
//! with.

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::UserId;
use pages::sign_in::RefusedView;
use tokio::task::block_in_place;

use super::app::App;
use super::connections::ConnectionInfo;
use super::problem::Problem;
use super::signed_in::{see_other, transport, wants_page};
use super::told_problem::ToldProblem;
use crate::auth::cookie::{self, Cookie, Transport};
use crate::faces::web::words::capital;
use crate::runtime::clock;

/// Where somebody goes who was not on the way to a page: their first page is there.
pub(super) const FIRST_PAGE: &str = "/";
/// The longest address to come back to, in bytes.
const NEXT_BYTES_MAX: usize = 2_048;

/// Begins a session in place of the one that the browser had.
pub(super) fn begin(
    app: &App,
    parts: &Parts,
    user: UserId,
    next: Option<&str>,
) -> Result<Response, Problem> {
    let transport = transport(parts);
    let users = app.shared.users();
    let known = users.user(user).ok_or_else(Problem::nothing_here)?;
    let sessions = &app.shared.sessions;
    let token = block_in_place(|| {
        if let Some(before) = cookie::token(&parts.headers, Cookie::Session, transport) {
            sessions.end(&before);
        }
        sessions.begin(user, known.generation, clock::now())
    })?;
    if let Some(connection) = ConnectionInfo::of(&parts.extensions) {
        connection.state.known();
    }
    let cookie = cookie::set(&token, Cookie::Session, transport).ok_or_else(in_the_clear)?;
    let mut response = see_other(next.filter(|next| is_own_page(next)).unwrap_or(FIRST_PAGE));
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Refuses to sign anybody in where others may read along.
pub(super) fn may_sign_in(parts: &Parts) -> Result<(), Problem> {
    if transport(parts) == Transport::Plain { Err(in_the_clear()) } else { Ok(()) }
}

pub(super) fn in_the_clear() -> Problem {
    let says = "nobody signs in over plain HTTP, where others could read along: use TLS, or the machine \
                itself (http://localhost)";
    Problem::new(403, "sign-in-plain", says)
}

/// Whether an address is a page of this server: what looks like another host's is none.
pub(super) fn is_own_page(next: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    next.len() <= NEXT_BYTES_MAX
        && next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(plain)
}

/// A page of its own, whose forms go to this server alone.
pub(super) fn page(html: String) -> Response {
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

/// A problem as whoever asked reads it: a browser shows a page.
pub(super) fn for_a_browser(problem: Problem, asked: &HeaderMap) -> Response {
    if !wants_page(asked) {
        return problem.into_response();
    }
    let (says, code) = (capital(problem.detail()), problem.code().to_owned());
    (problem.status(), page(pages::sign_in::refused(&RefusedView { says, code }))).into_response()
}

/// Tells a browser as a page what was refused.
pub(super) async fn refused_as_a_page(request: Request, next: Next) -> Response {
    let asked = request.headers().clone();
    let mut answered = next.run(request).await;
    let Some(told) = ToldProblem::of(&mut answered, &asked).await else { return answered };
    let view = RefusedView { says: capital(&told.detail), code: told.code };
    let mut response = page(pages::sign_in::refused(&view));
    ToldProblem::dress(&mut response, &answered);
    response
}

#[cfg(test)]
mod tests;
