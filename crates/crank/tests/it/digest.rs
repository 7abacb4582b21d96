//! People are not flooded: a digest, a rate for each person, and what must be told all the same.

use domain::errand::ErrandId;
use domain::fact::Fact;
use domain::handoff::DeliveryState;
use domain::signal::IdentifierKind::Email;
use domain::{DeliveryId, HandoffId, Span};
use engine::event::Answer;
use serde_json::Value as Json;
use store::{Position, Read};

use crate::office::{Office, TEAM_OF_TWO};

const DONE: Answer = Answer::Delivered { status: Some(250) };
const LATER: Answer = Answer::Later {
    code: domain::reason::Code::DestinationFailed,
    status: Some(451),
    not_before: None,
};

const ROUTES: &str = r#"
routes:
  - { route: everybody, to: { pool: sales } }
  - { route: catch-all, to: { queue: unassigned } }
pools:
  sales: { members: 'member.region == "dach"', method: in turn, all_away: hold, offer: { then: stay } }
queues:
  unassigned: { owner: ann, within: 2h }
"#;

const SLA: &str = "
hot:
  calendar: owner
  accept: { within: 3h, warn: 150m }
  on silence:
    - { at: warn,   do: remind }
    - { at: breach, do: tell manager }
";

const STEPS: &str = "
steps:
  - { step: hello, to: mail, when: offered,   tell: owner }
  - { step: nudge, to: mail, when: reminded,  tell: owner }
  - { step: boss,  to: mail, when: escalated, tell: manager, must: true }
  - { step: crm,   to: hook, when: offered,   send: [handoff] }
";

fn office(manner: &str) -> Office {
    let steps = format!("destinations:\n  mail: {manner}\n{STEPS}");
    let files =
        [("sla.yaml", SLA), ("team.csv", TEAM_OF_TWO), ("destinations.yaml", steps.as_str())];
    Office::with(ROUTES, &files)
}

fn asks(office: &mut Office, who: usize) -> HandoffId {
    let address = format!("ada@company-{who}.com");
    office.does("form.submitted", &[(Email, &address)]).handoff.expect("a handoff")
}

/// A message that left: its id, its steps, and whether it was to the mail server.
type Left = (ErrandId, Vec<String>);

/// What leaves by mail now, each message with the steps in it.
fn mailed(office: &mut Office, answer: &Answer) -> Vec<Left> {
    let mut left = Vec::new();
    loop {
        let attempts = office.deliver(|to| if to == "mail" { answer.clone() } else { DONE });
        if attempts.is_empty() {
            return left;
        }
        for attempt in attempts.iter().filter(|attempt| attempt.row.destination == "mail") {
            let body: Json = serde_json::from_slice(&attempt.body).expect("JSON");
            let step = |body: &Json| body["step"].as_str().expect("a step").to_owned();
            let steps = match body["bundle"].as_array() {
                Some(bundle) => bundle.iter().map(step).collect(),
                None => vec![step(&body)],
            };
            left.push((attempt.message(), steps));
        }
    }
}

fn state_of(office: &Office, handoff: HandoffId, step: u16) -> DeliveryState {
    let known = office.handoff(handoff);
    known.deliveries.iter().find(|known| known.step == step).expect("it was queued").state
}

#[test]
fn found_e1_a_digest_collects_and_leaves_as_one_message() {
    let mut office = office("{ digest: 1h }");
    let began = office.now;
    let leads: Vec<HandoffId> = (0..40).map(|who| asks(&mut office, who)).collect();
    assert_eq!(mailed(&mut office, &DONE), [], "nothing leaves before the digest");
    assert!(office.handoff(leads[0]).deliveries.len() == 1, "the steps after it wait for it");
    office.wait_until(began + Span::minutes(60));
    let left = mailed(&mut office, &DONE);
    assert_eq!(left.len(), 1, "forty leads are one message");
    assert_eq!(left[0].1, vec!["hello"; 40]);
    for lead in &leads {
        assert_eq!(state_of(&office, *lead, 0), DeliveryState::Delivered);
        assert_eq!(state_of(&office, *lead, 3), DeliveryState::Delivered, "and so the next step");
    }
    // The journal says with which message each left.
    let journal = office.crank.store().journal(Position::START, 10_000, None).expect("memory");
    let facts = journal.iter().flat_map(|stored| &stored.entry.facts);
    let bundles: Vec<DeliveryId> = facts
        .filter_map(|fact| {
            let Fact::DeliveryAttempted { bundle, .. } = fact else { return None };
            *bundle
        })
        .collect();
    assert_eq!(bundles.len(), 40);
    assert!(bundles.iter().all(|bundle| ErrandId::Delivery(*bundle) == left[0].0));
    // A lead alone is a message as it was.
    asks(&mut office, 99);
    office.wait_until(office.now + Span::minutes(60));
    assert_eq!(mailed(&mut office, &DONE).len(), 1);
}

#[test]
fn found_e1_a_digest_that_is_sent_again_is_the_same_message() {
    let mut office = office("{ digest: 1h }");
    for who in 0..5 {
        asks(&mut office, who);
    }
    office.wait_until(office.now + Span::minutes(60));
    let first = mailed(&mut office, &LATER);
    assert_eq!(first.len(), 1);
    // Others come meanwhile: a message that was sent never gets more into it.
    for who in 5..8 {
        asks(&mut office, who);
    }
    office.wait_until(office.now + Span::minutes(61));
    let mut then = mailed(&mut office, &DONE);
    then.sort_by_key(|(_, steps)| steps.len());
    assert_eq!(then.len(), 2, "the one that failed, and the next: {then:?}");
    assert_eq!(then[0].1.len(), 3);
    assert_eq!(then[1], first[0], "the same id and the same five");
    office.wait_until(office.now + Span::minutes(10));
    assert_eq!(mailed(&mut office, &DONE), []);
}

#[test]
fn found_e1_what_must_be_told_and_what_would_come_too_late_waits_for_no_digest() {
    let mut office = office("{ digest: 1d }");
    let began = office.now;
    let lead = asks(&mut office, 1);
    // The time to accept is over before midnight: the digest would come too late.
    assert_eq!(mailed(&mut office, &DONE).len(), 1);
    office.wait_until(began + Span::minutes(150));
    assert_eq!(mailed(&mut office, &DONE)[0].1, ["nudge"], "so would it for the reminder");
    office.wait_until(began + Span::hours(3));
    assert_eq!(mailed(&mut office, &DONE)[0].1, ["boss"], "and the manager must be told");
    assert_eq!(state_of(&office, lead, 2), DeliveryState::Delivered);
}

#[test]
fn found_e1_a_rate_bounds_messages_and_what_is_over_it_leaves_as_one() {
    let mut office = office("{ rate: 3/h }");
    let began = office.now;
    for who in 0..3 {
        asks(&mut office, who);
        office.now = office.now + Span::minutes(1);
        assert_eq!(mailed(&mut office, &DONE).len(), 1, "message {who} leaves at once");
    }
    for who in 3..30 {
        asks(&mut office, who);
    }
    assert_eq!(mailed(&mut office, &DONE), [], "three an hour have left");
    office.wait_until(began + Span::minutes(60));
    assert_eq!(mailed(&mut office, &DONE), []);
    office.wait_until(began + Span::minutes(61));
    let left = mailed(&mut office, &DONE);
    assert_eq!(left.len(), 1, "the first of the hour is an hour ago");
    assert_eq!(left[0].1.len(), 27, "all that waited is one message");
}

#[test]
fn found_e1_after_an_outage_there_is_one_message_and_not_four_hundred() {
    let mut office = office("{ rate: 60/h }");
    let began = office.now;
    let mut calls = 0;
    for who in 0..400 {
        asks(&mut office, who);
        if who % 40 == 0 {
            calls += mailed(&mut office, &LATER).len();
        }
    }
    assert!(calls > 0);
    office.wait_until(began + Span::minutes(5));
    let mut told = 0;
    let mut messages = 0;
    for minute in 0..5 {
        office.wait_until(began + Span::minutes(6 + minute));
        for (_, steps) in mailed(&mut office, &DONE) {
            messages += 1;
            told += steps.iter().filter(|step| *step == "hello").count();
        }
    }
    assert_eq!(told, 400, "everything is told");
    assert!(messages <= 10, "{messages} messages");
}

#[test]
fn found_e1_channels_and_people_have_digests_of_their_own() {
    let steps = "destinations:\n  mail: { digest: 1h }\nsteps:\n  \
                 - { step: hello, to: mail, when: offered, tell: owner }\n  \
                 - { step: all, to: mail, when: offered, tell: \"#sales\" }\n  \
                 - { step: boss, to: mail, when: offered, tell: ann }\n";
    let files = [("sla.yaml", SLA), ("team.csv", TEAM_OF_TWO), ("destinations.yaml", steps)];
    let mut office = Office::with(ROUTES, &files);
    for who in 0..6 {
        asks(&mut office, who);
    }
    let mut left = Vec::new();
    for _ in 0..3 {
        office.wait_until(office.now + Span::minutes(60));
        left.extend(mailed(&mut office, &DONE));
    }
    let mut shapes: Vec<(usize, String)> = Vec::new();
    for (_, steps) in &left {
        assert!(steps.iter().all(|step| *step == steps[0]), "one person each: {steps:?}");
        shapes.push((steps.len(), steps[0].clone()));
    }
    shapes.sort();
    let expected = ["all", "boss", "hello"].map(|step| (6, step.to_owned()));
    assert_eq!(shapes, expected);
}

/// How many leads are told by mail now to their owner.
fn hellos(office: &mut Office) -> usize {
    let left = mailed(office, &DONE);
    left.iter().flat_map(|(_, steps)| steps).filter(|step| *step == "hello").count()
}

#[test]
fn found_e1_what_a_rate_put_off_waits_for_the_end_of_quiet_hours() {
    // The office begins at noon.
    let mut office = office("{ rate: 1/h, quiet: \"12:30-15:00\" }");
    let began = office.now;
    asks(&mut office, 0);
    assert_eq!(hellos(&mut office), 1);
    for who in 1..8 {
        asks(&mut office, who);
    }
    assert_eq!(hellos(&mut office), 0, "one an hour");
    for minutes in [61, 120, 179] {
        office.wait_until(began + Span::minutes(minutes));
        assert_eq!(hellos(&mut office), 0, "it is quiet after {minutes} minutes");
    }
    office.wait_until(began + Span::minutes(181));
    assert_eq!(hellos(&mut office), 7);
}

#[test]
fn found_e1_what_an_outage_put_off_waits_for_the_end_of_quiet_hours() {
    let mut office = office("{ quiet: \"12:30-15:00\" }");
    let began = office.now;
    office.wait_until(began + Span::minutes(29));
    for who in 0..8 {
        asks(&mut office, who);
    }
    // Each fails, and the destination is left alone for half a minute.
    assert_eq!(mailed(&mut office, &LATER).len(), 8);
    office.now = office.now + Span::seconds(50);
    mailed(&mut office, &LATER);
    asks(&mut office, 8);
    assert_eq!(mailed(&mut office, &LATER), [], "it is put off until the quiet hours have begun");
    office.wait_until(began + Span::minutes(40));
    let retried = hellos(&mut office);
    office.wait_until(began + Span::minutes(179));
    let retried = retried + hellos(&mut office);
    assert_eq!(retried, 8, "what was under way is finished, and the new one waits");
    office.wait_until(began + Span::minutes(181));
    assert_eq!(hellos(&mut office), 1);
}
