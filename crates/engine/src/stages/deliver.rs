//! Once in effect, everywhere: steps in order, attempts, retries, and taking back what was sent.
//!
//! The policy of retries lives here; whoever makes the calls makes each of them once.

use domain::errand::{Errand, Wake};
use domain::fact::{Fact, Note, Undo};
use domain::handoff::{DeliveryState, Seam, State};
use domain::reason::{Code, Reason};
use domain::{AccountId, DeliveryId, HandoffId, Moment, Span, Value};
use rules::destinations::Step;
use rules::strategy::Strategy;

use super::brief::{self, Brief};
use super::contract::{Crossing, cross};
use crate::as_of::HandoffAsOf;
use crate::state::{Delivery, Handoff};
use crate::turn::Turn;
use crate::view;

/// The most attempts of a delivery that is answered with "later" each time: about half a day.
pub const ATTEMPTS_MAX: u32 = 720;
/// The longest wait between two attempts.
const WAIT_MAX: Span = Span::seconds(60);
/// How long a handoff whose deliveries failed rests before it is tried again.
const MEND_AFTER: Span = Span::minutes(15);
/// The most times that a faulted handoff is tried again by itself; then a queue has it.
pub const MENDS_MAX: u32 = 4;

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The effect is there.
    Delivered {
        /// The destination's status, where it has such.
        status: Option<u16>,
    },
    /// Not now, or nobody knows: try again with the same key.
    Later {
        /// Why.
        code: Code,
        /// The destination's status, where it gave one.
        status: Option<u16>,
        /// Not before, where the destination said so.
        not_before: Option<Moment>,
    },
    /// Never, as it stands.
    Never {
        /// Why.
        code: Code,
        /// The destination's status, where it gave one.
        status: Option<u16>,
    },
}

/// A handoff came into a state: the first step that waits for it is queued.
pub fn begin(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: HandoffId,
    state: State,
) {
    queue_from(turn, strategy, account, handoff, state, 0);
}

/// An attempt is about to be made. Whether it is to be made: what is no longer meant is not sent
/// again; where an earlier attempt may have arrived, it is taken back instead.
pub fn attempt(
    turn: &mut Turn<'_>,
    strategy: Option<&Strategy>,
    account: AccountId,
    delivery: DeliveryId,
    attempt: u32,
) -> bool {
    let Some(handoff) = turn.account(account).handoff_of(delivery).cloned() else {
        return false;
    };
    let Some(known) = handoff.delivery(delivery).cloned() else { return false };
    turn.began_with(handoff.signal);
    if known.state.is_closed() {
        return false;
    }
    if !handoff.is_over_for(&known) {
        turn.say(account, Fact::DeliveryAttempted { delivery, attempt });
        return true;
    }
    let mut moved = Moved { turn, account, delivery, attempt: known.attempts };
    moved.to(DeliveryState::Withdrawn, Some(Code::OwnerChanged), None, None);
    if let (Some(strategy), true) = (strategy, known.attempts > 0) {
        compensate(turn, strategy, account, &handoff, &known);
    }
    false
}

/// There is nothing to send any more: whom it speaks of was erased. Where an attempt may have
/// arrived, it is taken back.
pub fn forget(
    turn: &mut Turn<'_>,
    strategy: Option<&Strategy>,
    account: AccountId,
    delivery: DeliveryId,
) {
    let Some(handoff) = turn.account(account).handoff_of(delivery).cloned() else {
        return;
    };
    let open = handoff.delivery(delivery).filter(|known| !known.state.is_closed());
    let Some(known) = open.cloned() else { return };
    turn.began_with(handoff.signal);
    let mut moved = Moved { turn, account, delivery, attempt: known.attempts };
    moved.to(DeliveryState::Withdrawn, Some(Code::Erased), None, None);
    let may_be_there = known.attempts > 0 && known.undoes.is_none();
    if let Some(strategy) = strategy.filter(|_| may_be_there) {
        compensate(turn, strategy, account, &handoff, &known);
    }
}

/// The body of a compensation, which names nobody: it can be sent for who was erased, too.
pub fn undo_body(handoff: &Handoff, strategy: &Strategy, delivery: DeliveryId) -> Option<Vec<u8>> {
    let undoing = handoff.delivery(delivery)?;
    let original = handoff.delivery(undoing.undoes?)?;
    let undo = undo_of(strategy, original)?;
    Some(view::undo_body(handoff.id, delivery, original.id, &undo.step, &undo.word))
}

/// A destination answered, or did not. What is closed stays closed.
pub fn answered(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    delivery: DeliveryId,
    attempt: u32,
    answer: &Answer,
) {
    let Some(handoff) = turn.account(account).handoff_of(delivery).cloned() else {
        return;
    };
    let Some(known) = handoff.delivery(delivery).cloned() else { return };
    let arrived = matches!(answer, Answer::Delivered { .. });
    if known.state.is_closed() || (attempt < known.attempts && !arrived) {
        return;
    }
    turn.began_with(handoff.signal);
    let mut moved = Moved { turn, account, delivery, attempt };
    match answer {
        Answer::Delivered { status } => {
            moved.to(DeliveryState::Delivered, None, None, *status);
            delivered(turn, strategy, account, &handoff, &known);
        }
        Answer::Later { code, status, not_before } if attempt < ATTEMPTS_MAX => {
            let again = retry_at(moved.turn.moment, attempt, delivery, *not_before);
            moved.to(DeliveryState::Queued, Some(*code), Some(again), *status);
        }
        Answer::Later { status, .. } => {
            moved.to(DeliveryState::Failed, Some(Code::AttemptsUsedUp), None, *status);
            failed(turn, strategy, account, &handoff, &known);
        }
        Answer::Never { code, status } => {
            moved.to(DeliveryState::Failed, Some(*code), None, *status);
            failed(turn, strategy, account, &handoff, &known);
        }
    }
}

/// Takes back what was sent for the present owner: what is queued is withdrawn, what is delivered
/// is compensated where its step says how. What is on its way is taken back when it has arrived.
pub fn take_back(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: HandoffId,
    code: Code,
) {
    let Some(known) = turn.account(account).handoffs.get(&handoff).cloned() else { return };
    for delivery in known.deliveries.iter().rev().filter(|delivery| delivery.undoes.is_none()) {
        match delivery.state {
            DeliveryState::Queued if delivery.attempts == 0 => {
                let mut moved = Moved { turn, account, delivery: delivery.id, attempt: 0 };
                moved.to(DeliveryState::Withdrawn, Some(code), None, None);
            }
            DeliveryState::Delivered => compensate(turn, strategy, account, &known, delivery),
            DeliveryState::Queued
            | DeliveryState::Attempting
            | DeliveryState::Failed
            | DeliveryState::Compensated
            | DeliveryState::Withdrawn => {}
        }
    }
}

/// The wait before the next attempt: it doubles from a second to a minute, and a fifth of it is
/// spread by the delivery's id, so that what failed together does not come again together.
fn retry_at(now: Moment, attempt: u32, delivery: DeliveryId, not_before: Option<Moment>) -> Moment {
    let doubled = Span::SECOND.0 << attempt.saturating_sub(1).min(6);
    let wait = doubled.min(WAIT_MAX.0);
    let spread = i64::from(delivery.bytes()[0]) * (wait / 5) / 255;
    let own = now + Span(wait - spread);
    // A destination may ask for patience, within what was promised after its last fault.
    not_before.map_or(own, |asked| asked.clamp(own, now + WAIT_MAX))
}

fn delivered(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: &Handoff,
    delivery: &Delivery,
) {
    if let Some(original) = delivery.undoes {
        let known = handoff.delivery(original);
        if known.is_none_or(|known| known.state != DeliveryState::Delivered) {
            return;
        }
        let mut moved = Moved { turn, account, delivery: original, attempt: 0 };
        moved.to(DeliveryState::Compensated, Some(Code::OwnerChanged), None, None);
        return;
    }
    if handoff.is_over_for(delivery) {
        compensate(turn, strategy, account, handoff, delivery);
        return;
    }
    if let Some((place, step)) = step_of(strategy, delivery) {
        queue_from(turn, strategy, account, handoff.id, step.when.value, place + 1);
    }
}

/// The step that a delivery was made for, with its place. Another version of the strategy may have
/// it elsewhere, or may not have it.
fn step_of<'a>(strategy: &'a Strategy, delivery: &Delivery) -> Option<(usize, &'a Step)> {
    let steps = || strategy.destinations.steps.iter().enumerate();
    let same = |step: &Step| step.to.value == delivery.destination;
    let by_place = steps().nth(usize::from(delivery.step)).filter(|(_, step)| same(step));
    let by_name = || steps().find(|(_, step)| same(step) && step.undo.is_some());
    by_place.or_else(by_name).or_else(|| steps().find(|(_, step)| same(step)))
}

/// A step failed for good: the steps before it are taken back, and the handoff is on the error
/// path. It is mended by itself a few times, and then a queue has it.
fn failed(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: &Handoff,
    delivery: &Delivery,
) {
    if delivery.undoes.is_some() {
        return;
    }
    if delivery.attempts > 1 {
        // An attempt before this one may have arrived although nobody said so.
        compensate(turn, strategy, account, handoff, delivery);
    }
    if !handoff.is_open() || handoff.is_over_for(delivery) {
        return;
    }
    if !can_fault(handoff) {
        // Somebody works it: what told them of it stays, what belongs to the failed step goes.
        take_back_siblings(turn, strategy, account, handoff, delivery);
        return;
    }
    take_back(turn, strategy, account, handoff.id, Code::StepBefore);
    fault(turn, account, handoff, Reason::of_rule(Code::DestinationRefused, delivery.step));
}

/// Work that somebody has taken stays theirs, and what a queue has after all mending stays there.
const fn can_fault(handoff: &Handoff) -> bool {
    let queued = matches!(handoff.state, State::Queued) && handoff.faults < MENDS_MAX;
    queued || matches!(handoff.state, State::Offered)
}

fn take_back_siblings(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: &Handoff,
    failed: &Delivery,
) {
    let trigger =
        |delivery: &Delivery| step_of(strategy, delivery).map(|(_, step)| step.when.value);
    let siblings = handoff.deliveries.iter().rev().filter(|known| {
        known.undoes.is_none()
            && known.state == DeliveryState::Delivered
            && known.assignment == failed.assignment
            && trigger(known) == trigger(failed)
    });
    for sibling in siblings {
        compensate(turn, strategy, account, handoff, sibling);
    }
}

fn fault(turn: &mut Turn<'_>, account: AccountId, handoff: &Handoff, why: Reason) {
    let (id, round) = (handoff.id, handoff.round);
    let (state, reasons) = (State::Faulted, vec![why]);
    turn.say(account, Fact::HandoffMoved { handoff: id, state, reasons, by: None, returns: None });
    let due = turn.moment + MEND_AFTER;
    turn.ask(Errand::WakeAt { due, account, wake: Wake::Route { handoff: id, round } });
}

/// Queues the next step at or after a place that waits for a state.
fn queue_from(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: HandoffId,
    state: State,
    from: usize,
) {
    let steps = strategy.destinations.steps.iter().enumerate().skip(from);
    let Some((place, step)) = steps.into_iter().find(|(_, step)| step.when.value == state) else {
        return;
    };
    let Some(known) = turn.account(account).handoffs.get(&handoff).cloned() else { return };
    let (place, assignment) = (place as u16, known.assignments.to_be_bytes());
    let owner = known.owner.id().as_bytes();
    let destination = step.to.value.as_bytes();
    let parts: [&[u8]; 5] =
        [handoff.bytes(), &place.to_be_bytes(), &assignment, owner, destination];
    let delivery = DeliveryId::caused_by(&parts);
    if known.delivery(delivery).is_some() {
        return;
    }
    let now = turn.moment;
    let body = {
        let Some(shown) = HandoffAsOf::in_account(turn.account(account), handoff, now) else {
            return;
        };
        let written = step.sends_brief().then(|| brief::write(shown, strategy, strategy));
        let crossing = (written.as_ref().map(shape), step);
        let body = view::delivery_body(
            shown,
            strategy,
            delivery,
            &step.step.value,
            step.sends_handoff(),
            written.as_ref(),
        );
        (crossing, body)
    };
    let ((shape, step), body) = body;
    if crosses(turn, strategy, account, &known, shape, step, body.len()) {
        if let Some((claims, unknown)) = shape {
            turn.say(account, Fact::BriefWritten { handoff, claims, unknown });
        }
        let (destination, undo) = (&step.to.value, undo_said(step).map(Box::new));
        place_delivery(turn, account, &known, delivery, place, destination, None, undo, body);
    } else if can_fault(&known) {
        take_back(turn, strategy, account, handoff, Code::StepBefore);
        fault(turn, account, &known, Reason::of_rule(Code::SeamUnmet, place));
    }
}

/// How many claims a brief has, and how many things it says are not known.
fn shape(brief: &Brief<'_>) -> (u16, u16) {
    (brief.claims.len() as u16, brief.unknown.len() as u16)
}

/// Whether the brief and what is sent are what their contracts expect.
fn crosses(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: &Handoff,
    shape: Option<(u16, u16)>,
    step: &Step,
    bytes: usize,
) -> bool {
    let at = |seam, kind| Crossing {
        seam,
        account,
        signal: handoff.signal,
        handoff: Some(handoff.id),
        kind,
    };
    let number = |name: &str, number: i64| (name.to_owned(), Value::Integer(number));
    let text = |name: &str, text: &str| (name.to_owned(), Value::from(text));
    if let Some((claims, unknown)) = shape {
        let crossing = at(Seam::Brief, handoff.kind.as_str());
        let written = cross(turn, strategy, crossing, || {
            [number("claims", claims.into()), number("unknown", unknown.into())].into()
        });
        if !written {
            return false;
        }
    }
    cross(turn, strategy, at(Seam::Delivery, step.step.value.as_str()), || {
        [
            text("step", &step.step.value),
            text("destination", &step.to.value),
            text("kind", &handoff.kind),
            number("bytes", bytes as i64),
        ]
        .into()
    })
}

/// How a delivery is taken back: as the strategy said that made it. What was made before that was
/// recorded is taken back as the strategy in force says.
fn undo_of(strategy: &Strategy, delivery: &Delivery) -> Option<Undo> {
    if let Some(undo) = &delivery.undo {
        return Some((**undo).clone());
    }
    let (_, step) = step_of(strategy, delivery)?;
    undo_said(step)
}

/// How the strategy says that a step is taken back.
fn undo_said(step: &Step) -> Option<Undo> {
    let word = step.undo.as_ref()?.value.clone();
    Some(Undo { step: step.step.value.clone(), word })
}

fn compensate(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: &Handoff,
    delivery: &Delivery,
) {
    let Some(undo) = undo_of(strategy, delivery) else { return };
    let id = DeliveryId::caused_by(&[delivery.id.bytes(), b"undo"]);
    if turn.account(account).handoff_of(id).is_some() {
        return;
    }
    let body = view::undo_body(handoff.id, id, delivery.id, &undo.step, &undo.word);
    let (destination, takes_back) = (&delivery.destination, Some(delivery.id));
    place_delivery(turn, account, handoff, id, delivery.step, destination, takes_back, None, body);
}

#[expect(clippy::too_many_arguments, reason = "the parts of one fact and its errand")]
fn place_delivery(
    turn: &mut Turn<'_>,
    account: AccountId,
    handoff: &Handoff,
    delivery: DeliveryId,
    step: u16,
    destination: &str,
    undoes: Option<DeliveryId>,
    undo: Option<Box<Undo>>,
    body: Vec<u8>,
) {
    turn.say(
        account,
        Fact::DeliveryQueued {
            delivery,
            handoff: handoff.id,
            step,
            destination: destination.to_owned(),
            undoes,
            body: Some(Box::new(Note::new(body))),
            undo,
            mac: None,
        },
    );
    turn.ask(Errand::PlaceDelivery {
        delivery,
        handoff: handoff.id,
        account,
        node: handoff.node,
        destination: destination.to_owned(),
        step,
        due: turn.moment,
    });
}

/// A delivery that changes its state.
struct Moved<'t, 'a> {
    turn: &'t mut Turn<'a>,
    account: AccountId,
    delivery: DeliveryId,
    attempt: u32,
}

impl Moved<'_, '_> {
    fn to(
        &mut self,
        state: DeliveryState,
        code: Option<Code>,
        again: Option<Moment>,
        status: Option<u16>,
    ) {
        let Self { delivery, attempt, .. } = *self;
        let fact = Fact::DeliveryMoved { delivery, state, attempt, code, again, status };
        self.turn.say(self.account, fact);
    }
}
