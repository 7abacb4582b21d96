//! The second head: how far the journal got, and its hash there, in a file of its own.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::folder::{SECOND_HEAD, hex, in_file, open_private, unhex, write_whole};
use crate::error::StoreError;
use crate::journal::{Head, Position};

/// It is written to two places in turn, so that a torn write leaves the other.
const SLOT_BYTES: usize = 128;
const SLOTS: usize = 2;

/// Tells the heads of one folder from those of another.
pub(super) type FolderMark = [u8; 8];

/// What the file of the second head holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SecondHeadFile {
    /// There is no such file.
    Absent,
    /// Nothing was ever written into it.
    Empty,
    /// The head that was written last, and whose it is, if that was written with it.
    Head(Head, Option<FolderMark>),
}

impl SecondHeadFile {
    pub(super) const fn head(&self) -> Option<Head> {
        match self {
            Self::Head(head, _) => Some(*head),
            Self::Absent | Self::Empty => None,
        }
    }

    /// Whether it was written for another folder.
    pub(super) fn is_foreign(&self, mark: FolderMark) -> bool {
        matches!(self, Self::Head(_, Some(whose)) if *whose != mark)
    }
}

/// Writes the second head.
#[derive(Debug)]
pub(super) struct SecondHead {
    path: PathBuf,
    file: File,
    slot: usize,
    mark: FolderMark,
}

impl SecondHead {
    /// Opens the file, which must be there.
    pub(super) fn open(folder: &Path, mark: FolderMark) -> Result<Self, StoreError> {
        let path = folder.join(SECOND_HEAD);
        let slots = slots(&read_bytes(&path)?.unwrap_or_default());
        // The place of the best head is written last.
        let best = (0..SLOTS).max_by_key(|slot| slots[*slot].map(|(head, _)| head.position));
        let slot = best.map_or(0, |best| (best + 1) % SLOTS);
        let file = open_private(&path)?;
        Ok(Self { path, file, slot, mark })
    }

    /// Writes and syncs.
    pub(super) fn write(&mut self, head: &Head) -> Result<(), StoreError> {
        let at = (self.slot * SLOT_BYTES) as u64;
        self.slot = (self.slot + 1) % SLOTS;
        let slot = slot_of(head, self.mark);
        self.file.write_all_at(&slot, at).map_err(in_file(&self.path))?;
        self.file.sync_data().map_err(in_file(&self.path))
    }
}

/// Makes the file anew with this head alone.
pub(super) fn begin(folder: &Path, head: &Head, mark: FolderMark) -> Result<(), StoreError> {
    write_whole(folder, SECOND_HEAD, &slot_of(head, mark))
}

/// What the file of a folder holds.
pub(super) fn read(folder: &Path) -> Result<SecondHeadFile, StoreError> {
    let Some(bytes) = read_bytes(&folder.join(SECOND_HEAD))? else {
        return Ok(SecondHeadFile::Absent);
    };
    let best = slots(&bytes).into_iter().flatten().max_by_key(|(head, _)| head.position);
    match best {
        Some((head, mark)) => Ok(SecondHeadFile::Head(head, mark)),
        None if bytes.is_empty() => Ok(SecondHeadFile::Empty),
        None => Err(unreadable()),
    }
}

/// Something else stands where the second head was.
pub(super) fn unreadable() -> StoreError {
    StoreError::Damaged(format!("`{SECOND_HEAD}` cannot be read"))
}

fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(in_file(path)(cause)),
    }
}

fn slots(bytes: &[u8]) -> [Option<(Head, Option<FolderMark>)>; SLOTS] {
    let mut slots = bytes.chunks(SLOT_BYTES).map(head_of);
    std::array::from_fn(|_| slots.next().flatten())
}

fn slot_of(head: &Head, mark: FolderMark) -> [u8; SLOT_BYTES] {
    let mut slot = [b' '; SLOT_BYTES];
    let line = head_line(head, Some(mark));
    slot[..line.len()].copy_from_slice(line.as_bytes());
    slot
}

/// `POSITION HASH FOLDER CHECK`, where the check is over what stands before it. Schema 1 had no
/// `FOLDER`.
fn head_line(head: &Head, mark: Option<FolderMark>) -> String {
    let mut said = format!("{} {}", head.position, hex(&head.hash));
    if let Some(mark) = mark {
        said.push(' ');
        said.push_str(&hex(&mark));
    }
    let check = Sha256::digest(said.as_bytes());
    format!("{said} {}\n", hex(&check[..4]))
}

fn head_of(slot: &[u8]) -> Option<(Head, Option<FolderMark>)> {
    let line = std::str::from_utf8(slot).ok()?.trim_end();
    let words: Vec<&str> = line.split(' ').collect();
    let mark = match words.as_slice() {
        [_, _, _] => None,
        [_, _, mark, _] => Some(u64::from_str_radix(mark, 16).ok()?.to_be_bytes()),
        _ => return None,
    };
    let head = Head { position: Position(words[0].parse().ok()?), hash: unhex(words[1])? };
    (head_line(&head, mark).trim_end() == line).then_some((head, mark))
}
