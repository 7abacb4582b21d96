//! Once in effect, everywhere: steps in order, attempts, retries, and taking back what was sent.
//!
//! When something is tried again is the policy's word ([`crate::retry`]); whoever makes the calls
//! makes each of them once.

mod again;
mod manner;
mod notices;
mod undo;

pub use again::{Again, BodyVerdict, body_again, judged};
pub use manner::quiet_until;
pub use notices::{Occurrence, occurrences};

use domain::errand::{Errand, Wake};
use domain::fact::{Fact, Note, Notice, Undo, Verdict};
use domain::handoff::{DeliveryState, Seam, State};
use domain::reason::{Code, Finding, Reason, Severity};
use domain::{DeliveryId, Moment, Value};
use rules::destinations::{Step, Trigger};
use rules::strategy::Strategy;

use super::brief::{self, Draft};
use super::contract::{Crossing, cross};
use crate::as_of::HandoffAsOf;
use crate::effects::Effects;
use crate::event::Answer;
use crate::retry::{MEND_AFTER, MENDS_MAX, next_attempt, once_configured};
use crate::state::{AccountContext, Delivery, Handoff};
use crate::view;

/// The most bytes that a body may have. What is larger is not sent, and its handoff says so.
pub const BODY_BYTES_MAX: usize = 1 << 20;

/// A handoff whose deliveries are looked at.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// Its account.
    pub account: AccountContext<'a>,
    /// As it stands.
    pub handoff: &'a Handoff,
    /// The moment of the turn.
    pub now: Moment,
}

/// Whether an attempt is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempted {
    /// Whether it is.
    pub wanted: bool,
    /// What follows.
    pub effects: Effects,
}

/// What follows from an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// At once.
    pub effects: Effects,
    /// The step that is sought next: one that waits for this state, at or after a place.
    pub next: Option<(State, usize)>,
}

/// The body of a compensation, which names nobody: it can be sent for who was erased, too.
pub fn undo_body(handoff: &Handoff, strategy: &Strategy, delivery: DeliveryId) -> Option<Vec<u8>> {
    let undoing = handoff.delivery(delivery)?;
    let original = handoff.delivery(undoing.undoes?)?;
    let undo = undo_of(strategy, original)?;
    Some(view::undo_body(handoff.id, delivery, original.id, &undo.step, &undo.word))
}

impl Sending<'_> {
    /// Queues the next step at or after a place that waits for a state.
    pub fn step_from(self, strategy: &Strategy, state: State, from: usize) -> Effects {
        let steps = strategy.destinations.steps.iter().enumerate().skip(from);
        let trigger = Trigger::State(state);
        let Some((place, step)) = steps.into_iter().find(|(_, step)| step.when.value == trigger)
        else {
            return Effects::new();
        };
        let (place, handoff) = (place as u16, self.handoff);
        let delivery = delivery_id(handoff, place, step);
        if handoff.delivery(delivery).is_some() {
            return Effects::new();
        }
        let notice = self.notice(strategy, step);
        if notice.as_ref().is_some_and(|notice| notice.told.is_none()) {
            // Nobody is there to be told; the steps after it are as they would be without it.
            return self.step_from(strategy, state, usize::from(place) + 1);
        }
        let (through, mut effects) = self.queue_step(strategy, (place, step), delivery, notice);
        if !through && can_fault(handoff) {
            effects.extend(self.take_back(strategy, Code::StepBefore));
            effects.extend(self.fault(Reason::of_rule(Code::SeamUnmet, place)));
        }
        effects
    }

    /// Queues a step, unless what it sends does not cross its seams; whether it does.
    fn queue_step(
        self,
        strategy: &Strategy,
        (place, step): (u16, &Step),
        delivery: DeliveryId,
        notice: Option<Notice>,
    ) -> (bool, Effects) {
        let handoff = self.handoff;
        let Some(shown) = HandoffAsOf::in_account(self.account, handoff.id, self.now) else {
            return (true, Effects::new());
        };
        let draft = step.sends_brief().then(|| brief::draft(shown, strategy));
        let body =
            view::delivery_body(shown, strategy, delivery, (step, notice.as_ref()), draft.as_ref());
        let shape = draft.as_ref().map(Draft::shape);
        let (through, mut effects) = self.crosses(strategy, shape, step, body.len());
        if !through {
            return (false, effects);
        }
        if let Some(draft) = draft {
            let ((claims, unknown), handoff) = (draft.shape(), handoff.id);
            let (renderer, says) = (Some(view::RENDERER), Some(Box::new(draft.codes())));
            let written = Fact::BriefWritten { handoff, claims, unknown, renderer, says };
            effects.account(self.account.id, written);
        }
        let not_before = manner::not_before(strategy, (handoff, step), notice.as_ref(), self.now);
        let (undo, notice) = (undo_said(step).map(Box::new), notice.map(Box::new));
        let destination = &step.to.value;
        let placed =
            PlannedDelivery { delivery, step: place, destination, undo, notice, not_before };
        effects.extend(self.place(placed, None, body));
        (true, effects)
    }

    /// An attempt is about to be made. What is no longer meant is not sent again; where an earlier
    /// attempt may have arrived, it is taken back instead.
    pub fn attempt(
        self,
        strategy: Option<&Strategy>,
        delivery: &Delivery,
        (attempt, bundle): (u32, Option<DeliveryId>),
    ) -> Attempted {
        if delivery.state.is_closed() {
            return Attempted { wanted: false, effects: Effects::new() };
        }
        if manner::is_needless(self.handoff, delivery) {
            let effects = self.said(withdrawn(delivery, Code::TargetReached));
            return Attempted { wanted: false, effects };
        }
        if !self.handoff.is_over_for(delivery) {
            let fact = Fact::DeliveryAttempted { delivery: delivery.id, attempt, bundle };
            return Attempted { wanted: true, effects: self.said(fact) };
        }
        let mut effects = self.said(withdrawn(delivery, Code::OwnerChanged));
        if let (Some(strategy), true) = (strategy, delivery.attempts > 0) {
            effects.extend(self.compensation(strategy, delivery));
        }
        Attempted { wanted: false, effects }
    }

    /// There is nothing to send any more: whom it speaks of was erased. Where an attempt may have
    /// arrived, it is taken back.
    pub fn forget(self, strategy: Option<&Strategy>, delivery: &Delivery) -> Effects {
        if delivery.state.is_closed() {
            return Effects::new();
        }
        let mut effects = self.said(withdrawn(delivery, Code::Erased));
        let may_be_there = delivery.attempts > 0 && delivery.undoes.is_none();
        if let Some(strategy) = strategy.filter(|_| may_be_there) {
            effects.extend(self.compensation(strategy, delivery));
        }
        effects
    }

    /// The program failed on a delivery: it is closed in this state.
    pub fn park(
        self,
        delivery: DeliveryId,
        attempt: u32,
        state: DeliveryState,
        code: Code,
    ) -> Effects {
        self.said(moved(delivery, attempt, state, StateChange::because(code)))
    }

    /// A destination answered, or did not. What is closed stays closed.
    pub fn answered(
        self,
        strategy: &Strategy,
        delivery: &Delivery,
        attempt: u32,
        answer: &Answer,
    ) -> Answered {
        let arrived = matches!(answer, Answer::Delivered { .. });
        if delivery.state.is_closed() || (attempt < delivery.attempts && !arrived) {
            return Answered { effects: Effects::new(), next: None };
        }
        let id = delivery.id;
        // What left together is tried again together.
        let spread = delivery.bundle.unwrap_or(id);
        let to = |state, said| self.said(moved(id, attempt, state, said));
        let failed = |code, status| {
            let mut effects =
                to(DeliveryState::Failed, StateChange { status, ..StateChange::because(code) });
            effects.extend(self.failed(strategy, delivery, code));
            Answered { effects, next: None }
        };
        match answer {
            Answer::Delivered { status } => {
                let said = StateChange { code: None, again: None, status: *status };
                let mut effects = to(DeliveryState::Delivered, said);
                let (more, next) = self.delivered(strategy, delivery);
                effects.extend(more);
                Answered { effects, next }
            }
            // Nothing is wrong with the handoff: it waits until the configuration is put right.
            Answer::Later { code, status, .. } | Answer::Never { code, status }
                if code.is_configuration() =>
            {
                let again = Some(once_configured(self.now, attempt, spread.bytes()));
                let said = StateChange { code: Some(*code), again, status: *status };
                Answered { effects: to(DeliveryState::Queued, said), next: None }
            }
            Answer::Later { code, status, not_before } => {
                let made = attempt.saturating_sub(delivery.misconfigured.unwrap_or_default());
                let next = next_attempt(self.now, made, spread.bytes(), *not_before);
                let Some(again) = next else { return failed(Code::AttemptsUsedUp, *status) };
                let said = StateChange { code: Some(*code), again: Some(again), status: *status };
                Answered { effects: to(DeliveryState::Queued, said), next: None }
            }
            Answer::Never { code, status } => failed(*code, *status),
        }
    }

    /// Takes back what was sent for the present owner: what is queued is withdrawn, what is
    /// delivered is compensated where its step says how. What is on its way is taken back when it
    /// has arrived.
    pub fn take_back(self, strategy: &Strategy, code: Code) -> Effects {
        let mut effects = Effects::new();
        let deliveries = self.handoff.deliveries.iter().rev();
        for delivery in deliveries.filter(|delivery| delivery.undoes.is_none()) {
            match delivery.state {
                _ if delivery.outlives_its_owner() => {}
                DeliveryState::Queued if delivery.attempts == 0 => {
                    effects.extend(self.said(withdrawn(delivery, code)));
                }
                DeliveryState::Delivered => effects.extend(self.compensation(strategy, delivery)),
                // Nobody heard what became of the attempts before it was parked.
                DeliveryState::Failed if delivery.attempts > 0 && was_parked(delivery) => {
                    effects.extend(self.compensation(strategy, delivery));
                }
                DeliveryState::Queued
                | DeliveryState::Attempting
                | DeliveryState::Failed
                | DeliveryState::Compensated
                | DeliveryState::Withdrawn => {}
            }
        }
        effects
    }

    /// What follows from an arrival, and the step that is sought next.
    fn delivered(
        self,
        strategy: &Strategy,
        delivery: &Delivery,
    ) -> (Effects, Option<(State, usize)>) {
        if let Some(original) = delivery.undoes {
            let known = self.handoff.delivery(original);
            if known.is_none_or(|known| known.state != DeliveryState::Delivered) {
                return (Effects::new(), None);
            }
            let said = StateChange::because(Code::OwnerChanged);
            let compensated = moved(original, 0, DeliveryState::Compensated, said);
            return (self.said(compensated), None);
        }
        if self.handoff.is_over_for(delivery) {
            return (self.compensation(strategy, delivery), None);
        }
        let next = step_of(strategy, delivery).and_then(|(place, step)| match step.when.value {
            Trigger::State(state) => Some((state, place + 1)),
            // The steps of an occasion do not wait for each other.
            Trigger::Occasion(_) => None,
        });
        (Effects::new(), next.filter(|_| delivery.occasion().is_none()))
    }

    /// A step failed for good: the steps before it are taken back, and the handoff is on the error
    /// path, with why the step failed. It is mended by itself a few times, and then a queue has it.
    fn failed(self, strategy: &Strategy, delivery: &Delivery, code: Code) -> Effects {
        let mut effects = Effects::new();
        // Somebody could not be told: the handoff goes on, and its page and `why` say so.
        if delivery.undoes.is_some() || delivery.occasion().is_some() {
            return effects;
        }
        if delivery.attempts > 1 {
            // An attempt before this one may have arrived although nobody said so.
            effects.extend(self.compensation(strategy, delivery));
        }
        if !self.handoff.is_open() || self.handoff.is_over_for(delivery) {
            return effects;
        }
        if !can_fault(self.handoff) {
            // Somebody works it: what told them of it stays, what belongs to the failed step goes.
            effects.extend(self.take_back_siblings(strategy, delivery));
            return effects;
        }
        effects.extend(self.take_back(strategy, Code::StepBefore));
        effects.extend(self.fault(Reason::of_rule(code, delivery.step)));
        effects
    }

    fn take_back_siblings(self, strategy: &Strategy, failed: &Delivery) -> Effects {
        let trigger =
            |delivery: &Delivery| step_of(strategy, delivery).map(|(_, step)| step.when.value);
        let siblings = self.handoff.deliveries.iter().rev().filter(|known| {
            known.undoes.is_none()
                && known.state == DeliveryState::Delivered
                && known.assignment == failed.assignment
                && trigger(known) == trigger(failed)
        });
        let mut effects = Effects::new();
        for sibling in siblings {
            effects.extend(self.compensation(strategy, sibling));
        }
        effects
    }

    fn fault(self, why: Reason) -> Effects {
        let (account, handoff, round) = (self.account.id, self.handoff.id, self.handoff.round);
        let (state, reasons) = (State::Faulted, vec![why]);
        let fact =
            Fact::HandoffMoved { handoff, state, reasons, by: None, returns: None, chain: None };
        let mut effects = self.said(fact);
        let wake = Wake::Route { handoff, round };
        effects.errand(Errand::WakeAt { due: self.now + MEND_AFTER, account, wake });
        effects
    }

    /// Whether the brief and what is sent are what their contracts expect.
    pub(super) fn crosses(
        self,
        strategy: &Strategy,
        shape: Option<(u16, u16)>,
        step: &Step,
        bytes: usize,
    ) -> (bool, Effects) {
        let (signal, handoff) = (self.handoff.signal, Some(self.handoff.id));
        let number = |name: &str, number: i64| (name.to_owned(), Value::Integer(number));
        let text = |name: &str, text: &str| (name.to_owned(), Value::from(text));
        let kind = self.handoff.kind.as_str();
        let mut effects = Effects::new();
        if let Some((claims, unknown)) = shape {
            let crossing = Crossing { seam: Seam::Brief, signal, handoff, kind };
            let crossed = cross(strategy, crossing, || {
                [number("claims", claims.into()), number("unknown", unknown.into())].into()
            });
            crossed.fact.into_iter().for_each(|fact| effects.account(self.account.id, fact));
            if !crossed.through {
                return (false, effects);
            }
        }
        let at = Crossing { seam: Seam::Delivery, signal, handoff, kind: &step.step.value };
        let crossed = cross(strategy, at, || {
            [
                text("step", &step.step.value),
                text("destination", &step.to.value),
                text("kind", kind),
                number("bytes", bytes as i64),
            ]
            .into()
        });
        crossed.fact.into_iter().for_each(|fact| effects.account(self.account.id, fact));
        let fits = bytes <= BODY_BYTES_MAX;
        if crossed.through && !fits {
            effects.account(self.account.id, self.too_large());
        }
        (crossed.through && fits, effects)
    }

    /// The body is larger than any body may be, whatever a contract says of it.
    fn too_large(self) -> Fact {
        let (code, field) = (Code::FieldRange, Some("bytes".to_owned()));
        Fact::CheckpointReached {
            seam: Seam::Delivery,
            signal: self.handoff.signal,
            handoff: Some(self.handoff.id),
            contract: None,
            verdict: Verdict::Rejected,
            findings: vec![Finding { code, severity: Severity::Error, field }],
            repaired: None,
        }
    }

    fn compensation(self, strategy: &Strategy, delivery: &Delivery) -> Effects {
        let Some(undo) = undo_of(strategy, delivery) else { return Effects::new() };
        let id = compensation_id(self.handoff, delivery);
        if self.handoff.delivery(id).is_some() {
            return Effects::new();
        }
        let body = view::undo_body(self.handoff.id, id, delivery.id, &undo.step, &undo.word);
        let (step, destination) = (delivery.step, delivery.destination.as_str());
        // What is taken back since somebody did something waits while they may undo that.
        let not_before = self.handoff.undo_until(self.now).filter(|_| self.handoff.is_to_settle());
        let (undo, notice) = (None, None);
        let placed = PlannedDelivery { delivery: id, step, destination, undo, notice, not_before };
        self.place(placed, Some(delivery.id), body)
    }

    fn place(
        self,
        placed: PlannedDelivery<'_>,
        undoes: Option<DeliveryId>,
        body: Vec<u8>,
    ) -> Effects {
        let PlannedDelivery { delivery, step, destination, undo, notice, not_before } = placed;
        let (account, handoff) = (self.account.id, self.handoff.id);
        let destination = destination.to_owned();
        let recipient = notice.as_ref().and_then(|notice| notice.recipient());
        let body = Some(Box::new(Note::new(body)));
        let mut effects = self.said(Fact::DeliveryQueued {
            delivery,
            handoff,
            step,
            destination: destination.clone(),
            undoes,
            body,
            undo,
            mac: None,
            notice,
            not_before,
        });
        let (correlation, due) = (self.handoff.signal, not_before.unwrap_or(self.now));
        effects.errand(Errand::PlaceDelivery {
            delivery,
            account,
            destination,
            correlation,
            due,
            recipient,
        });
        effects
    }

    fn said(self, fact: Fact) -> Effects {
        Effects::of_account(self.account.id, fact)
    }
}

/// What is to leave, and how it is taken back.
struct PlannedDelivery<'a> {
    delivery: DeliveryId,
    step: u16,
    destination: &'a str,
    undo: Option<Box<Undo>>,
    notice: Option<Box<Notice>>,
    not_before: Option<Moment>,
}

/// What is said of a delivery that changes its state.
struct StateChange {
    code: Option<Code>,
    again: Option<Moment>,
    status: Option<u16>,
}

impl StateChange {
    const fn because(code: Code) -> Self {
        Self { code: Some(code), again: None, status: None }
    }
}

const fn moved(
    delivery: DeliveryId,
    attempt: u32,
    state: DeliveryState,
    said: StateChange,
) -> Fact {
    let StateChange { code, again, status } = said;
    Fact::DeliveryMoved { delivery, state, attempt, code, again, status }
}

const fn withdrawn(delivery: &Delivery, code: Code) -> Fact {
    moved(delivery.id, delivery.attempts, DeliveryState::Withdrawn, StateChange::because(code))
}

/// Each step leaves once for each assignment, whatever is tried again. What leaves once something was
/// taken back is another one than what was not to leave.
fn delivery_id(handoff: &Handoff, place: u16, step: &Step) -> DeliveryId {
    let assignment = handoff.assignments.to_be_bytes();
    let owner = handoff.owner.id().as_bytes();
    let destination = step.to.value.as_bytes();
    let place = place.to_be_bytes();
    let undone = handoff.undone.map(u32::to_be_bytes);
    let parts = [handoff.id.bytes(), &place[..], &assignment, owner, destination];
    let undone = undone.iter().map(<[u8; 4]>::as_slice);
    DeliveryId::caused_by(&parts.into_iter().chain(undone).collect::<Vec<_>>())
}

/// What takes a delivery back, once for each time that the handoff was what it is.
fn compensation_id(handoff: &Handoff, delivery: &Delivery) -> DeliveryId {
    match handoff.undone.map(u32::to_be_bytes) {
        None => DeliveryId::caused_by(&[delivery.id.bytes(), b"undo"]),
        Some(undone) => DeliveryId::caused_by(&[delivery.id.bytes(), b"undo", &undone]),
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

/// Whether the program failed on it, so that nothing followed when it was closed.
const fn was_parked(delivery: &Delivery) -> bool {
    matches!(delivery.code, Some(Code::PoisonFact | Code::SealedDamaged | Code::EntryDamaged))
}

/// Work that somebody has taken stays theirs, and what a queue has after all mending stays there.
const fn can_fault(handoff: &Handoff) -> bool {
    let queued = matches!(handoff.state, State::Queued) && handoff.faults < MENDS_MAX;
    queued || matches!(handoff.state, State::Offered)
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
