//! Whether an import is under way: whoever imports holds the lock of a file in the data folder, which
//! goes with the process however it ends, in this program or beside a server.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::ImportId;

/// What the name of such a file begins with; the import's id follows.
const BEGINS: &str = "importing-";

/// An import that is under way, until this is dropped.
#[derive(Debug)]
pub struct UnderWay {
    file: File,
    path: PathBuf,
}

impl UnderWay {
    /// Says that an import is under way. Files that others left behind who were killed are taken away.
    /// None where another process has the same import under way.
    pub fn begin(data: &Path, import: ImportId) -> io::Result<Option<Self>> {
        sweep(data)?;
        let path = path_of(data, import);
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file, path })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        // Where either fails, the end of the process is left, and the next import sweeps.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

/// Whether somebody has this import under way.
pub fn is_under_way(data: &Path, import: ImportId) -> bool {
    File::open(path_of(data, import)).is_ok_and(|file| is_locked(&file))
}

fn path_of(data: &Path, import: ImportId) -> PathBuf {
    data.join(format!("{BEGINS}{import}"))
}

fn is_locked(file: &File) -> bool {
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => true,
        Ok(()) => {
            let _ = file.unlock();
            false
        }
        Err(TryLockError::Error(_)) => false,
    }
}

/// Takes away what imports left behind that were killed.
fn sweep(data: &Path) -> io::Result<()> {
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        let is_mark = entry.file_name().to_str().is_some_and(|name| name.starts_with(BEGINS));
        if is_mark && File::open(entry.path()).is_ok_and(|file| !is_locked(&file)) {
            // Another process may have taken it away meanwhile.
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}
