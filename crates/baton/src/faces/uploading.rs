//! What the API and the pages do with files that are uploaded: keep them, look into them, import them.

use std::collections::BTreeSet;
use std::sync::Arc;

use connectors::import::FileRefused;
use crank::Disclosure;
use domain::ImportId;
use domain::fact::{ReadFor, ReadOf};
use domain::handoff::Actor;

use super::api::app::{App, Effort};
use super::api::problem::Problem;
use crate::auth::credential::Credential;
use crate::local::dry_run::DryRun;
use crate::runtime::clock;
use crate::runtime::command::{Command, Unsealed};
use crate::runtime::uploads::{PART_BYTES, Upload, UploadHead, Uploads};
use crate::service::read::imports::undone_imports;
use crate::service::setback::Setback;

/// Rows of a file that are looked at before it is imported.
const LOOKED_AT_MAX: u64 = 20_000;

/// Does something with what was uploaded, off the threads that serve connections.
pub(super) async fn with<T: Send + 'static>(
    app: &Arc<App>,
    ask: impl FnOnce(&Arc<Uploads>) -> Result<T, Setback> + Send + 'static,
) -> Result<T, Problem> {
    let uploads = Arc::clone(&app.shared.uploads);
    Ok(app.work(Effort::Keyed, move || ask(&uploads)).await??)
}

/// Imports that were taken back: the same file again makes another one.
pub(super) async fn undone(app: &Arc<App>) -> Result<BTreeSet<ImportId>, Problem> {
    app.fold(undone_imports).await
}

/// An upload by its import.
pub(super) async fn find(app: &Arc<App>, import: ImportId) -> Result<Option<Upload>, Problem> {
    with(app, move |uploads| uploads.find(import, clock::now())).await
}

/// An upload of which all parts are there.
pub(super) async fn whole(app: &Arc<App>, import: ImportId) -> Result<Upload, Problem> {
    let upload = find(app, import).await?.ok_or_else(missing)?;
    if upload.is_whole() {
        Ok(upload)
    } else {
        Err(Problem::new(409, "upload-unfit", "some parts of the file are missing"))
    }
}

/// Keeps a whole file.
pub(super) async fn keep(
    app: &Arc<App>,
    head: UploadHead,
    bytes: Vec<u8>,
) -> Result<Upload, Problem> {
    let undone = undone(app).await?;
    with(app, move |uploads| {
        let now = clock::now();
        let mut upload = uploads.begin(&head, bytes.len() as u64, &undone, now)?;
        for (number, part) in (1..).zip(bytes.chunks(PART_BYTES)) {
            upload = uploads.put(upload.import, number, part, now)?;
        }
        Ok(upload)
    })
    .await
}

/// How a file would be read: its first rows and what looks odd, or why its map does not read it. That
/// somebody looks is recorded first.
pub(super) async fn look(
    app: &Arc<App>,
    reader: Credential,
    upload: &Upload,
    shown: u32,
) -> Result<Result<DryRun, FileRefused>, Problem> {
    let disclosure = Disclosure {
        reader: reader.by(),
        purpose: ReadFor::View,
        reason: Some(format!("the first rows of an uploaded file, {}", upload.import)),
        of: ReadOf::Everybody,
        nodes: u64::from(shown),
        actor: Actor::Person,
    };
    app.tell(|reply| Command::Unsealed(Unsealed { disclosure, reply })).await?;
    let upload = upload.clone();
    with(app, move |uploads| {
        let unfit = || Setback::refused(422, "upload-unfit", "the map has errors");
        let map = upload.head.read_map().ok_or_else(unfit)?;
        let mut looked = DryRun::default();
        let read = map
            .open(&upload.head.file, uploads.read(&upload))
            .and_then(|rows| looked.take(rows, (shown, LOOKED_AT_MAX), clock::now()));
        Ok(read.map(|()| looked))
    })
    .await
}

/// Begins to import a file, if it is there as a whole.
pub(super) async fn start(app: &Arc<App>, by: Credential, import: ImportId) -> Result<(), Problem> {
    let upload = find(app, import).await?.ok_or_else(missing)?;
    Ok(app.importer.start(upload, by)?)
}

/// Throws a file away that is not being imported.
pub(super) async fn discard(app: &Arc<App>, import: ImportId) -> Result<(), Problem> {
    let runs = app.importer.progress(import).is_some_and(|progress| progress.ended.is_none());
    if runs {
        let says = "it is being imported; stop it before";
        return Err(Problem::new(409, "import-under-way", says));
    }
    find(app, import).await?.ok_or_else(missing)?;
    with(app, move |uploads| uploads.discard(import)).await
}

/// There is no such import.
pub(super) fn missing() -> Problem {
    Problem::new(404, "import-missing", "there is no such import")
}
