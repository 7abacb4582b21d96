//! A signal's whole way to a routed, briefed handoff, in process, without sealing and store.

use std::sync::Arc;

use domain::fact::Fact;
use engine::Turn;
use engine::arrived::Arrived;

use crate::clock::timed;
use crate::company::{self, BEFORE, PEOPLE};
use crate::house::House;
use crate::table::{Measurement, a_second, time};

/// What the design asks for on one core.
const A_SECOND_MIN: f64 = 20_000.0;

/// People over whom instructions are counted.
const PEOPLE_COUNTED: usize = 4_000;

/// What the days came to.
struct Days {
    /// Nanoseconds of each day's signals, the fastest day first.
    slices: Vec<f64>,
    briefed: usize,
    bytes: usize,
}

/// Measures it over 20,000 people who have done something before, in slices of a day; the median
/// slice is told, since others use the machine too.
pub(crate) fn measure() -> Vec<Measurement> {
    let Days { slices, briefed, bytes } = days(PEOPLE);
    let median = slices[slices.len() / 2];
    let a_second_of_core = 1e9 / median;
    vec![Measurement {
        what: "a signal's whole way to a routed, briefed handoff, reasons on".to_owned(),
        ours: format!("{} of a core", time(median)),
        beside: format!("{briefed} of {PEOPLE} briefed, {} bytes each", bytes / briefed.max(1)),
        came_to: a_second(a_second_of_core),
        budget: format!("≥ {}", a_second(A_SECOND_MIN)),
        met: Some(a_second_of_core >= A_SECOND_MIN && briefed * 10 >= PEOPLE * 9),
    }]
}

/// Takes fewer people the same way.
pub(crate) fn count() -> usize {
    days(PEOPLE_COUNTED);
    PEOPLE_COUNTED
}

fn days(people: usize) -> Days {
    let strategy = company::strategy(&company::files());
    let mut house = House::default();
    for person in 0..people {
        for at in 0..BEFORE {
            let (incoming, moment) = company::before(person, at);
            let arrived = house.accept(incoming, moment);
            house.take(&strategy, &arrived);
        }
    }
    let (mut slices, mut briefed, mut bytes) = (Vec::new(), 0, 0);
    for day in 0..people / company::A_DAY {
        let people = day * company::A_DAY..(day + 1) * company::A_DAY;
        let arrived: Vec<Arc<Arrived>> = people
            .map(|person| {
                let (incoming, moment) = company::asks(person);
                house.accept(incoming, moment)
            })
            .collect();
        let ((), took) = timed(|| {
            for arrived in &arrived {
                if let Some(size) = body_bytes(&house.take(&strategy, arrived)) {
                    briefed += 1;
                    bytes += size;
                }
            }
        });
        slices.push(took.ns_each(arrived.len()));
    }
    slices.sort_by(f64::total_cmp);
    Days { slices, briefed, bytes }
}

/// How large what is delivered is; none where nothing was written for an owner.
fn body_bytes(turn: &Turn) -> Option<usize> {
    let mut facts = turn.entries.iter().flat_map(|entry| &entry.facts);
    facts.find_map(|fact| {
        let Fact::DeliveryQueued { body: Some(body), .. } = fact else { return None };
        Some(body.bytes.len())
    })
}
