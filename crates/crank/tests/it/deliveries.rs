//! Once in effect: steps in order, attempts before calls, and taking back.

use domain::Span;
use domain::errand::ErrandId;
use domain::fact::Fact;
use domain::handoff::{DeliveryState, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use engine::event::Answer;
use engine::event::Deed;
use engine::state::Handoff;
use store::{Position, Read};

use crate::office::{Office, ROUTING, delivery_of};

const DONE: Answer = Answer::Delivered { status: Some(200) };
const LATER: Answer =
    Answer::Later { code: Code::DestinationFailed, status: Some(500), not_before: None };
const NEVER: Answer = Answer::Never { code: Code::DestinationRefused, status: Some(422) };

fn states(handoff: &Handoff) -> Vec<(u16, DeliveryState)> {
    handoff.deliveries.iter().map(|known| (known.step, known.state)).collect()
}

#[test]
fn steps_leave_one_after_the_other() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    assert_eq!(states(&office.handoff(id)), [(0, DeliveryState::Queued)]);
    office.deliver(|_| DONE);
    assert_eq!(
        states(&office.handoff(id)),
        [(0, DeliveryState::Delivered), (1, DeliveryState::Queued),]
    );
    office.deliver(|_| DONE);
    assert!(office.deliver(|_| DONE).is_empty());
    office.act(id, Deed::Accept { note: None, member: None, by: None });
    let sent = office.deliver(|_| DONE);
    assert_eq!(sent[0].row.destination, "archive");
}

#[test]
fn each_attempt_has_the_same_bytes_and_is_recorded_before_its_call() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    let first = office.deliver(|_| LATER);
    let delivery = delivery_of(&first[0].row);
    assert!(office.deliver(|_| LATER).is_empty(), "it is not due yet");
    office.later(Span::seconds(2));
    let second = office.deliver(|_| DONE);
    assert_eq!((delivery_of(&second[0].row), second[0].attempt), (delivery, 2));
    assert_eq!(first[0].body, second[0].body);
    assert_eq!(office.handoff(id).delivery(delivery).map(|known| known.attempts), Some(2));
}

#[test]
fn a_claim_that_nobody_answers_is_claimed_again() {
    let mut office = Office::open();
    office.does("form.submitted", &[(Email, "ada@acme.com")]);
    office.crank.begin().expect("a group");
    assert_eq!(office.crank.claim(office.now, 10).expect("memory").len(), 1);
    office.crank.commit().expect("memory");
    assert!(office.deliver(|_| DONE).is_empty(), "somebody is at it");
    office.later(Span::seconds(61));
    assert_eq!(office.deliver(|_| DONE)[0].attempt, 2);
}

#[test]
fn a_later_step_that_fails_takes_the_earlier_back_and_is_mended() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    office.deliver(|_| DONE);
    office.deliver(|_| NEVER);
    let faulted = office.handoff(id);
    assert_eq!(faulted.state, State::Faulted);
    let undone = office.deliver(|_| DONE);
    assert_eq!(undone.len(), 1, "the CRM is told that it is withdrawn");
    assert_eq!(office.handoff(id).deliveries[0].state, DeliveryState::Compensated);
    office.wait_until(office.now + Span::minutes(15));
    let mended = office.handoff(id);
    assert_eq!(mended.state, State::Offered);
    office.deliver(|_| DONE);
    office.deliver(|_| DONE);
    let after = office.handoff(id);
    let live = after.deliveries.iter().filter(|known| known.undoes.is_none());
    let delivered: Vec<u16> = live
        .filter(|known| known.state == DeliveryState::Delivered)
        .map(|known| known.step)
        .collect();
    assert_eq!(delivered, [0, 1]);
    assert_eq!(office.crank.store().outbox_count().expect("memory"), 0);
}

/// The reasons of the move that put a handoff on the error path.
fn why_faulted(office: &Office, handoff: domain::HandoffId) -> Vec<Code> {
    let journal = office.crank.store().journal(Position::START, 10_000, None).expect("memory");
    let facts = journal.iter().flat_map(|stored| &stored.entry.facts);
    let reasons = facts.filter_map(|fact| {
        let Fact::HandoffMoved { handoff: of, state: State::Faulted, reasons, .. } = fact else {
            return None;
        };
        (*of == handoff).then(|| reasons.iter().map(|reason| reason.code))
    });
    reasons.flatten().collect()
}

#[test]
fn found_a7_a_handoff_is_on_the_error_path_for_the_reason_that_its_delivery_failed() {
    let never = |code| Answer::Never { code, status: None };
    for (answer, code) in [
        (never(Code::DestinationRefused), Code::DestinationRefused),
        (never(Code::AddressMissing), Code::AddressMissing),
        (LATER, Code::AttemptsUsedUp),
    ] {
        let mut office = Office::open();
        let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
        while office.handoff(id).deliveries[0].state != DeliveryState::Failed {
            office.deliver(|_| answer.clone());
            office.now = office.now + Span::minutes(1);
        }
        assert_eq!(office.handoff(id).deliveries[0].code, Some(code));
        assert_eq!(why_faulted(&office, id), [code]);
    }
}

#[test]
fn found_e9_what_the_configuration_forbids_waits_and_faults_no_handoff() {
    for code in [Code::AddressForbidden, Code::DestinationUnknown, Code::DestinationSettings] {
        for answer in [
            Answer::Never { code, status: None },
            Answer::Later { code, status: Some(535), not_before: None },
        ] {
            let mut office = Office::open();
            let id =
                office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
            // Far more often than an errand is tried that is answered with "later".
            for _ in 0..2 * engine::retry::ATTEMPTS_MAX {
                office.deliver(|_| answer.clone());
                office.now = office.now + Span::minutes(1);
            }
            let handoff = office.handoff(id);
            assert_eq!(why_faulted(&office, id), [], "{code}");
            let first = &handoff.deliveries[0];
            assert_eq!((first.state, first.code), (DeliveryState::Queued, Some(code)));
            // Once it is configured, one failure of another kind uses nothing up.
            office.now = office.now + Span::minutes(2);
            office.deliver(|_| LATER);
            office.now = office.now + Span::minutes(2);
            assert_eq!(office.handoff(id).deliveries[0].state, DeliveryState::Queued, "{code}");
            office.deliver(|_| DONE);
            assert_eq!(office.handoff(id).deliveries[0].state, DeliveryState::Delivered, "{code}");
        }
    }
}

#[test]
fn found_e9_a_misconfigured_destination_is_probed_by_one_delivery_at_a_time() {
    let mut office = Office::open();
    for person in 0..12 {
        let address = format!("ada{person}@acme{person}.com");
        office.does("form.submitted", &[(Email, &address)]).handoff.expect("one");
    }
    let forbidden = Answer::Later { code: Code::AddressForbidden, status: None, not_before: None };
    let mut attempts = 0;
    for _ in 0..20 {
        attempts += office.deliver(|_| forbidden.clone()).len();
        office.now = office.now + Span::minutes(1);
    }
    // The first round was under way before anybody knew; then each minute has one probe.
    assert!(attempts <= 12 + 2 * 20, "{attempts} attempts");
}

#[test]
fn when_the_owner_changes_what_was_sent_is_taken_back_once() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    let first = delivery_of(&office.deliver(|_| DONE)[0].row);
    office.act(id, Deed::Reject { note: None, reason: Code::NotNow, by: None });
    for _ in 0..4 {
        office.deliver(|_| DONE);
    }
    let handoff = office.handoff(id);
    assert_eq!(handoff.delivery(first).map(|known| known.state), Some(DeliveryState::Compensated));
    let undone = handoff.deliveries.iter().filter(|known| known.undoes == Some(first));
    assert_eq!(undone.count(), 1);
    let crm = handoff.deliveries.iter().filter(|known| {
        known.step == 0 && known.undoes.is_none() && known.state == DeliveryState::Delivered
    });
    assert_eq!(crm.count(), 1, "the CRM has one object for the owner of today");
}

#[test]
fn what_was_on_its_way_when_the_owner_changed_is_taken_back_when_it_arrives() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    office.crank.begin().expect("a group");
    let on_its_way = office.crank.claim(office.now, 10).expect("memory").remove(0);
    office.crank.commit().expect("memory");
    office.act(id, Deed::Reject { note: None, reason: Code::NotNow, by: None });
    office.crank.begin().expect("a group");
    let delivery = delivery_of(&on_its_way.row);
    office.crank.answered(delivery, 1, &DONE, office.now).expect("memory");
    office.crank.commit().expect("memory");
    for _ in 0..4 {
        office.deliver(|_| DONE);
    }
    let handoff = office.handoff(id);
    let state = handoff.delivery(delivery).map(|known| known.state);
    assert_eq!(state, Some(DeliveryState::Compensated));
}

#[test]
fn a_destination_that_is_down_is_left_alone_and_tried_again_within_two_minutes() {
    let mut office = Office::open();
    for person in 0..8 {
        let address = format!("p{person}@acme.com");
        office.does("form.submitted", &[(Email, address.as_str())]);
    }
    for _ in 0..20 {
        office.deliver(|_| LATER);
        office.later(Span::seconds(7));
    }
    let up_again = office.now;
    let mut left = office.crank.store().outbox_count().expect("memory");
    while left > 0 {
        assert!(office.now - up_again <= Span::seconds(120), "{left} are left");
        office.deliver(|_| DONE);
        office.later(Span::SECOND);
        left = office.crank.store().outbox_count().expect("memory");
    }
}

/// Claims what is due and answers it: some deliveries are refused each time, all others arrive. What was claimed.
fn refuse(office: &mut Office, refused: &dyn Fn(ErrandId) -> bool) -> Vec<ErrandId> {
    office.crank.begin().expect("a group");
    let attempts = office.crank.claim(office.now, 100).expect("memory");
    for attempt in &attempts {
        let errand = attempt.row.errand;
        let answer = if refused(errand) { LATER } else { DONE };
        office.crank.answered(errand, attempt.attempt, &answer, office.now).expect("memory");
    }
    office.crank.commit().expect("memory");
    attempts.iter().map(|attempt| attempt.row.errand).collect()
}

#[test]
fn a_few_deliveries_that_are_refused_each_time_hold_up_no_others() {
    let mut office = Office::open();
    for person in 0..8 {
        let address = format!("r{person}@acme.com");
        office.does("form.submitted", &[(Email, address.as_str())]);
    }
    let refused = refuse(&mut office, &|_| true);
    assert_eq!(refused.len(), 8, "the breaker opens");
    let mut arrived = 0;
    for round in 0..60 {
        let address = format!("p{round}@acme.com");
        office.does("form.submitted", &[(Email, address.as_str())]);
        // Whoever sends wakes when the next one is due.
        let until = office.now + Span::seconds(5);
        while let Some(due) =
            office.crank.next_errand(office.now).expect("memory").filter(|due| *due <= until)
        {
            office.now = office.now.max(due);
            let tried = refuse(&mut office, &|errand| refused.contains(&errand));
            arrived += tried.iter().filter(|errand| !refused.contains(errand)).count();
        }
        office.now = until;
    }
    let waiting = office.crank.store().outbox_count().expect("memory") - 8;
    assert!(arrived > 100 && waiting <= 1, "{arrived} arrived, {waiting} wait");
}

#[test]
fn what_an_older_strategy_sent_is_taken_back_as_it_said() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    office.deliver(|_| DONE);
    let sent = office.handoff(id).deliveries[0].clone();
    assert_eq!((&*sent.destination, sent.state), ("crm", DeliveryState::Delivered));
    let without = "steps:\n  - { step: archive, to: archive, when: accepted, send: [handoff] }\n";
    office.apply(ROUTING, &[("destinations.yaml", without)]);
    office.act(id, Deed::Reject { note: None, reason: Code::NotNow, by: None });
    let handoff = office.handoff(id);
    let back = handoff.deliveries.iter().find(|known| known.undoes == Some(sent.id));
    assert_eq!(back.map(|known| &*known.destination), Some("crm"), "{:#?}", handoff.deliveries);
    let attempts = office.deliver(|_| DONE);
    let body = String::from_utf8(attempts[0].body.clone()).expect("text");
    assert!(body.contains("withdrawn") && body.contains("tell the CRM"), "{body}");
}

/// An answer that asks for patience.
fn asks(office: &Office, seconds: i64) -> Answer {
    let not_before = Some(office.now + Span::seconds(seconds));
    Answer::Later { code: Code::DestinationBusy, status: Some(429), not_before }
}

/// Seconds until the one open delivery is claimed, and claims it.
fn waits(office: &mut Office) -> i64 {
    for waited in 0..10_000 {
        let now = office.now;
        let due = office.crank.next_errand(now).expect("memory").expect("an open delivery");
        if due <= now && !office.crank.take_claims(now, 10).expect("memory").is_empty() {
            return waited;
        }
        office.later(Span::SECOND);
    }
    panic!("it is never tried again");
}

#[test]
fn found_a7_retry_after_is_obeyed_up_to_an_hour() {
    for (asked, least, most) in [
        (1, 1, 1),
        (59, 59, 59),
        (61, 61, 61),
        (300, 300, 300),
        (3_599, 3_599, 3_599),
        (3_600, 3_600, 3_600),
        (86_400, 3_600, 3_600),
        (i64::MAX / 4_000_000, 3_600, 3_600),
        (-60, 1, 1),
    ] {
        let mut office = Office::open();
        office.does("form.submitted", &[(Email, "ada@acme.com")]);
        let answer = asks(&office, asked);
        office.deliver(|_| answer.clone());
        let waited = waits(&mut office);
        assert!((least..=most).contains(&waited), "asked for {asked} s, waited {waited} s");
    }
}

#[test]
fn found_a7_an_open_breaker_is_no_earlier_than_the_destination_asked() {
    let mut office = Office::open();
    for person in 0..8 {
        office.does("form.submitted", &[(Email, format!("p{person}@acme.com").as_str())]);
    }
    let (began, answer) = (office.now, asks(&office, 300));
    assert_eq!(office.deliver(|_| answer.clone()).len(), 8);
    office.does("form.submitted", &[(Email, "late@acme.com")]);
    let mut calls = Vec::new();
    while office.crank.store().outbox_count().expect("memory") > 0 {
        assert!(office.now - began <= Span::seconds(420), "within 120 s of the end of it");
        let made = office.deliver(|_| DONE).len();
        calls.extend(std::iter::repeat_n(office.now - began, made));
        office.later(Span::SECOND);
    }
    assert!(calls.iter().all(|at| *at >= Span::seconds(300)), "{calls:?}");
}

#[test]
fn found_a7_a_probe_that_is_put_off_again_waits_as_asked() {
    let mut office = Office::open();
    for person in 0..6 {
        office.does("form.submitted", &[(Email, format!("p{person}@acme.com").as_str())]);
    }
    office.deliver(|_| LATER);
    office.later(Span::seconds(31));
    let answer = asks(&office, 1_800);
    assert_eq!(office.deliver(|_| answer.clone()).len(), 1, "the probe");
    let asked = office.now + Span::seconds(1_800);
    while office.now < asked {
        assert!(office.deliver(|_| DONE).is_empty(), "{:?} before the end", asked - office.now);
        office.later(Span::seconds(10));
    }
    assert!(!office.deliver(|_| DONE).is_empty());
}

#[test]
fn found_a7_patience_is_counted_from_the_answer_whatever_the_clock_did() {
    let mut office = Office::open();
    office.later(Span::minutes(30));
    office.does("form.submitted", &[(Email, "ada@acme.com")]);
    office.now = office.now + Span::minutes(-30);
    let answer = asks(&office, 300);
    assert_eq!(office.deliver(|_| answer.clone()).len(), 1);
    let waited = waits(&mut office);
    assert!((300..=600).contains(&waited), "half speed at most: {waited}");
}
