//! One thing that the program fails on is parked, seen, and holds nothing up.

use crank::CrankError;
use domain::fact::{Entry, Fact};
use domain::handoff::{Action, DeliveryState, Owner};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Span};
use engine::event::Answer;
use engine::event::Deed;
use engine::state::replay;
use store::{Position, Read};

use crate::office::{Office, ROUTING, delivery_of, handoff_of};
use crate::quarantine::unasked;

const DONE: Answer = Answer::Delivered { status: Some(200) };

fn says(entry: &Entry, wanted: impl Fn(&Fact) -> bool) -> bool {
    entry.facts.iter().any(wanted)
}

/// What is read anew is what is in memory: no half of a turn is left in either.
fn check_whole(office: &mut Office) {
    for id in office.handoffs() {
        let row = office.crank.store().handoff(id).expect("memory").expect("there");
        let folded = office.account(row.account);
        assert_eq!(office.crank.account(row.account).expect("memory"), folded.known());
    }
    let journal = office.crank.store().journal(Position::START, 10_000, None).expect("memory");
    let replayed = replay(journal.iter().map(|stored| &stored.entry));
    assert_eq!(office.crank.desk(), replayed.desk());
}

#[test]
fn a_signal_that_the_program_fails_on_is_kept_apart_and_the_rest_goes_on() {
    let mut office = Office::open();
    let ids: Vec<_> = ["ada", "bea", "cid", "dan", "eve"]
        .map(|who| {
            let address = format!("{who}@{who}.com");
            let signal = office.signal("form.submitted", &[(Email, &address)], &[]);
            office.offer(&signal)
        })
        .into();
    let poison = ids[2];
    office.crank.plant(Box::new(move |entry| {
        says(entry, |fact| matches!(fact, Fact::DecisionMade { signal, .. } if *signal == poison))
    }));
    let mut taken = Vec::new();
    while office.crank.waiting().expect("memory") > 0 {
        taken.extend(office.crank.take_turns(office.now, 10).expect("one is at fault, not all"));
    }
    assert_eq!(taken.iter().map(|one| one.signal).collect::<Vec<_>>(), ids, "each once, in order");
    for one in &taken {
        if one.signal == poison {
            assert_eq!((one.action, &one.reasons[..]), (None, &[Code::PoisonFact][..]));
            let row = office.crank.store().entry(one.entry.expect("kept")).expect("memory");
            assert_eq!(row.expect("there").cause, Code::PoisonFact);
        } else {
            assert_eq!(one.action, Some(Action::HandOff));
        }
    }
    assert_eq!((office.handoffs().len(), office.crank.parked()), (4, 1));
    check_whole(&mut office);
}

#[test]
fn a_timer_that_the_program_fails_on_rests_and_its_handoff_says_so() {
    let mut office = Office::with(ROUTING, &[]);
    let asks = |office: &mut Office, who: &str| -> HandoffId {
        office.does("form.submitted", &[(Email, who)]).handoff.expect("a handoff")
    };
    let (poison, well) = (asks(&mut office, "ada@acme.com"), asks(&mut office, "bea@firm.com"));
    office.crank.plant(Box::new(move |entry| {
        says(entry, |fact| matches!(fact, Fact::SlaWarned { handoff, .. } if *handoff == poison))
    }));
    office.later(Span::minutes(46));
    let mut fired = 0;
    while office.crank.next_timer(office.now).expect("memory").is_some_and(|due| due <= office.now)
    {
        fired += office.crank.take_timers(office.now, 100).expect("one is at fault, not all");
        assert!(fired < 20, "what rests is not tried at once again");
    }
    assert_eq!(office.handoff(poison).reasons[0].code, Code::PoisonFact, "people see why");
    assert!(!office.handoff(poison).clocks.values().any(|clock| clock.warned));
    assert!(office.handoff(well).clocks.values().any(|clock| clock.warned));
    assert_eq!(office.crank.parked(), 1);
    let rests = office.crank.store().timers_due(office.now + Span::days(2), 100).expect("memory");
    assert!(rests.iter().any(|timer| timer.due >= office.now + Span::days(1)));
    check_whole(&mut office);
}

#[test]
fn a_delivery_that_the_program_fails_on_is_failed_and_the_others_leave() {
    let mut office = Office::open();
    office.does("form.submitted", &[(Email, "ada@acme.com")]);
    office.does("form.submitted", &[(Email, "bea@firm.com")]);
    let due = office.crank.store().outbox_claimable(office.now, 10).expect("memory");
    let (poison, handoff) = (delivery_of(&due[0]), handoff_of(&mut office.crank, &due[0]));
    let tried = move |fact: &Fact| matches!(fact, Fact::DeliveryAttempted { delivery, .. } if *delivery == poison);
    office.crank.plant(Box::new(move |entry| says(entry, tried)));
    let mut claimed = Vec::new();
    for _ in 0..6 {
        claimed.extend(office.crank.take_claims(office.now, 10).expect("one is at fault"));
    }
    assert_eq!(claimed.len(), due.len() - 1);
    let closed = office.handoff(handoff).delivery(poison).cloned().expect("of it");
    assert_eq!((closed.state, closed.code), (DeliveryState::Failed, Some(Code::PoisonFact)));
    check_whole(&mut office);
}

#[test]
fn an_answer_that_the_program_fails_on_is_kept_in_plain() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    let attempts = office.crank.take_claims(office.now, 10).expect("memory");
    let delivery = delivery_of(&attempts[0].row);
    // What follows from it, the next step, is what it fails on.
    office.crank.plant(Box::new(move |entry| {
        says(entry, |fact| matches!(fact, Fact::DeliveryQueued { .. }))
    }));
    let failed = office.crank.grouped(|crank| crank.answered(delivery, 1, &DONE, office.now));
    let fault = failed.expect_err("planted");
    assert!(matches!(fault.error(), CrankError::Fault), "{fault}");
    assert_eq!(office.handoff(id).delivery(delivery).expect("of it").attempts, 1);
    let why = fault.error().park_code();
    office.crank.park_answer(delivery, 1, &DONE, why, office.now).expect("it can be said");
    let closed = office.handoff(id).delivery(delivery).cloned().expect("of it");
    assert_eq!((closed.state, closed.code), (DeliveryState::Delivered, Some(Code::PoisonFact)));
    check_whole(&mut office);
}

#[test]
fn a_deed_that_the_program_fails_on_never_was() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    let before = office.journal_len();
    office
        .crank
        .plant(Box::new(|entry| says(entry, |fact| matches!(fact, Fact::OwnerWanted { .. }))));
    let (reject, now) = (Deed::Reject { note: None, reason: Code::NotNow, by: None }, office.now);
    let failed =
        office.crank.grouped(|crank| crank.act(id, &reject, domain::handoff::Actor::Person, now));
    assert!(failed.is_err());
    assert_eq!(office.journal_len(), before);
    assert!(matches!(office.handoff(id).owner, Owner::Person(_)));
    check_whole(&mut office);
}

#[test]
fn what_is_released_is_known_since_it_was_accepted() {
    let mut office = Office::open();
    let signal = office.signal("form.submitted", &[(Email, "ada@acme.com")], &[]);
    office.offer(&signal);
    office
        .crank
        .plant(Box::new(|entry| says(entry, |fact| matches!(fact, Fact::SubjectResolved { .. }))));
    let taken = office.crank.take_turns(office.now, 10).expect("one is at fault");
    let entry = taken[0].entry.expect("kept");
    office.crank.plant(Box::new(|_| false));
    let (accepted, now) = (office.now, office.now + Span::hours(2));
    let released = office.crank.grouped(|crank| crank.release(entry, &unasked, now));
    released.expect("memory").expect("it opens");
    let id = office.handoffs()[0];
    let row = office.crank.store().handoff(id).expect("memory").expect("there");
    let live = office.crank.account(row.account).expect("memory");
    let node = live.node(row.node).expect("a member");
    assert_eq!(node.touchpoints.iter().next().expect("one").known, accepted);
    check_whole(&mut office);
}

#[test]
fn a_parked_delivery_that_may_have_arrived_is_taken_back_with_its_owner() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    let attempts = office.crank.take_claims(office.now, 10).expect("memory");
    let sent = delivery_of(&attempts[0].row);
    // Nobody answers, and the program fails on the next attempt.
    office.later(Span::minutes(2));
    office.crank.plant(Box::new(|entry| {
        says(entry, |fact| matches!(fact, Fact::DeliveryAttempted { .. }))
    }));
    office.crank.take_claims(office.now, 10).expect("one is at fault");
    office.crank.plant(Box::new(|_| false));
    let parked = office.handoff(id).delivery(sent).cloned().expect("of it");
    assert_eq!((parked.state, parked.attempts), (DeliveryState::Failed, 1));
    let after = office.act(id, Deed::Reject { note: None, reason: Code::NotNow, by: None });
    assert!(
        after.deliveries.iter().any(|known| known.undoes == Some(sent)),
        "it is taken back from whoever had it: {:#?}",
        after.deliveries
    );
    check_whole(&mut office);
}
