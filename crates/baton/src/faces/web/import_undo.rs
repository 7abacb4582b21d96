//! `/imports/{id}/undo`: what taking an import back would come to, and the deed.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pages::Href;
use pages::import_undo::ImportUndoView;

use super::import::{id, went};
use super::import_receipt;
use super::imports::files;
use super::shell::{Here, Page};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::signed_in::{Posted, SignedIn};
use crate::faces::undoing;
use crate::service::read::imports::imports;

/// How the query and the form say that withdrawn consents are taken back as well.
const YES: &str = "yes";

/// Shows what it would come to.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::UndoImport)?;
    let import = id(&typed)?;
    let query = Query::of_page(request.uri(), &["consents"])?;
    let wanted = query.read("consents", YES, |text| (text == YES).then_some(()))?;
    let with_consents = wanted.is_some();
    let data = app.config.data.clone();
    let listed = app.fold(move |store| imports(store, &data)).await?;
    let listed = listed.into_iter().find(|listed| listed.import == import);
    let listed = listed.ok_or_else(Problem::nothing_here)?;
    let would = match undoing::undo(&app, reader.caller().id, import, (with_consents, true)).await {
        Ok(would) => would,
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            return went(&app, &reader, import, Err(problem)).await;
        }
        Err(problem) => return Err(problem),
    };
    let here = format!("/imports/{import}/undo");
    let other = if with_consents { here.clone() } else { format!("{here}?consents={YES}") };
    let view = ImportUndoView {
        title: files(&listed),
        id: import.to_string(),
        csrf: reader.csrf.clone(),
        would: import_receipt::view(&would),
        with_consents,
        other: Href::to(other),
        to: Href::to(here),
        back: Href::to(format!("/imports/{import}")),
    };
    let page = Page::for_reader(&app, &reader, Here::Imports);
    let shown = page.show(&app, "Take an import back", &pages::import_undo::page(&view)).await;
    Ok(shown.into_response())
}

/// Takes it back.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::UndoImport)?;
    let import = id(&typed)?;
    let consents = form.text("consents").is_some_and(|text| text == YES);
    let done = undoing::undo(&app, by.caller().id, import, (consents, false)).await;
    went(&app, &by, import, done.map(drop)).await
}
