//! What pages ask for besides themselves, and the style guide.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use pages::assets::{ASSETS, FOLDER};

use super::shell::{Here, Page};
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;

/// Its address holds the hash of its content, so it is kept for ever.
const KEPT: &str = "public, max-age=31536000, immutable";

/// A style sheet, a script or a mark.
pub(super) async fn get(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = ASSETS.at(&format!("{FOLDER}{name}")).ok_or_else(Problem::nothing_here)?;
    let headers = [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, KEPT)];
    Ok((headers, asset.body.as_str()).into_response())
}

/// Each part of a page. It says nothing of what is kept, so anybody may see it.
pub(super) async fn style_guide(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let page = Page::open(&app, &parts, Here::StyleGuide);
    page.show(&app, "Style guide", &pages::styleguide::page()).await
}
