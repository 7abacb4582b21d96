//! Who is signed in, for the routes of pages.
//!
//! A route that takes [`SignedIn`] is closed to everybody else: whoever opens a page is sent to sign in and
//! comes back. A route that changes something takes [`Posted`], which reads the form of a page of ours
//! and nothing else.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Role, UserId};
use subtle::ConstantTimeEq as _;

use super::app::App;
use super::connections::ConnectionInfo;
use super::form::Form;
use super::problem::Problem;
use super::query::escape_query;
use crate::auth::action::Action;
use crate::auth::cookie::{self, Cookie, Transport};
use crate::auth::grants::{DataClass, Grants};
use crate::auth::keys::Caller;
use crate::auth::origin;
use crate::auth::token::Token;
use crate::runtime::clock;

/// The field of a form that says that a page of the session has it.
pub(in crate::faces) const FORM_TOKEN: &str = "csrf";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(in crate::faces) struct SignedIn {
    /// The user.
    pub(in crate::faces) user: UserId,
    /// What they are.
    pub(in crate::faces) role: Role,
    /// The member of the team that they are, by their id in `team.csv`.
    pub(in crate::faces) member: Option<String>,
    /// What each form of their pages has in a hidden field by the name of [`FORM_TOKEN`].
    pub(in crate::faces) csrf: String,
    grants: Grants,
}

impl SignedIn {
    /// As whom they read and act, in the words of the service: what it takes for a key it takes for them.
    pub(in crate::faces) fn caller(&self) -> Caller {
        Caller::signed_in(self.user, self.role, self.member.clone(), self.grants.clone())
    }

    /// Refuses whoever may not do this: to them there is nothing here.
    pub(in crate::faces) fn require(&self, action: Action) -> Result<(), Problem> {
        if self.may(action) { Ok(()) } else { Err(Problem::nothing_here()) }
    }

    /// Whether they may do this to anything at all.
    pub(in crate::faces) fn may(&self, action: Action) -> bool {
        self.grants.may(action)
    }

    /// Whether they are told data of a class.
    pub(in crate::faces) fn is_told(&self, class: DataClass) -> bool {
        self.grants.are_told(class)
    }

    /// Who a request is from; nobody where its cookie opens no session.
    pub(in crate::faces) fn of(app: &App, parts: &Parts) -> Option<Self> {
        let token = cookie::token(&parts.headers, Cookie::Session, transport(parts))?;
        Self::with_token(app, &token)
    }

    fn with_token(app: &App, token: &Token) -> Option<Self> {
        let session = app.shared.sessions.find(token, clock::now())?;
        let users = app.shared.users();
        let known = users.user(session.user)?;
        // Who they are is asked anew each time: a session of before a change is over.
        (known.generation == session.generation).then(|| Self {
            user: session.user,
            role: known.role,
            member: known.member.clone(),
            csrf: token.form_token(),
            grants: app.shared.policies.role(known.role),
        })
    }
}

/// How a request came here.
pub(in crate::faces) fn transport(parts: &Parts) -> Transport {
    ConnectionInfo::arrival(&parts.extensions).transport
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        Self::of(app, parts).ok_or_else(|| sign_in_first(parts))
    }
}

/// The form of somebody who is signed in, from a page of ours.
pub(in crate::faces) struct Posted {
    /// Whose it is.
    pub(in crate::faces) by: SignedIn,
    /// What it says.
    pub(in crate::faces) form: Form,
}

impl FromRequest<Arc<App>> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        // Before a byte of the body is read.
        let by = SignedIn::of(app, &parts).ok_or_else(|| sign_in_first(&parts))?;
        from_a_page_of_ours(app, &parts).map_err(IntoResponse::into_response)?;
        let form = Form::read(app, &parts, body).await.map_err(IntoResponse::into_response)?;
        let shown = form.text(FORM_TOKEN).unwrap_or_default();
        if bool::from(shown.as_bytes().ct_eq(by.csrf.as_bytes())) {
            Ok(Self { by, form })
        } else {
            Err(foreign_form().into_response())
        }
    }
}

/// Refuses a post that a page of somebody else's made a browser send.
pub(in crate::faces) fn from_a_page_of_ours(app: &App, parts: &Parts) -> Result<(), Problem> {
    let public_url = app.config.public_url.as_deref();
    let is_ours = origin::is_ours(&parts.headers, transport(parts), public_url);
    if is_ours { Ok(()) } else { Err(foreign_form()) }
}

/// What somebody gets whose form is not from a page of their session.
pub(super) fn foreign_form() -> Problem {
    let says =
        "the form is not from a page of this session; load the page again and send it from there";
    Problem::new(403, "form-foreign", says)
}

/// What somebody gets who is not signed in: a browser that opens a page goes to sign in, and comes back.
pub(super) fn sign_in_first(parts: &Parts) -> Response {
    if matches!(parts.method, Method::GET | Method::HEAD) && wants_page(&parts.headers) {
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        return see_other(&format!("/sign-in?next={}", escape_query(target)));
    }
    Problem::new(401, "sign-in-needed", "sign in at /sign-in, and ask again").into_response()
}

/// Whether a request is a browser's that wants to show the answer.
pub(in crate::faces) fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).map(HeaderValue::as_bytes);
    accept.is_some_and(|accept| accept.windows(9).any(|part| part == b"text/html"))
}

/// Sends a browser to another page.
pub(in crate::faces) fn see_other(target: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, target.to_owned())]).into_response()
}
