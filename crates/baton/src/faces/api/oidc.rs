//! Signing in with the identity provider: the way there, and the way back.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use store::Read as _;

use super::app::App;
use super::entrance::{in_the_clear, is_own_page, may_sign_in};
use super::problem::Problem;
use super::query::Query;
use super::second_factor;
use super::sign_in::counted;
use super::signed_in::{see_other, transport};
use super::user_refusal::sign_in_unknown;
use crate::auth::cookie::{self, Cookie, Transport};
use crate::auth::oidc::ProviderFault;
use crate::auth::oidc::flows::Flow;
use crate::auth::token::Token;
use crate::local::request::Request as LocalRequest;
use crate::local::shielded::Shielded;
use crate::runtime::clock;
use crate::runtime::identity_provider::IdentityProvider;

/// Where the provider sends people back to.
const CALLBACK: &str = "/sign-in/oidc/callback";
/// What attempts to go there and to come back are counted as.
const ATTEMPTS: &str = "identity provider";

/// Sends a browser to the provider.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let provider = provider(&app, &parts)?;
    let query = Query::of(&parts.uri, &["next"])?;
    let next = query.text("next")?.filter(|next| is_own_page(next));
    let back_to = format!("{}{CALLBACK}", origin(&app, &parts)?);
    let flow = Flow::draw(back_to, next)?;
    let state = app.flows.begin(flow.clone(), clock::now())?;
    let address = provider.address(&state, &flow).await.map_err(faulty)?;
    let mut response = see_other(&address);
    let cookie = cookie::set(&state, Cookie::Flow, transport(&parts)).ok_or_else(in_the_clear)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Lets somebody in who comes back from the provider, if they are a user.
pub(super) async fn get_callback(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let provider = provider(&app, &parts)?;
    let (flow, code) = came_back(&app, provider, &parts)?;
    let identity = provider.identity(&code, &flow).await.map_err(faulty)?;
    let address = provider.address_of(&identity).map_err(faulty)?.to_owned();
    let row = app.look_up(move |reader| reader.user_by_email(&address)).await?;
    let user = row.filter(|row| row.revoked.is_none()).map(|row| row.user);
    let user = user.ok_or_else(sign_in_unknown)?;
    let issuer = provider.issuer().to_owned();
    let subject = Shielded::new(identity.subject);
    app.local(LocalRequest::UseProvider { user, issuer, subject }).await?;
    let mut response = second_factor::enter(&app, &parts, user, flow.next.as_deref()).await?;
    forget(response.headers_mut(), transport(&parts));
    Ok(response)
}

/// The sign-in that a browser comes back from, and the code that it brings. It counts once, in the browser
/// that began it, and from the provider that it was sent to.
fn came_back(
    app: &App,
    provider: &IdentityProvider,
    parts: &Parts,
) -> Result<(Flow, String), Problem> {
    let query = Query::of_others(&parts.uri);
    let state = query.text("state")?.as_deref().and_then(Token::read).ok_or_else(unfinished)?;
    let carried = cookie::token(&parts.headers, Cookie::Flow, transport(parts));
    if carried.is_none_or(|carried| carried.hash() != state.hash()) {
        return Err(unfinished());
    }
    let flow = app.flows.end(&state, clock::now()).ok_or_else(unfinished)?;
    // RFC 9207: a code of another provider is not shown to this one.
    if query.text("iss")?.is_some_and(|issuer| issuer != provider.issuer()) {
        return Err(unfinished());
    }
    match query.text("code")? {
        Some(code) if query.text("error")?.is_none() => Ok((flow, code)),
        _ => Err(faulty(ProviderFault::Refused)),
    }
}

/// The provider, for somebody who may ask for it: over what they came, and how often.
fn provider<'a>(app: &'a App, parts: &Parts) -> Result<&'a IdentityProvider, Problem> {
    let provider = app.identity_provider.as_ref().ok_or_else(Problem::nothing_here)?;
    may_sign_in(parts)?;
    counted(app, parts, ATTEMPTS)?;
    Ok(provider)
}

/// Scheme and host that browsers reach the server by. On the machine itself what was typed is enough.
fn origin(app: &App, parts: &Parts) -> Result<String, Problem> {
    if let Some(public) = &app.config.public_url {
        return Ok(public.clone());
    }
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (transport(parts), host) {
        (Transport::Loopback, Some(host)) => Ok(format!("http://{host}")),
        (Transport::Loopback | Transport::Tls | Transport::Plain, _) => {
            let says = "the identity provider has to be told where people come back to: set \
                        `public_url` in `[listen]` of `baton.toml`";
            Err(Problem::new(503, "public-url-missing", says))
        }
    }
}

/// Takes the cookie of the way there from the browser again.
fn forget(headers: &mut HeaderMap, transport: Transport) {
    if let Some(cookie) = cookie::clear(Cookie::Flow, transport) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

fn unfinished() -> Problem {
    let says = "this sign-in was not begun in this browser, was used, or took longer than ten minutes; \
                begin again at /sign-in";
    Problem::new(400, "sign-in-unfinished", says)
}

fn faulty(fault: ProviderFault) -> Problem {
    match fault {
        ProviderFault::NoAddress => sign_in_unknown(),
        ProviderFault::Unreachable
        | ProviderFault::Unfit
        | ProviderFault::Refused
        | ProviderFault::Token => Problem::new(502, "identity-provider", fault.to_string()),
    }
}
