use axum::http::Uri;
use counts::{Dimension, Duration};
use domain::handoff::State;
use domain::reason::Code;
use domain::{Moment, Span};

use super::{By, CountedQuery, PARAMETERS};

const NOW: &str = "2026-11-30T15:20:11.5Z";

fn now() -> Moment {
    NOW.parse().expect("a moment")
}

fn read(query: &str) -> CountedQuery {
    let uri: Uri = format!("/pulse?{query}").parse().expect("an address");
    let query = CountedQuery::parameters(&uri, &[]).expect("known parameters");
    CountedQuery::of(&query, now()).expect("fit parameters")
}

/// Whether an address says the same after it was read and written.
#[track_caller]
fn check(query: &str) {
    let asked = read(query);
    assert_eq!(asked.moving(), query);
    let fixed = asked.fixed();
    assert_eq!(read(&fixed).fixed(), fixed, "{query}");
    assert_eq!(read(&fixed).period, asked.period, "{query}");
}

#[test]
fn an_address_is_written_as_it_was_read() {
    check("days=30");
    check("days=all");
    check("days=7&source=web&campaign=Autumn%20%26%20winter");
    check("days=1&member=ann&without=campaign%2Casset");
    check("days=90&state=offered&reason=bad-fit&said-by=sam");
    check("days=90&took=route%3A500%3A1000");
    check("from=2026-11-01T00%3A00%3A00.000000Z&to=2026-12-01T00%3A00%3A00.000000Z&team=north");
}

#[test]
fn every_way_to_narrow_is_written() {
    let asked = read("days=30&returns-from=2026-12-01&returns-to=2026-12-31")
        .with(By::Of(Dimension::Asset), "guide")
        .in_state(State::Met)
        .refused(Some(Code::NotNow), Some("sam"))
        .took(Duration::ToAccept, Span::ZERO, Span::HOUR);

    let written = asked.fixed();
    assert_eq!(read(&written).fixed(), written);
    assert_eq!(asked.narrowed(&<_>::default()).len(), 6);
    for (says, without) in asked.narrowed(&<_>::default()) {
        assert_eq!(without.narrowed(&<_>::default()).len(), 5, "without {says}");
    }
}

#[test]
fn a_period_of_days_is_compared_up_to_the_same_hour() {
    let asked = read("days=7");
    assert_eq!(asked.period.from.to_string(), "2026-11-24T00:00:00.000000Z");
    assert!(asked.period.has(now()));
    assert_eq!(asked.before.from.to_string(), "2026-11-17T00:00:00.000000Z");
    assert_eq!(asked.period.to - asked.before.to, Span::days(7));
}

#[test]
fn a_day_that_ends_a_period_is_in_it() {
    let asked = read("from=2026-11-01&to=2026-11-30");
    assert_eq!(asked.period.length(), Span::days(30));
    assert_eq!(asked.before.to, asked.period.from);
}

#[test]
fn what_does_not_fit_is_refused() {
    for query in ["days=0", "days=x", "from=2026-11-30&to=2026-11-01", "took=route:1", "without=x"]
    {
        let uri: Uri = format!("/pulse?{query}").parse().expect("an address");
        let query_read = CountedQuery::parameters(&uri, &[]).expect("known parameters");
        assert!(CountedQuery::of(&query_read, now()).is_err(), "{query}");
    }
    assert!(PARAMETERS.iter().all(|name| !name.is_empty()));
}
