//! The data folder: who may see it, who holds it, and the room that is kept in it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// The journal and current state.
pub const DATABASE: &str = "baton.db";
/// The wrapped keys of nodes and quarantine entries.
pub const KEYS: &str = "keys.db";
/// What the keys are wrapped under.
pub const MASTER_KEY: &str = "master.key";
/// The second head.
pub const SECOND_HEAD: &str = "head";
/// Room that is kept for erasing on a full disk.
pub const BALLAST: &str = "ballast";
/// Room that is kept for records of who read what, and for a start, on a full disk.
pub const RESERVE: &str = "reserve";
/// Who is signed in. It need not be backed up.
pub const SESSIONS: &str = "sessions.db";
/// Files that wait to be imported. It need not be backed up.
pub const UPLOADS: &str = "uploads.db";
/// Addresses in messages on which a handoff is accepted. It need not be backed up.
pub(super) const ACCEPT_LINKS: &str = "accept-links.db";
/// Locked by the process that holds the folder.
pub const LOCK: &str = "lock";

/// What the name of a file ends in until all of it is written.
const BEGUN: &str = ".new";
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// What an erasure may write before the log is cut again.
const BALLAST_BYTES: usize = 4 << 20;
/// Room for records, given up a piece at a time.
pub(super) const RESERVE_BYTES: u64 = 2 << 20;
/// What a record may write: a few pages of the log, and what processes share about it.
const PIECE_BYTES: u64 = 128 << 10;

/// A data folder that this process holds until it is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _lock: Lock,
    /// The device and number of each file that this process keeps open.
    held: Vec<(&'static str, (u64, u64))>,
}

/// The lock of a folder. It goes with the process, however it ends. Before that it is let go of by name:
/// a process that is being started has every file of its parent for a moment, and would go on holding it.
#[derive(Debug)]
struct Lock(File);

impl Lock {
    fn take(path: &Path) -> Result<Self, StoreError> {
        let lock = open_private(&path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self(lock)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Held(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(in_file(&path.join(LOCK))(error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where that fails, closing the file is left.
        let _ = self.0.unlock();
    }
}

impl Folder {
    /// Takes the folder, making it where there is none.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(FOLDER_MODE).create(path).map_err(in_file(path))?;
            // The folder's own name has to last as well as what will be in it.
            if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                sync_folder(parent)?;
            }
        }
        check_modes(path)?;
        let lock = Lock::take(path)?;
        let mut folder = Self { path: path.to_owned(), _lock: lock, held: Vec::new() };
        folder.hold(LOCK)?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Remembers which file it is that this process keeps open under a name.
    pub(super) fn hold(&mut self, name: &'static str) -> Result<(), StoreError> {
        let path = self.path.join(name);
        let data = fs::metadata(&path).map_err(in_file(&path))?;
        self.held.push((name, (data.dev(), data.ino())));
        Ok(())
    }

    /// Refuses to go on where a file was put in place of one that is open: what is written would
    /// go into a file that nobody finds again.
    pub(super) fn check_held(&self) -> Result<(), StoreError> {
        for (name, known) in &self.held {
            let data = fs::metadata(self.path.join(name));
            if !data.is_ok_and(|data| (data.dev(), data.ino()) == *known) {
                let says = format!("`{name}` was replaced or removed while it was in use");
                return Err(StoreError::Damaged(says));
            }
        }
        Ok(())
    }

    /// Takes room for erasures, if there is any to take.
    pub(super) fn keep_ballast(&self) -> Result<(), StoreError> {
        let path = self.path.join(BALLAST);
        let mut file = open_private(&path)?;
        if file.metadata().map_err(in_file(&path))?.len() >= BALLAST_BYTES as u64 {
            return Ok(());
        }
        let taken = file.write_all(&vec![0; BALLAST_BYTES]).and_then(|()| file.sync_all());
        match taken.map_err(in_file(&path)) {
            // Half of it would be of no use, and others may need it.
            Err(StoreError::Full) => file.set_len(0).map_err(in_file(&path)),
            kept => kept,
        }
    }

    /// Gives the room back to the disk.
    pub(super) fn drop_ballast(&self) -> Result<(), StoreError> {
        let path = self.path.join(BALLAST);
        open_private(&path)?.set_len(0).map_err(in_file(&path))
    }

    /// Fills up the room for records, as far as the disk lets it.
    pub(super) fn keep_reserve(&self) -> Result<(), StoreError> {
        let path = self.path.join(RESERVE);
        let mut file = open_private(&path)?;
        let mut length = file.metadata().map_err(in_file(&path))?.len();
        if length >= RESERVE_BYTES {
            return Ok(());
        }
        // A piece that was written in part is none.
        length -= length % PIECE_BYTES;
        let piece = vec![0; PIECE_BYTES as usize];
        while length < RESERVE_BYTES {
            file.seek(SeekFrom::Start(length)).map_err(in_file(&path))?;
            match file.write_all(&piece).map_err(in_file(&path)) {
                Err(StoreError::Full) => break,
                written => written?,
            }
            length += PIECE_BYTES;
        }
        file.set_len(length).and_then(|()| file.sync_all()).map_err(in_file(&path))
    }

    /// Gives a piece of the room for records back to the disk. The disk is full for good when there
    /// is none left.
    pub(super) fn draw_reserve(&self) -> Result<(), StoreError> {
        let path = self.path.join(RESERVE);
        let file = open_private(&path)?;
        let length = file.metadata().map_err(in_file(&path))?.len();
        let rest = length.checked_sub(PIECE_BYTES).ok_or(StoreError::Full)?;
        file.set_len(rest).map_err(in_file(&path))
    }

    /// Does something that a full disk must not keep from being done, with the room for records.
    pub(super) fn with_reserve<T>(
        &self,
        mut work: impl FnMut() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        loop {
            match work() {
                // Each piece is given up once, so this ends.
                Err(StoreError::Full) => self.draw_reserve()?,
                done => return done,
            }
        }
    }

    /// Makes new names in the folder durable.
    pub(super) fn sync_names(&self) -> Result<(), StoreError> {
        sync_folder(&self.path)
    }
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(in_file(path))
}

/// Writes a small file whole or not at all: beside its name first, then under it.
pub(super) fn write_whole(folder: &Path, name: &str, content: &[u8]) -> Result<(), StoreError> {
    let (begun, path) = (folder.join(format!("{name}{BEGUN}")), folder.join(name));
    // What a program left that ended before it gave the file its name.
    match fs::remove_file(&begun) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            return Err(in_file(&begun)(cause));
        }
        Ok(()) | Err(_) => {}
    }
    let mut file = open_private(&begun)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(in_file(&begun))?;
    fs::rename(&begun, &path).map_err(in_file(&path))?;
    sync_folder(folder)
}

/// Whether a database was begun: it has a page, or a log with one.
pub(super) fn is_begun(folder: &Path, name: &str) -> bool {
    let holds = |name: &str| fs::metadata(folder.join(name)).is_ok_and(|file| file.len() > 0);
    holds(name) || holds(&format!("{name}-wal"))
}

/// A file that was there is gone.
pub(super) fn missing(name: &str) -> StoreError {
    StoreError::Damaged(format!("`{name}` is missing"))
}

/// Refuses a folder, or a file of ours in it, that others may use.
pub(super) fn check_modes(path: &Path) -> Result<(), StoreError> {
    check_mode(path, FOLDER_MODE)?;
    let wal = [format!("{DATABASE}-wal"), format!("{KEYS}-wal")];
    let files =
        [DATABASE, KEYS, MASTER_KEY, SECOND_HEAD, BALLAST, RESERVE, LOCK, SESSIONS, UPLOADS];
    let files = files.into_iter().chain([ACCEPT_LINKS]);
    for name in files.into_iter().chain(wal.iter().map(String::as_str)) {
        let file = path.join(name);
        if file.exists() {
            check_mode(&file, FILE_MODE)?;
        } else if file.is_symlink() {
            // To make a new file where the link leads would hide that the old one is gone.
            return Err(StoreError::Damaged(format!("`{name}` is a link that leads nowhere")));
        }
    }
    Ok(())
}

fn check_mode(path: &Path, wanted: u32) -> Result<(), StoreError> {
    let found = fs::metadata(path).map_err(in_file(path))?.permissions().mode() & 0o7777;
    let others = found & 0o077;
    if others == 0 {
        Ok(())
    } else {
        Err(StoreError::OpenToOthers { path: path.to_owned(), mode: found, wanted })
    }
}

/// Makes a database file before SQLite does, so that nobody else may ever read it; SQLite gives
/// the files beside it the same mode.
pub(super) fn make_private(path: &Path) -> Result<(), StoreError> {
    open_private(path).map(drop)
}

pub(super) fn open_private(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(FILE_MODE);
    let made = !path.exists();
    let file = options.open(path).map_err(in_file(path))?;
    if made {
        // A generous umask does not widen the mode, and a strict one must not narrow it.
        file.set_permissions(Permissions::from_mode(FILE_MODE)).map_err(in_file(path))?;
    }
    Ok(file)
}

pub(super) fn in_file(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |cause| {
        if matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            StoreError::Full
        } else {
            StoreError::File { path, cause }
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Lock, StoreError};

    #[test]
    fn a_folder_that_was_let_go_is_free_even_where_somebody_has_its_files() {
        let dir = tempfile::tempdir().expect("a folder");
        let held = Lock::take(dir.path()).expect("free");
        assert!(matches!(Lock::take(dir.path()), Err(StoreError::Held(_))));
        // As a process has it that is just being started.
        let inherited = held.0.try_clone().expect("open");
        drop(held);
        Lock::take(dir.path()).expect("free again");
        drop(inherited);
    }
}
