//! What leaves for outside systems.

use domain::fact::{Header, Notice, Undo};
use domain::handoff::DeliveryState;
use domain::reason::Code;
use domain::{AccountId, DeliveryId, HandoffId, Moment};

use super::super::handoff::Delivery;
use super::super::scratch::Scratch;
use super::handoff;

/// Something that is to leave.
pub(super) struct Queued<'a> {
    pub(super) delivery: DeliveryId,
    pub(super) handoff: HandoffId,
    pub(super) step: u16,
    pub(super) destination: &'a str,
    pub(super) undoes: Option<DeliveryId>,
    pub(super) undo: Option<&'a Undo>,
    pub(super) notice: Option<&'a Notice>,
    pub(super) again: Option<Moment>,
}

pub(super) fn queued(scratch: &mut Scratch<'_>, at: (AccountId, &Header), queued: &Queued<'_>) {
    let Some(known) = handoff::found(scratch, at, queued.handoff) else { return };
    let delivery = Delivery {
        id: queued.delivery,
        step: queued.step,
        strategy: at.1.strategy,
        destination: queued.destination.to_owned(),
        undoes: queued.undoes,
        undo: queued.undo.map(|undo| Box::new(undo.clone())),
        state: DeliveryState::Queued,
        attempts: 0,
        code: None,
        status: None,
        again: queued.again,
        since: at.1.moment,
        owner: known.owner.clone(),
        assignment: known.assignments,
        notice: queued.notice.map(|notice| Box::new(notice.clone())),
        misconfigured: None,
        bundle: None,
    };
    known.deliveries.push(delivery);
}

pub(super) fn attempted(
    scratch: &mut Scratch<'_>,
    at: (AccountId, &Header),
    delivery: DeliveryId,
    (attempt, bundle): (u32, Option<DeliveryId>),
) {
    if let Some(known) = found(scratch, at, delivery) {
        known.state = DeliveryState::Attempting;
        known.attempts = attempt.max(known.attempts);
        known.bundle = bundle;
    }
}

/// Where a delivery is, and what the destination said.
pub(super) struct Moved {
    pub(super) state: DeliveryState,
    pub(super) code: Option<Code>,
    pub(super) again: Option<Moment>,
    pub(super) status: Option<u16>,
}

pub(super) fn moved(
    scratch: &mut Scratch<'_>,
    at: (AccountId, &Header),
    delivery: DeliveryId,
    moved: &Moved,
) {
    if let Some(known) = found(scratch, at, delivery) {
        known.state = moved.state;
        known.code = moved.code;
        known.again = moved.again;
        if moved.code.is_some_and(Code::is_configuration) {
            known.misconfigured = Some(known.misconfigured.unwrap_or_default() + 1);
        }
        known.status = moved.status.or(known.status);
        known.since = at.1.moment;
    }
}

fn found<'s>(
    scratch: &'s mut Scratch<'_>,
    at: (AccountId, &Header),
    delivery: DeliveryId,
) -> Option<&'s mut Delivery> {
    let of = scratch.account(at.0)?.handoff_of(delivery)?.id;
    let known = handoff::found(scratch, at, of)?;
    known.deliveries.iter_mut().find(|known| known.id == delivery)
}
