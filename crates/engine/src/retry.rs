//! The one policy of retries: how often an errand is tried, how long it waits before the next
//! attempt, how long a destination may put it off, and how a handoff whose errands failed is mended.
//!
//! The crank's breaker asks here how much of a `Retry-After` is obeyed; the courier makes each
//! attempt once and decides nothing.

use domain::{Moment, Span};

/// The most attempts of an errand that is answered with "later" each time: about half a day.
pub const ATTEMPTS_MAX: u32 = 720;
/// The longest wait between two attempts, where the destination asks for none.
pub const WAIT_MAX: Span = Span::seconds(60);
/// The longest that a destination may put an errand off, and all that go to it.
pub const RETRY_AFTER_MAX: Span = Span::HOUR;
/// How long a handoff whose deliveries failed rests before it is tried again.
pub const MEND_AFTER: Span = Span::minutes(15);
/// The most times that a faulted handoff is tried again by itself; then a queue has it.
pub const MENDS_MAX: u32 = 4;

/// When an errand is tried again after an attempt that was answered with "later"; `None` where its
/// attempts are used up.
///
/// The wait doubles from a second to [`WAIT_MAX`], and a fifth of it is spread by the errand's id, so
/// that what failed together does not come again together. A destination that asks for more is
/// obeyed, up to [`RETRY_AFTER_MAX`].
pub fn next_attempt(
    now: Moment,
    attempt: u32,
    errand: &[u8],
    not_before: Option<Moment>,
) -> Option<Moment> {
    if attempt >= ATTEMPTS_MAX {
        return None;
    }
    let doubled = Span::SECOND.0 << attempt.saturating_sub(1).min(6);
    let wait = doubled.min(WAIT_MAX.0);
    let spread = i64::from(errand.first().copied().unwrap_or_default()) * (wait / 5) / 255;
    let own = now + Span(wait - spread);
    Some(not_before.map_or(own, |asked| own.max(obeyed(asked, now))))
}

/// When an errand is tried again that cannot succeed before the configuration is changed. It waits for
/// that as long as it takes, by the same schedule.
pub fn once_configured(now: Moment, attempt: u32, errand: &[u8]) -> Moment {
    let attempt = attempt.min(ATTEMPTS_MAX - 1);
    next_attempt(now, attempt, errand, None).unwrap_or(now + WAIT_MAX)
}

/// How much of it is obeyed when a destination asks not to be called before a moment.
pub fn obeyed(asked: Moment, now: Moment) -> Moment {
    asked.min(now + RETRY_AFTER_MAX)
}

#[cfg(test)]
mod tests {
    use domain::{Moment, Span};

    use super::{ATTEMPTS_MAX, RETRY_AFTER_MAX, WAIT_MAX, next_attempt};

    const NOW: Moment = Moment(1_764_000_000_000_000);

    #[test]
    fn found_a7_the_schedule_doubles_is_spread_and_obeys_up_to_an_hour() {
        for first_byte in [0, 1, 100, 254, 255] {
            let mut last = Span(0);
            for attempt in 1..ATTEMPTS_MAX {
                let again = next_attempt(NOW, attempt, &[first_byte], None).expect("not the last");
                let wait = again - NOW;
                let whole = Span((Span::SECOND.0 << (attempt - 1).min(6)).min(WAIT_MAX.0));
                assert!(wait <= whole && wait.0 * 5 >= whole.0 * 4, "{attempt}: {wait:?}");
                assert!(wait >= last, "it never gets shorter");
                last = wait;
                for asked in [Span(0), Span::seconds(61), Span::minutes(60), Span::DAY] {
                    let asked_for = Some(NOW + asked);
                    let again = next_attempt(NOW, attempt, &[first_byte], asked_for);
                    let wanted = wait.max(asked.min(RETRY_AFTER_MAX));
                    assert_eq!(again, Some(NOW + wanted), "attempt {attempt}, asked {asked:?}");
                }
            }
        }
        assert_eq!(next_attempt(NOW, ATTEMPTS_MAX, &[0], None), None, "used up");
        assert_eq!(next_attempt(NOW, u32::MAX, &[0], Some(NOW)), None, "whatever is asked");
    }
}
