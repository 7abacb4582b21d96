//! A message says what is so: who it is about, why a queue has the lead, until when, and on whose clock.

use domain::handoff::{MemberId, Owner, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Span, Value};
use engine::event::{Answer, Deed};
use serde_json::Value as Json;

use crate::office::{Office, STAYS, TEAM_OF_THREE};

const DONE: Answer = Answer::Delivered { status: Some(250) };

const SLA: &str = "
hot:
  calendar: owner
  accept:      { within: 1h, warn: 45m }
  first touch: { within: 4h }
  on silence:
    - { at: warn,   do: remind }
    - { at: breach, do: tell manager }
    - { after: 1h,  do: queue unassigned }
";

const STEPS: &str = "
steps:
  - { step: hello,  to: mail, when: offered,   tell: owner }
  - { step: taken,  to: mail, when: accepted,  tell: owner }
  - { step: nudge,  to: mail, when: reminded,  tell: owner }
  - { step: boss,   to: mail, when: escalated, tell: manager }
  - { step: nobody, to: mail, when: unrouted,  tell: queue owner }
";

fn office(routes: &str, briefing: &str) -> Office {
    let files = [
        ("sla.yaml", SLA),
        ("team.csv", TEAM_OF_THREE),
        ("destinations.yaml", STEPS),
        ("brief.yaml", briefing),
    ];
    Office::with(routes, &files)
}

fn asks(office: &mut Office) -> HandoffId {
    let fields = [
        ("person.first_name", Value::from("Luis")),
        ("person.last_name", Value::from("Ortega")),
        ("account.name", Value::from("Nordwind Energie")),
    ];
    let mail = [(Email, "luis@nordwind.example")];
    let signal = office.signal("form.submitted", &mail, &fields);
    office.send(signal).handoff.expect("a handoff")
}

/// The bodies that leave now.
fn left(office: &mut Office) -> Vec<Json> {
    let mut bodies = Vec::new();
    loop {
        let attempts = office.deliver(|_| DONE);
        if attempts.is_empty() {
            return bodies;
        }
        let read = |body: &[u8]| serde_json::from_slice(body).expect("JSON");
        bodies.extend(attempts.iter().map(|attempt| read(&attempt.body)));
    }
}

fn one(bodies: &[Json], step: &str) -> Json {
    let found = bodies.iter().find(|body| body["step"] == step);
    found.unwrap_or_else(|| panic!("no {step}: {bodies:?}"))["message"].clone()
}

fn steps(bodies: &[Json]) -> Vec<&str> {
    bodies.iter().map(|body| body["step"].as_str().expect("a step")).collect()
}

fn reject(office: &mut Office, id: HandoffId) {
    office.act(id, Deed::Reject { reason: Code::NotNow, note: None, by: None });
}

#[test]
fn found_e1_a_message_names_the_lead_where_whoever_is_told_may_read_it() {
    let mut office = office(STAYS, "");
    asks(&mut office);
    assert_eq!(one(&left(&mut office), "hello")["about"], "Luis Ortega, Nordwind Energie");
    office.wait_until(office.now + Span::minutes(60));
    let told = left(&mut office);
    for step in ["nudge", "boss"] {
        assert_eq!(one(&told, step)["about"], "Luis Ortega, Nordwind Energie", "{step}");
    }
    // Where nobody may read names for sales, the company is all that is told.
    let nobody = "readers: { rep: { purposes: [audit] } }\n";
    let mut office = self::office(STAYS, nobody);
    asks(&mut office);
    assert_eq!(one(&left(&mut office), "hello")["about"], "Nordwind Energie");
}

#[test]
fn found_e1_a_message_of_a_state_has_the_deadline_that_runs() {
    let mut office = office(STAYS, "");
    let began = office.now;
    let id = asks(&mut office);
    let hello = one(&left(&mut office), "hello");
    assert_eq!(hello["due"], serde_json::to_value(began + Span::minutes(60)).expect("JSON"));
    let member = Some(MemberId(office.handoff(id).owner.id().into()));
    office.act(id, Deed::Accept { note: None, member, by: None });
    let taken = one(&left(&mut office), "taken");
    assert_eq!(taken["due"], serde_json::to_value(began + Span::hours(4)).expect("JSON"));
}

#[test]
fn found_e1_the_end_of_a_chain_does_not_say_that_nobody_was_found() {
    let mut office = office(STAYS, "");
    asks(&mut office);
    office.wait_until(office.now + Span::hours(2));
    let ended = one(&left(&mut office), "nobody");
    let says = ended["says"].as_str().expect("a sentence");
    assert!(says.starts_with("Nobody accepted a lead."), "{says}");
    assert_eq!(ended["because"], "nobody-accepted");
    // An offer that the pool puts into a queue, and one that everybody refused.
    let queue = STAYS.replace("then: stay", "then: queue unassigned");
    let mut put = self::office(&queue, "");
    asks(&mut put);
    put.wait_until(put.now + Span::hours(1));
    assert_eq!(one(&left(&mut put), "nobody")["because"], "nobody-accepted");
    let alone = STAYS.replace("\"dach\"", "\"dach\" && account.tier == 1");
    let mut unfound = self::office(&alone, "");
    asks(&mut unfound);
    let unrouted = one(&left(&mut unfound), "nobody");
    assert_eq!(unrouted["because"], "nobody-found");
    assert!(unrouted["says"].as_str().expect("a sentence").starts_with("Nobody was found"));
}

#[test]
fn found_e1_after_a_refusal_the_chain_runs_on_the_clock_of_the_next_owner() {
    for minutes in [10, 30, 50] {
        let mut office = office(STAYS, "");
        let began = office.now;
        let id = asks(&mut office);
        let first = office.handoff(id).owner.clone();
        office.wait_until(began + Span::minutes(minutes));
        left(&mut office);
        reject(&mut office, id);
        let second = office.handoff(id).owner.clone();
        assert!(second != first && matches!(second, Owner::Person(_)), "{second:?}");
        assert_eq!(steps(&left(&mut office)), ["hello"]);
        office.wait_until(began + Span::minutes(minutes + 44));
        assert_eq!(steps(&left(&mut office)), Vec::<&str>::new(), "after {minutes} minutes");
        office.wait_until(began + Span::minutes(minutes + 45));
        let told = left(&mut office);
        assert_eq!(one(&told, "nudge")["to"]["id"], second.id());
        office.wait_until(began + Span::minutes(minutes + 59));
        assert_eq!(steps(&left(&mut office)), Vec::<&str>::new(), "they have their hour");
        office.wait_until(began + Span::minutes(minutes + 60));
        assert_eq!(steps(&left(&mut office)), ["boss"]);
        office.wait_until(began + Span::minutes(minutes + 120));
        assert_eq!(steps(&left(&mut office)), ["nobody"], "and the chain ends once");
        assert_eq!(office.handoff(id).state, State::Queued);
    }
}

#[test]
fn found_e1_a_refused_lead_that_had_to_wait_has_a_chain_of_its_next_owner_too() {
    let mut office = office(STAYS, "");
    let began = office.now;
    let id = asks(&mut office);
    let other = if office.handoff(id).owner.id() == "bob" { "eve" } else { "bob" };
    office.pause(other, Some(began + Span::minutes(30)));
    left(&mut office);
    office.wait_until(began + Span::minutes(10));
    reject(&mut office, id);
    assert_eq!(office.handoff(id).state, State::Held, "nobody is there");
    office.wait_until(began + Span::minutes(31));
    let offered = office.handoff(id);
    assert_eq!((offered.state, offered.owner.id()), (State::Offered, other));
    let due = offered.accept_by().expect("an offer has a deadline");
    left(&mut office);
    office.wait_until(due - Span::minutes(16));
    assert_eq!(steps(&left(&mut office)), Vec::<&str>::new());
    office.wait_until(due - Span::minutes(15));
    assert_eq!(steps(&left(&mut office)), ["nudge"]);
}
