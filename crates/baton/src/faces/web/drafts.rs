//! `/strategy/drafts/{id}` and `/strategy/versions/{version}`: what is being written, what it changes, and what
//! was in force before. To whom may not change the strategy they are not there.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pages::Href;
use pages::draft::{ApplyView, DraftFile, DraftView, OpenFile, ProblemRow, VersionPage};
use pages::layout::Flash;
use pages::parts::Tone;
use pages::text::count;
use rules::Files;

use super::moments;
use super::shell::{Here, Page, refused};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::{Query, escape_query};
use crate::faces::api::reading;
use crate::faces::api::signed_in::{Posted, SignedIn, see_other};
use crate::faces::drafting::{self, Checked, Found};
use crate::local::request::Request as LocalRequest;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::strategy_diff::{Difference, differences};

/// The largest file that is edited in a page, in bytes: a form takes no more, escaped.
const EDITED_BYTES_MAX: usize = 40 * 1024;
/// Findings that are listed.
const FOUND_MAX: usize = 30;
/// Changes that are listed.
const CHANGES_MAX: usize = 100;
/// Characters of a version that tell it apart.
const VERSION_CHARS: usize = 12;

/// Begins a draft from what is in force, or from an older version.
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::SaveDraft)?;
    let caller = by.caller();
    let from = form.text("from").unwrap_or("live");
    let files = drafting::files_of(&app, &caller, from).await?;
    let draft = drafting::save(&app, caller.id, files, in_force(&app), None).await?;
    Ok(see_other(&format!("/strategy/drafts/{draft}")))
}

/// A draft, with one of its files open.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::ReadDrafts)?;
    let open = Query::of_page(request.uri(), &["file"])?.text("file")?;
    show(&app, &reader, &typed, open, None, StatusCode::OK).await
}

/// Saves the text of a file: the draft that it makes is another one.
pub(super) async fn save(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::SaveDraft)?;
    let caller = by.caller();
    let (row, mut files) = drafting::draft(&app, &caller, &typed).await?;
    let (Some(path), Some(text)) = (form.text("path"), form.text("text")) else {
        return Err(Problem::new(422, "body-unfit", "the form has no text"));
    };
    let Some(known) = files.0.get_mut(path) else { return Err(Problem::nothing_here()) };
    *known = written(text, known);
    let draft = drafting::save(&app, caller.id, files, row.based_on, Some(row.draft)).await?;
    Ok(see_other(&format!("/strategy/drafts/{draft}?file={}#problems", escape_query(path))))
}

/// Puts a draft in force, in place of the version that its reader was told of.
pub(super) async fn apply(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::ApplyDraft)?;
    let replaces = form.text("replaces").unwrap_or_default();
    match drafting::apply(&app, &by.caller(), &typed, replaces).await {
        Ok(_) => Ok(see_other("/strategy?did=applied")),
        Err(problem)
            if problem.status() != StatusCode::NOT_FOUND && problem.status().is_client_error() =>
        {
            let status = problem.status();
            show(&app, &by, &typed, None, Some(refused(&problem)), status).await
        }
        Err(problem) => Err(problem),
    }
}

/// Throws a draft away.
pub(super) async fn discard(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by, .. }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::DiscardDraft)?;
    app.local(LocalRequest::DiscardDraft { draft: typed }).await?;
    Ok(see_other("/strategy"))
}

/// A version that was in force, beside what is.
pub(super) async fn version(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::ReadDrafts)?;
    show_version(&app, &reader, &typed, None, StatusCode::OK).await
}

/// Puts an older version back in force.
pub(super) async fn roll_back(
    State(app): State<Arc<App>>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::RollBackStrategy)?;
    let replaces = form.text("replaces").unwrap_or_default();
    let back = form.text("back").unwrap_or_default().to_owned();
    match drafting::roll_back(&app, &by.caller(), Some(back.clone()), replaces).await {
        Ok(_) => Ok(see_other("/strategy?did=rolled-back")),
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            show_version(&app, &by, &back, Some(refused(&problem)), StatusCode::CONFLICT).await
        }
        Err(problem) => Err(problem),
    }
}

async fn show(
    app: &Arc<App>,
    reader: &SignedIn,
    typed: &str,
    open: Option<String>,
    flash: Option<Flash>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let caller = reader.caller();
    let (row, files) = drafting::draft(app, &caller, typed).await?;
    let before = drafting::files_of(app, &caller, "live").await.unwrap_or_default();
    let changes = differences(&before, &files);
    let checked = drafting::check(app, files.clone()).await?;
    let now = clock::now();
    let at = format!("/strategy/drafts/{}", row.draft);
    let based = row.based_on.as_deref().map(|version| format!(", from {}", short(version)));
    let open = open.filter(|path| files.0.contains_key(path)).or_else(|| first(&files, &changes));
    let (listed, more_changes) = by_file(&changes);
    let view = DraftView {
        title: row.draft.clone(),
        says: format!(
            "Saved {} by {}{}. {}.",
            moments::when(row.saved, now).short,
            row.by,
            based.unwrap_or_default(),
            pages::text::count(
                changes.len() as u64,
                "difference to what is in force",
                "differences to what is in force"
            )
        ),
        state: state(&checked),
        csrf: reader.csrf.clone(),
        files: file_rows(&files, &before, &checked, open.as_deref(), &at),
        open: open.map(|path| open_file(&files, path, &at)),
        more_problems: checked.diagnostics.len().saturating_sub(FOUND_MAX),
        problems: checked
            .diagnostics
            .iter()
            .take(FOUND_MAX)
            .map(|found| problem(found, &at))
            .collect(),
        changes: listed,
        more_changes,
        apply: (checked.errors == 0).then(|| apply_view(app, Href::to(format!("{at}/apply")))),
        rehearse: (checked.errors == 0)
            .then(|| Href::to(format!("/rehearsals?strategy={}", row.draft))),
        discard: Href::to(format!("{at}/discard")),
    };
    let mut page = Page::for_reader(app, reader, Here::Strategy);
    page.flash = flash;
    let shown = page.show(app, "Draft", &pages::draft::page(&view)).await;
    Ok((status, shown).into_response())
}

async fn show_version(
    app: &Arc<App>,
    reader: &SignedIn,
    typed: &str,
    flash: Option<Flash>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let asked = typed.to_owned();
    let found = reading::read(app, Reading::LookUp, Access::of(&reader.caller()), move |service| {
        let known = service.strategies()?;
        let row = known.into_iter().find(|row| row.version.to_string().starts_with(&asked));
        let before = service.strategy_files("live").unwrap_or_default();
        let files = row.as_ref().map(|row| service.strategy_files(&row.version.to_string()));
        Ok((row, before, files.transpose()?))
    });
    let (row, before, files) = found.await?;
    let (row, files) = row.zip(files).ok_or_else(Problem::nothing_here)?;
    let (changes, more_changes) = by_file(&differences(&before, &files));
    let version = row.version.to_string();
    let in_force = in_force(app).as_deref() == Some(version.as_str());
    let view = VersionPage {
        title: short(&version),
        says: format!(
            "In force since {} by {}.",
            moments::when(row.since, clock::now()).short,
            row.by
        ),
        csrf: reader.csrf.clone(),
        in_force,
        changes,
        more_changes,
        back: (!in_force).then(|| apply_view(app, Href::to("/strategy/rollback"))),
        version,
        draft: Some(Href::to("/strategy/drafts")),
    };
    let mut page = Page::for_reader(app, reader, Here::Strategy);
    page.flash = flash;
    let shown = page.show(app, "Version", &pages::draft::version(&view)).await;
    Ok((status, shown).into_response())
}

/// What it replaces, said before it does.
fn apply_view(app: &App, to: Href) -> ApplyView {
    let replaces = in_force(app).unwrap_or_default();
    let says = if replaces.is_empty() {
        "Nothing is in force yet; signals that wait go through it.".to_owned()
    } else {
        format!(
            "It replaces {} for every signal from now on. That one can be put back.",
            short(&replaces)
        )
    };
    ApplyView { to, replaces, says }
}

fn in_force(app: &App) -> Option<String> {
    app.shared.strategy().map(|strategy| strategy.version.to_string())
}

pub(super) fn short(version: &str) -> String {
    version.chars().take(VERSION_CHARS).collect()
}

fn state(checked: &Checked) -> (String, Tone) {
    let Checked { errors, warnings, stories, .. } = checked;
    let warned = || count(*warnings as u64, "warning", "warnings");
    match (errors, warnings) {
        (0, 0) => (format!("checked, {}", count(*stories as u64, "story", "stories")), Tone::Good),
        (0, _) => (warned(), Tone::Look),
        (errors, _) => {
            (format!("{}, {}", count(*errors as u64, "error", "errors"), warned()), Tone::Bad)
        }
    }
}

fn file_rows(
    files: &Files,
    before: &Files,
    checked: &Checked,
    open: Option<&str>,
    at: &str,
) -> Vec<DraftFile> {
    let row = |(path, bytes): (&String, &Vec<u8>)| DraftFile {
        path: path.clone(),
        href: Href::to(format!("{at}?file={}", escape_query(path))),
        here: open == Some(path.as_str()),
        changed: before.0.get(path) != Some(bytes),
        problems: checked.diagnostics.iter().filter(|found| found.file == *path).count(),
    };
    files.0.iter().map(row).collect()
}

/// The file that is open where nobody says which: one that differs, else the routes.
fn first(files: &Files, changes: &[Difference]) -> Option<String> {
    let changed =
        changes.iter().map(|change| &change.file).find(|path| files.0.contains_key(*path));
    let usual =
        || files.0.keys().find(|path| *path == "routing.yaml").or_else(|| files.0.keys().next());
    changed.or_else(usual).cloned()
}

fn open_file(files: &Files, path: String, at: &str) -> OpenFile {
    let bytes = files.0.get(&path).filter(|bytes| bytes.len() <= EDITED_BYTES_MAX);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes.clone()).ok());
    OpenFile { path, text, save: Href::to(format!("{at}/save")) }
}

/// A text as a browser sends it, with the line ends that the file had.
fn written(text: &str, before: &[u8]) -> Vec<u8> {
    let plain = text.replace("\r\n", "\n");
    let had_both = before.windows(2).any(|pair| pair == b"\r\n");
    if had_both { plain.replace('\n', "\r\n").into_bytes() } else { plain.into_bytes() }
}

fn problem(found: &Found, at: &str) -> ProblemRow {
    let is_error = found.severity == "error";
    let before = found.column.saturating_sub(1) as usize;
    let line = (!found.text.trim().is_empty()).then(|| {
        let caret = format!("{}{}", " ".repeat(before), "^".repeat(found.width as usize));
        (found.text.replace('\t', " "), caret)
    });
    ProblemRow {
        severity: (found.severity.to_owned(), if is_error { Tone::Bad } else { Tone::Look }),
        code: found.code.to_owned(),
        place: format!("{}:{}:{}", found.file, found.line, found.column),
        href: Href::to(format!("{at}?file={}#text", escape_query(&found.file))),
        message: found.message.clone(),
        line,
        help: found.help.clone(),
        example: found.example.clone(),
    }
}

/// Differences by file, in words, and how many are not listed.
fn by_file(changes: &[Difference]) -> (Vec<(String, Vec<String>)>, usize) {
    let mut listed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for change in changes.iter().take(CHANGES_MAX) {
        listed.entry(&change.file).or_default().push(change.in_words());
    }
    let listed = listed.into_iter().map(|(file, lines)| (file.to_owned(), lines));
    (listed.collect(), changes.len().saturating_sub(CHANGES_MAX))
}
