//! ROUTING.md on the crank: turns and weights, who is away, the ledger, caps, and who had it before.

use domain::handoff::{MemberId, Owner, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Span, Value};
use engine::event::Deed;
use engine::state::Handoff;

use crate::office::{Office, WEDNESDAY_NOON};

/// The text of a folder, with what a story changes.
fn office(routing: &str, team: &str) -> Office {
    Office::with(routing, &[("team.csv", team)])
}

fn pool(method: &str, more: &str) -> String {
    format!(
        "routes:
  - {{ route: everybody, to: {{ pool: sales }} }}
  - {{ route: catch-all, to: {{ queue: unassigned }} }}
pools:
  sales:
    members: 'member.region == \"dach\"'
    method: {method}
    offer: {{ then: next member }}
{more}
  backup:
    members: 'member.region == \"backup\"'
    method: in turn
    all_away: ignore hours
    all_capped: next route
    offer: {{ then: stay }}
queues:
  unassigned: {{ owner: ann, within: 2h, alarm: true }}
"
    )
}

const POLICIES: &str = "    all_away: hold\n    all_capped: next route\n";

fn team(rows: &[&str]) -> String {
    let head = "id,name,email,manager,region,languages,weight,calendar,joined,left";
    let row = |row: &&str| {
        let cells: Vec<&str> = row.split(' ').collect();
        let [id, region, weight, calendar, joined, left] = cells[..] else { panic!("{row}") };
        let (joined, left) = (joined.replace('-', ""), left.replace('-', ""));
        let date = |text: String| match text.len() {
            8 => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
            _ => String::new(),
        };
        let (joined, left) = (date(joined), date(left));
        format!("{id},{id},{id}@office.example,,{region},de,{weight},{calendar},{joined},{left}")
    };
    let ann = "ann nobody 1 berlin - -";
    let others = [ann, "kim backup 1 berlin - -"];
    let others = others.iter().filter(|who| !rows.iter().any(|row| row[..4] == who[..4]));
    let rows: Vec<String> = rows.iter().chain(others).map(row).collect();
    format!("{head}\n{}\n", rows.join("\n"))
}

/// Sends leads one after the other and says who got each; `-` for nobody.
fn play(office: &mut Office, from: usize, leads: usize) -> Vec<String> {
    (from..from + leads)
        .map(|lead| {
            let address = format!("p{lead}@firm{lead}.com");
            let taken = office.later(Span::SECOND).does("form.submitted", &[(Email, &address)]);
            match taken.owner.expect("an owner") {
                Owner::Person(member) => member.to_string(),
                Owner::Queue(queue) => queue.0,
                Owner::Engine => "-".to_owned(),
            }
        })
        .collect()
}

fn count(owners: &[String], who: &str) -> usize {
    owners.iter().filter(|owner| *owner == who).count()
}

fn lead(office: &mut Office, address: &str) -> HandoffId {
    office.does("form.submitted", &[(Email, address)]).handoff.expect("a handoff")
}

fn code_of(handoff: &Handoff, who: &str) -> Code {
    let found = handoff.routing.candidates.iter().find(|one| one.member.0 == who);
    found.expect("a candidate").code
}

#[test]
fn r1_weights_are_served_as_the_vectors_say() {
    for (weights, leads, expected) in
        [([200, 100, 100], 60, [30, 15, 15]), ([100, 100, 50], 125, [50, 50, 25])]
    {
        let rows = ["ann", "bob", "eve"]
            .iter()
            .zip(weights)
            .map(|(who, weight)| format!("{who} dach {weight} berlin 2020-01-01 -"));
        let rows: Vec<String> = rows.collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let mut office = office(&pool("weighted", POLICIES), &team(&rows));
        let owners = play(&mut office, 0, leads);
        assert_eq!(["ann", "bob", "eve"].map(|who| count(&owners, who)), expected, "{owners:?}");
    }
}

#[test]
fn r1_half_a_weight_is_served_every_other_cycle() {
    let team = team(&["ann dach 1 berlin - -", "bob dach 1 berlin - -", "eve dach 0.5 berlin - -"]);
    let owners = play(&mut office(&pool("weighted", POLICIES), &team), 0, 20);
    for cycle in owners.chunks(5) {
        assert_eq!(count(cycle, "eve"), 1, "{owners:?}");
    }
}

#[test]
fn r1_weights_that_change_count_from_then_on() {
    let even = team(&["ann dach 1 berlin - -", "bob dach 1 berlin - -"]);
    let mut office = office(&pool("weighted", POLICIES), &even);
    play(&mut office, 0, 10);
    let uneven = team(&["ann dach 3 berlin - -", "bob dach 1 berlin - -"]);
    office.apply(&pool("weighted", POLICIES), &[("team.csv", &uneven)]);
    let owners = play(&mut office, 10, 40);
    assert_eq!((count(&owners, "ann"), count(&owners, "bob")), (30, 10), "{owners:?}");
}

#[test]
fn r1_least_open_work_looks_at_what_is_open() {
    let team = team(&["ann dach 1 berlin - -", "bob dach 1 berlin - -"]);
    let mut office = office(&pool("least open work", POLICIES), &team);
    let first = lead(&mut office, "a@one.com");
    let owner = office.handoff(first).owner;
    office.act(first, Deed::Accept { note: None, member: None, by: None });
    let second = lead(&mut office, "b@two.com");
    assert_ne!(office.handoff(second).owner, owner);
    office.act(first, outcome(State::Won));
    let third = lead(&mut office, "c@three.com");
    assert_eq!(office.handoff(third).owner, owner);
}

fn outcome(outcome: State) -> Deed {
    Deed::Outcome { outcome, occurred: None, returns: None, note: None, by: None }
}

#[test]
fn r2_who_is_away_is_skipped_and_keeps_their_place() {
    let team = team(&["ann dach 1 berlin - -", "bob dach 1 berlin - -"]);
    let mut office = office(&pool("in turn", POLICIES), &team);
    play(&mut office, 0, 2);
    office.pause("bob", Some(office.now + Span::HOUR));
    assert_eq!(count(&play(&mut office, 2, 6), "ann"), 6);
    office.later(Span::HOUR);
    let owners = play(&mut office, 8, 6);
    assert_eq!((count(&owners, "ann"), count(&owners, "bob")), (3, 3), "absence is not owed");
}

#[test]
fn r2_half_days_leave_and_several_blocks() {
    let files = [
        ("team.csv", &*team(&["ann dach 1 half - -", "bob dach 1 berlin - -"])),
        (
            "calendars/half.yaml",
            "zone: Europe/Berlin\nweek: { mon-fri: [\"08:00-11:00\", \"14:00-16:00\"] }\n",
        ),
    ];
    let mut office = Office::with(&pool("in turn", POLICIES), &files);
    assert_eq!(count(&play(&mut office, 0, 4), "bob"), 4, "at noon Ann is out");
    office.later(Span::hours(2));
    let owners = play(&mut office, 4, 4);
    assert_eq!((count(&owners, "ann"), count(&owners, "bob")), (2, 2));
    office.later(Span::hours(2));
    assert_eq!(count(&play(&mut office, 8, 2), "bob"), 2, "16:00 is outside the block");
}

#[test]
fn r2_all_away_holds_or_goes_on_or_ignores_hours() {
    let rows = ["ann dach 1 berlin - -"];
    let night = Span::hours(10);
    for (policy, expected) in [
        ("hold", "-"),
        ("next route", "unassigned"),
        ("pool backup", "kim"),
        ("ignore hours", "ann"),
    ] {
        let policies = format!("    all_away: {policy}\n    all_capped: next route\n");
        let mut office = office(&pool("in turn", &policies), &team(&rows));
        office.later(night);
        assert_eq!(play(&mut office, 0, 1), [expected], "{policy}");
    }
}

#[test]
fn r2_a_pause_without_an_end_neither_storms_nor_strands() {
    let team = team(&["ann dach 1 berlin - -"]);
    let mut office = office(&pool("in turn", POLICIES), &team);
    office.pause("ann", None);
    let id = lead(&mut office, "a@one.com");
    let before = office.journal_len();
    office.wait_until(office.now + Span::days(2));
    assert_eq!(office.journal_len(), before, "looking again says nothing new");
    office.resume("ann");
    office.wait_until(office.now + Span::hours(2));
    assert_eq!(office.handoff(id).state, State::Offered);
}

#[test]
fn r3_joe_returns_level_and_spike_is_next() {
    let without = team(&["mary dach 1 berlin - -", "spike dach 1 berlin - -"]);
    let mut office = office(&pool("in turn", POLICIES), &without);
    office.credit("mary", -100);
    office.credit("spike", 100);
    let with =
        team(&["mary dach 1 berlin - -", "joe dach 1 berlin - -", "spike dach 1 berlin - -"]);
    office.apply(&pool("in turn", POLICIES), &[("team.csv", &with)]);
    assert_eq!(play(&mut office, 0, 1), ["spike"]);
}

#[test]
fn r3_who_left_and_returns_has_no_shortfall() {
    let both = ["ann dach 1 berlin - -", "bob dach 1 berlin - -"];
    let away = ["ann dach 1 berlin - -"];
    let again = ["ann dach 1 berlin - -", "bob dach 1 berlin 2026-11-27 -"];
    for gone in [&away[..], &["ann dach 1 berlin - -", "bob dach 1 berlin - 2026-11-25"][..]] {
        for owed in [900, -900] {
            let mut office = office(&pool("in turn", POLICIES), &team(&both));
            play(&mut office, 0, 2);
            office.credit("bob", owed);
            office.apply(&pool("in turn", POLICIES), &[("team.csv", &team(gone))]);
            assert_eq!(count(&play(&mut office, 2, 3), "ann"), 3);
            office.apply(&pool("in turn", POLICIES), &[("team.csv", &team(&both))]);
            let owners = play(&mut office, 5, 8);
            let even = (3..=5).contains(&count(&owners, "bob"));
            assert!(even, "{owed} hundredths were forgotten: {owners:?}");
        }
    }
    // Nobody was asked in the meantime: the date of joining says that they were away.
    let mut office = office(&pool("in turn", POLICIES), &team(&both));
    play(&mut office, 0, 2);
    office.credit("bob", 900);
    office.later(Span::days(2));
    office.apply(&pool("in turn", POLICIES), &[("team.csv", &team(&again))]);
    let owners = play(&mut office, 2, 8);
    assert_eq!(count(&owners, "bob"), 4, "{owners:?}");
}

#[test]
fn r3_who_was_only_away_keeps_their_shortfall() {
    let team = team(&["ann dach 1 berlin - -", "bob dach 1 berlin - -"]);
    let mut office = office(&pool("in turn", POLICIES), &team);
    play(&mut office, 0, 2);
    office.credit("bob", 300);
    office.pause("bob", Some(office.now + Span::HOUR));
    play(&mut office, 2, 4);
    office.later(Span::HOUR);
    assert_eq!(count(&play(&mut office, 6, 3), "bob"), 3, "three are owed");
}

#[test]
fn r4_caps_by_hour_day_week_month_and_open() {
    let rows = ["ann dach 1 berlin - -"];
    for (cap, code, then) in [
        ("hour", Code::HourCap, Span::HOUR),
        ("day", Code::DayCap, Span::hours(21)),
        ("week", Code::WeekCap, Span::hours(117)),
        ("month", Code::MonthCap, Span::hours(141)),
    ] {
        let policies =
            format!("    caps: {{ {cap}: 1 }}\n    all_away: hold\n    all_capped: hold\n");
        let mut office = office(&pool("in turn", &policies), &team(&rows));
        let first = lead(&mut office, "first@one.com");
        assert_eq!(office.handoff(first).owner.id(), "ann", "a small cap is no cap of nothing");
        office.act(first, Deed::Accept { note: None, member: None, by: None });
        let id = lead(&mut office, "late@other.com");
        let held = office.handoff(id);
        assert_eq!((held.state, held.reasons[0].code), (State::Held, Code::AllCapped));
        assert_eq!(code_of(&held, "ann"), code);
        office.wait_until(WEDNESDAY_NOON + then - Span::minutes(5));
        assert_eq!(office.handoff(id).state, State::Held, "{cap}");
        office.wait_until(WEDNESDAY_NOON + then + Span::minutes(5));
        let after = office.handoff(id);
        assert!(after.round <= 3, "{cap}: looking in vain says nothing");
        assert!(matches!(after.owner, Owner::Person(_)), "{cap}: {after:?}");
    }
    let policies = "    caps: { open: 1 }\n    all_away: hold\n    all_capped: next route\n";
    let mut office = office(&pool("in turn", policies), &team(&rows));
    assert_eq!(play(&mut office, 0, 2), ["ann", "unassigned"]);
}

#[test]
fn r12_the_deadline_is_in_the_owners_hours() {
    let team = team(&["ann dach 1 berlin - -"]);
    let policies = "    all_away: ignore hours\n    all_capped: next route\n";
    let mut office = office(&pool("in turn", policies), &team);
    office.later(Span::minutes(330)); // 17:30
    let id = lead(&mut office, "a@one.com");
    let due = office.handoff(id).accept_by().expect("a clock");
    assert_eq!(due - office.now, Span::hours(16), "half an hour today, half an hour tomorrow");
}

#[test]
fn r7_existing_owners_come_in_one_visible_order() {
    let mut office = Office::acme();
    let mut owner = |fields: &[(&str, Value)], address: &str| {
        let signal = office.signal("form.quote", &[(Email, address)], fields);
        let taken = office.send(signal);
        let handoff = office.handoff(taken.handoff.unwrap_or_else(|| panic!("{taken:?}")));
        (handoff.owner.id().to_owned(), handoff.routing.route)
    };
    let text = |text: &str| Value::from(text);
    let tags = ("account.tags", Value::List(vec![text("do-not-route")]));
    let open = ("account.open_opportunity", Value::Boolean(true));
    let who = ("account.opportunity_owner", text("c.ricci"));
    let customer = ("account.stage", text("customer"));
    let owned = ("account.owner", text("l.vogel"));
    let dach = ("account.country", text("DE"));
    let energy = ("account.industry", text("energy"));
    let all = [
        tags,
        open.clone(),
        who.clone(),
        customer.clone(),
        owned.clone(),
        dach.clone(),
        energy.clone(),
    ];
    assert_eq!(owner(&all, "x@one.example"), ("engine".to_owned(), Some(0)), "do not route");
    assert_eq!(owner(&all[1..], "x@two.example"), ("c.ricci".to_owned(), Some(2)));
    assert_eq!(owner(&all[3..], "x@three.example"), ("l.vogel".to_owned(), Some(3)));
    let gone = ("account.owner", text("who.left"));
    let named = owner(&[customer, gone], "x@nordwind-energie.example");
    assert_eq!(named, ("a.keller".to_owned(), Some(5)), "an owner who left falls through");
    let (_, route) = owner(&[energy, dach.clone()], "x@five.example");
    assert_eq!(route, Some(6), "a pool");
    let (_, route) = owner(&[dach], "x@six.example");
    assert_eq!(route, Some(38), "a territory");
    assert_eq!(owner(&[], "x@seven.example"), ("unassigned".to_owned(), Some(39)));
}

#[test]
fn r13_nobody_gets_it_back_until_all_others_have_had_it() {
    let team = team(&["ann dach 1 berlin - -", "bob dach 1 berlin - -", "eve dach 1 berlin - -"]);
    let mut office = office(&pool("in turn", POLICIES), &team);
    let id = lead(&mut office, "a@one.com");
    let mut had = Vec::new();
    for _ in 0..3 {
        had.push(office.handoff(id).owner.id().to_owned());
        office.act(id, Deed::Reject { note: None, reason: Code::NotNow, by: None });
    }
    had.sort_unstable();
    assert_eq!(had, ["ann", "bob", "eve"]);
    let unknown = MemberId("who".into());
    let refused = office.try_act(id, Deed::Accept { note: None, member: Some(unknown), by: None });
    assert!(refused.is_err(), "only who is in the team takes it");
}

#[test]
fn r12_a_queues_deadline_is_in_the_hours_of_who_owns_it() {
    let routing = "routes:\n  - { route: catch-all, to: { queue: unassigned } }\nqueues:\n  \
                   unassigned: { owner: ann, within: 2h, alarm: true }\n";
    let mut office = office(routing, &team(&["ann dach 1 berlin - -"]));
    office.later(Span::minutes(330)); // 17:30
    let id = lead(&mut office, "a@one.com");
    let due = office.handoff(id).accept_by().expect("a queue has a deadline");
    assert_eq!(due - office.now, Span::hours(17), "half an hour today, the rest from nine");
}

#[test]
fn r2_ignore_hours_ignores_hours_and_holidays_and_never_leave_or_a_pause() {
    let policies = "    all_away: ignore hours\n    all_capped: next route\n";
    let rows = team(&["ann dach 1 berlin - -"]);
    let holiday = "zone: Europe/Berlin\nweek: { mon-fri: [\"09:00-18:00\"] }\n\
                   holidays: [2026-11-25, 2026-11-26]\n";
    let leave = "id,from,until,reason\nann,2026-11-24,2026-12-24,parental\n";
    let routing = pool("in turn", policies);
    let with = |file: (&str, &str)| Office::with(&routing, &[("team.csv", &rows), file]);
    assert_eq!(play(&mut with(("calendars/berlin.yaml", holiday)), 0, 1), ["ann"]);
    assert_eq!(play(&mut with(("leave.csv", leave)), 0, 1), ["unassigned"]);
    let mut paused = office(&routing, &rows);
    paused.pause("ann", None);
    assert_eq!(play(&mut paused, 0, 1), ["unassigned"]);
}

#[test]
fn r4_a_caps_day_is_the_members_own_date() {
    let policies = "    caps: { day: 1 }\n    all_away: ignore hours\n    all_capped: next route\n";
    for (zone, expected) in [
        // At 11:00 in UTC a new day begins in Auckland, and none in Berlin.
        ("Pacific/Auckland", ["ann", "ann", "unassigned"]),
        ("Europe/Berlin", ["ann", "unassigned", "unassigned"]),
    ] {
        let calendar = format!("zone: {zone}\nweek: {{ mon-fri: [\"09:00-18:00\"] }}\n");
        let files = [
            ("team.csv", &*team(&["ann dach 1 own - -"])),
            ("calendars/own.yaml", calendar.as_str()),
        ];
        let mut office = Office::with(&pool("in turn", policies), &files);
        office.later(Span::days(1) - Span::minutes(1));
        let mut owners = play(&mut office, 0, 1);
        office.later(Span::minutes(2));
        owners.extend(play(&mut office, 1, 2));
        assert_eq!(owners, expected, "{zone}");
    }
}
