//! The bodies of deliveries: the same bytes at each attempt.

use domain::{DeliveryId, HandoffId};
use rules::Strategy;
use serde::Serialize;

use super::brief::{BriefView, brief};
use super::handoff::{HandoffView, handoff};
use super::reader::Reader;
use crate::context::{Account, Handoff};
use crate::stages::brief::Brief;

/// The role that the new owner reads in.
const OWNER: &str = "rep";

#[derive(Serialize)]
struct Body<'a> {
    delivery: DeliveryId,
    step: &'a str,
    handoff: HandoffId,
    sends: Sends<'a>,
}

#[derive(Serialize)]
struct Sends<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    handoff: Option<HandoffView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    brief: Option<BriefView<'a>>,
}

#[derive(Serialize)]
struct Undo<'a> {
    delivery: DeliveryId,
    step: &'a str,
    handoff: HandoffId,
    undoes: DeliveryId,
    #[serde(rename = "undo")]
    event: &'a str,
}

/// The body of a delivery: its id, its step, its handoff and what the step sends.
pub fn delivery_body(
    account: &Account,
    known: &Handoff,
    strategy: &Strategy,
    delivery: DeliveryId,
    step: &str,
    sends_handoff: bool,
    written: Option<&Brief<'_>>,
) -> Vec<u8> {
    let reader = Reader::of(&strategy.brief, OWNER);
    let sends = Sends {
        handoff: sends_handoff.then(|| handoff(account, known, strategy)),
        brief: written.map(|written| brief(written, &reader)),
    };
    bytes(&Body { delivery, step, handoff: known.id, sends })
}

/// The body of a delivery that takes another one back.
pub fn undo_body(
    handoff: HandoffId,
    delivery: DeliveryId,
    undoes: DeliveryId,
    step: &str,
    undo: &str,
) -> Vec<u8> {
    bytes(&Undo { delivery, step, handoff, undoes, event: undo })
}

fn bytes<T: Serialize>(body: &T) -> Vec<u8> {
    serde_json::to_vec(body).expect("a view has text for keys and finite numbers")
}
