//! The receiver of the demo's deliveries, which fails now and then: it commits and lets the caller
//! wait, has had enough, breaks, or refuses. It keeps a ledger of its own.

use std::collections::BTreeMap;

use crank::Attempt;
use domain::errand::ErrandId;
use domain::reason::Code;
use domain::{Moment, Span};
use engine::event::Answer;
use sha2::{Digest, Sha256};

use crate::world::{Dirt, SeededRandom};

/// The destination that is a file; it always works.
const ARCHIVE: &str = "archive";
/// How long a caller waits for an answer.
const TIMEOUT: Span = Span::seconds(30);

/// What the receiver does with a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Served {
    /// How long until the caller knows.
    pub after: Span,
    /// What the caller then knows.
    pub answer: Answer,
    /// What is dirty about it.
    pub dirt: Option<Dirt>,
}

/// The receiver and its ledger.
#[derive(Debug, Default)]
pub struct Receiver {
    calls: u64,
    /// What was done, by idempotency key, with the hash of the body.
    ledger: BTreeMap<ErrandId, [u8; 32]>,
    /// Calls whose body was not that of the first call with their key.
    altered: u64,
}

impl Receiver {
    /// Takes a call.
    pub fn call(&mut self, attempt: &Attempt, now: Moment) -> Served {
        if attempt.row.destination == ARCHIVE {
            self.commit(attempt);
            let answer = Answer::Delivered { status: None };
            return Served { after: Span::ms(2), answer, dirt: None };
        }
        self.calls += 1;
        let mut draw = SeededRandom::of(0, "receiver", self.calls);
        let took = Span::ms(draw.between(35, 420));
        let later = |code, status, not_before| Answer::Later { code, status, not_before };
        let (after, answer, dirt) = match self.mood() {
            Some(Dirt::CommitThenTimeout) => {
                self.commit(attempt);
                let answer = later(Code::DestinationTimeout, None, None);
                (TIMEOUT, answer, Some(Dirt::CommitThenTimeout))
            }
            Some(Dirt::TooManyRequests) => {
                let asked = now + Span::seconds(draw.between(3, 40));
                let answer = later(Code::DestinationBusy, Some(429), Some(asked));
                (took, answer, Some(Dirt::TooManyRequests))
            }
            Some(Dirt::ServerError) => {
                let answer = later(Code::DestinationFailed, Some(500), None);
                (took, answer, Some(Dirt::ServerError))
            }
            Some(Dirt::RefusedForGood) => {
                let answer = Answer::Never { code: Code::DestinationRefused, status: Some(422) };
                (took, answer, Some(Dirt::RefusedForGood))
            }
            _ => {
                self.commit(attempt);
                (took, Answer::Delivered { status: Some(200) }, None)
            }
        };
        Served { after, answer, dirt }
    }

    /// How many effects there are. A call with a known key makes none.
    pub fn effects(&self) -> usize {
        self.ledger.len()
    }

    /// How many calls came with a known key and another body.
    pub const fn altered(&self) -> u64 {
        self.altered
    }

    /// What is wrong with the receiver at this call. Numbers without a common factor, so that each
    /// of it meets first attempts and later ones.
    const fn mood(&self) -> Option<Dirt> {
        match self.calls {
            call if call % 241 == 60 => Some(Dirt::RefusedForGood),
            call if call % 47 == 13 => Some(Dirt::ServerError),
            call if call % 43 == 11 => Some(Dirt::TooManyRequests),
            call if call % 41 == 7 => Some(Dirt::CommitThenTimeout),
            _ => None,
        }
    }

    fn commit(&mut self, attempt: &Attempt) {
        let body: [u8; 32] = Sha256::digest(&attempt.body).into();
        let known = *self.ledger.entry(attempt.message()).or_insert(body);
        self.altered += u64::from(known != body);
    }
}
