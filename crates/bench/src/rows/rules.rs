//! Ten thousand rules, judged with reasons, one lead at a time.

use std::fmt::Write as _;

use domain::Value;
use engine::lead::Lead;
use rules::routing::RouteMatch;

use crate::clock::timed;
use crate::company::{self, MONDAY};
use crate::house::House;
use crate::table::{Measurement, time};

const RULES: usize = 10_000;
/// Routes that the example has.
const KNOWN: usize = 40;
const NS_MAX: f64 = 10e6;
const LEADS: usize = 500;

/// Measures the slowest hundredth of leads.
pub(crate) fn measure() -> Vec<Measurement> {
    let mut files = company::files();
    let routing = files.0.get_mut("routing.yaml").expect("the example has routes");
    let text = String::from_utf8(std::mem::take(routing)).expect("the example is text");
    let mut made = String::from("routes:\n");
    for at in 0..RULES - KNOWN {
        let employees = 10_000 + at;
        let _ = writeln!(
            made,
            "  - {{ route: m{at}, when: 'account.employees == {employees} && score.fit >= {}', to: {{ queue: partners }} }}",
            at % 100
        );
    }
    *routing = text.replacen("routes:\n", &made, 1).into_bytes();
    let strategy = company::strategy(&files);
    let mut house = House::default();
    let mut arrived = Vec::new();
    for person in 0..LEADS {
        let (mut incoming, moment) = company::before(person, 0);
        let employees = Value::Integer(10_000 + 19 * person as i64);
        incoming.content.fields.insert("account.employees".to_owned(), employees);
        let one = house.accept(incoming, moment);
        house.take(&strategy, &one);
        arrived.push(one.signal);
    }
    let people = house.everybody();
    let mut judged: Vec<RouteMatch> = Vec::new();
    let mut each: Vec<f64> = people
        .into_iter()
        .zip(&arrived)
        .map(|((account, person), signal)| {
            let lead = Lead::new(&strategy, account, person, *signal, None, MONDAY);
            let ((), took) = timed(|| {
                let frame = strategy.frame(&lead);
                judged.clear();
                judged.extend(strategy.routing.routes.iter().map(|route| route.judge(&frame)));
            });
            took.wall.as_secs_f64() * 1e9
        })
        .collect();
    each.sort_by(f64::total_cmp);
    let slow = each[each.len() * 99 / 100];
    vec![Measurement {
        what: format!("{} routes, each with its reason: p99 of {LEADS} leads", judged.len()),
        ours: format!("{} (p50 {})", time(slow), time(each[each.len() / 2])),
        came_to: time(slow),
        budget: format!("≤ {}", time(NS_MAX)),
        met: Some(slow <= NS_MAX),
        ..Measurement::default()
    }]
}
