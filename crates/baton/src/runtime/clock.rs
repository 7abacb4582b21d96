//! The one place that reads the real clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::{Moment, Span};

/// The moment by the system's clock. Before 1970 it is 1970.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
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
