//! Time: on the wall where a disk is waited for, of the processor where a machine is shared.

use std::time::{Duration, Instant};

/// How long something took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Took {
    /// On the wall.
    pub(crate) wall: Duration,
    /// Of the processor, of this thread alone.
    pub(crate) processor: Duration,
}

/// Runs something and says how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (began, processor) = (now(), processor());
    let done = counted(work);
    let wall = began.elapsed();
    let processor = self::processor().saturating_sub(processor);
    (done, Took { wall, processor })
}

/// What is measured, under a name of its own: callgrind counts the instructions in here alone.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// The memory of this process that is resident, in bytes; none where the system does not tell.
pub(crate) fn resident_bytes() -> Option<u64> {
    let said = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = said.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Runs from when it is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts one.
    pub(crate) fn start() -> Self {
        Self(now())
    }

    /// How long it has run.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

impl Took {
    /// Of the processor, in nanoseconds for each of `count`.
    pub(crate) fn ns_each(self, count: usize) -> f64 {
        self.processor.as_secs_f64() * 1e9 / count.max(1) as f64
    }
}

impl std::ops::AddAssign for Took {
    fn add_assign(&mut self, other: Self) {
        self.wall += other.wall;
        self.processor += other.processor;
    }
}

/// What this thread has used of the processor so far, to the nanosecond: `schedstat` in `/proc` moves
/// in steps of a scheduler's tick.
fn processor() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(used.tv_sec.unsigned_abs(), used.tv_nsec.unsigned_abs() as u32)
}

#[expect(clippy::disallowed_methods, reason = "here alone the benches read the clock")]
fn now() -> Instant {
    Instant::now()
}
