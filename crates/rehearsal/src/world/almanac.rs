//! When things happen: by weekday and hour of the place where they do.

use domain::{Moment, Span};

use super::seeded_random::SeededRandom;

/// When the ninety days end: a Friday, early afternoon in London.
pub const ENDS: Moment = Moment::from_seconds(1_795_183_200);
/// How long the history is.
pub const LASTS: Span = Span::days(90);

/// How much happens on a weekday, Monday first, in a hundred.
const WEEKDAYS: [u64; 7] = [92, 100, 100, 96, 80, 13, 11];
/// How much happens in an hour of the day, in a hundred.
const HOURS: [u64; 24] =
    [2, 1, 1, 1, 2, 3, 7, 18, 48, 84, 100, 96, 66, 74, 92, 93, 82, 58, 32, 20, 16, 13, 8, 4];
/// How often a moment is thrown again before it is taken as it is.
const THROWS_MAX: u32 = 40;

/// A moment between two, likelier when people there are at work.
pub(crate) fn moment(
    draw: &mut SeededRandom,
    from: Moment,
    until: Moment,
    ahead_minutes: i64,
) -> Moment {
    let width = (until - from).0.max(1);
    let mut at = from;
    for _ in 0..THROWS_MAX {
        at = Moment(from.0 + draw.below(width as u64) as i64);
        if draw.below(10_000) < busy(at, ahead_minutes) {
            break;
        }
    }
    // Sources count milliseconds.
    Moment(at.0 - at.0 % 1_000)
}

/// How much happens at a moment, in ten thousand.
fn busy(at: Moment, ahead_minutes: i64) -> u64 {
    let local = at.seconds() + ahead_minutes * 60;
    // The first of January 1970 was a Thursday.
    let weekday = (local.div_euclid(86_400) + 3).rem_euclid(7);
    let hour = local.rem_euclid(86_400) / 3_600;
    WEEKDAYS[weekday as usize] * HOURS[hour as usize]
}
