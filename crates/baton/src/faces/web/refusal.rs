//! What is refused, told as a page to a browser that asked for one.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use pages::Href;
use pages::problem::ProblemView;
use serde_json::Value;

use super::shell::{Here, Page};
use super::words::capital;
use crate::faces::api::app::App;
use crate::faces::api::signed_in::wants_page;

/// The largest problem that is read again, in bytes.
const BYTES_MAX: usize = 64 * 1024;

/// Tells problems as pages.
pub(super) async fn as_a_page(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| kind != "application/problem+json") || !wants_page(&asked.headers) {
        return response;
    }
    let (answered, body) = response.into_parts();
    let told = to_bytes(body, BYTES_MAX).await.unwrap_or_default();
    let told: Value = serde_json::from_slice(&told).unwrap_or_default();
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let view = view(answered.status, text("detail"), text("code"));
    let page = Page::open(&app, &asked, Here::Nowhere);
    let mut response = page.show(&app, &view.title, &pages::problem::page(&view)).await;
    *response.status_mut() = answered.status;
    for (name, value) in &answered.headers {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
    response
}

fn view(status: StatusCode, detail: String, code: String) -> ProblemView {
    let (title, help) = match status.as_u16() {
        404 => (
            "There is nothing here",
            "It may have another address, or it is not for you to see. Search for the person or the company.",
        ),
        403 => (
            "That is not for you to do",
            "Ask whoever looks after Baton here, if you think that it should be.",
        ),
        429 | 503 => {
            ("It is busy for a moment", "Nothing was lost. Load the page again in a moment.")
        }
        507 => (
            "The disk is full",
            "Nothing is read or done until there is room. Tell whoever runs it.",
        ),
        _ => ("That did not work", "Nothing was done. Go back, and try it another way."),
    };
    ProblemView {
        title: title.to_owned(),
        says: capital(&detail),
        help: help.to_owned(),
        code,
        on: Some(("Go to the first page".to_owned(), Href::to("/"))),
    }
}
