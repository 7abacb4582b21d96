//! Lines at the end of a file. A file has no key of its own: before an attempt that may have been
//! made already, the delivery is looked for among its lines.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connectors::destinations::file;
use domain::DeliveryId;

/// The longest line that is looked at; ours are far shorter.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// The files, one writer each.
#[derive(Clone, Default)]
pub(super) struct Files(Arc<Mutex<BTreeMap<PathBuf, Arc<Mutex<()>>>>>);

impl Files {
    /// Puts the delivery's line at the end of the file, once. On an error it may be there.
    pub(super) fn deliver(
        &self,
        path: &Path,
        delivery: DeliveryId,
        attempt: u32,
        body: &[u8],
    ) -> io::Result<()> {
        let writer = self.writer(path);
        let _alone = writer.lock().unwrap_or_else(PoisonError::into_inner);
        if attempt > 1 && holds(path, delivery)? {
            return sync(path);
        }
        append(path, body)
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

#[cfg(test)]
mod tests {
    use std::fs;

    use domain::{DeliveryId, HandoffId};

    use super::Files;

    #[test]
    fn a_delivery_that_is_tried_again_is_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.jsonl");
        let files = Files::default();
        let handoff = HandoffId::caused_by(&[b"handoff"]);
        let bodies = [b"one".as_slice(), b"two"].map(|name| {
            let delivery = DeliveryId::caused_by(&[name]);
            (delivery, connectors::destinations::webhook::body(&delivery, "archive", &handoff, &[]))
        });
        for (delivery, body) in &bodies {
            files.deliver(&path, *delivery, 1, body).unwrap();
            files.deliver(&path, *delivery, 2, body).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    }

    #[test]
    fn a_torn_line_is_written_again_on_a_line_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.jsonl");
        let delivery = DeliveryId::caused_by(&[b"torn"]);
        let handoff = HandoffId::caused_by(&[b"handoff"]);
        let body = connectors::destinations::webhook::body(&delivery, "archive", &handoff, &[]);
        fs::write(&path, &body[..body.len() / 2]).unwrap();
        Files::default().deliver(&path, delivery, 2, &body).unwrap();
        let text = fs::read(&path).unwrap();
        let whole = text.split(|byte| *byte == b'\n').filter(|line| *line == body).count();
        assert_eq!(whole, 1);
    }
}
