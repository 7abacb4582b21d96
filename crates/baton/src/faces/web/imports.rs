//! `/imports`: what was imported, and a form that brings in a file. To whom may not import they are not there.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connectors::import::ImportMap;
use domain::{ImportId, Moment};
use pages::Href;
use pages::imports::{ImportRow, ImportsView};
use pages::parts::{Choice, Tone};
use sha2::{Digest, Sha256};

use super::moments;
use super::shell::{Here, Page};
use super::who::who_acts;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::posted_file::{ChosenFile, PostedFile};
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::{SignedIn, see_other};
use crate::faces::uploading;
use crate::local::refusal::with_causes;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::runtime::uploads::{Upload, UploadHead};
use crate::service::read::Access;
use crate::service::read::import_maps::NamedMap;
use crate::service::read::imports::{ImportState, ListedImport, imports};
use crate::service::who_acts::WhoActs;

/// Imports of a page.
const PAGE: usize = 50;
/// What a form says whose map is to be found.
const ANY_MAP: &str = "";
/// The longest name of a file that is shown, in characters.
const NAME_CHARS: usize = 120;

/// What is said above the list.
#[derive(Default)]
struct Said {
    chosen: String,
    refused: Option<(String, Vec<String>)>,
    status: StatusCode,
}

/// Lists them.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::ReadImports)?;
    let query = Query::of_page(request.uri(), &["after"])?;
    let after = query.read("after", "an import", |text| text.parse::<ImportId>().ok())?;
    show(&app, &reader, after, Said::default()).await
}

/// Keeps a file, and goes to where it is looked at.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    posted: PostedFile,
) -> Result<Response, Problem> {
    posted.by.require(Action::UploadImport)?;
    let (by, chosen) = (posted.by.clone(), posted.text("map").to_owned());
    let refused = |says: String, help, status| Said {
        chosen: chosen.clone(),
        refused: Some((says, help)),
        status,
    };
    let Some(ChosenFile { name, bytes }) = posted.file else {
        let says = "No file was chosen.".to_owned();
        let said = refused(says, Vec::new(), StatusCode::UNPROCESSABLE_ENTITY);
        return show(&app, &by, None, said).await;
    };
    let maps = maps(&app, &by).await?;
    let map = match map_for(&maps, &chosen, &name, &bytes) {
        Ok(map) => map.clone(),
        Err((says, help)) => {
            let said = refused(says, help, StatusCode::UNPROCESSABLE_ENTITY);
            return show(&app, &by, None, said).await;
        }
    };
    let head = UploadHead {
        file: name,
        map: map.name,
        map_text: map.text,
        contents: Sha256::digest(&bytes).into(),
        by: by.caller().id,
    };
    match uploading::keep(&app, head, bytes).await {
        Ok(upload) => Ok(see_other(&format!("/imports/{}", upload.import))),
        Err(problem) if problem.status().is_client_error() => {
            let status = problem.status();
            let said = refused(format!("{}.", problem.detail()), Vec::new(), status);
            show(&app, &by, None, said).await
        }
        Err(problem) => Err(problem),
    }
}

async fn show(
    app: &Arc<App>,
    reader: &SignedIn,
    after: Option<ImportId>,
    said: Said,
) -> Result<Response, Problem> {
    let now = clock::now();
    let data = app.config.data.clone();
    let listed = app.fold(move |store| imports(store, &data)).await?;
    let uploads = uploading::with(app, move |uploads| uploads.list(now)).await?;
    let who = who_acts(app).await?;
    let is_listed = |upload: &Upload| listed.iter().any(|import| import.import == upload.import);
    let mut rows = Vec::new();
    if after.is_none() {
        let waiting = uploads.iter().filter(|upload| !is_listed(upload));
        rows.extend(waiting.map(|upload| waiting_row(upload, &who, now)));
    }
    let from = after.and_then(|after| listed.iter().position(|import| import.import == after));
    let from = from.map_or(0, |at| at + 1);
    let shown = listed.iter().skip(from).take(PAGE);
    rows.extend(shown.map(|import| row(import, &who, now)));
    let older = listed.get(from + PAGE - 1).filter(|_| listed.len() > from + PAGE);
    let running = listed.iter().filter(|import| import.state == ImportState::Running).count();
    let view = ImportsView {
        says: says(listed.len(), running, uploads.len()),
        csrf: reader.csrf.clone(),
        upload: Href::to("/imports"),
        most: "8 MiB".to_owned(),
        maps: choices(&maps(app, reader).await?, true),
        chosen: said.chosen,
        refused: said.refused,
        rows,
        next: older.map(|last| Href::to(format!("/imports?after={}", last.import))),
    };
    let page = Page::for_reader(app, reader, Here::Imports);
    let shown = page.show(app, "Imports", &pages::imports::page(&view)).await;
    Ok((said.status, shown).into_response())
}

fn says(imports: usize, running: usize, waiting: usize) -> String {
    let imports = pages::text::count(imports as u64, "import", "imports");
    let runs = if running > 0 { ", one is under way" } else { "" };
    let waits = match waiting {
        0 => String::new(),
        1 => ", 1 file was uploaded and waits".to_owned(),
        waiting => format!(", {waiting} files were uploaded and wait"),
    };
    format!(
        "{imports}{runs}{waits}. Every row read is accepted, a duplicate or held: nothing is lost."
    )
}

fn waiting_row(upload: &Upload, who: &WhoActs, now: Moment) -> ImportRow {
    ImportRow {
        files: cut(&upload.head.file),
        says: format!("by the map {}", cut(&upload.head.map)),
        href: Href::to(format!("/imports/{}", upload.import)),
        state: ("uploaded, not imported".to_owned(), Tone::Look),
        when: moments::when(upload.begun, now),
        by: who.name_of(&upload.head.by.to_string()),
        rows: None,
    }
}

fn row(import: &ListedImport, who: &WhoActs, now: Moment) -> ImportRow {
    let map = import.map.as_deref().map(|map| format!(", map {}", cut(map)));
    let rows = [import.read, import.accepted, import.duplicates, import.quarantined];
    ImportRow {
        files: files(import),
        says: format!("source {}{}", import.source, map.unwrap_or_default()),
        href: Href::to(format!("/imports/{}", import.import)),
        state: state(import.state),
        when: moments::when(import.when, now),
        by: who.name_of(&import.by),
        rows: (import.state == ImportState::Complete).then_some(rows),
    }
}

/// The files of an import in a line.
pub(super) fn files(import: &ListedImport) -> String {
    match import.files.as_slice() {
        [] => import.import.to_string(),
        [one] => cut(one),
        [one, rest @ ..] => format!("{} and {} more", cut(one), rest.len()),
    }
}

/// How an import stands, in words.
pub(super) fn state(state: ImportState) -> (String, Tone) {
    let (says, tone) = match state {
        ImportState::Complete => ("complete", Tone::Good),
        ImportState::Running => ("under way", Tone::Trial),
        ImportState::Interrupted => ("interrupted", Tone::Look),
        ImportState::Undoing => ("being taken back", Tone::Trial),
        ImportState::Undone => ("taken back", Tone::Look),
    };
    (says.to_owned(), tone)
}

/// A name as far as it is shown.
pub(super) fn cut(name: &str) -> String {
    match name.char_indices().nth(NAME_CHARS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// Maps by which a reader's files can be read.
pub(super) async fn maps(app: &Arc<App>, reader: &SignedIn) -> Result<Vec<NamedMap>, Problem> {
    let access = Access::of(&reader.caller());
    reading::read(app, Reading::LookUp, access, |service| service.import_maps(None)).await
}

/// Maps to choose from, with the word for the one that fits.
pub(super) fn choices(maps: &[NamedMap], with_any: bool) -> Vec<Choice> {
    let any =
        || Choice { value: ANY_MAP.to_owned(), says: "the one that fits the file".to_owned() };
    let choice = |map: &NamedMap| Choice {
        value: map.name.clone(),
        says: format!("{} — {}", map.name, map.reads),
    };
    with_any.then(any).into_iter().chain(maps.iter().map(choice)).collect()
}

/// The map that was chosen, or the one that reads most of the file. Else says why not, and what helps.
fn map_for<'m>(
    maps: &'m [NamedMap],
    chosen: &str,
    file: &str,
    bytes: &[u8],
) -> Result<&'m NamedMap, (String, Vec<String>)> {
    if chosen == ANY_MAP {
        let read = maps.iter().filter_map(|map| Some((map.reads_of(file, bytes)?, map)));
        // Of two that read as much the strategy's own counts, which stands first.
        let best = read.rev().max_by_key(|(known, _)| *known).map(|(_, map)| map);
        return best.ok_or_else(|| {
            let says = format!("No map reads a file of the name and the header of {}.", cut(file));
            let help = "Choose the map that is meant, to be told what it misses; or keep a map of your own in \
                        maps/ of the strategy.";
            (says, vec![help.to_owned()])
        });
    }
    let known = maps.iter().find(|map| map.name == chosen);
    let map = known.ok_or_else(|| ("There is no such map any more.".to_owned(), Vec::new()))?;
    let read: Option<ImportMap> = map.read();
    let opened = read.as_ref().map(|read| read.open(file, bytes));
    match opened {
        Some(Ok(_)) => Ok(map),
        Some(Err(error)) => Err((with_causes(&error), error.help())),
        None => Err(("This map has errors.".to_owned(), Vec::new())),
    }
}
