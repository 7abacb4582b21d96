//! How long what is sent is kept: as long as its delivery is open, and thirty days where it failed.

use domain::fact::By;
use domain::handoff::DeliveryState;
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, PersonId, Span};
use engine::event::{Answer, Deed};
use store::{OutboxRow, Purpose, Read};

use crate::office::{Office, delivery_of, handoff_of};

const DONE: Answer = Answer::Delivered { status: Some(200) };
const NEVER: Answer = Answer::Never { code: Code::DestinationRefused, status: Some(422) };

/// The open deliveries of a handoff.
fn open_of(office: &mut Office, id: HandoffId) -> Vec<OutboxRow> {
    let rows = office.crank.store().outbox_claimable(domain::Moment(i64::MAX), 1_000);
    let rows = rows.expect("memory");
    rows.into_iter().filter(|row| handoff_of(&mut office.crank, row) == id).collect()
}

/// A lead with its first delivery.
fn lead(office: &mut Office, address: &str) -> (HandoffId, OutboxRow) {
    let id = office.does("form.submitted", &[(Email, address)]).handoff.expect("one");
    let row = open_of(office, id).pop().expect("a first step");
    (id, row)
}

fn is_kept(office: &Office, row: &OutboxRow) -> bool {
    office.crank.store().outbox_body(row, &Purpose::DELIVERY).expect("memory").is_some()
}

fn sweep(office: &mut Office) -> u64 {
    office.crank.drop_bodies(office.now).expect("memory")
}

#[test]
fn found_a21_the_body_of_a_failed_delivery_is_swept_after_thirty_days() {
    let mut office = Office::open();
    let (id, row) = lead(&mut office, "ada@acme.com");
    assert!(is_kept(&office, &row));
    office.deliver(|_| NEVER);
    let failed = office.handoff(id).delivery(delivery_of(&row)).expect("of it").state;
    assert_eq!(failed, DeliveryState::Failed);
    let began = office.now;
    // Nothing else happens: no other delivery closes, and the sweep alone drops it.
    for day in 0..30 {
        office.now = began + Span::days(day);
        assert_eq!(sweep(&mut office), 0, "day {day}");
        assert!(is_kept(&office, &row), "a person may want it on day {day}");
    }
    office.now = began + Span::days(30) + Span(-1);
    assert_eq!(sweep(&mut office), 0);
    office.now = began + Span::days(30);
    assert_eq!(sweep(&mut office), 1);
    assert!(!is_kept(&office, &row));
    assert_eq!(sweep(&mut office), 0, "once");
}

#[test]
fn found_a21_a_sweep_takes_what_is_over_and_leaves_what_is_open() {
    let mut office = Office::open();
    let (_, confirmed) = lead(&mut office, "ada@acme.com");
    office.deliver(|_| DONE);
    assert!(!is_kept(&office, &confirmed), "at once, without a sweep");
    let (id, open) = lead(&mut office, "bea@firm.com");
    let (withdrawn_of, withdrawn) = lead(&mut office, "cyd@else.com");
    let reject = Deed::Reject { note: None, reason: Code::NotNow, by: None };
    office.act(withdrawn_of, reject);
    assert!(!is_kept(&office, &withdrawn), "it is not sent any more");
    office.now = office.now + Span::days(40);
    assert_eq!(sweep(&mut office), 0);
    assert!(is_kept(&office, &open), "an open delivery is sent however late");
    let sent = office.deliver(|_| DONE);
    assert!(sent.iter().any(|attempt| attempt.row.errand == open.errand));
    let state = office.handoff(id).delivery(delivery_of(&open)).expect("of it").state;
    assert_eq!(state, DeliveryState::Delivered);
}

#[test]
fn found_a21_an_erasure_takes_failed_bodies_and_open_ones() {
    let mut office = Office::open();
    let (failed_of, failed) = lead(&mut office, "ada@acme.com");
    office.deliver(|_| NEVER);
    assert_eq!(office.handoff(failed_of).deliveries[0].state, DeliveryState::Failed);
    let (open_of, open) = lead(&mut office, "bea@firm.com");
    for id in [failed_of, open_of] {
        let person: PersonId = office.handoff(id).person;
        office.crank.erase(person, &By::Operator, office.now).expect("memory");
    }
    assert!(!is_kept(&office, &failed) && !is_kept(&office, &open));
    assert!(office.deliver(|_| DONE).is_empty(), "nothing leaves for who was erased");
    office.now = office.now + Span::days(31);
    assert_eq!(sweep(&mut office), 0, "nothing is left to sweep");
}
