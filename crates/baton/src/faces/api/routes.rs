//! The routes, and what lies before all of them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, options, post, put};
use axum::{Extension, Router};
use connectors::segment::Call;
use serde_json::Value;

use super::app::App;
use super::connections::{ConnectionInfo, ConnectionScope};
use super::description::{
    self, Operation, administering, counted, deeds as doing, drafting, intake, reading, rehearsing,
    uploading,
};
use super::health::Description;
use super::problem::Problem;
use super::signed_in::SignedIn;
use super::{
    accept_link, access, accounts, audit, counts, deeds, desk, destinations, drafts, entrance,
    erasures, events, feedback, guard, handoffs, health, home, hooks, identity, imports, keys, me,
    oidc, quarantine, rehearsals, search, second_factor, segment, sign_in, signals, sources,
    status, strategies, uploads, users,
};
use crate::auth::origin::Arrival;
use crate::faces::web;
use crate::runtime::clock;
use crate::service::act::Verb;
use crate::service::act::quarantine::EntryVerb;
use crate::service::setback::Setback;

/// Routes that answer before recovery is done.
const EARLY: [&str; 4] = ["/healthz", "/readyz", "/openapi.json", "/metrics"];
/// Segment's routes, and the short ones of its browser library.
const SEGMENT: [&str; 14] = [
    "track", "identify", "page", "screen", "group", "alias", "batch", "t", "i", "p", "s", "g", "a",
    "b",
];

/// One method of one path, as it is served and as it is described.
struct Route {
    method: &'static str,
    path: String,
    served: MethodRouter<Arc<App>>,
    described: Operation,
}

/// All routes.
pub(super) fn routes(app: Arc<App>) -> Router {
    let known = table().into_iter();
    known
        .fold(Router::new(), |router, route| router.route(&route.path, route.served))
        .merge(pages())
        .merge(web::routes::routes(&app))
        .fallback(nothing)
        .method_not_allowed_fallback(other_method)
        .layer(Extension(Description::of(&described())))
        .layer(from_fn_with_state(Arc::clone(&app), before))
        .with_state(app)
}

/// The description of the API.
pub fn described() -> Value {
    let table = table();
    let operations =
        table.iter().map(|route| (route.method, route.path.as_str(), &route.described));
    description::document(operations)
}

fn table() -> Vec<Route> {
    let route = |method, path: &str, served, described| Route {
        method,
        path: path.to_owned(),
        served,
        described,
    };
    let mut table = vec![
        route("get", "/", get(home::get), reading::home()),
        route("get", "/healthz", get(health::healthz), reading::healthz()),
        route("get", "/readyz", get(health::readyz), reading::readyz()),
        route("get", "/openapi.json", get(health::openapi), reading::openapi()),
        route("get", "/metrics", get(health::metrics), reading::metrics()),
        route("post", "/v1/signals", post(signals::post), intake::signals()),
        route("get", "/v1/signals/{id}", get(status::get), intake::status()),
        route("post", "/v1/hooks/{source}", post(hooks::post), intake::hooks()),
        route("get", "/v1/accounts/{id}", get(accounts::get), reading::context()),
        route("get", "/v1/accounts/{id}/why", get(accounts::why), reading::why_of_account()),
        route("get", "/v1/handoffs", get(handoffs::list), reading::handoffs()),
        route("get", "/v1/handoffs/{id}", get(handoffs::get), reading::handoff()),
        route("get", "/v1/handoffs/{id}/brief", get(handoffs::brief), reading::brief()),
        route("get", "/v1/handoffs/{id}/why", get(handoffs::why), reading::why()),
        route("get", "/v1/counts/{name}", get(counts::get), counted::count()),
        route("get", "/v1/counts/{name}/handoffs", get(counts::list), counted::handoffs()),
        route("get", "/v1/feedback", get(feedback::get), counted::feedback()),
        route("get", "/v1/desk", get(desk::get), reading::desk()),
        route("get", "/v1/sources", get(sources::list), reading::sources()),
        route("get", "/v1/destinations", get(destinations::list), reading::destinations()),
        route(
            "post",
            "/v1/destinations/{name}/test",
            post(destinations::test),
            doing::test_destination(),
        ),
        route("post", "/v1/strategies/rollback", post(drafts::roll_back), drafting::roll_back()),
        route("get", "/v1/drafts", get(drafts::list), drafting::list()),
        route("post", "/v1/drafts", post(drafts::save), drafting::save()),
        route("get", "/v1/drafts/{id}", get(drafts::get), drafting::get()),
        route("get", "/v1/rehearsals", get(rehearsals::list), rehearsing::list()),
        route("post", "/v1/rehearsals", post(rehearsals::start), rehearsing::start()),
        route("get", "/v1/rehearsals/{id}", get(rehearsals::get), rehearsing::get()),
        route("post", "/v1/rehearsals/{id}/stop", post(rehearsals::stop), rehearsing::stop()),
        route("get", "/v1/strategies", get(strategies::list), reading::strategies()),
        route("get", "/v1/strategies/{one}/diff/{other}", get(strategies::diff), reading::diff()),
        route("get", "/v1/quarantine", get(quarantine::list), reading::quarantine()),
        route("get", "/v1/imports", get(imports::list), reading::imports()),
        route("post", "/v1/imports", post(uploads::announce), uploading::announce()),
        route("get", "/v1/imports/{id}", get(imports::get), reading::import()),
        route("put", "/v1/imports/{id}/parts/{n}", put(uploads::put), uploading::part()),
        route("get", "/v1/imports/{id}/dry-run", get(uploads::dry_run), uploading::dry_run()),
        route("post", "/v1/imports/{id}/undo", post(imports::undo), doing::import_undo()),
        route("get", "/v1/audit", get(audit::list), reading::audit()),
        route("post", "/v1/audit/verify", post(audit::verify), doing::verify()),
        route("get", "/v1/events", get(events::get), reading::events()),
        route("post", "/v1/search", post(search::post), reading::search()),
        route("post", "/v1/erasures", post(erasures::post), doing::erase()),
        route("get", "/v1/users", get(users::list), administering::users()),
        route("post", "/v1/users", post(users::add), administering::add_user()),
        route("get", "/v1/keys", get(keys::list), administering::keys()),
        route("post", "/v1/keys", post(keys::create), administering::create_key()),
        route("post", "/v1/keys/{id}/revoke", post(keys::revoke), administering::revoke_key()),
    ];
    table.extend(users::Verb::ALL.map(|verb| {
        let served = post(move |state, path, request| users::post(verb, state, path, request));
        let path = format!("/v1/users/{{id}}/{}", verb.name());
        route("post", &path, served, administering::user(verb))
    }));
    table.extend(Verb::ALL.map(|verb| {
        let served = post(move |state, path, request| deeds::post(verb, state, path, request));
        let path = format!("/v1/handoffs/{{id}}/{}", verb.name());
        route("post", &path, served, doing::handoff(verb))
    }));
    table.extend(desk::Verb::ALL.map(|verb| {
        let served = post(move |state, path, request| desk::post(verb, state, path, request));
        route("post", &format!("/v1/desk/{{member}}/{}", verb.name()), served, doing::desk(verb))
    }));
    table.extend(identity::Verb::ALL.map(|verb| {
        let served = post(move |state, request| identity::post(verb, state, request));
        let path = format!("/v1/identity/{}", verb.name());
        route("post", &path, served, doing::identity(verb))
    }));
    table.extend(drafts::Verb::ALL.map(|verb| {
        let served = post(move |state, path, request| drafts::post(verb, state, path, request));
        route("post", &format!("/v1/drafts/{{id}}/{}", verb.name()), served, drafting::deed(verb))
    }));
    table.extend(uploads::Verb::ALL.map(|verb| {
        let served = post(move |state, path, request| uploads::post(verb, state, path, request));
        route("post", &format!("/v1/imports/{{id}}/{}", verb.name()), served, uploading::deed(verb))
    }));
    table.extend(EntryVerb::ALL.map(|verb| {
        let served = post(move |state, path, request| quarantine::post(verb, state, path, request));
        let path = format!("/v1/quarantine/{{id}}/{}", verb.name());
        route("post", &path, served, doing::quarantine(verb))
    }));
    for name in SEGMENT {
        let call = Call::named(name).expect("a call of Segment's");
        let path = format!("/v1/{name}");
        let served = post(move |state, request| segment::post(call, state, request));
        table.push(route("post", &path, served, intake::segment(call.name())));
        table.push(route("options", &path, options(segment::preflight), intake::preflight()));
    }
    table
}

/// What people open in a browser. The description of the API has none of it.
fn pages() -> Router<Arc<App>> {
    Router::new()
        .route("/sign-in", get(sign_in::get).post(sign_in::post))
        .route("/sign-in/link/{token}", get(sign_in::get_link).post(sign_in::post_link))
        .route("/sign-in/as/{role}", post(sign_in::post_as))
        .route("/sign-in/oidc", get(oidc::get))
        .route("/sign-in/oidc/callback", get(oidc::get_callback))
        .route("/sign-in/code", post(second_factor::post_code))
        .route("/me/second-factor", get(second_factor::get).post(second_factor::post))
        .route("/me/second-factor/end", post(second_factor::post_end))
        .route("/sign-out", post(sign_in::post_out))
        .route("/act/{token}", get(accept_link::get).post(accept_link::post))
        .route("/me", get(me::get))
        .route("/me/availability", post(me::post_availability))
        .layer(from_fn(entrance::refused_as_a_page))
}

async fn nothing(headers: HeaderMap) -> Response {
    entrance::for_a_browser(Problem::nothing_here(), &headers)
}

async fn other_method(method: Method, headers: HeaderMap) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let says = "this path knows other methods";
    entrance::for_a_browser(Problem::new(405, "method-unfit", says), &headers)
}

/// Guards every request, and dresses every answer.
async fn before(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = clock::tick();
    let chunked = request.headers().contains_key(axum::http::header::TRANSFER_ENCODING);
    let (mut parts, body) = request.into_parts();
    let connection = ConnectionInfo::of(&parts.extensions).cloned();
    let came = connection.as_ref().map(|connection| (Some(connection.peer), connection.over_tls));
    let trusted = &app.config.trusted_proxies;
    parts.extensions.insert(Arrival::of(came.unwrap_or_default(), &parts.headers, trusted));
    let early = EARLY.contains(&parts.uri.path());
    let posts = parts.method == Method::POST;
    let seated = early
        || connection.as_ref().is_none_or(|connection| connection.scope == ConnectionScope::Any);
    if let Some(connection) = &connection
        && (access::is_known(&app, &parts.headers) || SignedIn::of(&app, &parts).is_some())
    {
        connection.state.known();
    }
    let mut response = match guard::check(&parts) {
        Err(problem) => problem.into_response(),
        Ok(()) if !seated => {
            app.shared.metrics.overloaded.one();
            Problem::from(Setback::BUSY).into_response()
        }
        Ok(()) if !early && !app.shared.is_ready() => {
            Problem::from(Setback::Recovering).into_response()
        }
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
    };
    // A signature that fits, or a key in a body, shows as much as a key in a header.
    if let Some(connection) = connection
        && response.status().is_success()
        && posts
    {
        connection.state.known();
    }
    guard::dress(&mut response);
    // What follows a body without a length, or one that was not read, may not be a request.
    if chunked || response.status().is_client_error() {
        response
            .headers_mut()
            .insert(axum::http::header::CONNECTION, axum::http::HeaderValue::from_static("close"));
    }
    let metrics = &app.shared.metrics;
    match response.status().as_u16() / 100 {
        5 => metrics.answers_5xx.one(),
        4 => metrics.answers_4xx.one(),
        _ => metrics.answers_2xx.one(),
    }
    metrics.requests.took(clock::tick() - begun);
    response
}

#[cfg(test)]
mod tests;
