//! What whoever looks after the server asks: is it there, is it ready, how does it fare, what does
//! it speak.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::access;
use super::app::App;
use super::problem::Problem;
use crate::runtime::keys::Scope;
use crate::runtime::setback::Setback;

/// The description of the API.
const OPENAPI: &str = include_str!("openapi.json");

/// The address that a request came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// It is there.
pub(super) async fn healthz() -> Response {
    Json(json!({ "status": "there" })).into_response()
}

/// It has recovered and takes commands.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    if app.board.is_ready() {
        Ok(Json(json!({ "status": "ready" })).into_response())
    } else {
        Err(Setback::Recovering.into())
    }
}

/// What it speaks.
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// How it fares, for this machine and for keys that may read.
pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let peer = request.extensions().get::<Peer>();
    if !peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback()) {
        access::require(&app, request.headers(), Scope::Read)?;
    }
    let text = app.board.metrics.render();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}
