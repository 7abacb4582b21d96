//! Each turn counts once, by what was decided.

use crank::TurnReport;
use domain::handoff::{Action, MemberId, Owner, QueueName};
use domain::reason::Code;
use domain::{QuarantineId, SignalId};

use super::count;
use crate::local::request::Decisions;

fn turn(action: Action, owner: Option<Owner>) -> TurnReport {
    TurnReport {
        signal: SignalId::from_bytes([1; 10]),
        action: Some(action),
        handoff: None,
        owner,
        reasons: Vec::new(),
        entry: None,
    }
}

#[test]
fn found_f3_each_turn_counts_once_by_what_was_decided() {
    let ann = || Some(Owner::Person(MemberId("ann".into())));
    let queue = Some(Owner::Queue(QueueName("unassigned".to_owned())));
    let kept_apart = TurnReport {
        entry: Some(QuarantineId::from_bytes([2; 10])),
        ..turn(Action::Nurture, None)
    };
    let again = TurnReport { reasons: vec![Code::ActiveHandoff], ..turn(Action::HandOff, ann()) };
    let of_company = TurnReport { action: None, ..turn(Action::Nurture, None) };
    let turns = [
        turn(Action::HandOff, ann()),
        turn(Action::HandOff, queue),
        turn(Action::HandOff, Some(Owner::Engine)),
        again,
        turn(Action::AskAPerson, ann()),
        turn(Action::Nurture, ann()),
        turn(Action::Suppress, None),
        turn(Action::EnrichFirst, None),
        kept_apart,
        of_company,
    ];
    let wanted = Decisions {
        offered: 2,
        held: 1,
        open_already: 1,
        asked: 1,
        nurtured: 1,
        suppressed: 1,
        otherwise: 1,
        quarantined: 1,
    };
    assert_eq!(count(&turns), wanted);
}
