//! The journal's time under clocks that are put forward and back.

use proptest::prelude::*;

use super::*;

const NOON: Moment = Moment::from_seconds(1_795_604_400);

fn minutes(count: i64) -> Moment {
    NOON + Span::minutes(count)
}

#[test]
fn found_a2_a_clock_that_was_put_back_is_followed_at_half_speed_by_asking_alone() {
    let mut clock = JournalClock::resumed(Moment::EPOCH);
    clock.stamp(minutes(30));
    let due = minutes(31);
    assert_eq!(clock.due_for_caller(due, minutes(30)), due);
    assert_eq!(clock.due_for_caller(due, minutes(0)), minutes(2), "a minute at half speed");
    assert_eq!(clock.due_for_caller(due, minutes(1)), minutes(2));
    assert_eq!(clock.look(minutes(2)).get(), due);
    assert_eq!(clock.due_for_caller(due, minutes(2)), minutes(2), "it is due");
}

#[test]
fn found_a2_asking_every_microsecond_sees_time_pass() {
    let mut clock = JournalClock::resumed(NOON);
    let start = minutes(-30);
    for passed in 0..=2_000 {
        clock.look(Moment(start.0 + passed));
    }
    assert_eq!(clock.look(Moment(start.0 + 2_000)).get(), Moment(NOON.0 + 1_000));
}

#[test]
fn found_a2_a_clock_put_forward_and_back_leaves_no_trace_where_nothing_was_written() {
    let mut clock = JournalClock::resumed(NOON);
    clock.look(NOON + Span::days(30));
    assert_eq!(clock.stamp(minutes(1)).get(), minutes(1));
}

#[test]
fn found_a2_the_callers_clock_is_caught_up_with() {
    let mut clock = JournalClock::resumed(minutes(30));
    clock.look(minutes(0));
    assert_eq!(clock.stamp(minutes(60)).get(), minutes(60));
    assert_eq!(clock.due_for_caller(minutes(70), minutes(60)), minutes(70));
}

#[derive(Clone, Copy, Debug)]
enum Call {
    Stamp,
    Look,
    Due { in_minutes: i64 },
}

fn told() -> impl Strategy<Value = (i64, Call)> {
    let month = Span::days(30).0;
    let passes = prop_oneof![
        6 => 0..Span::HOUR.0,
        2 => 0..3i64,
        1 => -month..0,
        1 => 0..month,
    ];
    let what = prop_oneof![
        Just(Call::Stamp),
        Just(Call::Look),
        (0..100_000i64).prop_map(|in_minutes| Call::Due { in_minutes }),
    ];
    (passes, what)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the caller's clock does within 30 days each time: what is stamped never falls and
    /// is never behind the caller, and what is due is due once the caller has waited as told.
    #[test]
    fn found_a2_stamps_never_fall_and_nothing_stalls(steps in prop::collection::vec(told(), 1..80)) {
        let (mut clock, mut now) = (JournalClock::resumed(NOON), NOON);
        let mut last = Moment::EPOCH;
        for (passes, what) in steps {
            now = Moment(now.0 + passes);
            match what {
                Call::Stamp => {
                    let at = clock.stamp(now).get();
                    prop_assert!(at >= last && at >= now, "{last:?} {at:?} {now:?}");
                    last = at;
                }
                Call::Look => {
                    let at = clock.look(now).get();
                    prop_assert!(at >= last && at >= now, "{last:?} {at:?} {now:?}");
                }
                Call::Due { in_minutes } => {
                    let at = clock.look(now).get();
                    let due = at + Span::minutes(in_minutes);
                    let callers = clock.due_for_caller(due, now);
                    // Never early, and at most as late as half the speed makes it.
                    prop_assert!(callers >= now && callers.0 - now.0 <= 2 * (due.0 - at.0));
                    let (mut early, mut in_time) = (clock, clock);
                    prop_assert!(callers == now || early.look(Moment(callers.0 - 2)).get() < due);
                    // Who sleeps past the moment at which the clocks meet is told once more.
                    let again = in_time.due_for_caller(due, callers);
                    prop_assert!(in_time.look(again).get() >= due);
                }
            }
        }
    }
}
