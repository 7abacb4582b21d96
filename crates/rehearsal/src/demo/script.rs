//! What is going to happen: people's acts and the receiver's answers, by moment and then in the
//! order in which they were planned.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use domain::errand::ErrandId;
use domain::handoff::{MemberId, State};
use domain::{HandoffId, Moment};
use engine::event::Answer;

use crate::world::Dirt;

/// Something that is planned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Plan {
    /// A rep answers an offer.
    Answer { handoff: HandoffId, member: MemberId },
    /// Somebody takes a lead out of a queue.
    Take { handoff: HandoffId, member: MemberId },
    /// A manager lets a handoff go on that waits for review.
    Approve { handoff: HandoffId },
    /// A rep says what came of a lead.
    Outcome { handoff: HandoffId, member: MemberId, outcome: State },
    /// A rep says what was right or wrong.
    Debrief { handoff: HandoffId, member: MemberId },
    /// The receiver answers.
    Answered { errand: ErrandId, attempt: u32, answer: Answer, dirt: Option<Dirt> },
}

/// What is planned, the next first.
#[derive(Default)]
pub(super) struct Script {
    order: BinaryHeap<Reverse<(Moment, u64)>>,
    plans: std::collections::BTreeMap<u64, Plan>,
    sequence: u64,
}

impl Script {
    /// Plans something.
    pub(super) fn plan(&mut self, at: Moment, plan: Plan) {
        self.sequence += 1;
        self.order.push(Reverse((at, self.sequence)));
        self.plans.insert(self.sequence, plan);
    }

    /// When the next plan is due.
    pub(super) fn next(&self) -> Option<Moment> {
        self.order.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes the next plan out.
    pub(super) fn take(&mut self) -> Option<Plan> {
        let Reverse((_, sequence)) = self.order.pop()?;
        self.plans.remove(&sequence)
    }
}
