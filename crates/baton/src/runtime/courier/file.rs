//! Lines at the end of a file. A file has no key of its own: before an attempt that may have been
//! made already, the delivery is looked for among its lines.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connectors::destinations::file;
use connectors::talk::{Failure, FileCall};
use domain::DeliveryId;

/// The longest line that is looked at; ours are far shorter.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// The files, one writer each.
#[derive(Clone, Default)]
pub(super) struct Files(Arc<Mutex<BTreeMap<PathBuf, Arc<Mutex<()>>>>>);

impl Files {
    /// Puts a line at the end of a file. On an error it may be there.
    pub(super) async fn append(&self, call: FileCall) -> Result<(), Failure> {
        let files = self.clone();
        let written = tokio::task::spawn_blocking(move || files.append_now(&call));
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Failure::Broken),
        }
    }

    fn append_now(&self, call: &FileCall) -> io::Result<()> {
        let writer = self.writer(&call.path);
        let _alone = writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(delivery) = call.unless
            && holds(&call.path, delivery)?
        {
            return sync(&call.path);
        }
        append(&call.path, &call.body)
    }

    fn writer(&self, path: &Path) -> Arc<Mutex<()>> {
        let mut writers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(writers.entry(path.to_owned()).or_default())
    }
}

fn append(path: &Path, body: &[u8]) -> io::Result<()> {
    let new = !path.exists();
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    let behind = last_byte(&mut file)?;
    file.write_all(&file::line(body, behind))?;
    file.sync_all()?;
    if new && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn last_byte(file: &mut File) -> io::Result<Option<u8>> {
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    Ok(Some(byte[0]))
}

fn holds(path: &Path, delivery: DeliveryId) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut lines = BufReader::with_capacity(1 << 16, file);
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
            return Ok(false);
        }
        if file::holds(&line, &delivery) {
            return Ok(true);
        }
    }
}

/// A line that was found may not have reached the disk.
fn sync(path: &Path) -> io::Result<()> {
    OpenOptions::new().append(true).open(path)?.sync_all()
}
