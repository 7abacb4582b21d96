//! Who has left the team keeps nothing: what they had goes to whoever is named, to their successor, or to
//! whom the routes find, whatever it is that says that they left.

use crank::HandedOn;
use domain::fact::{By, Mode};
use domain::handoff::{Actor, DeliveryState, MemberId, Owner, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Span, Value};
use engine::event::{Answer, Deed};
use store::Position;
use store::chance::Chance;
use store::sqlite::SqliteStore;

use crate::folder::Folder;
use crate::office::{Office, ROUTING, WEDNESDAY_NOON, by_ann};

const HEAD: &str = "id,name,email,manager,successor,region,languages,weight,calendar,joined,left\n";
const ANN: &str = "ann,Ann,ann@office.example,,,none,de,1,berlin,2020-01-01,\n";
const BOB: &str = "bob,Bob,bob@office.example,ann,,dach,de,1,berlin,2020-01-01,\n";
const EVE: &str = "eve,Eve,eve@office.example,ann,,dach,de,1,berlin,2020-01-01,\n";
/// Not of the pool.
const KIM: &str = "kim,Kim,kim@office.example,ann,,none,de,1,berlin,2020-01-01,\n";

fn team(rows: &[&str]) -> String {
    HEAD.to_owned() + &rows.concat()
}

fn office(rows: &[&str]) -> Office {
    Office::with(ROUTING, &[("team.csv", &team(rows))])
}

fn apply(office: &mut Office, rows: &[&str]) -> Vec<HandedOn> {
    office.later(Span::minutes(1));
    let changed = team(rows);
    let files = crate::office::changed_files(ROUTING, &[("team.csv", &changed)]);
    let strategy = rules::compile(&files).strategy.expect("compiles");
    let now = office.now;
    office.crank.begin().expect("a group");
    let applied = office
        .crank
        .apply(&files, strategy.into(), Mode::Live, &By::Operator, now)
        .expect("allowed");
    office.crank.commit().expect("memory");
    applied.handed_on
}

fn asks(office: &mut Office, number: usize) -> HandoffId {
    office.later(Span::minutes(1));
    let who = format!("p{number}@c{number}.example");
    office.does("form.submitted", &[(Email, &who)]).handoff.expect("a handoff")
}

fn person(name: &str) -> Owner {
    Owner::Person(MemberId(name.into()))
}

/// Two handoffs of bob's, of which he has accepted the first.
fn two_of_bob(office: &mut Office) -> [HandoffId; 2] {
    let of_bob = [1, 2].map(|number| {
        let id = asks(office, number);
        office.act(id, Deed::Reassign { note: None, to: person("bob"), by: Some(by_ann()) });
        id
    });
    office.deliver(|_| Answer::Delivered { status: Some(200) });
    office.act(of_bob[0], Deed::Accept { note: None, member: None, by: None });
    of_bob
}

fn leave(office: &mut Office, member: &str, to: Option<&Owner>) -> Vec<HandedOn> {
    office.later(Span::minutes(1));
    let (member, now) = (MemberId(member.into()), office.now);
    office.crank.begin().expect("a group");
    let by = (&By::Operator, Actor::Operator);
    let handed_on = office.crank.leave(&member, to, by, now).expect("of the team");
    office.crank.commit().expect("memory");
    handed_on
}

#[track_caller]
fn has(office: &Office, ids: &[HandoffId], owner: &Owner) {
    for id in ids {
        let known = office.handoff(*id);
        assert_eq!((&known.owner, known.state), (owner, State::Offered), "{id}");
        assert!(known.accepted.is_none(), "whoever has it has not taken it");
    }
    let open = |name: &str| {
        office.crank.desk().load(&MemberId(name.into())).map_or(0, engine::desk::Load::open)
    };
    assert_eq!(open("bob"), 0, "nothing stays with somebody who has left");
    if let Owner::Person(member) = owner {
        assert!(open(&member.0) as usize >= ids.len());
    }
}

#[test]
fn found_e5_who_leaves_hands_on_to_whoever_is_named() {
    let mut office = office(&[ANN, BOB, EVE, KIM]);
    let ids = two_of_bob(&mut office);
    let handed_on = leave(&mut office, "bob", Some(&person("kim")));
    let told: Vec<_> = handed_on.iter().map(|one| (one.handoff, one.was, one.state)).collect();
    // What began first is handed on first.
    let expected =
        [(ids[0], State::Accepted, State::Offered), (ids[1], State::Offered, State::Offered)];
    assert_eq!(told, expected);
    has(&office, &ids, &person("kim"));
    // What was sent for bob is taken back, and sent for kim.
    office.deliver(|_| Answer::Delivered { status: Some(200) });
    let known = office.handoff(ids[0]);
    let taken_back = known.deliveries.iter().filter(|one| one.state == DeliveryState::Compensated);
    assert_eq!(taken_back.count(), 1, "{:#?}", known.deliveries);
    assert!(known.reasons.is_empty(), "{:?}", known.reasons);
    let codes: Vec<Code> = known.routing.reasons.iter().map(|reason| reason.code).collect();
    assert_eq!(codes, [Code::HandedOn]);
}

#[test]
fn found_e5_a_queue_can_have_it() {
    let mut office = office(&[ANN, BOB, EVE]);
    let ids = two_of_bob(&mut office);
    let queue = Owner::Queue(domain::handoff::QueueName("unassigned".to_owned()));
    leave(&mut office, "bob", Some(&queue));
    for id in ids {
        assert_eq!(
            (office.handoff(id).owner, office.handoff(id).state),
            (queue.clone(), State::Queued)
        );
    }
}

#[test]
fn found_e5_without_a_name_the_successor_has_it() {
    let bob = BOB.replace("ann,,dach", "ann,kim,dach");
    let mut office = office(&[ANN, &bob, EVE, KIM]);
    let ids = two_of_bob(&mut office);
    leave(&mut office, "bob", None);
    has(&office, &ids, &person("kim"));
}

#[test]
fn found_e5_a_successor_who_has_left_passes_it_to_their_own() {
    let bob = BOB.replace("ann,,dach", "ann,kim,dach");
    let kim = KIM.replace("ann,,none", "ann,eve,none");
    let mut office = office(&[ANN, &bob, EVE, &kim]);
    let ids = two_of_bob(&mut office);
    leave(&mut office, "kim", None);
    leave(&mut office, "bob", None);
    has(&office, &ids, &person("eve"));
}

#[test]
fn found_e5_successors_in_a_circle_and_on_leave_leave_it_to_the_routes() {
    let bob = BOB.replace("ann,,dach", "ann,kim,dach");
    for (kim, leaves) in [(KIM.replace("ann,,none", "ann,bob,none"), true), (KIM.to_owned(), false)]
    {
        let mut office = office(&[ANN, &bob, EVE, &kim]);
        let ids = two_of_bob(&mut office);
        if leaves {
            leave(&mut office, "kim", None);
        } else {
            office.pause("kim", None);
        }
        leave(&mut office, "bob", None);
        has(&office, &ids, &person("eve"));
    }
}

#[test]
fn found_e5_without_a_successor_the_routes_find_somebody() {
    let mut office = office(&[ANN, BOB, EVE]);
    let ids = two_of_bob(&mut office);
    leave(&mut office, "bob", None);
    has(&office, &ids, &person("eve"));
    // Who has left gets nothing any more, and can be given nothing.
    let next = asks(&mut office, 3);
    assert_eq!(office.handoff(next).owner, person("eve"));
    let to_bob = Deed::Reassign { note: None, to: person("bob"), by: Some(by_ann()) };
    office.try_act(next, to_bob.clone()).expect_err("bob has left");
    // Until they are back.
    office.later(Span::minutes(1)).resume("bob");
    office.act(next, to_bob);
    assert_eq!(office.handoff(next).owner, person("bob"));
}

#[test]
fn found_e5_the_last_of_a_pool_leaves_it_to_the_queue() {
    let mut office = office(&[ANN, BOB]);
    let ids = two_of_bob(&mut office);
    leave(&mut office, "bob", None);
    for id in ids {
        let known = office.handoff(id);
        assert_eq!((known.owner.id(), known.state), ("unassigned", State::Queued));
    }
}

#[test]
fn found_e5_a_strategy_without_somebody_hands_on_what_they_had() {
    let bob = BOB.replace("ann,,dach", "ann,kim,dach");
    let gone = BOB.replace("2020-01-01,\n", "2020-01-01,2026-11-25\n");
    let gone_with = bob.replace("2020-01-01,\n", "2020-01-01,2026-11-25\n");
    // No row any more: the strategy before knows the successor. A day that is over. Neither has one.
    for (before, after, to) in [
        (bob.as_str(), None, "kim"),
        (BOB, Some(gone_with.as_str()), "kim"),
        (BOB, Some(gone.as_str()), "eve"),
        (BOB, None, "eve"),
    ] {
        let mut office = office(&[ANN, before, EVE, KIM]);
        let ids = two_of_bob(&mut office);
        let rows: Vec<&str> =
            [Some(ANN), after, Some(EVE), Some(KIM)].into_iter().flatten().collect();
        let told = apply(&mut office, &rows);
        let told: Vec<_> = told.iter().map(|one| (one.member.to_string(), one.handoff)).collect();
        assert_eq!(told, ids.map(|id| ("bob".to_owned(), id)), "{before}{after:?}");
        has(&office, &ids, &person(to));
        // A strategy that changes nothing hands nothing on.
        assert_eq!(apply(&mut office, &rows), []);
    }
}

#[test]
fn found_e5_a_day_that_comes_hands_on_what_they_had() {
    let leaves = BOB.replace("2020-01-01,\n", "2020-01-01,2026-11-27\n");
    for (rows, to) in [
        (leaves.replace("ann,,dach", "ann,kim,dach"), "kim"),
        (leaves.clone(), "eve"),
        (leaves.replace("berlin", ""), "eve"),
    ] {
        let in_berlin = rows.contains("berlin");
        let mut office = office(&[ANN, &rows, EVE, KIM]);
        let ids = two_of_bob(&mut office);
        // Friday begins where they are: an hour before it does in UTC.
        let friday = WEDNESDAY_NOON + Span::hours(36);
        let friday = if in_berlin { friday } else { friday + Span::HOUR };
        office.act(ids[1], Deed::Accept { note: None, member: None, by: None });
        let accepted = |office: &Office, id| office.handoff(id).state == State::Accepted;
        office.wait_until(friday - Span::ms(1));
        assert!(ids.iter().all(|id| accepted(&office, *id)), "the last day is not over");
        office.wait_until(friday);
        assert!(ids.iter().all(|id| office.handoff(*id).owner != person("bob")));
        // Whom the routes find is there in the morning; a successor has it at once.
        if to == "eve" {
            office.wait_until(friday + Span::hours(10));
        }
        has(&office, &ids, &person(to));
        let next = office.crank.next_timer(office.now).expect("memory");
        assert!(next.is_some_and(|next| next > office.now), "nothing is left to do");
    }
}

#[test]
fn found_e5_what_names_somebody_who_left_leads_to_their_successor() {
    let routing = ROUTING.replace(
        "routes:\n",
        "routes:\n  - { route: named account, to: { list: named_accounts.csv, by: account.domain } }\n",
    );
    let named = "domain,owner\nacme.example,bob\n";
    let bob = BOB.replace("ann,,dach", "ann,kim,none");
    for (kim, owner) in
        [(KIM.to_owned(), "kim"), (KIM.replace("2020-01-01,\n", "2020-01-01,2026-11-20\n"), "eve")]
    {
        let rows = team(&[ANN, &bob, EVE, &kim]);
        let changed = [("team.csv", rows.as_str()), ("named_accounts.csv", named)];
        let mut office = Office::with(&routing, &changed);
        let fields = [("account.domain", Value::from("acme.example"))];
        let signal = office.signal("form.submitted", &[(Email, "ada@acme.example")], &fields);
        let first = office.send(signal).handoff.expect("a handoff");
        assert_eq!(office.handoff(first).owner, person("bob"));
        leave(&mut office, "bob", None);
        assert_eq!(office.handoff(first).owner, person(owner));
        office.later(Span::minutes(1));
        let signal = office.signal("form.submitted", &[(Email, "ben@acme.example")], &fields);
        let second = office.send(signal).handoff.expect("a handoff");
        let known = office.handoff(second);
        assert_eq!(known.owner, person(owner));
        let left = known.routing.reasons.iter().any(|reason| reason.code == Code::OwnerLeft);
        assert!(left, "{:?}", known.routing.reasons);
    }
}

#[test]
fn found_e5_what_was_handed_on_replays() {
    let mut folder = Folder::open();
    let lead = |folder: &mut Folder, mail: &str| {
        let taken = folder.sends("form.submitted", &[(Email, mail)], &[]);
        taken.handoff.expect("a handoff")
    };
    let ids = ["ada@one.example", "ben@two.example", "eve@three.example"]
        .map(|mail| lead(&mut folder, mail));
    let now = folder.now + Span::minutes(1);
    folder.now = now;
    let bob = MemberId("bob".into());
    let by = (&By::Operator, Actor::Operator);
    folder.group(|crank| crank.leave(&bob, None, by, now)).expect("of the team");
    let owners = ids.map(|id| folder.handoff(id).owner);
    assert!(owners.iter().all(|owner| *owner == person("ann")), "{owners:?}");
    folder.group(|crank| crank.resume(&bob, &By::Operator, now)).expect("of the team");
    folder
        .group(|crank| crank.leave(&MemberId("ann".into()), Some(&person("bob")), by, now))
        .expect("of the team");
    let (_, checked) = folder.while_closed(|data| {
        let store = SqliteStore::open(data, Chance::seeded(9)).expect("opens");
        crank::check(store, Position(1), &mut |_| {}).expect("checks")
    });
    assert_eq!((checked.different, &checked.first), (0, &None));
    assert!(checked.turns > 6, "{}", checked.turns);
}
