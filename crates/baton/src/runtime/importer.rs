//! Imports what was uploaded, beside everything else the server does: one file at a time, a group of rows
//! after the other, each as soon as there is room for its turns.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connectors::import::FileRefused;
use domain::{ImportId, Moment};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;
use tracing::{info, warn};

use super::admission::Admitted;
use super::clock;
use super::command::{Command, Local};
use super::mailbox::Mailbox;
use super::shared_state::SharedState;
use super::uploads::{Upload, UploadReader};
use crate::auth::credential::Credential;
use crate::local::packed::{Packed, Row, Rows};
use crate::local::refusal::{Refusal, with_causes};
use crate::local::request::{ImportTally, ImportTold, Request, Response};
use crate::local::row_groups::RowGroups;
use crate::service::kept_maps;
use crate::service::setback::Setback;
use crate::service::under_way::UnderWay;

/// How long it waits before it asks again whether there is room in the mailbox.
const PAUSE: Duration = Duration::from_millis(20);
/// How much of a file is hashed at once, in bytes.
const PIECE_BYTES: usize = 64 << 10;

/// How far an import has come.
#[derive(Clone, Debug)]
pub struct ImportProgress {
    /// The import.
    pub import: ImportId,
    /// When it was started.
    pub started: Moment,
    /// When it ended, if it did.
    pub ended: Option<Moment>,
    /// Bytes that were read.
    pub bytes: u64,
    /// Bytes of the file.
    pub of: u64,
    /// What became of its rows so far.
    pub rows: ImportTally,
    /// Why it did not come to its end, where it did not.
    pub failed: Option<Refusal>,
}

/// Imports what was uploaded.
pub struct Importer {
    data: PathBuf,
    shared: Arc<SharedState>,
    mailbox: Arc<Mailbox>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The import that was started last, whether it still runs or not.
    last: Option<ImportProgress>,
    /// Tells the one that runs to stop.
    stop: Arc<AtomicBool>,
}

impl Importer {
    /// One for a server's folder.
    pub fn new(data: PathBuf, shared: Arc<SharedState>, mailbox: Arc<Mailbox>) -> Self {
        Self { data, shared, mailbox, state: Mutex::default() }
    }

    /// How far an import has come that this server started; none where another one was started since.
    pub fn progress(&self, import: ImportId) -> Option<ImportProgress> {
        self.lock().last.clone().filter(|last| last.import == import)
    }

    /// Starts an import of what was uploaded, unless another one runs. Whoever starts the same one again changes nothing.
    pub fn start(self: &Arc<Self>, upload: Upload, by: Credential) -> Result<(), Setback> {
        if !upload.is_whole() {
            let says =
                format!("{} of {} parts are missing", upload.missing().len(), upload.parts());
            return Err(Setback::refused(409, "upload-unfit", says));
        }
        let mut state = self.lock();
        match state.last.as_ref().filter(|last| last.ended.is_none()) {
            Some(running) if running.import == upload.import => return Ok(()),
            Some(running) => {
                let says =
                    format!("`{}` is under way; one file is imported at a time", running.import);
                return Err(Setback::refused(409, "import-under-way", says));
            }
            None => {}
        }
        let stop = Arc::new(AtomicBool::new(false));
        state.stop = Arc::clone(&stop);
        state.last = Some(ImportProgress {
            import: upload.import,
            started: clock::now(),
            ended: None,
            bytes: 0,
            of: upload.bytes,
            rows: ImportTally::default(),
            failed: None,
        });
        drop(state);
        let importer = Arc::clone(self);
        tokio::spawn(async move {
            let done = importer.import(&upload, by, &stop).await;
            importer.ended(&upload, done);
        });
        Ok(())
    }

    /// Stops an import that runs, after the group of rows that it is at.
    pub fn stop(&self, import: ImportId) {
        let state = self.lock();
        if state.last.as_ref().is_some_and(|last| last.import == import) {
            state.stop.store(true, Ordering::Relaxed);
        }
    }

    fn ended(&self, upload: &Upload, done: Result<(), Refusal>) {
        let import = upload.import;
        match &done {
            Ok(()) => {
                info!(import.id = %import, "Imported `{import}`.");
                // What stays behind is thrown away a day later.
                if self.shared.uploads.discard(import).is_err() {
                    warn!(import.id = %import, "Could not discard what was uploaded for `{import}`.");
                }
            }
            Err(refusal) => {
                warn!(import.id = %import, "Import `{import}` did not come to its end: {}.", refusal.code);
            }
        }
        if let Some(last) = self.lock().last.as_mut().filter(|last| last.import == import) {
            (last.ended, last.failed) = (Some(clock::now()), done.err());
        }
    }

    async fn import(
        &self,
        upload: &Upload,
        by: Credential,
        stop: &Arc<AtomicBool>,
    ) -> Result<(), Refusal> {
        self.check_contents(upload).await?;
        let import = upload.import;
        // What cannot be said of it does not keep it from being imported.
        let mark = UnderWay::begin(&self.data, import);
        if let Ok(None) = mark {
            return Err(Refusal::unable("import-under-way", "it is under way elsewhere"));
        }
        let head = &upload.head;
        let unfit = || Refusal::wrong("map-wrong", "the import map has errors");
        let map = head.read_map().ok_or_else(unfit)?;
        self.ask(Request::KeepMap { text: head.map_text.clone() }, None, 0).await?;
        let told = ImportTold {
            import,
            source: map.source.as_str().to_owned(),
            map: kept_maps::name_of(&head.map_text),
            files: 1,
            rows: None,
            names: Vec::new(),
            by: Some(by),
        };
        let names = vec![head.map.clone(), head.file.clone()];
        self.ask(Request::RecordImport(ImportTold { names, ..told.clone() }), None, 0).await?;
        self.rows(upload, stop).await?;
        let rows = self.progress(import).map(|progress| progress.rows).unwrap_or_default();
        let ended = ImportTold { rows: Some(rows), ..told };
        self.ask(Request::RecordImport(ended), None, 0).await?;
        Ok(())
    }

    /// Refuses a file that is not the one that was announced: its import would be another one.
    async fn check_contents(&self, upload: &Upload) -> Result<(), Refusal> {
        let (mut reader, wanted) = (self.shared.uploads.read(upload), upload.head.contents);
        let hashed = spawn_blocking(move || {
            let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE_BYTES]);
            loop {
                let read = reader.read(&mut piece)?;
                if read == 0 {
                    return Ok::<[u8; 32], std::io::Error>(hash.finalize().into());
                }
                hash.update(&piece[..read]);
            }
        });
        match hashed.await {
            Ok(Ok(found)) if found == wanted => Ok(()),
            Ok(Ok(_)) => {
                let says =
                    "what came is not the file that was announced: its SHA-256 is another one";
                Err(Refusal::wrong("upload-unfit", says))
            }
            Ok(Err(_)) | Err(_) => {
                Err(Refusal::unable("reading-failed", "what was uploaded could not be read"))
            }
        }
    }

    /// Takes all rows in. A thread reads ahead by one group.
    async fn rows(&self, upload: &Upload, stop: &Arc<AtomicBool>) -> Result<(), Refusal> {
        let (send, mut groups) = mpsc::channel(1);
        let (reader, read) = (self.shared.uploads.read(upload), upload.clone());
        spawn_blocking(move || read_ahead(&read, reader, &send));
        while let Some(group) = groups.recv().await {
            let (rows, bytes) = group?;
            if stop.load(Ordering::Relaxed) {
                let says = "it was stopped; started again it goes on where it was";
                return Err(Refusal::unable("import-stopped", says));
            }
            let (many, weight) = (rows.rows.len(), weight(&rows));
            let admitted = self.shared.admission.admit_rows(many, weight).await;
            let request = Request::Rows { import: upload.import, rows: Packed(rows) };
            let answered = self.ask(request, Some(admitted), weight).await?;
            let Response::Rows(tally) = answered else { continue };
            if let Some(last) = &mut self.lock().last {
                last.bytes = bytes;
                last.rows.read += many as u64;
                last.rows.accepted += tally.accepted;
                last.rows.duplicates += tally.duplicates;
                last.rows.quarantined += tally.quarantined;
            }
        }
        Ok(())
    }

    /// Asks the keeper as soon as there is room for so many bytes.
    async fn ask(
        &self,
        request: Request,
        admitted: Option<Admitted>,
        bytes: usize,
    ) -> Result<Response, Refusal> {
        while !self.mailbox.has_room(bytes) {
            tokio::time::sleep(PAUSE).await;
        }
        let (reply, answer) = oneshot::channel();
        let request = Box::new(request);
        self.mailbox.offer(Command::Local(Local { request, bytes, admitted, reply }))?;
        match answer.await {
            Ok(Response::Refused(refusal)) => Err(refusal),
            Ok(response) => Ok(response),
            Err(_) => Err(Setback::Ending.into()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Importer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an importer")
    }
}

/// A group of rows and how many bytes of the file were read with it, or why the file was refused.
type Group = Result<(Rows, u64), Refusal>;

/// Reads a file group by group until nobody takes them any more.
fn read_ahead(upload: &Upload, reader: UploadReader, send: &mpsc::Sender<Group>) {
    // Where nobody takes it, it is not needed.
    let refuse = |refusal: Refusal| drop(send.blocking_send(Err(refusal)));
    let Some(map) = upload.head.read_map() else { return };
    let rows = match map.open(&upload.head.file, reader) {
        Ok(rows) => rows,
        Err(error) => return refuse(refused(&error)),
    };
    let name = kept_maps::name_of(&upload.head.map_text);
    let mut groups = RowGroups::new(rows, map.source.clone(), name);
    loop {
        match groups.next_group(|_| {}) {
            Ok(Some(rows)) => {
                if send.blocking_send(Ok((rows, groups.bytes_read()))).is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => return refuse(refused(&error)),
        }
    }
}

fn refused(error: &FileRefused) -> Refusal {
    Refusal::wrong("file-unread", with_causes(error))
}

/// What a group holds, roughly, in bytes.
fn weight(rows: &Rows) -> usize {
    let row = |row: &Row| match row {
        Row::Signal(read) => 2 * read.raw.len(),
        Row::Held(held) => held.raw.len(),
    };
    rows.rows.iter().map(row).sum()
}
