//! Uploading a file to import it, over HTTP: announced, sent in parts in any order, looked at, imported.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answered};
use domain::ImportId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::App;
use super::body;
use super::deeds::{read, sent};
use super::problem::Problem;
use super::query::Query;
use super::{access, reading};
use crate::auth::action::Action;
use crate::faces::uploading;
use crate::runtime::clock;
use crate::runtime::importer::ImportProgress;
use crate::runtime::readers::Reading as Lane;
use crate::runtime::uploads::{PART_BYTES, Upload, UploadHead};
use crate::service::read::Access;

/// Rows that are shown where nobody says how many.
const SHOWN: u32 = 5;
/// The most rows that are shown.
const SHOWN_MAX: u32 = 100;

/// What can be done to an import over HTTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verb {
    /// Import what was uploaded.
    Start,
    /// Stop it.
    Stop,
    /// Throw away what was uploaded.
    Discard,
}

impl Verb {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Start, Self::Stop, Self::Discard];

    /// The last part of its path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Discard => "discard",
        }
    }

    /// What policies call it.
    pub(super) const fn action(self) -> Action {
        match self {
            Self::Start => Action::StartImport,
            Self::Stop => Action::StopImport,
            Self::Discard => Action::DiscardImport,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnnounceBody {
    file: String,
    map: String,
    bytes: u64,
    sha256: String,
}

/// Announces a file. One that is known already goes on: the answer says which parts are missing.
pub(super) async fn announce(
    State(app): State<Arc<App>>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, Action::UploadImport).await?;
    let AnnounceBody { file, map, bytes, sha256 } = read(whole.bytes.as_slice())?;
    let contents = unhex(&sha256).ok_or_else(|| {
        Problem::new(
            422,
            "upload-unfit",
            "`sha256` is the SHA-256 of the file, as 64 hexadecimal digits",
        )
    })?;
    let named = reading::read(&app, Lane::LookUp, Access::of(&caller), move |service| {
        service.import_maps(Some(&map))
    });
    let named = named.await?.pop().ok_or_else(|| {
        let says = "no map has this name: it is one that is built in, or the path of one of the strategy's";
        Problem::new(422, "map-unread", says)
    })?;
    let head = UploadHead { file, map: named.name, map_text: named.text, contents, by: caller.id };
    let undone = uploading::undone(&app).await?;
    let begun =
        uploading::with(&app, move |uploads| uploads.begin(&head, bytes, &undone, clock::now()));
    Ok(Json(shown(&begun.await?)).into_response())
}

/// Keeps a part.
pub(super) async fn put(
    State(app): State<Arc<App>>,
    Path((typed, number)): Path<(String, String)>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (parts, body) = request.into_parts();
    access::require(&app, &parts.headers, Action::UploadImport)?;
    Query::of(&parts.uri, &[])?;
    let import: ImportId = typed.parse().map_err(|_| uploading::missing())?;
    let number: u32 = number.parse().map_err(|_| uploading::missing())?;
    let whole = body::read(&app, &parts, body, PART_BYTES).await?;
    let (bytes, _room) = whole.into_parts();
    let kept =
        uploading::with(&app, move |uploads| uploads.put(import, number, &bytes, clock::now()));
    Ok(Json(shown(&kept.await?)).into_response())
}

/// Shows how a file would be read. Nothing is written.
pub(super) async fn dry_run(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadImports)?;
    let query = Query::of(request.uri(), &["rows"])?;
    let rows = query.read("rows", "a number from 0 to 100", |text| {
        text.parse::<u32>().ok().filter(|rows| *rows <= SHOWN_MAX)
    })?;
    let import: ImportId = typed.parse().map_err(|_| uploading::missing())?;
    let upload = uploading::whole(&app, import).await?;
    let looked = uploading::look(&app, caller.id, &upload, rows.unwrap_or(SHOWN)).await?;
    let looked = looked.map_err(|error| {
        // What the file says stays behind; whoever has it is told what to look for.
        let says = "the map does not read this file: it knows no such name, the header lacks columns, or it is no CSV";
        Problem::new(422, "file-unmapped", says).with("hints", error.help())
    })?;
    Ok(Json(looked).into_response())
}

/// Starts an import, stops it, or throws its file away.
pub(super) async fn post(
    verb: Verb,
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, _) = sent(&app, request, verb.action()).await?;
    let import: ImportId = typed.parse().map_err(|_| uploading::missing())?;
    match verb {
        Verb::Start => uploading::start(&app, caller.id, import).await?,
        Verb::Discard => {
            uploading::discard(&app, import).await?;
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        Verb::Stop => app.importer.stop(import),
    }
    let progress = app.importer.progress(import).ok_or_else(uploading::missing)?;
    Ok((StatusCode::ACCEPTED, Json(shown_progress(&progress))).into_response())
}

/// What is told of an upload.
pub(super) fn shown(upload: &Upload) -> Value {
    json!({
        "import": upload.import,
        "file": upload.head.file,
        "map": upload.head.map,
        "bytes": upload.bytes,
        "begun": upload.begun,
        "part_bytes": PART_BYTES,
        "parts": upload.parts(),
        "missing": upload.missing(),
        "state": if upload.is_whole() { "uploaded" } else { "uploading" },
    })
}

/// What is told of an import that this server started.
pub(super) fn shown_progress(progress: &ImportProgress) -> Value {
    let rows = progress.rows;
    json!({
        "import": progress.import,
        "started": progress.started,
        "ended": progress.ended,
        "bytes_read": progress.bytes,
        "bytes": progress.of,
        "read": rows.read,
        "accepted": rows.accepted,
        "duplicates": rows.duplicates,
        "quarantined": rows.quarantined,
        "failed": progress.failed.as_ref().map(|refusal| &refusal.code),
    })
}

/// 32 bytes as hexadecimal digits.
fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}
