//! The data folder: who may see it, who holds it, and the small files in it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read as _, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::error::StoreError;
use crate::journal::{Head, Position};

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
/// Locked by the process that holds the folder.
pub const LOCK: &str = "lock";

const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// What an erasure may write before the log is cut again.
const BALLAST_BYTES: usize = 4 << 20;
/// The second head is written to two places in turn, so that a torn write leaves the other.
const SLOT_BYTES: usize = 128;

/// A data folder that this process holds until it is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// The lock goes with the process, however it ends.
    _lock: File,
    head: File,
    slot: usize,
}

impl Folder {
    /// Takes the folder, making it where there is none.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(FOLDER_MODE).create(path).map_err(in_file(path))?;
        }
        check_modes(path)?;
        let lock = open_private(&path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Held(path.to_owned())),
            Err(TryLockError::Error(cause)) => return Err(in_file(&path.join(LOCK))(cause)),
        }
        let head = open_private(&path.join(SECOND_HEAD))?;
        Ok(Self { path: path.to_owned(), _lock: lock, head, slot: 0 })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The master key, made from chance where the folder is new.
    pub(super) fn master_key(
        &self,
        chance: &mut Chance,
    ) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let path = self.path.join(MASTER_KEY);
        if path.exists() {
            return read_master_key(&self.path);
        }
        let key = Zeroizing::new(chance.draw::<32>()?);
        let mut text = Zeroizing::new(hex(&*key));
        text.push('\n');
        let mut file = open_private(&path)?;
        file.write_all(text.as_bytes()).map_err(in_file(&path))?;
        file.sync_all().map_err(in_file(&path))?;
        self.sync_names()?;
        Ok(key)
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

    /// Makes new names in the folder durable.
    pub(super) fn sync_names(&self) -> Result<(), StoreError> {
        let folder = File::open(&self.path).map_err(in_file(&self.path))?;
        folder.sync_all().map_err(in_file(&self.path))
    }

    /// Writes and syncs the second head.
    pub(super) fn write_head(&mut self, head: &Head) -> Result<(), StoreError> {
        let mut slot = [b' '; SLOT_BYTES];
        let line = head_line(head);
        slot[..line.len()].copy_from_slice(line.as_bytes());
        let at = (self.slot * SLOT_BYTES) as u64;
        self.slot = 1 - self.slot;
        let path = self.path.join(SECOND_HEAD);
        self.head.write_all_at(&slot, at).map_err(in_file(&path))?;
        self.head.sync_data().map_err(in_file(&path))
    }

    /// Forgets the second head, so that what is there counts again.
    pub(super) fn forget_head(&mut self) -> Result<(), StoreError> {
        let path = self.path.join(SECOND_HEAD);
        self.head.set_len(0).map_err(in_file(&path))?;
        self.head.sync_all().map_err(in_file(&path))
    }
}

/// Refuses a folder, or a file of ours in it, that others may use.
pub(super) fn check_modes(path: &Path) -> Result<(), StoreError> {
    check_mode(path, FOLDER_MODE)?;
    let wal = [format!("{DATABASE}-wal"), format!("{KEYS}-wal")];
    let files = [DATABASE, KEYS, MASTER_KEY, SECOND_HEAD, BALLAST, LOCK];
    for name in files.into_iter().chain(wal.iter().map(String::as_str)) {
        let file = path.join(name);
        if file.exists() {
            check_mode(&file, FILE_MODE)?;
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

fn open_private(path: &Path) -> Result<File, StoreError> {
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

/// The master key of a folder that has one.
pub(super) fn read_master_key(folder: &Path) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let path = folder.join(MASTER_KEY);
    let text = Zeroizing::new(fs::read_to_string(&path).map_err(in_file(&path))?);
    unhex(text.trim_end())
        .map(Zeroizing::new)
        .ok_or_else(|| StoreError::Damaged(format!("`{MASTER_KEY}` holds no key")))
}

/// The second head of a folder; `None` where none was ever written.
pub(super) fn read_head(folder: &Path) -> Result<Option<Head>, StoreError> {
    let path = folder.join(SECOND_HEAD);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(in_file(&path)(cause)),
    };
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(in_file(&path))?;
    file.take(2 * SLOT_BYTES as u64).read_to_end(&mut bytes).map_err(in_file(&path))?;
    let heads = bytes.chunks(SLOT_BYTES).filter_map(head_of);
    let best = heads.max_by_key(|head| head.position);
    if best.is_none() && !bytes.is_empty() {
        return Err(StoreError::Damaged(format!("`{SECOND_HEAD}` cannot be read")));
    }
    Ok(best)
}

/// `POSITION HASH CHECK`, where the check is over what stands before it.
fn head_line(head: &Head) -> String {
    let said = format!("{} {}", head.position, hex(&head.hash));
    let check = Sha256::digest(said.as_bytes());
    format!("{said} {}\n", hex(&check[..4]))
}

fn head_of(slot: &[u8]) -> Option<Head> {
    let line = std::str::from_utf8(slot).ok()?.trim_end();
    let mut words = line.split(' ');
    let position = words.next()?.parse().ok()?;
    let hash = unhex(words.next()?)?;
    let head = Head { position: Position(position), hash };
    (head_line(&head).trim_end() == line).then_some(head)
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

fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}
