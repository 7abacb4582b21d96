//! Timers as a function of the handoff: which wakes it waits for, and from when on each is due.
//!
//! The table of timers holds these and no others. A row may be due later than is said here: looking
//! again for an owner, and resting after a fault of the program, put it off without a fact.

use domain::errand::Wake;
use domain::handoff::{Owner, State, Target};
use domain::reason::{Code, Reason};
use domain::{HandoffId, Moment, Span};

use super::handoff::{ChainDue, Clock, Handoff};
use crate::retry::MEND_AFTER;

/// Something that a handoff waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waking {
    /// What is to be looked at then.
    pub wake: Wake,
    /// Not before; none where no fact says it, as in what an earlier version wrote.
    pub due: Option<Moment>,
}

impl Waking {
    const fn at(due: Moment, wake: Wake) -> Self {
        Self { wake, due: Some(due) }
    }
}

impl Handoff {
    /// Everything that it waits for, as it stands.
    pub fn wakes(&self) -> Vec<Waking> {
        if !self.is_open() {
            return Vec::new();
        }
        let clocks = self.clocks.iter().filter(|(_, clock)| clock.is_running());
        let mut wakes: Vec<Waking> =
            clocks.flat_map(|(target, clock)| of_clock(self.id, *target, clock)).collect();
        wakes.extend(self.chain());
        wakes.extend(self.chains_of_targets());
        wakes.extend(self.look_again());
        wakes.extend(self.settles());
        wakes
    }

    /// Whether it has been offered, and nobody has taken it since.
    pub fn is_silent(&self) -> bool {
        let waits = matches!(
            self.state,
            State::Offered | State::Queued | State::Held | State::InReview | State::Faulted
        );
        waits && self.accepted.is_none()
    }

    /// Whether somebody to whom it was offered said no, and nobody has had it since.
    pub fn is_answered_with_no(&self) -> bool {
        self.chained && self.refused
    }

    /// The next step of the chain on silence.
    fn chain(&self) -> Option<Waking> {
        if !self.chained || !self.is_silent() {
            return None;
        }
        let (handoff, step, generation) = (self.id, self.chain_step, self.chain_generation);
        let wake = Wake::Chain { handoff, step, generation };
        match self.chain_due {
            // A queue is a chain's last line, so nothing of it is to come.
            ChainDue::Unsaid if self.is_at_the_end_of_its_chain() => None,
            ChainDue::Unsaid => Some(Waking { wake, due: None }),
            ChainDue::At(due) => Some(Waking::at(due, wake)),
            ChainDue::Ended => None,
        }
    }

    fn is_at_the_end_of_its_chain(&self) -> bool {
        let ended = |reason: &Reason| reason.code == Code::ChainEnded;
        matches!(self.owner, Owner::Queue(_)) && self.routing.reasons.iter().any(ended)
    }

    /// The next steps of the chains of the targets after `accept`. Who has not taken the handoff is
    /// the matter of the chain of `accept`.
    pub(crate) fn chains_of_targets(&self) -> impl Iterator<Item = Waking> + '_ {
        let taken = self.accepted.filter(|_| self.state.is_active_work());
        let runs = |target: &Target| self.clocks.get(target).filter(|clock| clock.is_running());
        self.chains.iter().filter_map(move |(target, chain)| {
            let generation = runs(target)?.generation;
            let (handoff, target, step) = (self.id, *target, chain.step);
            let wake = Wake::TargetChain { handoff, target, step, generation };
            Some(Waking::at(chain.due?.max(taken?), wake))
        })
    }

    /// It is looked at again: an owner may be there, or it may be mended.
    fn look_again(&self) -> Option<Waking> {
        let due = match (self.state, &self.owner) {
            (State::Held, _) => self.returns.unwrap_or(self.since),
            (State::Faulted, _) => self.since + MEND_AFTER,
            (State::InReview, Owner::Engine) => self.since + Span::DAY,
            _ => return None,
        };
        Some(Waking::at(due, Wake::Route { handoff: self.id, round: self.round }))
    }

    /// It was refused, and passes on.
    fn settles(&self) -> Option<Waking> {
        let due = self.undo.as_ref().map_or(self.since, |undo| undo.until);
        self.is_to_settle().then(|| Waking::at(due, Wake::Settle { handoff: self.id }))
    }
}

fn of_clock(handoff: HandoffId, target: Target, clock: &Clock) -> Vec<Waking> {
    let generation = clock.generation;
    let warn = clock.warn.filter(|_| !clock.warned);
    let warn = warn.map(|at| Waking::at(at, Wake::Warn { handoff, target, generation }));
    let due = Waking::at(clock.due, Wake::Due { handoff, target, generation });
    warn.into_iter().chain((!clock.breached).then_some(due)).collect()
}
