//! What silence leads to: an offer that nobody took, a queue that nobody looked into, and the chain.

use domain::Moment;
use domain::errand::Wake;
use domain::fact::{Candidate, Fact};
use domain::handoff::{MemberId, Owner, QueueName, State, Target};
use domain::reason::Code;
use rules::routing::Unanswered;
use rules::sla::{Act, Sla, Step, When, deadline};

use super::follow::Follow;
use crate::availability::manager_of;
use crate::effects::Effects;
use crate::retry::MENDS_MAX;
use crate::stages::route;
use crate::state::{ChainDue, Clock, QUEUE_OVERDUE};

/// What is to be done with a handoff next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It stays where it is.
    Stays,
    /// Somebody else of whom the routes find gets it.
    PassOn(Code),
    /// A queue gets it.
    Queue(QueueName, Code),
    /// Somebody out of a pool gets it.
    Pool(String),
    /// An owner is looked for; these are passed over.
    Route(Vec<MemberId>),
    /// It is mended and an owner is looked for.
    Mend,
    /// A person is to look at it.
    Review(Code),
    /// It is looked at again tomorrow.
    Later,
}

impl Follow<'_> {
    /// Time ran out.
    pub fn breached(self, target: Target, generation: u32) -> (Effects, Next) {
        let handoff = self.handoff.id;
        if self.running(target, generation).is_none_or(|clock| clock.breached) {
            return (Effects::new(), Next::Stays);
        }
        let mut effects = self.said(Fact::SlaBreached { handoff, target, generation });
        if target != Target::Accept {
            return (effects, Next::Stays);
        }
        let next = match (&self.handoff.owner, self.handoff.state) {
            (Owner::Person(member), State::Offered) => self.unanswered(member),
            (Owner::Queue(queue), State::Queued | State::InReview) => {
                match self.strategy.routing.queue(&queue.0) {
                    Some((_, rule)) => {
                        let told = Some(rule.owner.clone());
                        let step = QUEUE_OVERDUE;
                        effects.extend(self.said(Fact::Escalated {
                            handoff,
                            step,
                            told,
                            generation,
                            next: None,
                            target: None,
                        }));
                        Next::Stays
                    }
                    // The strategy has no such queue any more, so that nobody looks into it.
                    None => Next::Queue(queue.clone(), Code::QueueOverdue),
                }
            }
            _ => Next::Stays,
        };
        (effects, next)
    }

    /// An offer that nobody took goes where the pool that the owner came out of says.
    fn unanswered(self, member: &MemberId) -> Next {
        let turn_of = |one: &Candidate| {
            matches!(one.code, Code::Chosen | Code::TieBreak | Code::Explored)
                && one.member == *member
        };
        let routing = &self.handoff.routing;
        let pool = routing.pool.as_deref().filter(|_| routing.candidates.iter().any(turn_of));
        let pool = pool.and_then(|pool| self.strategy.routing.pool(pool));
        match pool.map(|(_, pool)| pool.offer) {
            Some(Unanswered::NextMember) => Next::PassOn(Code::AcceptOverdue),
            Some(Unanswered::Queue(queue)) => {
                let queue = self.strategy.routing.queues[queue].name.clone();
                Next::Queue(queue, Code::AcceptOverdue)
            }
            Some(Unanswered::Stay) | None => Next::Stays,
        }
    }

    /// The chain runs on the handoff's own clock: the first accept target, whoever has it since. It
    /// begins anew where a person gave it to somebody or said no to it, since nobody was silent then, and
    /// goes on where somebody who had taken it gave it back. `accept` is the clock that runs once the offer
    /// has begun.
    pub(super) fn chain_begun(self, sla: &Sla, accept: Option<Clock>) -> Option<(Moment, Wake)> {
        let known = self.handoff;
        let anew = known.is_answered_with_no();
        let (step, generation) = match accept.filter(|_| anew) {
            Some(clock) => (0, clock.generation),
            None => (known.chain_step, known.chain_generation),
        };
        let line = sla.on_silence.get(usize::from(step)).filter(|_| anew || !known.chained)?;
        let clock = accept?;
        let at = match line.when {
            When::Warn => clock.warn.unwrap_or(clock.due),
            When::Breach => clock.due,
            When::After(_) => self.after(sla, line, clock.due),
        };
        Some((at, Wake::Chain { handoff: self.handoff.id, step, generation }))
    }

    /// The next line of the chain is due.
    pub fn chained(self, step: u16, generation: u32) -> (Effects, Next) {
        let known = self.handoff;
        let silent =
            known.is_silent() && step >= known.chain_step && generation == known.chain_generation;
        let sla = self.sla().filter(|_| silent);
        sla.map_or((Effects::new(), Next::Stays), |sla| {
            self.step_taken(sla, Target::Accept, step, generation)
        })
    }

    /// The line of the chain that only tells somebody at this very breach, taken before the offer passes on:
    /// its own timer finds it done.
    pub fn told_at_breach(self) -> Effects {
        let (step, generation) = (self.handoff.chain_step, self.handoff.chain_generation);
        let line = self.sla().and_then(|sla| sla.on_silence.get(usize::from(step)));
        let tells = line.is_some_and(|line| {
            line.when == When::Breach && matches!(line.act.value, Act::Remind | Act::TellManager)
        });
        if tells { self.chained(step, generation).0 } else { Effects::new() }
    }

    /// The next line of the chain of a target after `accept` is due.
    pub fn target_chained(self, target: Target, step: u16, generation: u32) -> (Effects, Next) {
        let known = self.handoff;
        let chain = known.chains.get(&target);
        let is_next = chain.is_some_and(|chain| step >= chain.step && chain.due.is_some());
        let runs = self.running(target, generation).is_some() && known.accepted.is_some();
        let sla = self.sla().filter(|_| is_next && runs && known.state.is_active_work());
        sla.map_or((Effects::new(), Next::Stays), |sla| {
            self.step_taken(sla, target, step, generation)
        })
    }

    /// Takes a step of a chain, where the strategy in force has it.
    fn step_taken(self, sla: &Sla, target: Target, step: u16, generation: u32) -> (Effects, Next) {
        let known = self.handoff;
        let Some(line) = sla.chain(target).get(usize::from(step)) else {
            return (Effects::new(), Next::Stays);
        };
        let told = match (&line.act.value, &known.owner) {
            (Act::Remind, Owner::Person(member)) => Some(member.clone()),
            (Act::TellManager, Owner::Person(member)) => manager_of(self.strategy, member),
            _ => None,
        };
        let handoff = known.id;
        let next = self.next_in_chain(sla, target, step);
        let of_target = Some(target).filter(|target| *target != Target::Accept);
        let fact = Fact::Escalated { handoff, step, told, generation, next, target: of_target };
        let mut effects = self.said(fact);
        if let Some(due) = next {
            let step = step.saturating_add(1);
            let wake = match of_target {
                None => Wake::Chain { handoff, step, generation },
                Some(target) => Wake::TargetChain { handoff, target, step, generation },
            };
            effects.extend(self.wake_at(due, wake));
        }
        let overdue = match of_target {
            None => Code::AcceptOverdue,
            Some(_) => Code::TargetOverdue,
        };
        let next = match (&line.act.value, &known.owner) {
            (Act::Remind | Act::TellManager, _) => Next::Stays,
            // The offer has passed on since the line was due: whoever has it now has had no time.
            (Act::Reassign, Owner::Person(_)) if self.was_given_since_due(target) => Next::Stays,
            (Act::Reassign, Owner::Person(_)) => Next::PassOn(overdue),
            (Act::Reassign, Owner::Queue(_) | Owner::Engine) => Next::Stays,
            (Act::Pool(pool), _) => Next::Pool(pool.clone()),
            (Act::Queue(queue), _) => Next::Queue(QueueName(queue.clone()), Code::ChainEnded),
        };
        (effects, next)
    }

    /// Whether somebody got it since the present line of its first chain was due.
    fn was_given_since_due(self, target: Target) -> bool {
        let ChainDue::At(due) = self.handoff.chain_due else { return false };
        target == Target::Accept && self.handoff.assigned.is_some_and(|assigned| assigned >= due)
    }

    /// When the step after this one is due, where the chain has one.
    fn next_in_chain(self, sla: &Sla, target: Target, step: u16) -> Option<Moment> {
        let line = sla.chain(target).get(usize::from(step) + 1)?;
        let clock = self.handoff.clocks.get(&target);
        let due = match target {
            // The clock of the offer with which the chain began, while that one runs.
            Target::Accept => clock
                .filter(|clock| clock.generation == self.handoff.chain_generation)
                .map(|clock| clock.due)
                .or_else(|| self.first_due(sla)),
            Target::FirstTouch | Target::Qualify => clock.map(|clock| clock.due),
        };
        let at = match line.when {
            When::Warn => clock.and_then(|clock| clock.warn).unwrap_or(self.now),
            When::Breach => due.unwrap_or(self.now),
            When::After(_) => self.after(sla, line, self.now),
        };
        Some(at.max(self.now))
    }

    fn after(self, sla: &Sla, line: &Step, from: Moment) -> Moment {
        match (&line.when, self.calendar_now(sla)) {
            (When::After(time), Some(calendar)) => deadline(calendar, from, time),
            _ => from,
        }
    }

    /// When the handoff's own clock, that of the first offer, ran out.
    fn first_due(self, sla: &Sla) -> Option<Moment> {
        let goal = sla.goal(Target::Accept)?;
        Some(deadline(self.calendar_now(sla)?, self.handoff.opened, &goal.within.value))
    }

    /// An owner may be there now, or it may be mended.
    pub fn looked_again(self, round: u32) -> Next {
        if self.handoff.round != round {
            return Next::Stays;
        }
        match self.handoff.state {
            State::Held => Next::Route(self.handoff.passed_over.clone()),
            State::Faulted => self.mended(),
            State::InReview if self.handoff.owner == Owner::Engine => {
                let why = self.handoff.reasons.last();
                Next::Review(why.map_or(Code::AutonomyReview, |reason| reason.code))
            }
            State::Proposed
            | State::Checked
            | State::InReview
            | State::Queued
            | State::Offered
            | State::Accepted
            | State::Working
            | State::Met
            | State::Qualified
            | State::Won
            | State::Lost
            | State::Rejected
            | State::Expired
            | State::Recycled
            | State::Disqualified
            | State::Withdrawn
            | State::Repaired => Next::Stays,
        }
    }

    /// Tried again a few times; then the queue for what found nobody has it.
    fn mended(self) -> Next {
        if self.handoff.faults <= MENDS_MAX {
            return Next::Mend;
        }
        let queue = route::last_resort(self.strategy);
        queue.map_or(Next::Later, |queue| Next::Queue(queue.clone(), Code::AttemptsUsedUp))
    }
}
