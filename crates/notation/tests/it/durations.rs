//! Lengths of time.

use domain::Span;
use notation::{Duration, duration};

#[track_caller]
fn check(text: &str, expected: Option<(u32, u32, i64)>) {
    let expected = expected.map(|(working_days, days, seconds)| Duration {
        days,
        open: Span::seconds(seconds),
        working_days,
    });
    assert_eq!(duration(text), expected, "{text}");
}

#[test]
fn lengths_are_read() {
    check("90m", Some((0, 0, 5_400)));
    check("14d", Some((0, 14, 0)));
    check("1h 30m", Some((0, 0, 5_400)));
    check("1h30m", Some((0, 0, 5_400)));
    check("3 working days", Some((3, 0, 0)));
    check("1 working day", Some((1, 0, 0)));
    check("1d 10h", Some((0, 1, 36_000)));
    check("30s", Some((0, 0, 30)));
    for wrong in
        ["", "5", "h", "1x", "1m 1h", "1h 1h", "-1h", "1.5h", "1hour", "9999999h", "1 days"]
    {
        check(wrong, None);
    }
}
