//! Who waits is served in order, before anything newer, whatever gives somebody room.

use domain::fact::Fact;
use domain::handoff::{MemberId, Owner, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Moment, Span, Value};
use engine::event::Deed;
use store::{Position, Read};

use crate::office::{Office, TEAM_OF_TWO, by_ann};

/// One who has room for one lead.
const ONE: &str = r#"
routes:
  - { route: everybody, to: { pool: sales } }
  - { route: catch-all, to: { queue: unassigned } }
pools:
  sales: { members: 'member.region == "dach"', method: in turn, caps: { open: 1 }, all_away: hold, all_capped: hold, offer: { then: stay } }
queues:
  unassigned: { owner: ann, within: 2h }
"#;

const SLA: &str = "
hot:
  priority: 1
  calendar: owner
  accept: { within: 1h }
warm:
  calendar: owner
  accept: { within: 1h }
";

const BY_KIND: &str = r#"
columns: { quote: 'seen("demo.asked", "1d")', asked: 'seen("form.submitted", "1d")' }
outputs: [decision, kind, sla]
rows:
  - [ true, "-",  hand off, marketing-to-sales, hot ]
  - [ "-",  true, hand off, marketing-to-sales, warm ]
  - [ "-",  "-",  nurture,  "-",                "-" ]
"#;

fn office(routing: &str, team: &str) -> Office {
    Office::with(routing, &[("team.csv", team), ("sla.yaml", SLA), ("readiness.yaml", BY_KIND)])
}

fn asks(office: &mut Office, number: usize, kind: &str) -> HandoffId {
    let who = format!("p{number}@c{number}.example");
    office.later(Span::minutes(1));
    office.does(kind, &[(Email, &who)]).handoff.expect("a handoff")
}

/// Which of them bob has.
fn has(office: &Office, all: &[HandoffId]) -> Vec<usize> {
    let bob = Owner::Person(MemberId("bob".into()));
    let open = |id: &HandoffId| {
        let known = office.handoff(*id);
        known.owner == bob && known.is_open()
    };
    (0..all.len()).filter(|at| open(&all[*at])).collect()
}

fn ends(office: &mut Office, id: HandoffId) {
    let outcome = State::Disqualified;
    let deed =
        Deed::Outcome { outcome, occurred: None, returns: None, note: None, by: Some(by_ann()) };
    office.act(id, deed);
}

fn waiting(office: &Office) -> Vec<HandoffId> {
    let lines = office.crank.desk().lines();
    lines.flat_map(|(_, line)| line.places().map(|(place, _)| place.handoff)).collect()
}

#[test]
fn found_e3_the_oldest_is_served_the_moment_somebody_has_room() {
    let mut office = office(ONE, TEAM_OF_TWO);
    let all: Vec<HandoffId> =
        (0..5).map(|number| asks(&mut office, number, "form.submitted")).collect();
    assert_eq!(has(&office, &all), [0]);
    assert_eq!(waiting(&office), all[1..]);
    for next in 1..5 {
        ends(&mut office, all[next - 1]);
        assert_eq!(has(&office, &all), [next], "without waiting for a timer");
        let late = asks(&mut office, 10 + next, "form.submitted");
        assert_eq!(office.handoff(late).state, State::Held, "who came last waits");
        assert_eq!(waiting(&office).last(), Some(&late));
    }
    assert_eq!(waiting(&office).len(), 4);
}

#[test]
fn found_e3_a_night_goes_out_in_its_order() {
    let mut office = office(&ONE.replace("caps: { open: 1 }, ", "caps: { day: 2 }, "), TEAM_OF_TWO);
    office.later(Span::hours(8));
    let mut all = Vec::new();
    for number in 0..6 {
        office.later(Span::hours(1));
        all.push(asks(&mut office, number, "form.submitted"));
    }
    assert_eq!(has(&office, &all), [0_usize; 0], "it is night");
    office.wait_until(office.now + Span::hours(24));
    assert_eq!(has(&office, &all), [0, 1]);
    let late = asks(&mut office, 9, "form.submitted");
    assert_eq!(office.handoff(late).state, State::Held);
    office.wait_until(office.now + Span::hours(24));
    assert_eq!(has(&office, &all), [0, 1, 2, 3], "two a day");
}

#[test]
fn found_e3_priority_goes_before_age() {
    let mut office = office(ONE, TEAM_OF_TWO);
    let mut all: Vec<HandoffId> =
        (0..3).map(|number| asks(&mut office, number, "form.submitted")).collect();
    all.push(asks(&mut office, 3, "demo.asked"));
    all.push(asks(&mut office, 4, "demo.asked"));
    let mut order = Vec::new();
    for _ in 0..5 {
        let now = has(&office, &all);
        assert_eq!(now.len(), 1);
        order.push(now[0]);
        ends(&mut office, all[now[0]]);
    }
    assert_eq!(order, [0, 3, 4, 1, 2]);
    assert!(waiting(&office).is_empty());
}

#[test]
fn found_e3_one_whom_nobody_fits_blocks_nobody() {
    let team = "\
id,name,email,manager,region,languages,weight,calendar,joined,left
ann,Ann,ann@office.example,,none,de,1,berlin,2020-01-01,
bob,Bob,bob@office.example,ann,dach,de,1,berlin,2020-01-01,
eve,Eve,eve@office.example,ann,emea,de,1,berlin,2020-01-01,
";
    let routing = ONE.replace(
        "member.region == \"dach\"",
        "member.region == \"dach\" && account.country == \"DE\" || member.region == \"emea\" && account.country == \"FR\"",
    );
    let mut office = office(&routing, team);
    office.pause("eve", None);
    let mut all = Vec::new();
    for (number, country) in ["DE", "FR", "FR", "DE"].into_iter().enumerate() {
        let who = format!("p{number}@c{number}.example");
        let fields = [("account.country", Value::from(country))];
        let signal =
            office.later(Span::minutes(1)).signal("form.submitted", &[(Email, &who)], &fields);
        all.push(office.send(signal).handoff.expect("a handoff"));
    }
    assert_eq!(has(&office, &all), [0]);
    ends(&mut office, all[0]);
    assert_eq!(has(&office, &all), [3], "those before it are for eve");
    office.resume("eve");
    assert_eq!(office.handoff(all[1]).owner, Owner::Person(MemberId("eve".into())));
    assert_eq!(waiting(&office), [all[2]]);
}

#[test]
fn found_e3_whatever_gives_room_serves() {
    // A pause that ends, a person who takes it away, somebody who joins.
    let mut office = office(ONE, TEAM_OF_TWO);
    office.pause("bob", None);
    let first = asks(&mut office, 0, "form.submitted");
    let second = asks(&mut office, 1, "form.submitted");
    assert_eq!(waiting(&office), [first, second]);
    office.resume("bob");
    assert_eq!(has(&office, &[first, second]), [0]);
    let ann = Owner::Person(MemberId("ann".into()));
    office.act(first, Deed::Reassign { note: None, to: ann, by: Some(by_ann()) });
    assert_eq!(has(&office, &[first, second]), [1]);
    let third = asks(&mut office, 2, "form.submitted");
    assert_eq!(office.handoff(third).state, State::Held);
    let more =
        format!("{TEAM_OF_TWO}eve,Eve,eve@office.example,ann,dach,de,1,berlin,2020-01-01,\n");
    office.apply(ONE, &[("team.csv", &more), ("sla.yaml", SLA), ("readiness.yaml", BY_KIND)]);
    assert_eq!(office.handoff(third).owner, Owner::Person(MemberId("eve".into())));
    // A lead that somebody takes out of the line is in it no more.
    let fourth = asks(&mut office, 3, "form.submitted");
    office.act(
        fourth,
        Deed::Accept { note: None, member: Some(MemberId("ann".into())), by: Some(by_ann()) },
    );
    assert!(waiting(&office).is_empty());
}

#[test]
fn found_e3_the_desk_says_who_waits_and_a_replay_agrees() {
    let mut office = office(ONE, TEAM_OF_TWO);
    let all: Vec<HandoffId> =
        (0..3).map(|number| asks(&mut office, number, "form.submitted")).collect();
    ends(&mut office, all[0]);
    let journal = office.crank.store().journal(Position::START, 10_000, None).expect("memory");
    let facts = journal.iter().flat_map(|stored| &stored.entry.facts);
    let mut said = Vec::new();
    for fact in facts {
        if let Fact::LineJoined { handoff, pool, priority, .. } = fact {
            assert_eq!((pool.as_str(), *priority), ("sales", u8::MAX));
            said.push((true, *handoff));
        } else if let Fact::LineLeft { handoff, .. } = fact {
            said.push((false, *handoff));
        }
    }
    assert_eq!(said, [(true, all[1]), (true, all[2]), (false, all[1])]);
    let waits = office.crank.desk().waiting(all[2]).expect("it waits");
    assert!(waits.since > Moment::EPOCH);
    assert_eq!(office.handoff(all[2]).reasons[0].code, Code::AllCapped);
}
