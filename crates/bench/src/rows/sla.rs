//! Deadlines in business time.

use domain::{Moment, Span};
use notation::Duration;
use rules::sla::deadline;

use crate::clock::timed;
use crate::company::{self, MONDAY};
use crate::table::{Measurement, time};

const NS_MAX: f64 = 1_000.0;
const DEADLINES: usize = 1_000_000;
const SLICES: usize = 9;

/// Measures hours and working days over the example's calendars.
pub(crate) fn measure() -> Vec<Measurement> {
    let strategy = company::strategy(&company::files());
    let calendars: Vec<_> = strategy.calendars.values().collect();
    let hours = Duration { days: 0, open: Span::hours(4), working_days: 0 };
    let days = Duration { days: 0, open: Span::ZERO, working_days: 3 };
    [("four working hours", hours), ("three working days", days)]
        .into_iter()
        .map(|(what, within)| {
            let mut best = f64::MAX;
            for _ in 0..SLICES {
                let (sum, took) = timed(|| {
                    (0..DEADLINES).fold(0_i64, |sum, at| {
                        let from = Moment(MONDAY.0 + at as i64 * 9_700_000);
                        let due = deadline(calendars[at % calendars.len()], from, &within);
                        sum.wrapping_add(due.0)
                    })
                });
                assert_ne!(sum, 0);
                best = best.min(took.ns_each(DEADLINES));
            }
            Measurement {
                what: format!("a deadline: {what}, four calendars"),
                ours: time(best),
                came_to: time(best),
                budget: format!("< {}", time(NS_MAX)),
                met: Some(best < NS_MAX),
                ..Measurement::default()
            }
        })
        .collect()
}
