//! What is asked, and what came of it.

use domain::{HandoffId, Span};
use engine::event::Deed;

use super::actor::Actor;
use crate::service::setback::Setback;

/// How long the answer to a request is kept. Long enough for any client that tries again.
pub(super) const ANSWER_KEPT_FOR: Span = Span::days(400);
/// The status of an answer that is kept: refusals keep nothing.
pub(super) const DONE: u16 = 200;

/// Do something to a handoff.
#[derive(Debug)]
pub struct ActRequest {
    /// The handoff that it is about.
    pub handoff: HandoffId,
    /// What somebody does with it.
    pub deed: Deed,
    /// Who asks.
    pub actor: Actor,
    /// The member whom they act for, by their id in `team.csv`.
    pub acts_as: Option<String>,
    /// The versions that the one who asks has seen; any without.
    pub seen: Option<Vec<u64>>,
    /// Under which idempotency key, and what the request said.
    pub once: Option<Once>,
}

/// A request that has one effect, however often it comes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Once {
    /// The key, with whose it is.
    pub key: String,
    /// SHA-256 over what the request says.
    pub request: [u8; 32],
}

impl Once {
    /// Its key came before with another request.
    pub(super) fn reused() -> Setback {
        let says = "the same `Idempotency-Key` came before with another request";
        Setback::refused(422, "idempotency-key-reused", says)
    }
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acted {
    /// The handoff's version.
    pub version: u64,
    /// The handoff in JSON.
    pub body: Vec<u8>,
    /// Whether this is the answer that was given before.
    pub again: bool,
}
