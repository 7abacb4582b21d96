//! States that a power cut may leave, made and opened.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::Context;

use super::disk::{Disk, Fate};
use super::recording::Recording;
use super::trace::{Event, What};
use crate::serving::wire::Draw;
use crate::torture::folder::{self, Image};
use crate::torture::furniture;
use crate::torture::judge::{self, Verdict};
use crate::torture::ledger::{Ledger, Moods, Receiver};

/// How long a folder without its keys is waited for: it never comes to an end.
const WITHOUT_KEYS: Duration = Duration::from_secs(10);

/// A power cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// The call that did not happen any more.
    pub(super) at: usize,
    /// What became of that which was not synced.
    pub(super) fate: Fate,
    pub(super) seed: u64,
}

/// A state that was opened.
pub(super) struct Opened {
    pub(super) cut: Cut,
    /// How many changes no sync had made durable.
    pub(super) unsure: usize,
    pub(super) folder: PathBuf,
    pub(super) verdict: Verdict,
}

/// What a disk says is synced, and is not.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lie {
    /// The log of the journal.
    Journal,
    /// The log of the keys.
    Keys,
    /// The file that deliveries are written to.
    Archive,
    /// The names of files.
    Names,
}

impl Lie {
    pub(super) const ALL: [Self; 4] = [Self::Journal, Self::Keys, Self::Archive, Self::Names];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Journal => "the log of the journal",
            Self::Keys => "the log of the keys",
            Self::Archive => "the file that deliveries are written to",
            Self::Names => "names in the folder",
        }
    }

    /// What the judge must say of it: a loss, not merely that something takes its time.
    pub(super) fn is_told(self, finding: &str) -> bool {
        match self {
            Self::Journal | Self::Names => {
                finding.contains("are lost") || finding.starts_with("before serving")
            }
            Self::Keys => finding.starts_with("before serving"),
            Self::Archive => finding.starts_with("the archive was never told"),
        }
    }

    const fn patience(self) -> Duration {
        match self {
            Self::Keys => WITHOUT_KEYS,
            Self::Journal | Self::Archive | Self::Names => judge::DRAIN,
        }
    }

    fn is_about(self, event: &Event) -> bool {
        if !matches!(event.what, What::SyncBegan(_) | What::SyncEnded(_)) {
            return false;
        }
        match self {
            Self::Journal => event.path.ends_with("baton.db-wal"),
            Self::Keys => event.path.ends_with("keys.db-wal"),
            Self::Archive => event.path == furniture::ARCHIVE,
            Self::Names => event.path.is_empty() || event.path == "data",
        }
    }
}

/// A state that is to be opened.
struct State {
    cut: Cut,
    unsure: usize,
    image: Image,
    /// The moment of the power cut.
    moment: u64,
}

/// Draws as many power cuts as are asked for, in the order of their calls. Rare calls (a checkpoint's
/// writes, a rename) are met as often as common ones.
pub(super) fn cuts(recording: &Recording, count: u32, draw: &mut Draw) -> Vec<Cut> {
    let mut kinds: BTreeMap<(String, &str), Vec<usize>> = BTreeMap::new();
    for (at, event) in recording.events.iter().enumerate() {
        kinds.entry((event.path.clone(), kind(&event.what))).or_default().push(at);
    }
    let kinds: Vec<Vec<usize>> = kinds.into_values().collect();
    let mut pick =
        |bound: usize| usize::try_from(draw.below(bound as u64)).expect("a place in a list");
    let mut cuts: Vec<Cut> = (0..count as usize)
        .map(|number| {
            let calls = &kinds[pick(kinds.len())];
            let at = calls[pick(calls.len())];
            let fate = Fate::ALL[number % Fate::ALL.len()];
            Cut { at, fate, seed: pick(usize::MAX) as u64 }
        })
        .collect();
    cuts.sort_by_key(|cut| cut.at);
    cuts
}

const fn kind(what: &What) -> &'static str {
    match what {
        What::Made => "made",
        What::Written { .. } => "written",
        What::Appended(_) => "appended",
        What::Cut(_) => "cut",
        What::Grown(_) => "grown",
        What::SyncBegan(_) => "sync began",
        What::SyncEnded(_) => "sync ended",
        What::Renamed { .. } => "renamed",
        What::Removed => "removed",
    }
}

/// Makes and opens each state, several at once, and shows each as it is done.
pub(super) fn open_all(
    recording: &Recording,
    cuts: &[Cut],
    jobs: u32,
    mut each: impl FnMut(Opened) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // No more states wait in memory than are being opened.
    let (states, waiting) = mpsc::sync_channel::<State>(1);
    let waiting = Arc::new(Mutex::new(waiting));
    let (done, opened) = mpsc::channel::<anyhow::Result<Opened>>();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (waiting, done) = (Arc::clone(&waiting), done.clone());
            let receiver = Receiver::listen(Arc::new(Ledger::new(0, Moods::Kind)))?;
            scope.spawn(move || {
                loop {
                    let next = waiting.lock().expect("nobody panics in here").recv();
                    let Ok(state) = next else { return };
                    if done.send(open(recording, state, &receiver, judge::DRAIN)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let made = scope
            .spawn(move || make(recording, cuts, None, &mut |state| states.send(state).is_ok()));
        for opened in opened {
            each(opened?)?;
        }
        made.join().ok().context("making the states panicked")?
    })
}

/// Opens one state of a disk that lies.
pub(super) fn open_lied(recording: &Recording, cut: Cut, lie: Lie) -> anyhow::Result<Opened> {
    let mut made = None;
    make(recording, &[cut], Some(lie), &mut |state| {
        made = Some(state);
        true
    })?;
    let receiver = Receiver::listen(Arc::new(Ledger::new(0, Moods::Kind)))?;
    open(recording, made.context("no state was made")?, &receiver, lie.patience())
}

/// Plays the calls, and gives away the state at each cut, until nobody wants one any more.
fn make(
    recording: &Recording,
    cuts: &[Cut],
    lie: Option<Lie>,
    give: &mut dyn FnMut(State) -> bool,
) -> anyhow::Result<()> {
    let mut disk = Disk::holding(recording.before.clone());
    let mut cuts = cuts.iter().copied().peekable();
    for (at, event) in recording.events.iter().enumerate() {
        while let Some(cut) = cuts.next_if(|cut| cut.at == at) {
            let image = disk.after_power_cut(cut.fate, &mut Draw::new(cut.seed));
            let state = State { cut, unsure: disk.unsure(), image, moment: event.at };
            if !give(state) {
                return Ok(());
            }
        }
        if !lie.is_some_and(|lie| lie.is_about(event)) {
            disk.take(event)?;
        }
    }
    Ok(())
}

/// Lays a state down as a folder, opens it and judges it.
fn open(
    recording: &Recording,
    state: State,
    receiver: &Receiver,
    patience: Duration,
) -> anyhow::Result<Opened> {
    let State { cut, unsure, image, moment } = state;
    let folder =
        recording.office.folder.join(format!("state-{}-{}-{}", cut.at, cut.fate.name(), cut.seed));
    folder::lay(&folder.join(furniture::DISK), &image)?;
    let ledger = Arc::new(recording.ledger.as_of(moment));
    receiver.turn_to(Arc::clone(&ledger));
    let office = furniture::moved(&recording.office, &folder, receiver.address)?;
    let verdict = judge::reopen(&office, &ledger, &recording.history.as_of(moment), patience);
    Ok(Opened { cut, unsure, folder, verdict })
}
