//! When somebody works, and when time is used up.
#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

use domain::{Moment, Span};
use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;
use rules::calendar::{self, Block, Calendar, CalendarError, Hours, LAST, Wall};

use crate::written::{Written, folder};

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn block(from: u32, until: u32) -> Block {
    Block { start: from * 60, end: until * 60 }
}

/// Monday to Friday with the same blocks, in minutes of the day.
fn weekdays(blocks: &[(u32, u32)]) -> Hours {
    let blocks: Vec<Block> = blocks.iter().map(|&(from, until)| block(from, until)).collect();
    let mut hours = Hours::default();
    hours.week[..5].fill(blocks);
    hours
}

fn every_day(blocks: &[(u32, u32)]) -> Hours {
    let mut hours = weekdays(blocks);
    let monday = hours.week[0].clone();
    hours.week.fill(monday);
    hours
}

fn in_zone(zone: &str, hours: Hours) -> Calendar {
    Calendar::new("theirs", zone, hours).unwrap()
}

fn ten_to_six() -> Calendar {
    in_zone("UTC", weekdays(&[(10 * 60, 18 * 60)]))
}

#[track_caller]
fn due(calendar: &Calendar, from: &str, open: Span, expected: &str) {
    assert_eq!(calendar.add_open(at(from), open), at(expected), "{open:?} from {from}");
}

#[test]
fn ten_working_hours_skip_nights_and_the_weekend() {
    let calendar = ten_to_six();
    // Wednesday 15:00 and 20:00.
    due(&calendar, "2026-01-07T15:00:00Z", Span::hours(10), "2026-01-08T17:00:00Z");
    due(&calendar, "2026-01-07T20:00:00Z", Span::hours(10), "2026-01-09T12:00:00Z");
}

#[test]
fn time_used_up_at_the_end_of_a_block_is_due_at_that_end() {
    let calendar = ten_to_six();
    due(&calendar, "2026-01-09T17:00:00Z", Span::HOUR, "2026-01-09T18:00:00Z");
    due(&calendar, "2026-01-09T17:00:00Z", Span::HOUR + Span(1), "2026-01-12T10:00:00.000001Z");
    due(&calendar, "2026-01-10T09:00:00Z", Span::ZERO, "2026-01-10T09:00:00Z");
}

#[test]
fn a_block_includes_its_start_and_excludes_its_end() {
    let calendar = ten_to_six();
    assert!(calendar.is_open(at("2026-01-09T10:00:00Z")));
    assert!(!calendar.is_open(at("2026-01-09T09:59:59.999999Z")));
    assert!(calendar.is_open(at("2026-01-09T17:59:59.999999Z")));
    assert!(!calendar.is_open(at("2026-01-09T18:00:00Z")));
    assert_eq!(calendar.next_open(at("2026-01-09T18:00:00Z")), at("2026-01-12T10:00:00Z"));
    assert_eq!(calendar.next_open(at("2026-01-09T11:00:00Z")), at("2026-01-09T11:00:00Z"));
}

#[test]
fn holidays_are_closed_and_dates_with_hours_of_their_own_win() {
    let mut hours = weekdays(&[(9 * 60, 12 * 60 + 30), (13 * 60 + 30, 18 * 60)]);
    hours.holidays = [date("2026-12-24"), date("2026-12-25")].into();
    hours.hours_on = [(date("2026-12-24"), vec![block(9 * 60, 12 * 60)])].into();
    let calendar = in_zone("Europe/Berlin", hours);
    // A half day, a holiday, a weekend: 4 h from 23 December 16:00 are 2 h, 2 h of the half day.
    due(&calendar, "2026-12-23T15:00:00Z", Span::hours(4), "2026-12-24T10:00:00Z");
    due(&calendar, "2026-12-23T15:00:00Z", Span::hours(6), "2026-12-28T09:00:00Z");
    assert!(calendar.is_holiday(date("2026-12-25")));
    assert!(!calendar.is_holiday(date("2026-12-24")), "it has hours of its own");
}

#[test]
fn a_calendar_without_any_working_day_is_refused() {
    let hours_on = [(date("2026-12-24"), vec![block(540, 720)])].into();
    let once = Hours { hours_on, ..Hours::default() };
    for hours in [Hours::default(), once] {
        let refused = Calendar::new("never", "UTC", hours).unwrap_err();
        assert_eq!(refused, CalendarError::WithoutWorkingDay);
    }
}

#[test]
fn unknown_zones_and_crossed_blocks_are_refused() {
    let unknown = Calendar::new("x", "Europe/Atlantis", weekdays(&[(0, 60)])).unwrap_err();
    assert_eq!(unknown, CalendarError::UnknownZone("Europe/Atlantis".to_owned()));
    for crossed in [vec![(60, 120), (90, 180)], vec![(120, 60)], vec![(0, 1441)], vec![(60, 60)]] {
        let refused = Calendar::new("x", "UTC", weekdays(&crossed)).unwrap_err();
        assert_eq!(refused, CalendarError::Blocks);
    }
}

#[test]
fn a_working_day_ends_at_the_same_wall_time_of_the_next_date_that_has_a_block() {
    let calendar = ten_to_six();
    let day = |from: &str, days, expected: &str| {
        assert_eq!(calendar.add_working_days(at(from), days), at(expected), "{days} from {from}");
    };
    day("2026-01-09T15:00:00Z", 1, "2026-01-12T15:00:00Z");
    day("2026-01-09T15:00:00Z", 3, "2026-01-14T15:00:00Z");
    // What comes in the evening starts the next morning.
    day("2026-01-09T20:00:00Z", 1, "2026-01-13T10:00:00Z");
    day("2026-01-09T20:00:00Z", 0, "2026-01-09T20:00:00Z");
}

#[test]
fn a_working_day_into_a_half_day_moves_on_to_the_next_open_moment() {
    let mut hours = weekdays(&[(600, 1080)]);
    hours.week[4] = vec![block(600, 720)];
    let calendar = in_zone("UTC", hours);
    // Thursday 15:00; Friday is closed at 15:00.
    let due = calendar.add_working_days(at("2026-01-08T15:00:00Z"), 1);
    assert_eq!(due, at("2026-01-12T10:00:00Z"));
}

#[test]
fn p9_a_gap_is_not_worked_and_an_overlap_is_worked_twice() {
    let night = in_zone("Europe/Berlin", every_day(&[(60, 240)]));
    // 29 March 2026: 02:00 to 03:00 do not exist, so 01:00 to 04:00 are two hours.
    assert_eq!(
        night.open_between(at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z")),
        Span::hours(2)
    );
    due(&night, "2026-03-29T00:00:00Z", Span::hours(2), "2026-03-29T02:00:00Z");
    // 25 October 2026: 02:00 to 03:00 come twice, so they are four.
    assert_eq!(
        night.open_between(at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z")),
        Span::hours(4)
    );
    // A block that ends inside the repeated hour opens again: 01:00-02:30, closed, 02:00-02:30.
    let half = in_zone("Europe/Berlin", every_day(&[(60, 150)]));
    assert!(half.is_open(at("2026-10-25T00:29:00Z")));
    assert!(!half.is_open(at("2026-10-25T00:30:00Z")));
    assert!(half.is_open(at("2026-10-25T01:00:00Z")));
    assert!(!half.is_open(at("2026-10-25T01:30:00Z")));
}

#[test]
fn p9_wall_times_in_a_gap_move_on_and_twice_means_the_first() {
    let calendar = in_zone("Europe/Berlin", every_day(&[(0, 1440)]));
    let wall = |text: &str| calendar.moment(text.parse().unwrap());
    assert_eq!(wall("2026-03-29T02:30:00"), (at("2026-03-29T01:30:00Z"), Wall::Gap));
    assert_eq!(wall("2026-10-25T02:30:00"), (at("2026-10-25T00:30:00Z"), Wall::Twice));
    assert_eq!(wall("2026-10-25T12:30:00"), (at("2026-10-25T11:30:00Z"), Wall::Once));
}

#[test]
fn a_day_that_a_zone_left_out_is_not_worked() {
    // Samoa had no 30 December 2011.
    let calendar = in_zone("Pacific/Apia", every_day(&[(540, 600)]));
    // Noon of the 29th at ten hours behind UTC to noon of 2 January at fourteen ahead.
    let (from, until) = (at("2011-12-29T22:00:00Z"), at("2012-01-01T22:00:00Z"));
    // 31 December, 1 and 2 January have their hour; the 30th would be the fourth.
    assert_eq!(calendar.open_between(from, until), Span::hours(3));
}

#[test]
fn outside_of_the_years_it_knows_a_calendar_is_closed() {
    let calendar = ten_to_six();
    assert!(!calendar.is_open(Moment(i64::MIN)));
    assert!(!calendar.is_open(Moment(i64::MAX)));
    assert_eq!(calendar.next_open(Moment(i64::MIN)), at("1970-01-01T10:00:00Z"));
    assert_eq!(calendar.add_open(Moment(0), Span(i64::MAX)), LAST);
    assert_eq!(calendar.add_open(Moment(i64::MAX), Span::HOUR), Moment(i64::MAX));
    assert_eq!(calendar.add_working_days(at("2200-12-30T09:00:00Z"), u32::MAX), LAST);
    assert!(calendar.open_between(Moment(i64::MIN), Moment(i64::MAX)) > Span::ZERO);
}

#[test]
fn the_years_end_belongs_to_both_sides() {
    let calendar = in_zone("Asia/Tokyo", every_day(&[(0, 1440)]));
    assert_eq!(
        calendar.open_between(at("2025-06-01T00:00:00Z"), at("2027-06-01T00:00:00Z")),
        Span::days(730)
    );
    due(&calendar, "2025-12-31T23:00:00Z", Span::hours(2), "2026-01-01T01:00:00Z");
}

/// The definition, minute by minute: open when the wall clock reads inside a block.
struct Slow<'a>(&'a Calendar);

impl Slow<'_> {
    fn is_open(&self, moment: Moment) -> bool {
        let wall = self.0.wall(moment);
        let second = u32::try_from(
            i32::from(wall.hour()) * 3600
                + i32::from(wall.minute()) * 60
                + i32::from(wall.second()),
        )
        .unwrap();
        let blocks = self.0.hours().on(wall.date());
        blocks.iter().any(|block| (block.start..block.end).contains(&second))
    }

    fn open_minutes(&self, from: Moment, until: Moment) -> i64 {
        let minutes = (until - from).0 / Span::MINUTE.0;
        (0..minutes).filter(|&minute| self.is_open(from + Span::minutes(minute))).count() as i64
    }

    fn next_open(&self, from: Moment) -> Moment {
        let minutes = 0..60 * 24 * 30;
        let mut moments = minutes.map(|minute| from + Span::minutes(minute));
        moments.find(|&moment| self.is_open(moment)).expect("some minute of the month is open")
    }

    fn add_open(&self, from: Moment, minutes: i64) -> Moment {
        let (mut moment, mut left) = (from, minutes);
        while left > 0 {
            left -= i64::from(self.is_open(moment));
            moment = moment + Span::MINUTE;
        }
        moment
    }
}

/// Zones with gaps and overlaps of an hour, half an hour and a day, over midnight and by decree.
const HARD: [(&str, &str); 12] = [
    ("Europe/Berlin", "2026-03-27T00:00:00Z"),
    ("Europe/Berlin", "2026-10-23T00:00:00Z"),
    ("America/New_York", "2026-03-06T00:00:00Z"),
    ("America/New_York", "2026-10-30T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-03T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-02T00:00:00Z"),
    ("America/Sao_Paulo", "2017-10-13T00:00:00Z"),
    ("America/Sao_Paulo", "2018-02-16T00:00:00Z"),
    ("Pacific/Apia", "2011-12-28T00:00:00Z"),
    ("Africa/Casablanca", "2026-02-13T00:00:00Z"),
    ("Asia/Kathmandu", "2025-12-30T00:00:00Z"),
    ("Atlantic/Azores", "2026-10-23T00:00:00Z"),
];

#[test]
fn wall_times_are_those_of_the_zone_at_every_change_of_its_offset_and_at_the_years_end() {
    let years_ends = HARD.iter().map(|(zone, _)| (*zone, "2026-12-29T00:00:00Z"));
    for (zone, from) in HARD.into_iter().chain(years_ends) {
        let calendar = in_zone(zone, every_day(&[(540, 1020)]));
        let known = TimeZoneDatabase::bundled().get(zone).unwrap();
        // Seven days in steps that meet no hour twice in the same minute.
        for step in 0..7 * 24 * 2 {
            let moment = at(from) + Span::minutes(31 * step);
            let wall = known.to_datetime(moment.timestamp());
            assert_eq!(calendar.wall(moment), wall, "{zone} at {moment}");
            let theirs = known.to_ambiguous_timestamp(wall);
            let first = Moment::from_timestamp(theirs.compatible().unwrap());
            let (found, met) = calendar.moment(wall);
            assert_eq!(found, first, "{zone} at {wall}");
            assert_eq!(met == Wall::Once, !theirs.is_ambiguous(), "{zone} at {wall}");
        }
    }
}

fn some_blocks() -> impl Strategy<Value = Vec<Block>> {
    prop::collection::btree_set(0_u32..=96, 0..=6).prop_map(|edges| {
        let edges: Vec<u32> = edges.into_iter().collect();
        edges.chunks_exact(2).map(|pair| block(pair[0] * 15, pair[1] * 15)).collect()
    })
}

fn some_hours() -> impl Strategy<Value = Hours> {
    (
        prop::array::uniform7(some_blocks()),
        prop::collection::vec(0_i64..8, 0..3),
        prop::collection::vec((0_i64..8, some_blocks()), 0..3),
    )
        .prop_map(|(mut week, holidays, own)| {
            // Somebody works at some time, whatever was drawn.
            if week.iter().all(Vec::is_empty) {
                week[0] = vec![block(0, 1440)];
            }
            let days = |n| date("1970-01-01") + jiff::Span::new().days(n);
            let holidays = holidays.into_iter().map(days).collect();
            let hours_on = own.into_iter().map(|(n, blocks)| (days(n), blocks)).collect();
            Hours { week, holidays, hours_on }
        })
}

/// Moves the dates that were drawn near 1970 into the days concerned.
fn shifted(mut hours: Hours, start: &str) -> Hours {
    let base = date(&start[..10]);
    let shift = |day: Date| base + day.since(date("1970-01-01")).unwrap();
    hours.holidays = hours.holidays.into_iter().map(shift).collect();
    hours.hours_on = hours.hours_on.into_iter().map(|(day, b)| (shift(day), b)).collect();
    hours
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn p9_quick_arithmetic_equals_the_definition_minute_by_minute(
        hours in some_hours(),
        hard in 0_usize..HARD.len(),
        offset in 0_i64..4 * 24 * 60,
        length in 0_i64..3 * 24 * 60,
        open in 0_i64..30 * 60,
    ) {
        let (zone, start) = HARD[hard];
        let calendar = in_zone(zone, shifted(hours, start));
        let slow = Slow(&calendar);
        let from = at(start) + Span::minutes(offset);
        let until = from + Span::minutes(length);
        prop_assert_eq!(calendar.is_open(from), slow.is_open(from));
        prop_assert_eq!(calendar.next_open(from), slow.next_open(from));
        prop_assert_eq!(
            calendar.open_between(from, until),
            Span::minutes(slow.open_minutes(from, until))
        );
        let due = calendar.add_open(from, Span::minutes(open));
        // A rare week may not hold that much open time within what the slow walk can do.
        if (due - from) < Span::days(40) {
            prop_assert_eq!(due, slow.add_open(from, open));
        }
        prop_assert_eq!(calendar.open_between(from, due), Span::minutes(open));
    }

    #[test]
    fn a_deadline_is_the_earliest_moment_by_which_the_time_has_passed(
        hours in some_hours(),
        hard in 0_usize..HARD.len(),
        offset in 0_i64..5 * 86_400_000_000,
        open in 1_i64..200 * 3_600_000_000,
    ) {
        let (zone, start) = HARD[hard];
        let calendar = in_zone(zone, shifted(hours, start));
        let from = at(start) + Span(offset);
        let due = calendar.add_open(from, Span(open));
        prop_assert_eq!(calendar.open_between(from, due), Span(open));
        prop_assert!(calendar.open_between(from, due - Span(1)) < Span(open));
    }
}

#[track_caller]
fn read(text: &str) -> Written<Calendar> {
    folder(&[("calendars/berlin.yaml", text)]).read(calendar::parse)
}

#[test]
fn a_calendar_is_read_as_people_write_it() {
    let calendar = read(
        "zone: Europe/Berlin\n\
         week: { mon-fri: [\"09:00-12:30\", \"13:30-18:00\"], sat: [] }\n\
         holidays: [2026-12-25, 2026-12-26]\n\
         hours_on: { 2026-12-24: [\"09:00-12:00\"] }\n",
    )
    .sound();
    assert_eq!((calendar.name(), calendar.zone()), ("berlin", "Europe/Berlin"));
    let hours = calendar.hours();
    assert_eq!(hours.week[4], vec![block(540, 750), block(810, 1080)]);
    assert!(hours.week[5].is_empty() && hours.week[6].is_empty());
    assert_eq!(hours.on(date("2026-12-24")), [block(540, 720)]);
    assert!(calendar.is_holiday(date("2026-12-25")));
    // Saturday noon before Christmas to Monday's second hour.
    due(&calendar, "2026-12-19T11:00:00Z", Span::hours(2), "2026-12-21T10:00:00Z");
}

#[test]
fn what_no_calendar_may_say_is_refused_with_its_place_and_a_word_how_to_mend_it() {
    let check = |text: &str, code: &str, at: &str, help: &str| read(text).refused(code, at, help);
    let week = "week: { mon-fri: [\"09:00-18:00\"] }\n";
    let with = |line: &str| format!("zone: UTC\n{week}{line}\n");
    check(
        "zone: UTC\nweek: { mon-fri: [], sat: [] }\n",
        "calendar-without-working-day",
        "",
        "block",
    );
    check(&format!("zone: Europe/Belin\n{week}"), "zone-unknown", "Europe/Belin", "Europe/Berlin");
    check("zone: UTC\nweek: { mo: [\"09:00-18:00\"] }\n", "weekday-unknown", "mo", "mon");
    check("zone: UTC\nweek: { monday: [\"09:00-18:00\"] }\n", "weekday-unknown", "monday", "mon");
    check("zone: UTC\nweek: { mon-fri: [\"09:00-18:00\"], fri: [] }\n", "weekday-twice", "fri", "");
    check("zone: UTC\nweek: { mon: [\"9-18\"] }\n", "hours-unreadable", "\"9-18\"", "09:00-12:30");
    check("zone: UTC\nweek: { mon: [\"22:00-06:00\"] }\n", "hours-unreadable", "", "two blocks");
    check("zone: UTC\nweek: { mon: [\"22:00-00:00\"] }\n", "hours-unreadable", "", "24:00");
    check(
        "zone: UTC\nweek: { mon: [\"09:00-13:00\", \"12:00-18:00\"] }\n",
        "hours-overlap",
        "",
        "before the next",
    );
    check(&with("holidays: [1/2/2026]"), "date-unreadable", "1/2/2026", "2026-02-01");
    check(&with("holidays: [24.12.2026]"), "date-unreadable", "24.12.2026", "2026-12-24");
    check(&with("holidays: [46023]"), "date-unreadable", "46023", "2026-01-01");
    check(&with("holidays: [2026-02-30]"), "date-unreadable", "2026-02-30", "2026-12-24");
    check(&with("holidays: [0000-00-00]"), "date-unreadable", "0000-00-00", "");
    check(&with("holydays: []"), "unknown-key", "holydays", "holidays");
    check(&with("holidays_ics: de.ics"), "file-missing", "de.ics", "calendars/de.ics");
    check("week: { mon: [\"09:00-10:00\"] }\n", "missing-key", "", "");
}

#[test]
fn holidays_come_out_of_an_icalendar_file() {
    let ics = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\n\
               DTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\n  and after\r\nEND:VEVENT\r\n\
               BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200501\r\nRRULE:FREQ=YEA\r\n RLY;COUNT=8\r\n\
               END:VEVENT\r\nEND:VCALENDAR\r\n";
    let text = "zone: UTC\nweek: { mon-sun: [\"09:00-18:00\"] }\nholidays_ics: de.ics\n";
    let files = folder(&[("calendars/berlin.yaml", text), ("calendars/de.ics", ics)]);
    let calendar = files.read(calendar::parse).sound();
    for (day, expected) in [
        ("2026-12-24", false),
        ("2026-12-25", true),
        ("2026-12-26", true),
        ("2026-12-27", false),
        ("2020-05-01", true),
        ("2027-05-01", true),
        ("2028-05-01", false),
    ] {
        assert_eq!(calendar.is_holiday(date(day)), expected, "{day}");
    }
}

#[test]
fn an_icalendar_file_that_says_more_than_is_read_is_told() {
    let event = |lines: &str| format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n");
    let sound = event("DTSTART;VALUE=DATE:20261225");
    for odd in [
        "DTSTART:20261225T090000Z",
        "DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU",
        "SUMMARY:no date",
    ] {
        let text = "zone: UTC\nweek: { mon: [\"09:00-18:00\"] }\nholidays_ics: de.ics\n";
        let ics = format!("{sound}{}", event(odd));
        let files = folder(&[("calendars/berlin.yaml", text), ("calendars/de.ics", &ics)]);
        let (_, warnings) = files.read(calendar::parse).sound_with_warnings();
        assert_eq!(warnings, ["ics-unreadable"], "{odd}");
    }
}

#[test]
fn periods_are_those_of_the_zone_and_are_kept() {
    // St. John's put its clocks back over midnight, Samoa left a day out, and Paraguay began summer at
    // midnight, so that a day there had no midnight.
    for (zone, day, starts, ends) in [
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("America/St_Johns", "2009-11-01", "2009-11-01T02:30:00Z", "2009-11-02T03:30:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
        ("America/Asuncion", "2023-10-01", "2023-10-01T04:00:00Z", "2023-10-02T03:00:00Z"),
    ] {
        let calendar = in_zone(zone, weekdays(&[(0, 60)]));
        let periods = calendar.periods(date(day));
        assert_eq!(periods.day, (at(starts), at(ends)), "{zone}");
        assert_eq!(periods, calendar.periods(date(day)), "{zone}, asked again");
        assert_eq!(periods, calendar.clone().periods(date(day)), "{zone}, of a copy");
    }
    let calendar = in_zone("UTC", weekdays(&[(0, 60)]));
    let periods = calendar.periods(date("2024-02-29"));
    assert_eq!(periods.week, (at("2024-02-26T00:00:00Z"), at("2024-03-04T00:00:00Z")));
    assert_eq!(periods.month, (at("2024-02-01T00:00:00Z"), at("2024-03-01T00:00:00Z")));
    // Outside the years that a calendar keeps it is asked each time.
    for far in ["1969-12-31", "2201-01-01", "2200-12-31", "1970-01-01"] {
        let begins = format!("{far}T00:00:00Z");
        assert_eq!(calendar.periods(date(far)).day.0, at(&begins), "{far}");
    }
}
