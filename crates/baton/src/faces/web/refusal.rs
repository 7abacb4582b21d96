//! What is refused, told as a page to a browser that asked for one.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use pages::Href;
use pages::problem::ProblemView;

use super::shell::{Here, Page};
use super::words::capital;
use crate::faces::api::app::App;
use crate::faces::api::told_problem::ToldProblem;

/// Tells problems as pages.
pub(super) async fn as_a_page(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let (asked, body) = request.into_parts();
    let mut answered = next.run(Request::from_parts(asked.clone(), body)).await;
    let Some(told) = ToldProblem::of(&mut answered, &asked.headers).await else { return answered };
    let view = view(answered.status(), told.detail, told.code);
    let page = Page::open(&app, &asked, Here::Nowhere);
    let mut response = page.show(&app, &view.title, &pages::problem::page(&view)).await;
    ToldProblem::dress(&mut response, &answered);
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
