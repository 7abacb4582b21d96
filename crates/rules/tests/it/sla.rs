//! Targets in business time, pauses, and the chain on silence.
#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

use domain::{Moment, Span};
use notation::duration;
use proptest::prelude::*;
use rules::calendar::{Block, Calendar, Hours};
use rules::canonical::Canonical;
use rules::sla::{self, Act, CalendarOf, Clock, Slas, When, deadline};

use crate::written::{Written, folder};

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn weekdays(zone: &str, from: u32, until: u32) -> Calendar {
    let mut hours = Hours::default();
    hours.week[..5].fill(vec![Block { start: from * 3600, end: until * 3600 }]);
    Calendar::new("theirs", zone, hours).unwrap()
}

#[track_caller]
fn due(within: &str, from: &str, expected: &str) {
    let calendar = weekdays("UTC", 10, 18);
    let due = deadline(&calendar, at(from), &duration(within).unwrap());
    assert_eq!(due, at(expected), "{within} from {from}");
}

const WEDNESDAY_15: &str = "2026-01-07T15:00:00Z";
const WEDNESDAY_20: &str = "2026-01-07T20:00:00Z";
const FRIDAY_15: &str = "2026-01-09T15:00:00Z";

#[test]
fn hours_count_open_time() {
    due("10h", WEDNESDAY_15, "2026-01-08T17:00:00Z");
    due("10h", WEDNESDAY_20, "2026-01-09T12:00:00Z");
    due("600m", WEDNESDAY_15, "2026-01-08T17:00:00Z");
}

#[test]
fn a_day_is_24_hours_elapsed_and_comes_first() {
    due("1d 10h", WEDNESDAY_15, "2026-01-09T17:00:00Z");
    due("1d 10h", WEDNESDAY_20, "2026-01-12T12:00:00Z");
    due("1d 10h", FRIDAY_15, "2026-01-13T12:00:00Z");
    due("1d", FRIDAY_15, "2026-01-10T15:00:00Z");
}

#[test]
fn a_working_day_is_another_thing() {
    due("1 working day 10h", FRIDAY_15, "2026-01-13T17:00:00Z");
    due("3 working days", FRIDAY_15, "2026-01-14T15:00:00Z");
}

#[test]
fn a_pause_stops_every_unit() {
    let calendar = weekdays("UTC", 10, 18);
    let paused = |within: &str, from: &str, pause: &str, resume: &str| {
        let clock = Clock::start(&duration(within).unwrap(), at(from));
        let stopped = clock.pause(&calendar, at(pause));
        assert_eq!(stopped.due(&calendar), None);
        stopped.resume(at(resume)).due(&calendar).unwrap()
    };
    // Open time: two of four hours are left on Thursday noon.
    let due = paused("4h", "2026-01-07T15:00:00Z", "2026-01-07T17:00:00Z", "2026-01-08T12:00:00Z");
    assert_eq!(due, at("2026-01-08T14:00:00Z"));
    // Days on the wall.
    let due = paused("1d", "2026-01-07T15:00:00Z", "2026-01-07T21:00:00Z", "2026-01-10T00:00:00Z");
    assert_eq!(due, at("2026-01-10T18:00:00Z"));
    // Working days: stopped from Wednesday 13:00 to Friday 13:00, two days later by the clock.
    let due = paused(
        "2 working days",
        "2026-01-06T11:00:00Z",
        "2026-01-07T13:00:00Z",
        "2026-01-09T13:00:00Z",
    );
    assert_eq!(due, at("2026-01-12T11:00:00Z"));
}

#[test]
fn a_pause_in_closed_time_changes_nothing() {
    let calendar = weekdays("UTC", 10, 18);
    // Started in the evening, a working day ends where Thursday begins.
    let clock = Clock::start(&duration("1 working day").unwrap(), at("2026-01-05T20:00:00Z"));
    let before = clock.due(&calendar);
    assert_eq!(before, Some(at("2026-01-07T10:00:00Z")));
    let paused = clock.pause(&calendar, at("2026-01-06T18:30:00Z"));
    assert_eq!(paused.resume(at("2026-01-06T23:00:00Z")).due(&calendar), before);
}

#[test]
fn when_the_calendar_changes_what_has_elapsed_stays() {
    let (old, new) = (weekdays("UTC", 10, 18), weekdays("America/New_York", 9, 17));
    let clock = Clock::start(&duration("4h").unwrap(), at("2026-01-07T15:00:00Z"));
    // After two hours the owner's calendar is New York's, where it is 12:00.
    let changed = clock.change(&old, at("2026-01-07T17:00:00Z"));
    assert_eq!(changed.due(&new), Some(at("2026-01-07T19:00:00Z")));
    let late = clock.change(&old, at("2026-01-07T17:59:00Z"));
    assert_eq!(late.due(&new), Some(at("2026-01-07T19:00:00Z")));
}

#[test]
fn measuring_goes_on_after_the_breach() {
    let calendar = weekdays("UTC", 10, 18);
    let over = sla::overrun(&calendar, at("2026-01-07T17:00:00Z"), at("2026-01-08T11:30:00Z"));
    assert_eq!(over, Span::minutes(150));
}

prop_compose! {
    fn some_duration()(days in 0_u32..4, working_days in 0_u32..4, minutes in 0_i64..1_500)
        -> notation::Duration {
        notation::Duration { days, working_days, open: Span::minutes(minutes) }
    }
}

proptest! {
    #[test]
    fn stopping_for_no_time_changes_nothing_and_stopping_never_hurries(
        within in some_duration(),
        start in 0_i64..20_000,
        ran in 0_i64..20_000,
        stood in 0_i64..20_000,
        zone in 0_usize..3,
    ) {
        let zone = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"][zone];
        let calendar = weekdays(zone, 9, 17);
        let start = at("2026-03-20T00:00:00Z") + Span::minutes(start);
        let clock = Clock::start(&within, start);
        let due = clock.due(&calendar).unwrap();
        let stop = start + Span::minutes(ran);
        prop_assume!(stop < due);
        let stopped = clock.pause(&calendar, stop);
        let wall_change = within.working_days > 0;
        let same = stopped.resume(stop).due(&calendar).unwrap();
        prop_assert_eq!(same, due, "stopped for no time at {:?} ({})", stop, wall_change);
        let later = stopped.resume(stop + Span::minutes(stood)).due(&calendar).unwrap();
        prop_assert!(later >= due);
        prop_assert!(later >= stop + Span::minutes(stood));
    }
}

const HOT: &str = "\
hot:
  calendar: owner
  accept:      { within: 1h, warn: 45m }
  first touch: { within: 4h, warn: 3h }
  qualify:     { within: 3 working days }
  on silence:
    - { at: warn,   do: remind }
    - { at: breach, do: tell manager }
    - { after: 1h,  do: reassign }
    - { after: 1 working day, do: queue unassigned }
";

#[track_caller]
fn read(text: &str) -> Written<Slas> {
    folder(&[("sla.yaml", text)]).read(sla::parse)
}

#[test]
fn classes_are_read_as_people_write_them() {
    let slas = read(HOT).sound();
    let hot = slas.class("hot").unwrap();
    assert_eq!(hot.calendar.value, CalendarOf::Owner);
    let accept = hot.accept.as_ref().unwrap();
    assert_eq!(accept.within.value.open, Span::HOUR);
    assert_eq!(accept.warn.as_ref().unwrap().value.open, Span::minutes(45));
    assert_eq!(hot.qualify.as_ref().unwrap().within.value.working_days, 3);
    let acts: Vec<&Act> = hot.on_silence.iter().map(|step| &step.act.value).collect();
    let queue = Act::Queue("unassigned".to_owned());
    assert_eq!(acts, [&Act::Remind, &Act::TellManager, &Act::Reassign, &queue]);
    assert_eq!(hot.on_silence[2].when, When::After(duration("1h").unwrap()));
}

#[test]
fn what_no_class_may_say_is_refused() {
    let check = |text: &str, code: &str, at: &str, help: &str| read(text).refused(code, at, help);
    let chain = |line: &str| format!("hot:\n  accept: {{ within: 1h }}\n  on silence: {line}\n");
    check("hot: { calendar: owner }\n", "sla-without-target", "hot", "accept");
    check("hot:\n  acept: { within: 1h }\n", "unknown-key", "acept", "accept");
    check("hot:\n  accept: { within: 1 hour }\n", "duration-unreadable", "1 hour", "90m");
    check("hot:\n  accept: { within: 60 }\n", "duration-unreadable", "60", "90m");
    check("hot:\n  accept: { within: 0m }\n", "duration-range", "0m", "");
    check("hot:\n  accept: { within: 99999d }\n", "duration-range", "99999d", "");
    check("hot:\n  accept: { within: 1h, warn: 1h }\n", "warn-after-target", "1h", "shorter");
    check(&chain("[{ at: warm, do: remind }]"), "unknown-word", "warm", "warn");
    check(&chain("[{ at: breach, do: remnd }]"), "unknown-word", "remnd", "remind");
    check(&chain("[{ at: breach, do: pool }]"), "unknown-word", "pool", "");
    check(&chain("[{ after: 1h, do: remind }]"), "chain-order", "", "then");
    check(&chain("[{ do: remind }]"), "chain-order", "", "at: warn");
    check(
        &chain("[{ at: breach, do: remind }, { after: 1h, do: remind }, { at: warn, do: remind }]"),
        "chain-order",
        "",
        "",
    );
    let long = format!("[{}]", "{ at: breach, do: remind }, ".repeat(21));
    check(&chain(&long), "list-too-long", "", "");
}

#[test]
fn a_reminder_at_a_warning_that_never_comes_is_told() {
    let text = "hot:\n  accept: { within: 1h }\n  on silence: [{ at: warn, do: remind }]\n";
    assert_eq!(read(text).sound_with_warnings().1, ["chain-unreachable"]);
}

#[test]
fn layout_and_comments_do_not_change_what_a_version_is_the_hash_of() {
    let bytes = |text: &str| {
        let mut bytes = Vec::new();
        read(text).sound().canonical(&mut bytes);
        bytes
    };
    let other =
        HOT.replace("# c", "").replace("    - ", "      - ").replace("      - ", "    -   ");
    assert_eq!(bytes(HOT), bytes(&format!("# Ours.\n{other}")));
    assert_ne!(bytes(HOT), bytes(&HOT.replace("45m", "46m")));
}
