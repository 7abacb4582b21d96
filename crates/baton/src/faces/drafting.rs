//! Drafts of strategies, as the API and the pages work with them: saved, checked, put in force.

use std::sync::Arc;

use crank::CrankError;
use notation::{Diagnostic, Sources};
use rules::Files;
use serde::Serialize;
use tracing::error;

use super::api::app::{App, Effort};
use super::api::problem::Problem;
use super::api::reading;
use super::checked_files::CheckedFiles;
use crate::auth::credential::Credential;
use crate::auth::keys::Caller;
use crate::local::packed::Packed;
use crate::local::request::{Request, Response};
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::drafts::DraftRow;
use crate::service::setback::Setback;

/// What a check of files found.
#[derive(Debug, Serialize)]
pub(super) struct Checked {
    /// How many errors there are.
    pub(super) errors: usize,
    /// How many warnings.
    pub(super) warnings: usize,
    /// Stories that were played.
    pub(super) stories: usize,
    /// All of them, errors first.
    pub(super) diagnostics: Vec<Found>,
}

/// Something that a check found.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    /// The code, which has a page.
    pub(super) code: &'static str,
    /// `error` or `warning`.
    pub(super) severity: &'static str,
    /// In which file.
    pub(super) file: String,
    /// In which line, from 1.
    pub(super) line: u32,
    /// At which character, from 1.
    pub(super) column: u32,
    /// How many characters it is about.
    pub(super) width: u32,
    /// The line as it stands.
    pub(super) text: String,
    /// What is wrong.
    pub(super) message: String,
    /// How to mend it.
    pub(super) help: Option<String>,
    /// A case that shows it.
    pub(super) example: Option<String>,
}

/// Checks files as `baton check` does, and plays their stories.
pub(super) async fn check(app: &Arc<App>, files: Files) -> Result<Checked, Problem> {
    let looked = app.work(Effort::Keyed, move || {
        let looked = CheckedFiles::of(&files, clock::now())?;
        Ok::<_, CrankError>(Checked {
            errors: looked.errors(),
            warnings: looked.warnings(),
            stories: looked.stories.stories,
            diagnostics: looked.in_order().into_iter().map(found).collect(),
        })
    });
    looked.await?.map_err(|failure| {
        error!("Could not play the stories of a draft: {failure}.");
        Problem::new(500, "reading-failed", "a story of the strategy could not be played")
    })
}

fn found((sources, diagnostic): (&Sources, &Diagnostic)) -> Found {
    let Diagnostic { code, severity, span, message, help, example, .. } = diagnostic;
    let place = sources.place(*span);
    Found {
        code,
        severity: severity.as_str(),
        file: place.file.to_owned(),
        line: place.line,
        column: place.column,
        width: place.width,
        text: place.line_text.to_owned(),
        message: message.clone(),
        help: help.clone(),
        example: example.clone(),
    }
}

/// A draft with its files.
pub(super) async fn draft(
    app: &Arc<App>,
    caller: &Caller,
    typed: &str,
) -> Result<(DraftRow, Files), Problem> {
    let typed = typed.to_owned();
    reading::read(app, Reading::LookUp, Access::of(caller), move |service| service.draft(&typed))
        .await
}

/// Files of a version, a draft, or what is in force; none where `live` is asked for and nothing is.
pub(super) async fn files_of(
    app: &Arc<App>,
    caller: &Caller,
    typed: &str,
) -> Result<Files, Problem> {
    let typed = typed.to_owned();
    let found = reading::read(app, Reading::LookUp, Access::of(caller), move |service| {
        service.strategy_files(&typed)
    });
    found.await
}

/// Keeps files as a draft, and says what it is called.
pub(super) async fn save(
    app: &Arc<App>,
    by: Credential,
    files: Files,
    based_on: Option<String>,
    edits: Option<String>,
) -> Result<String, Problem> {
    let files = Packed(files.0);
    let saved = app.local(Request::SaveDraft { files, based_on, edits, by }).await?;
    let Response::Draft { draft } = saved else { return Err(Setback::Unknown.into()) };
    Ok(draft)
}

/// Puts a draft in force in place of the version that its reader was told of.
pub(super) async fn apply(
    app: &Arc<App>,
    caller: &Caller,
    typed: &str,
    replaces: &str,
) -> Result<Response, Problem> {
    let (row, files) = draft(app, caller, typed).await?;
    let checked = check(app, files.clone()).await?;
    if checked.errors > 0 {
        let says = "the draft has errors, or a story ends otherwise: nothing was put in force";
        return Err(Problem::new(422, "strategy-wrong", says));
    }
    let applied = app
        .local(Request::Apply {
            files: Packed(files.0),
            mode: "live".to_owned(),
            replaces: Some(replaces.to_owned()),
            by: Some(caller.id),
        })
        .await?;
    // It is kept as a version from here on.
    app.local(Request::DiscardDraft { draft: row.draft }).await?;
    Ok(applied)
}

/// Puts an older version back in force in place of the one that its reader was told of.
pub(super) async fn roll_back(
    app: &Arc<App>,
    caller: &Caller,
    version: Option<String>,
    replaces: &str,
) -> Result<Response, Problem> {
    let replaces = Some(replaces.to_owned());
    app.local(Request::RollBack { version, replaces, by: Some(caller.id) }).await
}
