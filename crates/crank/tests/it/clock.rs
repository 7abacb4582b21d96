//! Clocks that are put forward and back: the journal's time never falls, and nothing stalls.

use crank::Disclosure;
use domain::fact::{By, ReadFor, ReadOf};
use domain::handoff::{Actor, DeliveryState, Owner};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Moment, Span};
use engine::event::Answer;
use proptest::prelude::*;
use store::{Position, Read};

use crate::office::{Office, ROUTING, WEDNESDAY_NOON};

/// A minute to accept.
const MINUTE: &str = r"
hot:
  calendar: owner
  accept: { within: 1m }
";
const LATER: Answer =
    Answer::Later { code: Code::DestinationFailed, status: Some(500), not_before: None };

fn office() -> Office {
    Office::with(ROUTING, &[("sla.yaml", MINUTE)])
}

fn asks(office: &mut Office, who: &str) -> HandoffId {
    let address = format!("{who}@{who}.com");
    let mut signal = office.signal("form.submitted", &[(Email, &address)], &[]);
    // The source's clock is another one: what it says nothing of happened when it came.
    signal.content.occurred = None;
    office.send(signal).handoff.expect("a handoff")
}

fn reads(office: &mut Office) {
    let disclosure = Disclosure {
        reader: By::Operator,
        purpose: ReadFor::View,
        reason: None,
        of: ReadOf::Everybody,
        nodes: 1,
        actor: Actor::Person,
    };
    office.crank.record_disclosure(&disclosure, office.now).expect("memory");
}

/// Does what an idle server does: looks every second at what is due, and nothing else happens.
fn idle(office: &mut Office, span: Span) {
    let until = office.now + span;
    while office.now < until {
        office.now = office.now + Span::SECOND;
        let now = office.now;
        if office.crank.next_timer(now).expect("memory").is_some_and(|due| due <= now) {
            office.crank.take_timers(now, 100).expect("memory");
        }
    }
}

fn owner(office: &Office, id: HandoffId) -> Owner {
    office.handoff(id).owner
}

fn check_time(office: &Office) {
    let journal = office.crank.store().journal(Position::START, 100_000, None).expect("memory");
    for two in journal.windows(2) {
        let (before, after) = (two[0].entry.header.moment, two[1].entry.header.moment);
        assert!(before <= after, "{} is older than {}", two[1].position, two[0].position);
    }
}

#[test]
fn found_a2_an_offer_runs_out_on_an_idle_server_whose_clock_was_put_back() {
    for (ahead, back) in [(30, 30), (30, 29), (1_440, 1_440), (40_320, 40_320)] {
        let mut office = office();
        office.later(Span::minutes(ahead));
        let id = asks(&mut office, "ada");
        let first = owner(&office, id);
        office.now = office.now + Span::minutes(-back);
        idle(&mut office, Span::seconds(50));
        assert_eq!(owner(&office, id), first, "never early");
        idle(&mut office, Span::seconds(75));
        assert_ne!(owner(&office, id), first, "{ahead} minutes ahead: the offer has run out");
        check_time(&office);
    }
}

#[test]
fn found_a2_a_delivery_is_tried_again_although_the_clock_was_put_back() {
    let mut office = office();
    office.later(Span::days(30));
    let id = asks(&mut office, "ada");
    assert_eq!(office.deliver(|_| LATER).len(), 1);
    office.now = WEDNESDAY_NOON;
    let mut waited = Span::ZERO;
    while waited < Span::seconds(10) {
        let now = office.now;
        if office.crank.next_errand(now).expect("memory").is_some_and(|due| due <= now) {
            break;
        }
        office.later(Span::SECOND);
        waited = waited + Span::SECOND;
    }
    assert_eq!(office.crank.take_claims(office.now, 10).expect("memory").len(), 1);
    assert_eq!(office.handoff(id).deliveries[0].state, DeliveryState::Attempting);
    check_time(&office);
}

#[test]
fn found_a2_a_destination_that_failed_too_often_is_left_alone_by_the_journals_clock() {
    let mut office = office();
    office.later(Span::minutes(30));
    for who in ["ada", "bea", "cid", "dan", "eve"] {
        asks(&mut office, who);
    }
    office.now = WEDNESDAY_NOON;
    assert_eq!(office.deliver(|_| LATER).len(), 5);
    asks(&mut office, "fay");
    assert!(office.deliver(|_| LATER).is_empty(), "the breaker is open");
}

#[test]
fn found_a3_a_reading_is_stamped_by_the_journals_clock() {
    let mut office = office();
    office.later(Span::minutes(10));
    reads(&mut office);
    office.now = WEDNESDAY_NOON;
    asks(&mut office, "ada");
    check_time(&office);
}

#[test]
fn found_a3_a_reading_under_a_clock_that_was_put_back_is_not_older() {
    let mut office = office();
    office.later(Span::minutes(10));
    asks(&mut office, "ada");
    office.now = WEDNESDAY_NOON;
    reads(&mut office);
    office.now = office.now + Span::days(-30);
    reads(&mut office);
    office.later(Span::days(60));
    reads(&mut office);
    check_time(&office);
    let last = office.crank.store().head().expect("memory").position;
    let last = office.crank.store().at(last, None).expect("memory").expect("there");
    assert_eq!(last.entry.header.moment, office.now, "and it is caught up with");
}

#[derive(Clone, Debug)]
enum Step {
    Clock(i64),
    Asks(u8),
    Reads,
    Idles(i64),
    Delivers,
    Erases(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let month = Span::days(30).0;
    let step = prop_oneof![
        2 => (-month..month).prop_map(Step::Clock),
        1 => (-3..3i64).prop_map(Step::Clock),
        4 => (0..4u8).prop_map(Step::Asks),
        2 => Just(Step::Reads),
        3 => (1..200i64).prop_map(Step::Idles),
        2 => Just(Step::Delivers),
        1 => (0..4u8).prop_map(Step::Erases),
    ];
    proptest::collection::vec(step, 1..24)
}

fn erases(office: &mut Office, who: &str) {
    let address = format!("{who}@{who}.com");
    let signal = office.signal("x", &[(Email, &address)], &[]);
    let keys = engine::identity::identifiers(&signal.source, &signal.content).keys;
    if let Some(person) = office.crank.person_by(&keys).expect("memory") {
        let now = office.now;
        office.crank.erase(person, &By::Operator, now).expect("memory");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// Clock steps of up to 30 days each way, whatever happens between them: time never falls, and
    /// once the clock stands still again, an offer of a minute runs out within two and a bit.
    #[test]
    fn found_a2_steps_of_thirty_days_neither_turn_time_back_nor_stall(steps in steps()) {
        let mut office = office();
        let first = Moment(WEDNESDAY_NOON.0 + 1);
        // Whoever was erased does not come again.
        let mut generation = 0;
        for step in steps {
            match step {
                Step::Clock(by) => office.now = Moment((office.now.0 + by).max(first.0)),
                Step::Asks(who) => {
                    asks(&mut office, &format!("p{who}g{generation}"));
                }
                Step::Reads => reads(&mut office),
                Step::Idles(seconds) => idle(&mut office, Span::seconds(seconds)),
                Step::Delivers => {
                    office.deliver(|_| LATER);
                }
                Step::Erases(who) => {
                    erases(&mut office, &format!("p{who}g{generation}"));
                    generation += 1;
                }
            }
            check_time(&office);
        }
        let id = asks(&mut office, "zoe");
        let before = office.handoff(id).round;
        idle(&mut office, Span::seconds(130));
        let after = office.handoff(id);
        // By night, or where nobody is left, it waits in a queue and no minute runs.
        let offered = matches!(after.owner, Owner::Person(_));
        prop_assert!(!offered || after.round > before, "{after:#?}");
        check_time(&office);
    }
}
