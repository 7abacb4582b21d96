//! Drafts of strategies over HTTP: written, checked, put in force; and an older version put back.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answered};
use rules::Files;
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::App;
use super::body::{self, BODY_BYTES_MAX, content_type, type_unknown};
use super::deeds::{read, sent};
use super::problem::Problem;
use super::query::Query;
use super::{access, reading};
use crate::auth::action::Action;
use crate::faces::drafting;
use crate::local::request::{Request, Response};
use crate::runtime::readers::Reading as Lane;
use crate::service::read::Access;
use crate::service::read::strategy_diff::differences;

/// What can be done to a draft.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verb {
    /// Say what is wrong with it, and what it changes.
    Check,
    /// Put it in force.
    Apply,
    /// Throw it away.
    Discard,
}

impl Verb {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Check, Self::Apply, Self::Discard];

    /// The last part of its path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Apply => "apply",
            Self::Discard => "discard",
        }
    }

    /// What policies call it.
    pub(super) const fn action(self) -> Action {
        match self {
            Self::Check => Action::CheckDraft,
            Self::Apply => Action::ApplyDraft,
            Self::Discard => Action::DiscardDraft,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaveBody {
    based_on: String,
    #[serde(default)]
    files: BTreeMap<String, Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApplyBody {
    replaces: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RollBackBody {
    version: Option<String>,
    replaces: String,
}

/// Lists drafts, the latest first.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadDrafts)?;
    Query::of(request.uri(), &[])?;
    let listed = reading::read(&app, Lane::LookUp, Access::of(&caller), |service| {
        Ok(json!({ "drafts": service.drafts()? }))
    });
    Ok(Json(listed.await?).into_response())
}

/// Keeps a draft: the files of what it is based on, with these in place of theirs.
pub(super) async fn save(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let (parts, body) = request.into_parts();
    let caller = access::require(&app, &parts.headers, Action::SaveDraft)?;
    Query::of(&parts.uri, &[])?;
    let whole = body::read(&app, &parts, body, BODY_BYTES_MAX).await?;
    if content_type(&parts.headers) != "application/json" {
        return Err(type_unknown(&parts.headers, "application/json"));
    }
    let SaveBody { based_on, files: changed } =
        serde_json::from_slice(&whole.bytes).map_err(|_| {
            Problem::new(422, "body-unfit", "the body is an object with `based_on` and `files`")
        })?;
    let known = drafting::draft(&app, &caller, &based_on).await.ok();
    let (base, edits, mut files) = if let Some((row, files)) = known {
        (row.based_on, Some(row.draft), files)
    } else {
        let files = drafting::files_of(&app, &caller, &based_on).await?;
        let force = app.shared.strategy().map(|strategy| strategy.version.to_string());
        (force, None, files)
    };
    for (path, text) in changed {
        match text {
            Some(text) => drop(files.0.insert(path, text.into_bytes())),
            None => drop(files.0.remove(&path)),
        }
    }
    let draft = drafting::save(&app, caller.id, files, base, edits).await?;
    let (row, _) = drafting::draft(&app, &caller, &draft).await?;
    Ok(Json(row).into_response())
}

/// A draft with the text of its files.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadDrafts)?;
    Query::of(request.uri(), &[])?;
    let (row, Files(files)) = drafting::draft(&app, &caller, &typed).await?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let files: BTreeMap<String, String> =
        files.into_iter().map(|(path, bytes)| (path, text(bytes))).collect();
    let mut told = json!(row);
    told["files"] = json!(files);
    Ok(Json(told).into_response())
}

/// Checks a draft, puts it in force, or throws it away.
pub(super) async fn post(
    verb: Verb,
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, verb.action()).await?;
    match verb {
        Verb::Check => {
            let (_, files) = drafting::draft(&app, &caller, &typed).await?;
            let before = drafting::files_of(&app, &caller, "live").await.unwrap_or_default();
            let mut told = json!(drafting::check(&app, files.clone()).await?);
            told["differences"] = json!(differences(&before, &files));
            Ok(Json(told).into_response())
        }
        Verb::Apply => {
            let ApplyBody { replaces } = read(whole.bytes.as_slice())?;
            let applied = drafting::apply(&app, &caller, &typed, &replaces).await?;
            Ok(Json(shown(&applied)).into_response())
        }
        Verb::Discard => {
            app.local(Request::DiscardDraft { draft: typed }).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
    }
}

/// Puts an older version back in force.
pub(super) async fn roll_back(
    State(app): State<Arc<App>>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, Action::RollBackStrategy).await?;
    let RollBackBody { version, replaces } = read(whole.bytes.as_slice())?;
    let applied = drafting::roll_back(&app, &caller, version, &replaces).await?;
    Ok(Json(shown(&applied)).into_response())
}

/// What was put in force, as `baton apply --json` has it.
fn shown(applied: &Response) -> Value {
    let Response::Applied { strategy, mode, previous, handed_on } = applied else {
        return Value::Null;
    };
    json!({ "strategy": strategy, "mode": mode, "previous": previous, "handed_on": handed_on })
}
