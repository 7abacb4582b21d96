//! A story is whole: a change of owner loses nothing of what happened before it.

use domain::Span;
use domain::fact::{By, Fact, Routing};
use domain::handoff::{Owner, State};
use domain::reason::{Code, Reason};

use super::{energy, told};
use crate::test_account::member;

#[test]
fn found_g_what_happened_before_a_change_of_owner_is_told() {
    let (mut made, id) = energy();
    let moved = |state| Fact::HandoffMoved {
        handoff: id,
        state,
        reasons: Vec::new(),
        by: Some(By::Member(member("brandt"))),
        returns: None,
        chain: None,
    };
    let given = |to: &str| Fact::OwnerAssigned {
        handoff: id,
        owner: Owner::Person(member(to)),
        routing: Routing { reasons: vec![Reason::new(Code::ManagerAsked)], ..Routing::default() }
            .into(),
        by: Some(By::Member(member("brandt"))),
    };
    for facts in [
        vec![moved(State::Accepted)],
        vec![moved(State::Working)],
        vec![given("silva"), moved(State::Offered)],
        vec![moved(State::Accepted)],
        vec![given("brandt"), moved(State::Offered)],
    ] {
        made.now = made.now + Span::minutes(10);
        made.say(facts);
    }
    let told = told(&made, id);
    let before = told.split("  before").nth(1).expect("two had it before");
    let before = before.split("\nstrategy ").next().expect("a part");
    let place =
        |says: &str| before.find(says).unwrap_or_else(|| panic!("`{says}` is not in {told}"));
    let order = [
        "Anna Keller from 2026-11-20 13:38:00 UTC to",
        "accepted",
        "working",
        "P. Silva from",
        "assigned it by hand",
    ];
    let places: Vec<usize> = order.iter().map(|says| place(says)).collect();
    assert!(places.is_sorted(), "{told}");
    assert_eq!(before.matches("accepted").count(), 2, "by each of them: {told}");
    assert!(before.matches("\n            - ").count() >= 3, "a line each: {told}");
    // What the present owner did stands where it stood.
    assert!(told.starts_with("Offered to M. Brandt"), "{told}");
}

#[test]
fn found_g_a_long_stretch_is_told_by_its_newest_lines() {
    let (mut made, id) = energy();
    let moved = |state| Fact::HandoffMoved {
        handoff: id,
        state,
        reasons: Vec::new(),
        by: None,
        returns: None,
        chain: None,
    };
    for at in 0..20 {
        made.now = made.now + Span::minutes(1);
        let state = if at % 2 == 0 { State::Accepted } else { State::Working };
        made.say(vec![moved(state)]);
    }
    made.now = made.now + Span::minutes(1);
    let owner = Owner::Person(member("silva"));
    let routing = Routing::default().into();
    made.say(vec![Fact::OwnerAssigned { handoff: id, owner, routing, by: None }]);
    let told = told(&made, id);
    assert!(told.contains("things before these"), "{told}");
    assert!(told.matches("\n            - ").count() <= 13, "{told}");
}
