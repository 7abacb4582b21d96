//! The bodies of deliveries: the same bytes at each attempt.

use domain::fact::{Addressee, Notice};
use domain::handoff::Owner;
use domain::{DeliveryId, HandoffId};
use rules::Strategy;
use rules::destinations::{Step, Trigger};
use serde::Serialize;

use super::brief::brief as view_of;
use super::handoff::handoff;
use super::message::message;
use super::reader::{OWNER, Reader};
use super::{json, written};
use crate::as_of::HandoffAsOf;
use crate::render::{SentLetter, sent};
use crate::stages::brief::{self, Draft};

/// The version of what makes bodies out of claims. It is raised whenever a body comes out in other
/// bytes: a test holds the bytes of each version.
pub const RENDERER: u16 = 7;

/// Bytes that a handoff takes in a body, roughly.
const HANDOFF_BYTES: usize = 6 << 10;

#[derive(Serialize)]
struct Undo<'a> {
    delivery: DeliveryId,
    step: &'a str,
    handoff: HandoffId,
    undoes: DeliveryId,
    #[serde(rename = "undo")]
    event: &'a str,
}

/// The body of a delivery: its id, its step, the occasion, whom it tells, its handoff with person and
/// account, and what the step sends.
pub fn delivery_body(
    known: HandoffAsOf<'_>,
    strategy: &Strategy,
    delivery: DeliveryId,
    (step, notice): (&Step, Option<&Notice>),
    draft: Option<&Draft<'_>>,
) -> Vec<u8> {
    let reader = reader_at(strategy, step);
    let mut body = Vec::with_capacity(HANDOFF_BYTES + draft.map_or(0, written::room));
    body.extend_from_slice(b"{\"delivery\":");
    json::append(&mut body, &delivery);
    body.extend_from_slice(b",\"step\":");
    json::quoted(&mut body, &step.step.value);
    body.extend_from_slice(b",\"occasion\":");
    let trigger = match step.when.value {
        Trigger::State(state) => state.as_str(),
        Trigger::Occasion(occasion) => occasion.as_str(),
    };
    json::quoted(&mut body, trigger);
    if let Some(notice) = notice {
        body.extend_from_slice(b",\"message\":");
        json::append(&mut body, &message(known, strategy, step, (notice, &reader)));
    }
    body.extend_from_slice(b",\"handoff\":");
    json::append(&mut body, &known.handoff().id);
    body.extend_from_slice(b",\"person\":");
    json::append(&mut body, &known.person());
    body.extend_from_slice(b",\"account\":");
    json::append(&mut body, &known.held_by());
    body.extend_from_slice(b",\"sends\":{");
    if step.sends_handoff() {
        body.extend_from_slice(b"\"handoff\":");
        json::append(&mut body, &handoff(known, strategy));
    }
    if let Some(draft) = draft {
        let before: &[u8] = if step.sends_handoff() { b",\"brief\":" } else { b"\"brief\":" };
        body.extend_from_slice(before);
        written::write(draft, strategy, &reader, &mut body);
        if step.is_for_people() {
            body.extend_from_slice(b",\"letter\":");
            json::append(&mut body, &letter(known, strategy, (notice, &reader), draft));
        }
    }
    body.extend_from_slice(b"}}");
    body
}

/// Who reads what a step sends: the new owner, for the purpose of its destination where that has one.
fn reader_at<'a>(strategy: &'a Strategy, step: &Step) -> Reader<'a> {
    let owner = Reader::of(&strategy.brief, OWNER);
    let manner = strategy.destinations.manner_at(&step.to.value);
    match manner.and_then(|manner| manner.purpose.as_ref()) {
        Some(purpose) => owner.reading_for(&purpose.value),
        None => owner,
    }
}

/// The brief as a person would write it, to whoever is told.
fn letter(
    known: HandoffAsOf<'_>,
    strategy: &Strategy,
    (notice, reader): (Option<&Notice>, &Reader<'_>),
    draft: &Draft<'_>,
) -> SentLetter {
    let brief = brief::sent(draft, known, strategy);
    let mut view = view_of(&brief, reader);
    let told = notice.and_then(|notice| notice.told.as_ref());
    view.for_owner = match (told, &known.handoff().owner) {
        (Some(Addressee::Member(told)), Owner::Person(owner)) => told == owner,
        (Some(_) | None, Owner::Person(_) | Owner::Queue(_) | Owner::Engine) => false,
    };
    sent(&view)
}

/// The body of a delivery that takes another one back.
pub fn undo_body(
    handoff: HandoffId,
    delivery: DeliveryId,
    undoes: DeliveryId,
    step: &str,
    undo: &str,
) -> Vec<u8> {
    let undo = Undo { delivery, step, handoff, undoes, event: undo };
    serde_json::to_vec(&undo).expect("a view has text for keys and finite numbers")
}
