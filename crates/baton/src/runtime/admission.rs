//! How much may wait for its turn. Signals are taken in no faster, in the long run, than they are
//! decided: what waits is counted from the moment that it is offered until it is decided, and who
//! offers more than is decided within seconds is told when to come again.
//!
//! Live signals and imports have a share each, so that neither fills the other's. Without a strategy in
//! force nothing is decided, and nothing is bound by that: what was kept meanwhile is decided first,
//! and counts for nobody's share.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::service::setback::Setback;

/// What waits of live signals is decided within so long.
const LIVE_SECONDS: f64 = 4.0;
/// What waits of imports is decided within so long.
const IMPORT_SECONDS: f64 = 1.0;
/// So many live signals may wait however slowly they are decided: a burst.
const LIVE_SIGNALS_MIN: u64 = 500;
/// So many rows of imports may wait however slowly they are decided: what is handed in at once.
const IMPORT_SIGNALS_MIN: u64 = 800;
/// Bytes that waiting signals of a share hold, as they were read.
const SHARE_BYTES_MAX: u64 = 256 << 20;
/// Groups of fewer, behind which nothing waits, say nothing of how fast many are decided.
const TELLING: usize = 32;
/// What was measured counts half after so long.
const HALF_LIFE_SECONDS: f64 = 4.0;
/// Signals a second, before anything was measured.
const SECOND_UNMEASURED: f64 = 500.0;
/// The longest that anybody is told to wait, in seconds.
const RETRY_SECONDS_MAX: f64 = 600.0;

/// Whose signals wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Requests over HTTP.
    Live,
    /// Rows of files.
    Import,
    /// What came while no strategy was in force, or before the server started.
    Older,
}

impl Lane {
    const fn place(self) -> usize {
        match self {
            Self::Live => 0,
            Self::Import => 1,
            Self::Older => 2,
        }
    }
}

/// So much waits already that more would not be decided in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full {
    /// After how many seconds what waits will be decided.
    pub retry_after: u64,
}

impl From<Full> for Setback {
    fn from(full: Full) -> Self {
        Self::Overloaded { retry_after: full.retry_after }
    }
}

/// What waits, counted.
#[derive(Debug, Default)]
pub struct Admission {
    inner: Mutex<Inner>,
    decided: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    in_force: bool,
    speed: Speed,
    /// Offered and not yet decided, by lane.
    waiting: [Amount; 3],
    /// What is accepted and waits for its turn, in the order of turns.
    line: VecDeque<Run>,
}

/// Signals and the bytes that they hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Amount {
    signals: u64,
    bytes: u64,
}

/// Signals in line, one behind the other, of one lane.
#[derive(Debug)]
struct Run {
    lane: Lane,
    amount: Amount,
}

/// How fast signals are decided, older measures counting ever less.
#[derive(Debug, Default)]
struct Speed {
    signals: f64,
    seconds: f64,
}

impl Amount {
    fn add(&mut self, other: Self) {
        self.signals += other.signals;
        self.bytes += other.bytes;
    }

    fn take(&mut self, other: Self) {
        self.signals = self.signals.saturating_sub(other.signals);
        self.bytes = self.bytes.saturating_sub(other.bytes);
    }

    /// What so many of these signals have, on average.
    const fn part(self, signals: u64) -> Self {
        if signals >= self.signals {
            return self;
        }
        Self { signals, bytes: self.bytes / self.signals * signals }
    }
}

impl Speed {
    fn took(&mut self, signals: usize, time: Duration) {
        let seconds = time.as_secs_f64().max(1e-6);
        let keeps = 0.5_f64.powf(seconds / HALF_LIFE_SECONDS);
        self.signals = self.signals * keeps + signals as f64;
        self.seconds = self.seconds * keeps + seconds;
    }

    fn a_second(&self) -> f64 {
        if self.seconds > 0.0 { self.signals / self.seconds } else { SECOND_UNMEASURED }
    }
}

impl Inner {
    fn bound(&self, lane: Lane) -> u64 {
        let (seconds, least) = match lane {
            Lane::Live => (LIVE_SECONDS, LIVE_SIGNALS_MIN),
            Lane::Import => (IMPORT_SECONDS, IMPORT_SIGNALS_MIN),
            Lane::Older => return u64::MAX,
        };
        ((self.speed.a_second() * seconds) as u64).max(least)
    }

    fn has_room(&self, lane: Lane, more: Amount) -> bool {
        let waiting = self.waiting[lane.place()];
        let fits = waiting.signals + more.signals <= self.bound(lane)
            && waiting.bytes + more.bytes <= SHARE_BYTES_MAX;
        // What is larger than all room still comes in when it is alone.
        fits || waiting.signals == 0
    }

    fn full(&self) -> Full {
        let waiting: u64 = self.waiting.iter().map(|amount| amount.signals).sum();
        let seconds = waiting as f64 / self.speed.a_second().max(1.0);
        Full { retry_after: seconds.ceil().clamp(1.0, RETRY_SECONDS_MAX) as u64 }
    }

    fn in_line(&self) -> u64 {
        self.line.iter().map(|run| run.amount.signals).sum()
    }

    fn line_up(&mut self, lane: Lane, amount: Amount) {
        if amount.signals == 0 {
            return;
        }
        match self.line.back_mut() {
            Some(last) if last.lane == lane => last.amount.add(amount),
            Some(_) | None => self.line.push_back(Run { lane, amount }),
        }
    }

    /// So many at the head of the line wait no more.
    fn leave(&mut self, mut signals: u64) {
        while signals > 0
            && let Some(first) = self.line.front_mut()
        {
            let gone = first.amount.part(signals);
            let lane = first.lane;
            first.amount.take(gone);
            signals -= gone.signals;
            self.waiting[lane.place()].take(gone);
            if self.line.front().is_some_and(|first| first.amount.signals == 0) {
                self.line.pop_front();
            }
        }
    }
}

impl Admission {
    /// Lets signals in that are to wait for their turn, unless too many wait already.
    pub fn admit(
        self: &Arc<Self>,
        lane: Lane,
        signals: usize,
        bytes: usize,
    ) -> Result<Admitted, Full> {
        let amount = Amount { signals: signals as u64, bytes: bytes as u64 };
        let mut inner = self.lock();
        let lane = if inner.in_force { lane } else { Lane::Older };
        if !inner.has_room(lane, amount) {
            return Err(inner.full());
        }
        inner.waiting[lane.place()].add(amount);
        drop(inner);
        Ok(Admitted { admission: Arc::clone(self), lane, amount })
    }

    /// Whether not a single live signal would be let in.
    pub fn check(&self) -> Result<(), Full> {
        let inner = self.lock();
        let one = Amount { signals: 1, bytes: 0 };
        if !inner.in_force || inner.has_room(Lane::Live, one) { Ok(()) } else { Err(inner.full()) }
    }

    /// Lets rows of an import in as soon as there is room for them.
    pub async fn admit_rows(self: &Arc<Self>, rows: usize, bytes: usize) -> Admitted {
        loop {
            let decided = self.decided.notified();
            if let Ok(admitted) = self.admit(Lane::Import, rows, bytes) {
                return admitted;
            }
            decided.await;
        }
    }

    /// So many signals at the head of the line were taken through the stages in so long, out of a
    /// group that could have had so many.
    pub fn decided(&self, signals: usize, of: usize, time: Duration) {
        let mut inner = self.lock();
        if signals >= TELLING.min(of) {
            inner.speed.took(signals, time);
        }
        inner.leave(signals as u64);
        drop(inner);
        self.decided.notify_waiters();
    }

    /// How things stand by the store: how many wait for their turn, and whether a strategy is in
    /// force. What nobody counted here stands at the head of the line.
    pub fn stands(&self, waiting: u64, in_force: bool) {
        let mut inner = self.lock();
        inner.in_force = in_force;
        let counted = inner.in_line();
        inner.leave(counted.saturating_sub(waiting));
        let uncounted = Amount { signals: waiting.saturating_sub(counted), bytes: 0 };
        if uncounted.signals > 0 {
            inner.waiting[Lane::Older.place()].add(uncounted);
            inner.line.push_front(Run { lane: Lane::Older, amount: uncounted });
        }
        drop(inner);
        self.decided.notify_waiters();
    }

    /// How many signals are decided in so long, between a least and a most: what is done in one go
    /// holds nobody up for longer, however slow the machine is.
    pub fn within(&self, time: Duration, least: usize, most: usize) -> usize {
        let signals = self.lock().speed.a_second() * time.as_secs_f64();
        (signals as usize).clamp(least, most)
    }

    /// How many are accepted and wait for their turn, and how many are decided a second.
    pub fn waiting(&self) -> (u64, u64) {
        let inner = self.lock();
        (inner.in_line(), inner.speed.a_second() as u64)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signals that were let in. Those that were not accepted leave when it is dropped.
#[derive(Debug)]
pub struct Admitted {
    admission: Arc<Admission>,
    lane: Lane,
    amount: Amount,
}

impl Admitted {
    /// So many of them were accepted, and stand in line.
    pub fn accepted(mut self, signals: u64) {
        let in_line = self.amount.part(signals);
        self.admission.lock().line_up(self.lane, in_line);
        self.amount.take(in_line);
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.admission.lock().waiting[self.lane.place()].take(self.amount);
        self.admission.decided.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
