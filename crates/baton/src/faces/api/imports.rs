//! Imports over HTTP: what was imported, and what became of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use domain::ImportId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::access;
use super::app::App;
use super::deeds::{read, sent};
use super::problem::Problem;
use super::query::Query;
use super::uploads::{shown, shown_progress};
use crate::auth::action::Action;
use crate::faces::{undoing, uploading};
use crate::runtime::clock;
use crate::service::read::caused::{ImportDetail, caused};
use crate::service::read::imports::imports;

/// Imports of a page where nobody says how many.
const PAGE: usize = 50;

/// Lists imports, the latest first.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    access::require(&app, request.headers(), Action::ReadImports)?;
    let query = Query::of(request.uri(), &["cursor", "limit"])?;
    let after = query
        .read("cursor", "the `next` of the page before", |text| text.parse::<ImportId>().ok())?;
    let limit = query.limit(PAGE)?;
    // What was uploaded and not imported stands before the first page.
    let uploads = match after {
        Some(_) => Vec::new(),
        None => uploading::with(&app, |uploads| uploads.list(clock::now())).await?,
    };
    let data = app.config.data.clone();
    let mut listed = app.fold(move |reader| imports(reader, &data)).await?;
    if let Some(after) = after {
        let known = listed.iter().position(|import| import.import == after);
        listed.drain(..known.map_or(listed.len(), |at| at + 1));
    }
    let more = listed.len() > limit;
    listed.truncate(limit);
    let next = listed.last().filter(|_| more).map(|last| last.import);
    let uploads: Vec<Value> = uploads.iter().map(shown).collect();
    Ok(Json(json!({ "imports": listed, "uploads": uploads, "next": next })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UndoBody {
    /// Whether consents that it withdrew are taken back as well.
    #[serde(default)]
    consents: bool,
    #[serde(default)]
    dry_run: bool,
}

/// Takes an import back, part by part, so that nobody else waits for long.
pub(super) async fn undo(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, Action::UndoImport).await?;
    let UndoBody { consents, dry_run: is_dry_run } = read(whole.bytes.as_slice())?;
    let import: ImportId = typed.parse().map_err(|_| uploading::missing())?;
    let undone = undoing::undo(&app, caller.id, import, (consents, is_dry_run)).await?;
    Ok(Json(undone).into_response())
}

/// Tells of one import, with what it caused.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    access::require(&app, request.headers(), Action::ReadImports)?;
    Query::of(request.uri(), &[])?;
    let id: ImportId = typed.parse().map_err(|_| uploading::missing())?;
    // Looked at before the journal: one that had ended by then is told as that.
    let progress = app.importer.progress(id);
    let data = app.config.data.clone();
    let found = app.fold(move |reader| {
        let listed = imports(reader, &data)?.into_iter().find(|listed| listed.import == id);
        let Some(import) = listed else { return Ok(None) };
        let caused = caused(reader, &import)?;
        Ok(Some(ImportDetail { import, caused }))
    });
    let (found, upload) = (found.await?, uploading::find(&app, id).await?);
    if found.is_none() && upload.is_none() {
        return Err(uploading::missing());
    }
    let mut told = found.map_or_else(|| json!({}), |found| json!(found));
    told["upload"] = json!(upload.as_ref().map(shown));
    told["progress"] = json!(progress.as_ref().map(shown_progress));
    Ok(Json(told).into_response())
}
