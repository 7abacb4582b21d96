//! A disk that keeps what was synced, and of the rest whatever it likes.
//!
//! A file's sync makes its bytes and its length durable. A name is durable once its folder was synced
//! (`man 2 fsync` promises no more); names that were not are kept in the order in which they were
//! made, up to some point, as file systems with a journal do.

use std::collections::BTreeMap;

use anyhow::Context;

use super::trace::{Event, What};
use crate::serving::wire::Draw;
use crate::torture::folder::Image;

/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;

/// What becomes of that which no sync had made durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// All of it is lost.
    Lost,
    /// All of it is there, as after a kill.
    Kept,
    /// It was written in order up to some point, and the write at that point is torn.
    Torn,
    /// Each write is there or not, in any order.
    Reordered,
    /// Each write is there, or not, or torn.
    Shredded,
}

impl Fate {
    pub(super) const ALL: [Self; 5] =
        [Self::Lost, Self::Kept, Self::Torn, Self::Reordered, Self::Shredded];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Kept => "kept",
            Self::Torn => "torn",
            Self::Reordered => "reordered",
            Self::Shredded => "shredded",
        }
    }
}

/// What a disk holds, for sure and perhaps.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    files: Vec<File>,
    /// Names as programs see them, and as they are durable.
    names: BTreeMap<String, usize>,
    sure_names: BTreeMap<String, usize>,
    unsure_names: Vec<(u64, Naming)>,
    /// Counts changes.
    order: u64,
    /// Where the syncs stood that have begun and not returned, by thread and path.
    syncing: BTreeMap<(u32, String), u64>,
}

#[derive(Clone, Debug, Default)]
struct File {
    sure: Vec<u8>,
    length: u64,
    unsure: Vec<(u64, Change)>,
}

#[derive(Clone, Debug)]
enum Change {
    Written { at: u64, bytes: Vec<u8> },
    Cut(u64),
}

#[derive(Clone, Debug)]
enum Naming {
    Made(String, usize),
    Renamed(String, String),
    Removed(String),
}

/// What becomes of one change.
#[derive(Clone, Copy)]
enum Lot {
    Lost,
    Kept,
    Torn,
}

impl Disk {
    /// A disk on which files lie safely.
    pub(super) fn holding(image: Image) -> Self {
        let mut disk = Self::default();
        for (path, sure) in image {
            disk.names.insert(path, disk.files.len());
            disk.files.push(File { length: sure.len() as u64, sure, unsure: Vec::new() });
        }
        disk.sure_names = disk.names.clone();
        disk
    }

    /// Lets something happen.
    pub(super) fn take(&mut self, event: &Event) -> anyhow::Result<()> {
        self.order += 1;
        let path = &event.path;
        match &event.what {
            What::Made => {
                if !self.names.contains_key(path) {
                    self.files.push(File::default());
                    self.name(Naming::Made(path.clone(), self.files.len() - 1));
                }
            }
            What::Renamed { to } => self.name(Naming::Renamed(path.clone(), to.clone())),
            What::Removed => self.name(Naming::Removed(path.clone())),
            What::Written { at, bytes } => {
                self.change(path, |_| Change::Written { at: *at, bytes: bytes.clone() })?;
            }
            What::Appended(bytes) => {
                self.change(path, |length| Change::Written { at: length, bytes: bytes.clone() })?;
            }
            What::Cut(to) => self.change(path, |_| Change::Cut(*to))?,
            What::Grown(to) => self.change(path, |length| Change::Cut(length.max(*to)))?,
            What::SyncBegan(thread) => {
                self.syncing.insert((*thread, path.clone()), self.order);
            }
            What::SyncEnded(thread) => {
                let began = self.syncing.remove(&(*thread, path.clone()));
                self.synced(path, began.context("a sync ended that had not begun")?);
            }
        }
        Ok(())
    }

    /// How many changes a power cut could take.
    pub(super) fn unsure(&self) -> usize {
        self.unsure_names.len() + self.files.iter().map(|file| file.unsure.len()).sum::<usize>()
    }

    /// What a power cut leaves at this moment.
    pub(super) fn after_power_cut(&self, fate: Fate, draw: &mut Draw) -> Image {
        let point = draw.below(self.order + 1);
        let kept_names = match fate {
            Fate::Lost => 0,
            Fate::Kept => self.unsure_names.len(),
            Fate::Torn => self.unsure_names.iter().filter(|(at, _)| *at <= point).count(),
            Fate::Reordered | Fate::Shredded => {
                usize::try_from(draw.below(self.unsure_names.len() as u64 + 1))
                    .expect("no more than there are")
            }
        };
        let mut names = self.sure_names.clone();
        for (_, naming) in &self.unsure_names[..kept_names] {
            apply(&mut names, naming);
        }
        let torn = self.torn(point);
        names
            .into_iter()
            .map(|(path, file)| {
                let file = &self.files[file];
                let mut bytes = file.sure.clone();
                for (at, change) in &file.unsure {
                    write(&mut bytes, change, lot(fate, *at, torn, draw), draw);
                }
                (path, bytes)
            })
            .collect()
    }

    /// The last change up to a point: the one that the power cut met.
    fn torn(&self, point: u64) -> u64 {
        let unsure = self.files.iter().flat_map(|file| &file.unsure);
        unsure.map(|(at, _)| *at).filter(|at| *at <= point).max().unwrap_or(0)
    }

    fn name(&mut self, naming: Naming) {
        apply(&mut self.names, &naming);
        self.unsure_names.push((self.order, naming));
    }

    fn change(&mut self, path: &str, make: impl FnOnce(u64) -> Change) -> anyhow::Result<()> {
        let at = *self.names.get(path).with_context(|| format!("nobody made {path}"))?;
        let file = &mut self.files[at];
        let change = make(file.length);
        file.length = match &change {
            Change::Written { at, bytes } => file.length.max(at + bytes.len() as u64),
            Change::Cut(to) => *to,
        };
        file.unsure.push((self.order, change));
        Ok(())
    }

    /// Makes durable what had happened when the sync began.
    fn synced(&mut self, path: &str, began: u64) {
        let Some(file) = self.names.get(path) else {
            self.names_synced(path, began);
            return;
        };
        let File { sure, unsure, .. } = &mut self.files[*file];
        let count = unsure.iter().take_while(|(at, _)| *at < began).count();
        for (_, change) in unsure.drain(..count) {
            write(sure, &change, Lot::Kept, &mut Draw::new(0));
        }
    }

    fn names_synced(&mut self, folder: &str, began: u64) {
        let sure_names = &mut self.sure_names;
        self.unsure_names.retain(|(at, naming)| {
            let sure = *at < began && is_in(naming, folder);
            if sure {
                apply(sure_names, naming);
            }
            !sure
        });
    }
}

fn is_in(naming: &Naming, folder: &str) -> bool {
    let path = match naming {
        Naming::Made(path, _) | Naming::Renamed(_, path) | Naming::Removed(path) => path,
    };
    path.rsplit_once('/').map_or("", |(parent, _)| parent) == folder
}

fn apply(names: &mut BTreeMap<String, usize>, naming: &Naming) {
    match naming {
        Naming::Made(path, file) => {
            names.insert(path.clone(), *file);
        }
        Naming::Renamed(from, to) => {
            if let Some(file) = names.remove(from) {
                names.insert(to.clone(), file);
            }
        }
        Naming::Removed(path) => {
            names.remove(path);
        }
    }
}

fn lot(fate: Fate, at: u64, torn: u64, draw: &mut Draw) -> Lot {
    let drawn = draw.below(6);
    match fate {
        Fate::Lost => Lot::Lost,
        Fate::Kept => Lot::Kept,
        Fate::Torn if at < torn => Lot::Kept,
        Fate::Torn if at == torn => Lot::Torn,
        Fate::Torn => Lot::Lost,
        Fate::Reordered if drawn < 3 => Lot::Kept,
        Fate::Reordered => Lot::Lost,
        Fate::Shredded if drawn < 2 => Lot::Kept,
        Fate::Shredded if drawn < 4 => Lot::Torn,
        Fate::Shredded => Lot::Lost,
    }
}

fn write(bytes: &mut Vec<u8>, change: &Change, lot: Lot, draw: &mut Draw) {
    let position = |at: u64| usize::try_from(at).expect("a file fits into memory");
    match (change, lot) {
        (_, Lot::Lost) => {}
        (Change::Cut(to), Lot::Kept | Lot::Torn) => bytes.resize(position(*to), 0),
        (Change::Written { at, bytes: new }, Lot::Kept | Lot::Torn) => {
            let begin = position(*at);
            let end = begin + new.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            let mut at = begin;
            while at < end {
                // Sectors are counted from the beginning of the file.
                let next = ((at / SECTOR + 1) * SECTOR).min(end);
                if matches!(lot, Lot::Kept) || draw.below(2) == 0 {
                    bytes[at..next].copy_from_slice(&new[at - begin..next - begin]);
                }
                at = next;
            }
        }
    }
}
