//! The one place that reads the real clock.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::{Moment, Span};

/// How far the demo's world lies from ours, in microseconds. It is nothing outside a demo.
static SHIFT: AtomicI64 = AtomicI64::new(0);

/// The file in a demo's folder that keeps the shift, in microseconds.
const DEMO_CLOCK: &str = "demo-clock";

/// The moment by the system's clock, in a demo by that of its world. Before 1970 it is 1970.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let real = Moment(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    real + Span(SHIFT.load(Ordering::Relaxed))
}

/// Lets the clock of this process go on from a moment: a demo goes on where its history ended.
pub fn go_on_from(moment: Moment) {
    SHIFT.fetch_add((moment - now()).0, Ordering::Relaxed);
}

/// Keeps in a demo's folder how far its world lies from ours, so that whoever opens the folder later asks
/// the same clock.
pub fn keep(folder: &Path) -> io::Result<()> {
    fs::write(folder.join(DEMO_CLOCK), format!("{}\n", SHIFT.load(Ordering::Relaxed)))
}

/// Lets the clock of this process be that of a folder's world. A folder that keeps none is in ours.
pub fn go_by(folder: &Path) {
    let kept = fs::read_to_string(folder.join(DEMO_CLOCK)).ok();
    if let Some(shift) = kept.and_then(|text| text.trim().parse().ok()) {
        SHIFT.store(shift, Ordering::Relaxed);
    }
}

/// A point on the clock that is never set back, for measuring and for deadlines.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn tick() -> Instant {
    Instant::now()
}

/// How long until a moment, as waiting takes it; nothing where it has passed.
pub fn until(moment: Moment, now: Moment) -> Duration {
    duration(moment - now)
}

/// A span as waiting takes it; nothing where it is negative.
pub fn duration(span: Span) -> Duration {
    Duration::from_micros(u64::try_from(span.0).unwrap_or(0))
}
