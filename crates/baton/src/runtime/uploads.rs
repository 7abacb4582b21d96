//! Files that were uploaded to be imported: what each is, which of its parts are there, and how much may wait.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connectors::import::{ImportMap, parse_map};
use domain::{ImportId, Moment, Span};
use notation::{Diagnostics, Sources};
use serde::{Deserialize, Serialize};
use store::StoreError;
use store::sqlite::{UploadFile, UploadRow};
use tracing::error;

use crate::auth::credential::Credential;
use crate::local::imports::import_id;
use crate::service::setback::Setback;

/// Bytes of a part. The last one has what is left.
pub const PART_BYTES: usize = 4 << 20;
/// The largest file, in bytes.
pub const FILE_BYTES_MAX: u64 = 512 << 20;
/// What all files together may take, in bytes.
const ALL_BYTES_MAX: u64 = 1 << 30;
/// Files that may wait.
const UPLOADS_MAX: usize = 100;
/// How long a file waits that nobody imports.
const KEPT: Span = Span::days(1);
/// The longest name of a file, in bytes.
const NAME_BYTES_MAX: usize = 255;

/// What whoever uploads a file says of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UploadHead {
    /// The file's base name.
    pub file: String,
    /// What the map is called that reads it.
    pub map: String,
    /// The map as it was written.
    pub map_text: String,
    /// SHA-256 of the file.
    pub contents: [u8; 32],
    /// Who uploaded it.
    pub by: Credential,
}

impl UploadHead {
    /// The import that it makes: the same map over the same file is the same import, unless that was taken
    /// back.
    pub fn import(&self, undone: &BTreeSet<ImportId>) -> ImportId {
        import_id(&self.map_text, &[(self.file.as_str(), &self.contents)], undone)
    }

    /// The map, parsed; none where it has errors.
    pub fn read_map(&self) -> Option<ImportMap> {
        let mut sources = Sources::new();
        let file = sources.add(&self.map, self.map_text.clone());
        parse_map(&sources, file, &mut Diagnostics::new())
    }
}

/// A file that was uploaded, or is on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upload {
    /// The import that it makes.
    pub import: ImportId,
    /// What it is.
    pub head: UploadHead,
    /// Its bytes.
    pub bytes: u64,
    /// When it was begun.
    pub begun: Moment,
    parts: BTreeSet<u32>,
}

impl Upload {
    fn of(row: UploadRow) -> Option<Self> {
        let UploadRow { import, head, bytes, begun, parts } = row;
        let head = serde_json::from_slice(&head).ok()?;
        Some(Self { import, head, bytes, begun, parts })
    }

    /// How many parts it has.
    pub const fn parts(&self) -> u32 {
        self.bytes.div_ceil(PART_BYTES as u64) as u32
    }

    /// The parts that are yet to come.
    pub fn missing(&self) -> Vec<u32> {
        (1..=self.parts()).filter(|number| !self.parts.contains(number)).collect()
    }

    /// Whether all parts are there.
    pub fn is_whole(&self) -> bool {
        self.missing().is_empty()
    }

    /// Bytes of a part.
    const fn part_bytes(&self, number: u32) -> u64 {
        let before = (number as u64 - 1) * PART_BYTES as u64;
        let left = self.bytes.saturating_sub(before);
        if left < PART_BYTES as u64 { left } else { PART_BYTES as u64 }
    }
}

/// The uploads of a folder.
#[derive(Debug, Default)]
pub struct Uploads {
    /// None until the folder is open, and where its file could not be had.
    file: Mutex<Option<UploadFile>>,
}

impl Uploads {
    /// From here on uploads are kept in this file.
    pub fn keep_in(&self, file: UploadFile) {
        *self.lock() = Some(file);
    }

    /// All of them, the latest first. What nobody imported for a day is thrown away.
    pub fn list(&self, now: Moment) -> Result<Vec<Upload>, Setback> {
        self.with(|file| {
            let mut listed = Vec::new();
            for row in file.list()? {
                let (import, is_over) = (row.import, row.begun + KEPT < now);
                match Upload::of(row).filter(|_| !is_over) {
                    Some(upload) => listed.push(upload),
                    None => file.discard(import)?,
                }
            }
            Ok(listed)
        })
    }

    /// One of them.
    pub fn find(&self, import: ImportId, now: Moment) -> Result<Option<Upload>, Setback> {
        Ok(self.list(now)?.into_iter().find(|upload| upload.import == import))
    }

    /// Begins an upload of so many bytes, if there is room for all of it. One that is there goes on.
    pub fn begin(
        &self,
        head: &UploadHead,
        bytes: u64,
        undone: &BTreeSet<ImportId>,
        now: Moment,
    ) -> Result<Upload, Setback> {
        let unfit = |says: &str| Err(Setback::refused(422, "upload-unfit", says));
        if !(1..=NAME_BYTES_MAX).contains(&head.file.len()) || head.file.contains(char::is_control)
        {
            return unfit("a file's name has 1 to 255 bytes and no control character");
        }
        if head.read_map().is_none() {
            return unfit("the map has errors: `baton check` tells which");
        }
        let import = head.import(undone);
        let known = self.list(now)?;
        if let Some(known) = known.iter().find(|upload| upload.import == import) {
            return Ok(known.clone());
        }
        let waiting: u64 = known.iter().map(|upload| upload.bytes).sum();
        let too_large = |says: String| Err(Setback::refused(413, "upload-too-large", says));
        if bytes > FILE_BYTES_MAX {
            return too_large(format!("a file has at most {} MiB", FILE_BYTES_MAX >> 20));
        }
        if waiting + bytes > ALL_BYTES_MAX || known.len() >= UPLOADS_MAX {
            return too_large(
                "too much waits to be imported already: import it, or discard some".to_owned(),
            );
        }
        let written = serde_json::to_vec(head).expect("a head is JSON");
        self.with(|file| file.begin(import, &written, bytes, now))?;
        let parts = BTreeSet::new();
        Ok(Upload { import, head: head.clone(), bytes, begun: now, parts })
    }

    /// Keeps a part. The same part may come again.
    pub fn put(
        &self,
        import: ImportId,
        number: u32,
        part: &[u8],
        now: Moment,
    ) -> Result<Upload, Setback> {
        let mut upload = self.find(import, now)?.ok_or_else(missing)?;
        if !(1..=upload.parts()).contains(&number) {
            let says = format!("the parts of this file are 1 to {}", upload.parts());
            return Err(Setback::refused(422, "upload-unfit", says));
        }
        let wanted = upload.part_bytes(number);
        if part.len() as u64 != wanted {
            let says = format!("this part has {wanted} bytes, and {} came", part.len());
            return Err(Setback::refused(422, "upload-unfit", says));
        }
        self.with(|file| file.put(import, number, part).map(drop))?;
        upload.parts.insert(number);
        Ok(upload)
    }

    /// Reads an upload by another map: the same file is another import then. The old one is gone.
    pub fn read_by(
        self: &Arc<Self>,
        upload: &Upload,
        head: UploadHead,
        undone: &BTreeSet<ImportId>,
        now: Moment,
    ) -> Result<ImportId, Setback> {
        let import = head.import(undone);
        if import == upload.import {
            return Ok(import);
        }
        let begun = self.with(|file| {
            let written = serde_json::to_vec(&head).expect("a head is JSON");
            file.begin(import, &written, upload.bytes, now)?;
            for number in upload.parts.iter().copied() {
                if let Some(part) = file.part(upload.import, number)? {
                    file.put(import, number, &part)?;
                }
            }
            file.discard(upload.import)
        });
        begun.map(|()| import)
    }

    /// Destroys the key of an upload, and takes the rest of it away.
    pub fn discard(&self, import: ImportId) -> Result<(), Setback> {
        self.with(|file| file.discard(import))
    }

    /// The bytes of an upload, a part at a time.
    pub fn read(self: &Arc<Self>, upload: &Upload) -> UploadReader {
        let (uploads, import) = (Arc::clone(self), upload.import);
        UploadReader { uploads, import, parts: upload.parts(), next: 1, part: Vec::new(), at: 0 }
    }

    fn with<T>(
        &self,
        ask: impl FnOnce(&mut UploadFile) -> Result<T, StoreError>,
    ) -> Result<T, Setback> {
        let mut file = self.lock();
        let file = file.as_mut().ok_or(Setback::Recovering)?;
        ask(file).map_err(|error| {
            if error.is_full() {
                return Setback::Full;
            }
            error!("Could not reach what was uploaded: {error}.");
            Setback::Unknown
        })
    }

    fn lock(&self) -> MutexGuard<'_, Option<UploadFile>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missing() -> Setback {
    Setback::refused(404, "import-missing", "there is no such import")
}

/// The bytes of an upload: a part at a time is opened and held.
#[derive(Debug)]
pub struct UploadReader {
    uploads: Arc<Uploads>,
    import: ImportId,
    parts: u32,
    next: u32,
    part: Vec<u8>,
    at: usize,
}

impl io::Read for UploadReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.part.len() {
            if self.next > self.parts {
                return Ok(0);
            }
            let (import, number) = (self.import, self.next);
            let part = self.uploads.with(|file| file.part(import, number));
            let part = part.map_err(|_| io::Error::other("what was uploaded cannot be opened"))?;
            self.part = part.ok_or_else(|| io::Error::other("a part is missing"))?;
            (self.at, self.next) = (0, self.next + 1);
        }
        let taken = into.len().min(self.part.len() - self.at);
        into[..taken].copy_from_slice(&self.part[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests;
