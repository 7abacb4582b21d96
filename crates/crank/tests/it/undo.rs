//! Taking back what was done last: in time all is as it was, and later it is refused.

use crank::CrankError;
use domain::errand::Wake;
use domain::fact::{By, Fact};
use domain::handoff::{Actor, DeliveryState, MemberId, Owner, QueueName, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Moment, Span};
use engine::desk::Desk;
use engine::event::{Answer, Deed, Refusal};
use engine::state::Handoff;
use store::Read;

use crate::office::{Office, ROUTING, WEDNESDAY_NOON, by_ann};

const DONE: Answer = Answer::Delivered { status: Some(200) };
/// For how long something can be taken back.
const UNDO: Span = Span::seconds(8);

fn accept() -> Deed {
    Deed::Accept { note: None, member: None, by: Some(by_ann()) }
}

fn reject() -> Deed {
    Deed::Reject { note: None, reason: Code::NotNow, by: Some(by_ann()) }
}

fn undo() -> Deed {
    Deed::Undo { by: Some(by_ann()) }
}

fn offered() -> (Office, HandoffId) {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    (office, id)
}

/// The handoff but for what counts its changes, and without what left.
fn as_it_is(handoff: &Handoff) -> Handoff {
    Handoff {
        version: 0,
        actor: Actor::Engine,
        undone: None,
        undo: None,
        deliveries: Vec::new(),
        ..handoff.clone()
    }
}

/// What a handoff waits for, as the table of timers says.
fn timers(office: &Office) -> Vec<(Wake, Moment)> {
    let timers = office.crank.store().timers_due(Moment(i64::MAX), 1_000).expect("memory");
    let mut timers: Vec<_> = timers.into_iter().map(|timer| (timer.wake, timer.due)).collect();
    timers.sort_unstable();
    timers
}

/// What the desk says, whoever it has heard of.
fn desk(known: &Desk) -> Vec<String> {
    let mut says = Vec::new();
    for member in ["ann", "bob"].map(|member| MemberId(member.into())) {
        let Some(load) = known.load(&member) else { continue };
        let received: Vec<_> = (1..9).map_while(|n| load.nth_last(n)).collect();
        let open: Vec<_> = load.handoffs().collect();
        if !received.is_empty() || !open.is_empty() {
            says.push(format!("{member}: {open:?}, {received:?}"));
        }
    }
    says.push(format!("{:?}", known.ledger("sales")));
    says.extend(known.lines().map(|(pool, line)| format!("{pool}: {line:?}")));
    says
}

fn all_of(office: &Office, id: HandoffId) -> (Handoff, Vec<String>, Vec<(Wake, Moment)>) {
    (as_it_is(&office.handoff(id)), desk(office.crank.desk()), timers(office))
}

fn refused(office: &mut Office, id: HandoffId, deed: Deed) -> Refusal {
    match office.try_act(id, deed) {
        Err(CrankError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_an_acceptance_sends_waits_until_it_can_be_taken_back_no_more() {
    let (mut office, id) = offered();
    for _ in 0..3 {
        office.deliver(|_| DONE);
    }
    let accepted = office.does_undoably(id, &accept());
    assert_eq!(accepted.state, State::Accepted);
    let until = office.now + UNDO;
    assert_eq!(accepted.undo_until(office.now), Some(until));
    assert!(office.deliver(|_| DONE).is_empty(), "nothing leaves yet");
    let due = office.crank.next_errand(office.now).expect("memory");
    assert_eq!(due, Some(until), "whoever sends is woken then");
    office.wait_until(until);
    let sent = office.deliver(|_| DONE);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].row.destination, "archive");
    assert_eq!(office.handoff(id).undo_until(office.now), None);
    assert_eq!(refused(&mut office, id, undo()), Refusal::UndoTooLate);
}

#[test]
fn an_acceptance_that_is_taken_back_leaves_all_as_it_was_and_sends_nothing() {
    let (mut office, id) = offered();
    for _ in 0..3 {
        office.deliver(|_| DONE);
    }
    let before = all_of(&office, id);
    office.does_undoably(id, &accept());
    assert_ne!(all_of(&office, id), before, "the test can fail");
    office.later(Span::seconds(7));
    let undone = office.act(id, undo());
    assert_eq!((undone.state, undone.accepted), (State::Offered, None));
    assert_eq!(all_of(&office, id), before);
    assert!(undone.version > before.0.version, "whoever saw it before is told");
    office.later(Span::minutes(1));
    assert!(office.deliver(|_| DONE).is_empty());
    let kept = &office.handoff(id).deliveries;
    let last = kept.last().expect("what was to leave");
    assert_eq!((last.state, last.code), (DeliveryState::Withdrawn, Some(Code::DeedUndone)));
    // It is accepted once more, and now it is sent.
    office.does_undoably(id, &accept());
    office.wait_until(office.now + UNDO);
    assert_eq!(office.deliver(|_| DONE)[0].row.destination, "archive");
}

#[test]
fn a_deadline_that_passed_meanwhile_has_passed() {
    let (mut office, id) = offered();
    let due = office.handoff(id).accept_by().expect("a deadline");
    office.wait_until(due - Span::seconds(3));
    office.does_undoably(id, &accept());
    office.wait_until(due + Span::SECOND);
    office.act(id, undo());
    let known = office.handoff(id);
    assert_eq!(known.state, State::Offered);
    // The clock runs as if it had never stopped, so that it is late now.
    office.wait_until(due + Span::seconds(2));
    let facts = office.entries();
    let breached = facts.iter().flat_map(|stored| &stored.entry.facts);
    let breached = breached.filter(|fact| matches!(fact, Fact::SlaBreached { .. }));
    assert_eq!(breached.count(), 1);
}

#[test]
fn a_refusal_passes_on_once_it_can_be_taken_back_no_more() {
    let (mut office, id) = offered();
    let owner = office.handoff(id).owner;
    office.deliver(|_| DONE);
    let refusal = office.does_undoably(id, &reject());
    assert_eq!((refusal.state, &refusal.owner), (State::Rejected, &owner));
    assert!(office.deliver(|_| DONE).is_empty(), "the CRM hears nothing of it yet");
    office.wait_until(office.now + UNDO);
    let next = office.handoff(id);
    assert_eq!(next.state, State::Offered);
    assert_ne!(next.owner, owner);
    let sent = office.deliver(|_| DONE);
    let sent: Vec<&str> = sent.iter().map(|one| one.row.destination.as_str()).collect();
    assert_eq!(sent, ["crm", "crm"], "withdrawn for the one and told of the other");
    assert_eq!(refused(&mut office, id, undo()), Refusal::NothingToUndo);
}

#[test]
fn a_refusal_that_is_taken_back_leaves_all_as_it_was() {
    let (mut office, id) = offered();
    // The first step was delivered, the second waits to leave.
    office.deliver(|_| DONE);
    let before = all_of(&office, id);
    office.does_undoably(id, &reject());
    assert_ne!(all_of(&office, id), before, "the test can fail");
    office.later(Span::seconds(2));
    office.act(id, undo());
    assert_eq!(all_of(&office, id), before);
    let sent = office.deliver(|_| DONE);
    let sent: Vec<&str> = sent.iter().map(|one| one.row.destination.as_str()).collect();
    assert_eq!(sent, ["chat"], "what was withdrawn is sent after all, and nothing is taken back");
    office.wait_until(office.now + Span::minutes(5));
    assert!(office.deliver(|_| DONE).is_empty());
    // Refused once more, what was sent is taken back: once each.
    office.does_undoably(id, &reject());
    office.wait_until(office.now + UNDO);
    for _ in 0..3 {
        office.deliver(|_| DONE);
    }
    let known = office.handoff(id);
    let of_crm = known.deliveries.iter().filter(|one| one.destination == "crm");
    let back: Vec<DeliveryState> =
        of_crm.filter(|one| one.undoes.is_some()).map(|one| one.state).collect();
    assert_eq!(back, [DeliveryState::Withdrawn, DeliveryState::Delivered]);
}

#[test]
fn a_lead_that_was_taken_out_of_a_line_waits_again_as_long_as_before() {
    let mut office = Office::open();
    for member in ["ann", "bob"] {
        office.pause(member, Some(office.now + Span::hours(3)));
    }
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    office.later(Span::minutes(10));
    let other = office.does("form.submitted", &[(Email, "ben@corp.com")]).handoff.expect("one");
    assert_eq!(office.handoff(id).state, State::Held);
    let before = all_of(&office, id);
    let member = Some(MemberId("bob".into()));
    office.does_undoably(id, &Deed::Accept { note: None, member, by: Some(by_ann()) });
    assert!(office.crank.desk().waiting(id).is_none());
    office.later(Span::seconds(5));
    office.act(id, undo());
    assert_eq!(all_of(&office, id), before, "line, caps and load as well");
    let (_, line) = office.crank.desk().lines().next().expect("a line");
    let places: Vec<HandoffId> = line.places().map(|(place, _)| place.handoff).collect();
    assert_eq!(places, [id, other], "it stands where it stood");
}

#[test]
fn what_was_taken_from_a_queue_or_from_somebody_else_goes_back() {
    let (mut office, id) = offered();
    let Owner::Person(owner) = office.handoff(id).owner else { panic!("a person") };
    let other = if &*owner.0 == "ann" { "bob" } else { "ann" };
    let take = |member: &str| {
        let member = Some(MemberId(member.into()));
        Deed::Accept { note: None, member, by: Some(By::Operator) }
    };
    let before = all_of(&office, id);
    office.does_undoably(id, &take(other));
    assert_eq!(office.handoff(id).owner, Owner::Person(MemberId(other.into())));
    office.act(id, undo());
    assert_eq!(all_of(&office, id), before);
    let queue = Owner::Queue(QueueName("unassigned".to_owned()));
    office.act(id, Deed::Reassign { to: queue, note: None, by: Some(by_ann()) });
    let before = all_of(&office, id);
    office.does_undoably(id, &take("bob"));
    office.act(id, undo());
    assert_eq!(all_of(&office, id), before);
}

#[test]
fn what_was_done_before_something_else_is_not_taken_back() {
    for second in [
        Deed::Reassign { to: Owner::Engine, note: None, by: None },
        Deed::Outcome {
            outcome: State::Working,
            occurred: None,
            returns: None,
            note: None,
            by: Some(by_ann()),
        },
    ] {
        let (mut office, id) = offered();
        office.does_undoably(id, &accept());
        // In the same moment as well as later.
        office.act(id, second);
        assert_eq!(refused(&mut office, id, undo()), Refusal::NothingToUndo);
    }
    // Of two that can be, the last is: what it was before is what the first made of it.
    let (mut office, id) = offered();
    office.does_undoably(id, &accept());
    office.later(Span::SECOND);
    office.does_undoably(id, &reject());
    office.act(id, undo());
    assert_eq!(office.handoff(id).state, State::Accepted);
    assert_eq!(refused(&mut office, id, undo()), Refusal::NothingToUndo);
}

#[test]
fn of_two_who_take_it_back_at_once_one_does() {
    let (mut office, id) = offered();
    office.does_undoably(id, &accept());
    assert!(office.try_act(id, undo()).is_ok());
    assert_eq!(refused(&mut office, id, undo()), Refusal::NothingToUndo);
    assert_eq!(office.handoff(id).state, State::Offered);
}

#[test]
fn what_nobody_offers_to_take_back_has_its_effects_at_once() {
    let mut office = Office::under(ROUTING);
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    office.act(id, reject());
    assert_eq!(office.handoff(id).state, State::Offered, "it has passed on");
    assert_eq!(refused(&mut office, id, undo()), Refusal::NothingToUndo);
}

#[test]
fn a_snooze_is_a_mark_of_whoever_says_so_and_stops_no_clock() {
    let (mut office, id) = offered();
    let member = MemberId("ann".into());
    let until = office.now + Span::hours(2);
    let before = all_of(&office, id);
    let marked = |office: &Office, at: Moment| {
        office.crank.desk().load(&member).and_then(|load| load.snoozed_until(id, at))
    };
    let snooze = |until: Option<Moment>| Deed::Snooze { until, by: Some(by_ann()) };
    office.does_undoably(id, &snooze(Some(until)));
    assert_eq!(marked(&office, office.now), Some(until));
    assert_eq!(all_of(&office, id), before, "clocks, owner and state are as they were");
    // Taken back within eight seconds, what it was before is there again.
    office.does_undoably(id, &snooze(Some(until + Span::DAY)));
    office.act(id, undo());
    assert_eq!(marked(&office, office.now), Some(until));
    assert_eq!(marked(&office, until), None, "it ends by itself");
    office.act(id, snooze(None));
    assert_eq!(marked(&office, office.now), None);
    assert_eq!(refused(&mut office, id, snooze(Some(WEDNESDAY_NOON))), Refusal::SnoozePast);
    let nobodys = Deed::Snooze { until: Some(until), by: Some(By::Operator) };
    assert_eq!(refused(&mut office, id, nobodys), Refusal::WhoSnoozes);
    // Whoever has it next sees it, and so does she when it comes back.
    office.act(id, snooze(Some(until)));
    for to in ["bob", "ann"] {
        let to = Owner::Person(MemberId(to.into()));
        office.act(id, Deed::Reassign { to, note: None, by: Some(By::Operator) });
    }
    assert_eq!(marked(&office, office.now), None);
}
