use domain::{Moment, Span};

use super::{day, end_of_day, left, when};

#[test]
fn a_moment_is_as_short_as_it_can_be_told() {
    let now: Moment = "2026-11-20T14:30:00Z".parse().expect("a moment");
    for (moment, short) in [
        ("2026-11-20T13:38:02.911Z", "13:38"),
        ("2026-11-19T09:15:00Z", "Thu 09:15"),
        ("2026-11-23T09:40:00Z", "Mon 09:40"),
        ("2026-11-12T10:00:00Z", "12 Nov"),
        ("2026-10-03T10:00:00Z", "3 Oct"),
        ("2025-10-03T10:00:00Z", "3 Oct 2025"),
    ] {
        let told = when(moment.parse().expect("a moment"), now);
        assert_eq!(told.short, short, "{moment}");
        assert!(told.exact.starts_with(&moment[..16]) && told.exact.ends_with('Z'), "{moment}");
    }
}

#[test]
fn a_day_of_a_form_ends_before_the_next_one() {
    let end = end_of_day("2026-11-20").expect("a day");
    assert_eq!(day(end), "2026-11-20");
    assert_eq!(day(end + Span::ms(1)), "2026-11-21");
    for wrong in ["", "2026-11-31", "20.11.2026", "2026-11-20T10:00:00Z", "2026-1-2"] {
        assert_eq!(end_of_day(wrong), None, "{wrong}");
    }
}

#[test]
fn what_is_left_is_told_of_the_whole_time() {
    let now: Moment = "2026-11-20T14:30:00Z".parse().expect("a moment");
    let (begun, due) = (now - Span::minutes(18), now + Span::minutes(42));
    assert_eq!(left(due, begun, now), (42 * 60_000, 60 * 60_000));
    assert_eq!(left(begun, begun, now), (-18 * 60_000, 1));
}
