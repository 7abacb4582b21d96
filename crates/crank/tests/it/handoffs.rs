//! A lead's way to an owner, and from one owner to the next.

use domain::fact::{By, Fact, Note};
use domain::handoff::{Action, MemberId, Owner, State, Target};
use domain::reason::Code;
use domain::signal::IdentifierKind::{Cookie, Email, ExternalId};
use domain::{Span, Value};
use engine::event::Deed;

use crate::office::{Office, ROUTING, by_ann};

fn person(name: &str) -> Owner {
    Owner::Person(MemberId(name.into()))
}

#[test]
fn who_asks_is_offered_to_somebody_who_is_there() {
    let mut office = Office::open();
    let taken = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    assert_eq!(taken.action, Some(Action::HandOff));
    let handoff = office.handoff(taken.handoff.expect("a handoff"));
    assert_eq!(handoff.state, State::Offered);
    assert!(matches!(handoff.owner, Owner::Person(_)));
    assert_eq!(handoff.accept_by(), Some(office.now + Span::HOUR));
    assert_eq!(handoff.routing.route, Some(0));
    let codes: Vec<Code> = handoff.routing.candidates.iter().map(|one| one.code).collect();
    assert_eq!(codes.len(), 2);
    assert!(codes.contains(&Code::TieBreak) || codes.contains(&Code::Chosen), "{codes:?}");
    assert!(codes.contains(&Code::OwedLess), "{codes:?}");
}

#[test]
fn who_only_looks_is_nurtured() {
    let mut office = Office::open();
    let taken = office.does("page.viewed", &[(Email, "ada@acme.com")]);
    assert_eq!((taken.action, taken.handoff), (Some(Action::Nurture), None));
}

#[test]
fn routes_look_at_the_account_and_at_the_score() {
    let mut office = Office::under(&ROUTING.replace(
        "routes:",
        "routes:\n  - { route: large, when: 'account.employees >= 500', to: { queue: unassigned } }\n  \
         - { route: eager, when: score.total >= 25, to: { queue: unassigned } }",
    ));
    let mut routed = |email: &str, employees: i64, kinds: &[&str]| {
        let employees = [("account.employees", Value::Integer(employees))];
        for kind in kinds {
            let looks = office.signal(kind, &[(Email, email)], &employees);
            office.send(looks);
        }
        let asks = office.signal("form.submitted", &[(Email, email)], &employees);
        let taken = office.send(asks);
        office.handoff(taken.handoff.expect("a handoff")).routing.route
    };
    assert_eq!(routed("ada@large.com", 700, &[]), Some(0));
    assert_eq!(routed("bea@small.com", 7, &["page.viewed", "page.viewed"]), Some(1));
    assert_eq!(routed("cy@other.com", 7, &[]), Some(2));
}

#[test]
fn nobody_has_two_handoffs_at_once() {
    let mut office = Office::open();
    let first = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let second = office.later(Span::MINUTE).does("form.submitted", &[(Email, "ada@acme.com")]);
    assert_eq!(first.handoff, second.handoff);
    assert!(second.reasons.contains(&Code::ActiveHandoff), "{:?}", second.reasons);
    assert_eq!(office.handoffs().len(), 1);
}

#[test]
fn two_leads_go_to_two_owners() {
    let mut office = Office::open();
    let ada = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let bea = office.does("form.submitted", &[(Email, "bea@other.com")]);
    assert_ne!(ada.owner, bea.owner);
}

#[test]
fn an_offer_that_nobody_takes_passes_on_and_comes_back_when_all_have_had_it() {
    let mut office = Office::open();
    let taken = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let id = taken.handoff.expect("a handoff");
    let first = office.handoff(id).owner;
    office.wait_until(office.now + Span::hours(1));
    let second = office.handoff(id);
    assert_ne!(second.owner, first);
    assert_eq!(second.state, State::Offered);
    assert!(second.clocks[&Target::Accept].due > office.now);
    office.wait_until(office.now + Span::hours(1));
    assert_eq!(office.handoff(id).owner, first, "all others have had it");
}

#[test]
fn who_accepts_keeps_it_and_the_chain_is_silent() {
    let mut office = Office::open();
    let taken = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let id = taken.handoff.expect("a handoff");
    office.later(Span::minutes(10));
    let handoff = office.act(id, Deed::Accept { note: None, member: None, by: None });
    assert_eq!(handoff.state, State::Accepted);
    let owner = handoff.owner;
    office.wait_until(office.now + Span::days(2));
    let handoff = office.handoff(id);
    assert_eq!((handoff.state, &handoff.owner), (State::Accepted, &owner));
    assert!(handoff.clocks[&Target::FirstTouch].breached, "nobody got in touch");
    assert_eq!(handoff.chain_step, 0);
}

#[test]
fn who_refuses_passes_it_on_with_the_reason() {
    let mut office = Office::open();
    let taken = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let id = taken.handoff.expect("a handoff");
    let first = taken.owner.expect("an owner");
    let handoff = office.act(id, Deed::Reject { note: None, reason: Code::BadFit, by: None });
    assert_ne!(handoff.owner, first);
    assert_eq!(handoff.state, State::Offered);
}

#[test]
fn an_outcome_ends_it_and_a_new_wish_begins_a_new_one() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    office.act(id, Deed::Accept { note: None, member: None, by: None });
    let lost = Deed::Outcome {
        outcome: State::Lost,
        occurred: None,
        returns: None,
        note: Some(Note::new(b"went elsewhere".to_vec())),
        by: None,
    };
    assert_eq!(office.act(id, lost).state, State::Lost);
    let again = office.later(Span::HOUR).does("form.submitted", &[(Email, "ada@acme.com")]);
    assert!(again.handoff.is_some_and(|handoff| handoff != id));
}

#[test]
fn a_manager_gives_it_to_bob() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    for name in ["bob", "ann"] {
        let handoff =
            office.act(id, Deed::Reassign { note: None, to: person(name), by: Some(by_ann()) });
        assert_eq!((handoff.owner, handoff.state), (person(name), State::Offered));
    }
}

#[test]
fn at_night_it_is_held_until_the_morning() {
    let mut office = Office::open();
    let taken = office.later(Span::hours(10)).does("form.submitted", &[(Email, "ada@acme.com")]);
    let id = taken.handoff.expect("one");
    let held = office.handoff(id);
    assert_eq!((held.state, &held.owner), (State::Held, &Owner::Engine));
    assert_eq!(held.reasons[0].code, Code::AllAway);
    office.wait_until(office.now + Span::hours(12));
    assert_eq!(office.handoff(id).state, State::Offered);
}

#[test]
fn anonymous_visits_join_who_identifies_themselves() {
    let mut office = Office::open();
    office.does("page.viewed", &[(Cookie, "c1")]);
    office.later(Span::MINUTE).does("page.viewed", &[(Cookie, "c1")]);
    let taken = office
        .later(Span::MINUTE)
        .does("form.submitted", &[(ExternalId, "u1"), (Email, "ada@acme.com"), (Cookie, "c1")]);
    let handoff = office.handoff(taken.handoff.expect("one"));
    let pages = handoff.score.contributions.iter().find(|part| part.evidence.len() == 2);
    assert!(pages.is_some(), "{:?}", handoff.score);
}

#[test]
fn a_spreadsheet_says_what_came_of_it() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    let told = |office: &mut Office, kind: &str, fields: &[(&str, Value)]| {
        let signal = office.signal(kind, &[], fields);
        office.send(signal)
    };
    let named = Value::Text(id.to_string().into());
    let outcome = |outcome: &str| [("handoff", named.clone()), ("outcome", Value::from(outcome))];
    assert_eq!(told(&mut office, "handoff.outcome", &outcome("Met")).handoff, Some(id));
    assert_eq!(office.handoff(id).state, State::Met);
    told(&mut office, "handoff.outcome", &outcome("won"));
    let debrief = [("handoff", named.clone()), ("right", Value::Boolean(true))];
    told(&mut office, "handoff.debrief", &debrief);
    let handoff = office.handoff(id);
    assert_eq!((handoff.state, handoff.debriefs), (State::Won, 1));
    let late = told(&mut office, "handoff.outcome", &outcome("lost"));
    assert_eq!(late.reasons, [Code::SeamUnmet], "what is over is over");
    assert!(late.entry.is_some(), "and somebody is told");
}

/// Every text in the clear part of an entry, whatever field it is in.
fn clear_texts(bytes: &[u8]) -> Vec<String> {
    fn walk(d: &mut minicbor::Decoder<'_>, texts: &mut Vec<String>) {
        let kind = d.datatype().expect("is CBOR");
        if kind == minicbor::data::Type::Array {
            let many = d.array().expect("is an array").expect("its length is definite");
            (0..many).for_each(|_| walk(d, texts));
        } else if kind == minicbor::data::Type::String {
            texts.push(d.str().expect("is a text").to_owned());
        } else {
            d.skip().expect("is CBOR");
        }
    }
    let (mut decoder, mut texts) = (minicbor::Decoder::new(bytes), Vec::new());
    walk(&mut decoder, &mut texts);
    texts
}

#[test]
fn found_a15_nothing_that_came_from_outside_is_in_a_clear_part() {
    let mut office = Office::open();
    let hostile = format!("ada@lovelace.example {}", "x".repeat(60_000));
    let planted = |text: &str| Value::Text(text.into());
    let first = office.signal(
        "form.submitted",
        &[(Email, "ada@lovelace.example")],
        &[("lovelace_field", planted(&hostile)), ("person.first_name", planted("Lovelace"))],
    );
    let id = office.send(first).handoff.expect("one");
    let named = planted(&id.to_string());
    let told = |office: &mut Office, kind: &str, more: &[(&str, Value)]| {
        let mut fields = vec![
            ("handoff", named.clone()),
            ("by", planted(&hostile)),
            ("note", planted("Lovelace")),
        ];
        fields.extend_from_slice(more);
        let signal = office.signal(kind, &[], &fields);
        office.send(signal)
    };
    told(&mut office, "handoff.outcome", &[("outcome", planted("lovelace"))]);
    let met = told(&mut office, "handoff.outcome", &[("outcome", planted("met"))]);
    assert_eq!(met.handoff, Some(id), "the name of a stranger does not stop the outcome");
    told(&mut office, "handoff.debrief", &[("right", Value::Boolean(true))]);

    let mut said_by = 0;
    for stored in office.entries() {
        let mut clear = Vec::new();
        stored.entry.write(&[], &mut clear);
        for text in clear_texts(&clear) {
            let outside = text.to_lowercase().contains("lovelace") || text.len() > 100;
            assert!(!outside, "`{text}` stands in clear in {:?}", stored.entry.facts);
        }
        for fact in &stored.entry.facts {
            let (Fact::OutcomeRecorded { by, note, .. } | Fact::Debriefed { by, note, .. }) = fact
            else {
                continue;
            };
            assert_eq!(by.as_ref().map(By::kind), Some("source"), "known is who told of it");
            let note = note.as_ref().expect("sealed");
            assert_eq!(note.said_by.as_deref(), Some(hostile.as_str()), "and nothing is lost");
            said_by += 1;
        }
    }
    assert_eq!(said_by, 2);
}

#[test]
fn found_a15_a_member_who_is_named_is_known_as_one() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    let fields = [
        ("handoff", Value::Text(id.to_string().into())),
        ("outcome", Value::from("met")),
        ("by", Value::from(" ann ")),
    ];
    let signal = office.signal("handoff.outcome", &[], &fields);
    office.send(signal);
    let said =
        office.entries().into_iter().flat_map(|stored| stored.entry.facts).find_map(|fact| {
            let Fact::OutcomeRecorded { by, note, .. } = fact else { return None };
            Some((by, note))
        });
    assert_eq!(said, Some((Some(by_ann()), None)));
}
