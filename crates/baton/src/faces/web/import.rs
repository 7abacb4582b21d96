//! `/imports/{id}`: one import, from the look into its file to what it caused.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{ImportId, Moment};
use pages::Href;
use pages::import::{CausedHandoffView, CausedView, ImportDeeds, ImportView};
use pages::layout::Flash;
use pages::parts::{FigureView, ProgressView, Tone};
use pages::text::{count, thousands};

use super::imports::{choices, cut, files, maps, state};
use super::moments;
use super::shell::{Here, Page, refused};
use super::who::who_acts;
use super::{import_look, import_receipt};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::signed_in::{Posted, SignedIn, see_other};
use crate::faces::uploading;
use crate::local::refusal::with_causes;
use crate::local::request::ImportTally;
use crate::runtime::clock;
use crate::runtime::importer::ImportProgress;
use crate::runtime::uploads::{Upload, UploadHead};
use crate::service::read::caused::{Caused, caused};
use crate::service::read::imports::{ImportState, ListedImport, imports};
use crate::service::who_acts::WhoActs;

/// First rows that are shown.
const SHOWN: u32 = 5;

/// What is known of one import.
struct Known {
    listed: Option<ListedImport>,
    caused: Option<Caused>,
    upload: Option<Upload>,
    progress: Option<ImportProgress>,
}

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::ReadImports)?;
    show(&app, &reader, id(&typed)?, None, StatusCode::OK).await
}

/// Starts it, or lets it go on.
pub(super) async fn start(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by, .. }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::StartImport)?;
    let import = id(&typed)?;
    let done = uploading::start(&app, by.caller().id, import).await;
    went(&app, &by, import, done).await
}

/// Stops it.
pub(super) async fn stop(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by, .. }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::StopImport)?;
    let import = id(&typed)?;
    app.importer.stop(import);
    went(&app, &by, import, Ok(())).await
}

/// Throws its file away.
pub(super) async fn discard(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by, .. }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::DiscardImport)?;
    let import = id(&typed)?;
    match uploading::discard(&app, import).await {
        Ok(()) => Ok(see_other("/imports")),
        Err(problem) => went(&app, &by, import, Err(problem)).await,
    }
}

/// Reads its file by another map: the same file is another import then.
pub(super) async fn map(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::UploadImport)?;
    let upload = uploading::find(&app, id(&typed)?).await?.ok_or_else(Problem::nothing_here)?;
    let wanted = form.text("map").unwrap_or_default();
    let known = maps(&app, &by).await?;
    let Some(map) = known.into_iter().find(|map| map.name == wanted) else {
        return Ok(see_other(&format!("/imports/{}", upload.import)));
    };
    let head = UploadHead { map: map.name, map_text: map.text, ..upload.head.clone() };
    let undone = uploading::undone(&app).await?;
    let moved =
        uploading::with(&app, move |uploads| uploads.read_by(&upload, head, &undone, clock::now()));
    Ok(see_other(&format!("/imports/{}", moved.await?)))
}

/// Goes back to the page, or says there what was refused.
pub(super) async fn went(
    app: &Arc<App>,
    reader: &SignedIn,
    import: ImportId,
    done: Result<(), Problem>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(see_other(&format!("/imports/{import}"))),
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            show(app, reader, import, Some(refused(&problem)), StatusCode::CONFLICT).await
        }
        Err(problem) => Err(problem),
    }
}

async fn show(
    app: &Arc<App>,
    reader: &SignedIn,
    import: ImportId,
    flash: Option<Flash>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let known = known(app, import).await?.ok_or_else(Problem::nothing_here)?;
    let view = view(app, reader, import, &known).await?;
    let mut page = Page::for_reader(app, reader, Here::Imports);
    page.flash = flash;
    let shown = page.show(app, "Import", &pages::import::page(&view)).await;
    Ok((status, shown).into_response())
}

async fn known(app: &Arc<App>, import: ImportId) -> Result<Option<Known>, Problem> {
    // Looked at before the journal: one that had ended by then is shown as that.
    let progress = app.importer.progress(import);
    let data = app.config.data.clone();
    let found = app.fold(move |store| {
        let listed = imports(store, &data)?.into_iter().find(|listed| listed.import == import);
        let caused = listed.as_ref().map(|listed| caused(store, listed)).transpose()?;
        Ok((listed, caused))
    });
    let (listed, caused) = found.await?;
    let upload = uploading::find(app, import).await?;
    let nothing = listed.is_none() && upload.is_none();
    Ok((!nothing).then_some(Known { listed, caused, upload, progress }))
}

async fn view(
    app: &Arc<App>,
    reader: &SignedIn,
    import: ImportId,
    known: &Known,
) -> Result<ImportView, Problem> {
    let now = clock::now();
    let running = known.progress.as_ref().filter(|progress| progress.ended.is_none());
    let ran_before = known.listed.is_some();
    // A file is looked into until it is on its way.
    let (mut look, mut unread) = (None, None);
    let waits = known.upload.as_ref().filter(|upload| running.is_none() && upload.is_whole());
    if let Some(upload) = waits {
        match uploading::look(app, reader.caller().id, upload, SHOWN).await? {
            Ok(looked) => look = Some(looked),
            Err(error) => unread = Some((with_causes(&error), error.help())),
        }
    }
    let to = |verb: &str| Href::to(format!("/imports/{import}/{verb}"));
    let deeds = ImportDeeds {
        start: waits.filter(|_| unread.is_none()).map(|_| {
            let rows = look.as_ref().map_or(0, |look| look.counts.read);
            (
                to("start"),
                start_says(rows, ran_before, look.as_ref().is_some_and(|look| look.counts.more)),
            )
        }),
        stop: running.map(|_| to("stop")),
        discard: known.upload.as_ref().filter(|_| running.is_none()).map(|_| to("discard")),
        map: match waits.filter(|_| !ran_before) {
            Some(upload) => {
                let choices = choices(&maps(app, reader).await?, false);
                Some((to("map"), choices, upload.head.map.clone()))
            }
            None => None,
        },
        undo: known
            .listed
            .as_ref()
            .filter(|_| running.is_none())
            .and_then(|listed| undo_says(listed).map(|says| (to("undo"), says.to_owned()))),
    };
    let failed = known.progress.as_ref().and_then(|progress| progress.failed.as_ref());
    let who = who_acts(app).await?;
    Ok(ImportView {
        title: title(known),
        says: says(known, &who, now),
        state: state_of(known, running.is_some()),
        id: import.to_string(),
        csrf: reader.csrf.clone(),
        deeds,
        failed: failed.map(|refusal| format!("{}. It is {}.", refusal.says, refusal.code)),
        progress: running.map(|progress| progress_view(progress, now)),
        figures: figures(known, running),
        look: look.map(|look| import_look::view(&look)),
        unread,
        caused: known.caused.as_ref().filter(|_| running.is_none()).map(caused_view),
        undone: known
            .listed
            .as_ref()
            .and_then(|listed| listed.undone.map(|undone| import_receipt::kept(import, undone))),
    })
}

/// What the link says that leads to taking an import back; none where there is nothing to take back.
fn undo_says(listed: &ListedImport) -> Option<&'static str> {
    match listed.state {
        ImportState::Complete | ImportState::Interrupted => Some("Take back…"),
        ImportState::Undoing => Some("Go on taking it back…"),
        ImportState::Undone => {
            let left = listed.undone.is_some_and(|undone| undone.left.any());
            left.then_some("Take back what stayed…")
        }
        ImportState::Running => None,
    }
}

fn start_says(rows: u64, ran_before: bool, more: bool) -> String {
    match (ran_before, more) {
        (true, _) => "Go on".to_owned(),
        (false, true) => "Import all rows".to_owned(),
        (false, false) => format!("Import {}", count(rows, "row", "rows")),
    }
}

fn title(known: &Known) -> String {
    match (&known.listed, &known.upload) {
        (Some(listed), _) => files(listed),
        (None, Some(upload)) => cut(&upload.head.file),
        (None, None) => String::new(),
    }
}

fn says(known: &Known, who: &WhoActs, now: Moment) -> String {
    if let Some(listed) = &known.listed {
        let map = listed.map.as_deref().map(|map| format!(", map {}", cut(map)));
        let runs =
            if listed.runs > 1 { format!(", run {} times", listed.runs) } else { String::new() };
        let when = moments::when(listed.when, now).short;
        let map = map.unwrap_or_default();
        return format!(
            "From source {}{map}, by {}, begun {when}{runs}. Closing this page stops nothing.",
            listed.source,
            who.name_of(&listed.by)
        );
    }
    let Some(upload) = &known.upload else { return String::new() };
    let size = upload.bytes.div_ceil(1024);
    if !upload.is_whole() {
        let (missing, all) = (upload.missing().len(), upload.parts());
        return format!("{missing} of {all} parts are yet to come by the API.");
    }
    let when = moments::when(upload.begun, now).short;
    format!(
        "Read by the map {}, {} KiB, uploaded {when} by {}. Nothing of it is written yet.",
        cut(&upload.head.map),
        thousands(size),
        upload.head.by
    )
}

fn state_of(known: &Known, is_running: bool) -> (String, Tone) {
    match &known.listed {
        _ if is_running => state(ImportState::Running),
        Some(listed) => state(listed.state),
        None => ("not imported".to_owned(), Tone::Look),
    }
}

fn progress_view(progress: &ImportProgress, now: Moment) -> ProgressView {
    let elapsed_ms = ((now - progress.started).0 / 1_000).max(1);
    let left = progress.of.saturating_sub(progress.bytes);
    let says = if progress.bytes == 0 {
        "It begins".to_owned()
    } else {
        let left_ms = u128::from(left) * elapsed_ms as u128 / u128::from(progress.bytes);
        format!("About {} left", pages::text::length(i64::try_from(left_ms).unwrap_or(i64::MAX)))
    };
    let rate = progress.rows.read * 1_000 / elapsed_ms as u64;
    ProgressView {
        says,
        pace: format!("at {} rows a second", thousands(rate)),
        percent: progress.bytes * 100 / progress.of.max(1),
        again: Href::to(format!("/imports/{}", progress.import)),
    }
}

/// What became of its rows: as it runs, or in all.
fn figures(known: &Known, running: Option<&ImportProgress>) -> Vec<FigureView> {
    let rows = match (running, &known.listed) {
        (Some(progress), _) => progress.rows,
        (None, Some(listed)) if listed.state == ImportState::Complete => ImportTally {
            read: listed.read,
            accepted: listed.accepted,
            duplicates: listed.duplicates,
            quarantined: listed.quarantined,
        },
        (None, _) => return Vec::new(),
    };
    let tone = if rows.quarantined > 0 { Tone::Look } else { Tone::Plain };
    let held = (rows.quarantined > 0).then(|| Href::to("/quarantine"));
    vec![
        FigureView::count("Read", rows.read, "rows"),
        FigureView::count("Accepted", rows.accepted, "in the journal"),
        FigureView::count("Duplicates", rows.duplicates, "known before, change nothing"),
        FigureView::count("Held", rows.quarantined, "wait for a repair").toned(tone).opening(held),
    ]
}

fn caused_view(caused: &Caused) -> CausedView {
    let figure = |says: &str, many| (says.to_owned(), many);
    let listed = caused.listed.iter().map(|handoff| CausedHandoffView {
        href: Href::to(format!("/h/{}", handoff.id)),
        id: handoff.id.to_string(),
        state: handoff.state.replace('-', " "),
        owner: handoff.owner.clone(),
    });
    CausedView {
        figures: vec![
            figure("Signals", caused.signals),
            figure("People", caused.people),
            figure("Accounts", caused.accounts),
            figure("Handoffs that began with it", caused.handoffs),
            figure("open", caused.open),
            figure("accepted", caused.accepted),
        ],
        more: caused.open - caused.listed.len() as u64,
        handoffs: listed.collect(),
    }
}

pub(super) fn id(typed: &str) -> Result<ImportId, Problem> {
    typed.parse().map_err(|_| Problem::nothing_here())
}
