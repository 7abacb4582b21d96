//! Is it accepted, is it touched, did anything come of it? Clocks, the chain on silence, and what
//! people do to a handoff.

use domain::errand::{Errand, Wake};
use domain::fact::{By, Fact, Note};
use domain::handoff::{MemberId, Owner, QueueName, State, Target};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, Moment, Span};
use rules::calendar::Calendar;
use rules::routing::Unanswered;
use rules::sla::{Act, CalendarOf, Sla, When, deadline};
use rules::strategy::Strategy;

use super::{deliver, route};
use crate::staff::{Roll, calendar_for, manager_of};
use crate::state::{Handoff, QUEUE_OVERDUE};
use crate::turn::Turn;

/// How long a recycled lead rests where nobody says how long.
const REST: Span = Span::days(90);
/// The most times that an offer passes on before the catch-all has it.
const ROUNDS_MAX: u32 = 20;

/// Something that a person does to a handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Take it.
    Accept {
        /// Who takes it; needed where a queue has it.
        member: Option<MemberId>,
        /// Who says so.
        by: Option<By>,
    },
    /// Refuse it.
    Reject {
        /// Why: one of the closed list.
        reason: Code,
        /// Who says so.
        by: Option<By>,
    },
    /// Give it to somebody.
    Reassign {
        /// To whom.
        to: Owner,
        /// Who says so.
        by: Option<By>,
    },
    /// Say what came of it.
    Outcome {
        /// What: working, met, qualified, won, lost, recycled or disqualified.
        outcome: State,
        /// When it happened, as was said.
        occurred: Option<Moment>,
        /// When a recycled lead may come back.
        returns: Option<Moment>,
        /// In words. Sealed.
        note: Option<Note>,
        /// Who says so.
        by: Option<By>,
    },
    /// Say what was right, wrong or missing.
    Debrief {
        /// Right, in the owner's judgement.
        right: Option<bool>,
        /// How many things were missing or wrong.
        complaints: u16,
        /// In words. Sealed.
        note: Option<Note>,
        /// Who says so.
        by: Option<By>,
    },
}

impl Deed {
    /// The same, done by somebody else than it says.
    #[must_use]
    pub fn done_by(mut self, who: By) -> Self {
        match &mut self {
            Self::Accept { by, .. }
            | Self::Reject { by, .. }
            | Self::Reassign { by, .. }
            | Self::Outcome { by, .. }
            | Self::Debrief { by, .. } => *by = Some(who),
        }
        self
    }
}

/// Why something cannot be done to a handoff as it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its account does not know it any more.
    #[error("the handoff is not there")]
    Gone,
    /// Its state forbids it.
    #[error("a handoff that is {state} cannot be {deed}")]
    State {
        /// Where it is.
        state: State,
        /// What was asked, as a participle.
        deed: &'static str,
    },
    /// The team has no such member.
    #[error("the team has no active member `{0}`")]
    NoMember(String),
    /// The strategy has no such queue.
    #[error("the strategy has no queue `{0}`")]
    NoQueue(String),
    /// A queue has it, and nobody said who takes it.
    #[error("a queue has the handoff: say which member takes it")]
    WhoTakesIt,
    /// The outcome is none of the closed list.
    #[error(
        "`{0}` is no outcome: say working, met, qualified, won, lost, recycled or disqualified"
    )]
    NoOutcome(State),
}

/// Does something to a handoff, or says why not.
pub fn act(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: HandoffId,
    deed: &Deed,
) -> Result<(), Refusal> {
    let known = turn.account(account).handoffs.get(&handoff).ok_or(Refusal::Gone)?.clone();
    let mut case = Case { turn, strategy, account, handoff };
    match deed {
        Deed::Accept { member, by } => case.accept(&known, member.as_ref(), by.as_ref()),
        Deed::Reject { reason, by } => case.reject(&known, *reason, by.as_ref()),
        Deed::Reassign { to, by } => case.reassign(&known, to, by.as_ref()),
        Deed::Outcome { outcome, occurred, returns, note, by } => {
            case.outcome(&known, *outcome, *occurred, *returns, note.as_ref(), by.as_ref())
        }
        Deed::Debrief { right, complaints, note, by } => {
            case.debrief(&known, *right, *complaints, note.as_ref(), by.as_ref())
        }
    }
}

/// A timer fired. One that no longer fits does nothing.
pub fn wake(turn: &mut Turn<'_>, strategy: &Strategy, account: AccountId, wake: Wake) {
    let handoff = match wake {
        Wake::Warn { handoff, .. }
        | Wake::Due { handoff, .. }
        | Wake::Chain { handoff, .. }
        | Wake::Return { handoff }
        | Wake::Route { handoff, .. } => handoff,
    };
    let Some(known) = turn.account(account).handoffs.get(&handoff).cloned() else { return };
    turn.began_with(known.signal);
    let mut case = Case { turn, strategy, account, handoff };
    match wake {
        Wake::Warn { target, generation, .. } => case.warn(&known, target, generation),
        Wake::Due { target, generation, .. } => case.breach(&known, target, generation),
        Wake::Chain { step, generation, .. } => case.chain(&known, step, generation),
        // Folders of form 1 have these: the lead rested until then, and nothing was to be done.
        Wake::Return { .. } => {}
        Wake::Route { round, .. } => case.look_again(&known, round),
    }
}

/// An owner was found: the offer or the queue begins, with its clocks and deliveries.
pub fn begin(turn: &mut Turn<'_>, strategy: &Strategy, account: AccountId, handoff: HandoffId) {
    let Some(known) = turn.account(account).handoffs.get(&handoff).cloned() else { return };
    let mut case = Case { turn, strategy, account, handoff };
    match &known.owner {
        Owner::Person(member) => case.offer(&known, member),
        Owner::Queue(queue) => case.queue(&known, queue),
        Owner::Engine => {}
    }
}

/// A person is to look at it first: the queue that answers for what found nobody has it.
pub fn review(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: HandoffId,
    why: Code,
) {
    let Some(known) = turn.account(account).handoffs.get(&handoff).cloned() else { return };
    Case { turn, strategy, account, handoff }.review(&known, why);
}

/// A handoff in a turn.
struct Case<'t, 'a> {
    turn: &'t mut Turn<'a>,
    strategy: &'t Strategy,
    account: AccountId,
    handoff: HandoffId,
}

impl<'t> Case<'t, '_> {
    // ---- offers -------------------------------------------------------------------------------

    fn offer(&mut self, known: &Handoff, member: &MemberId) {
        self.enter(State::Offered, Vec::new(), None, None);
        if let Some(sla) = self.sla(known) {
            let calendar = self.calendar(sla, Some(member));
            for target in [Target::Accept, Target::FirstTouch, Target::Qualify] {
                let restarts = target == Target::Accept || !known.clocks.contains_key(&target);
                if let (Some(calendar), true) = (calendar, restarts) {
                    self.start(known, sla, target, calendar);
                }
            }
            self.begin_chain(known, sla);
        }
        deliver::begin(self.turn, self.strategy, self.account, self.handoff, State::Offered);
    }

    fn queue(&mut self, known: &Handoff, queue: &QueueName) {
        self.enter(State::Queued, Vec::new(), None, None);
        self.run_queue_clock(known, queue);
        deliver::begin(self.turn, self.strategy, self.account, self.handoff, State::Queued);
    }

    fn run_queue_clock(&mut self, known: &Handoff, queue: &QueueName) {
        let Some((_, rule)) = self.strategy.routing.queue(&queue.0) else { return };
        let calendar = calendar_for(self.strategy, &CalendarOf::Owner, Some(&rule.owner));
        if let Some(calendar) = calendar {
            let due = deadline(calendar, self.turn.moment, &rule.within);
            self.run_clock(known, Target::Accept, None, due);
        }
    }

    fn review(&mut self, known: &Handoff, why: Code) {
        match route::last_resort(self.strategy).cloned() {
            Some(queue) => {
                self.assign(Owner::Queue(queue.clone()), why, None);
                self.run_queue_clock(known, &queue);
            }
            None => self.look_later(known),
        }
    }

    /// Nobody is there to whom it could be given: somebody may be tomorrow.
    fn look_later(&mut self, known: &Handoff) {
        let (handoff, round) = (self.handoff, known.round);
        self.wake_at(self.turn.moment + Span::DAY, Wake::Route { handoff, round });
    }

    fn start(&mut self, known: &Handoff, sla: &Sla, target: Target, calendar: &Calendar) {
        let Some(goal) = sla.goal(target) else { return };
        let from = self.turn.moment;
        let due = deadline(calendar, from, &goal.within.value);
        let warn = goal.warn.as_ref().map(|warn| deadline(calendar, from, &warn.value));
        self.run_clock(known, target, warn, due);
    }

    fn run_clock(&mut self, known: &Handoff, target: Target, warn: Option<Moment>, due: Moment) {
        let (handoff, from) = (self.handoff, self.turn.moment);
        let generation = known.clocks.get(&target).map_or(0, |clock| clock.generation + 1);
        self.say(Fact::ClockStarted { handoff, target, from, warn, due, generation });
        if let Some(warn) = warn {
            self.wake_at(warn, Wake::Warn { handoff, target, generation });
        }
        self.wake_at(due, Wake::Due { handoff, target, generation });
    }

    // ---- time ---------------------------------------------------------------------------------

    fn warn(&mut self, known: &Handoff, target: Target, generation: u32) {
        if Self::fits(known, target, generation).is_some_and(|clock| !clock.warned) {
            self.say(Fact::SlaWarned { handoff: self.handoff, target, generation });
        }
    }

    fn breach(&mut self, known: &Handoff, target: Target, generation: u32) {
        if Self::fits(known, target, generation).is_none_or(|clock| clock.breached) {
            return;
        }
        self.say(Fact::SlaBreached { handoff: self.handoff, target, generation });
        if target != Target::Accept {
            return;
        }
        match (&known.owner, known.state) {
            (Owner::Person(member), State::Offered) => self.unanswered(known, member),
            (Owner::Queue(queue), State::Queued | State::InReview) => {
                let Some((_, rule)) = self.strategy.routing.queue(&queue.0) else {
                    // The strategy has no such queue any more, so that nobody looks into it.
                    self.put_into_queue(known, queue.clone(), Code::QueueOverdue);
                    return;
                };
                let (handoff, told) = (self.handoff, Some(rule.owner.clone()));
                self.say(Fact::Escalated { handoff, step: QUEUE_OVERDUE, told, generation });
            }
            _ => {}
        }
    }

    /// An offer that nobody took goes where the pool that the owner came out of says.
    fn unanswered(&mut self, known: &Handoff, member: &MemberId) {
        let turn_of = |one: &domain::fact::Candidate| {
            matches!(one.code, Code::Chosen | Code::TieBreak | Code::Explored)
                && one.member == *member
        };
        let pool =
            known.routing.pool.as_deref().filter(|_| known.routing.candidates.iter().any(turn_of));
        let pool = pool.and_then(|pool| self.strategy.routing.pool(pool));
        match pool.map(|(_, pool)| pool.offer) {
            Some(Unanswered::NextMember) => {
                self.pass_on(known, member, State::Expired, Code::AcceptOverdue, None);
            }
            Some(Unanswered::Queue(queue)) => {
                let queue = self.strategy.routing.queues[queue].name.clone();
                self.put_into_queue(known, queue, Code::AcceptOverdue);
            }
            Some(Unanswered::Stay) | None => {}
        }
    }

    fn fits(known: &Handoff, target: Target, generation: u32) -> Option<crate::state::Clock> {
        let clock = known.clocks.get(&target).copied()?;
        let fits = known.is_open() && clock.is_running() && clock.generation == generation;
        fits.then_some(clock)
    }

    /// The chain runs on the handoff's own clock: the first accept target, whoever has it since. It
    /// begins anew where a person gave it to somebody, and goes on where somebody who had taken it
    /// gave it back.
    fn begin_chain(&mut self, known: &Handoff, sla: &Sla) {
        let Some(now) = self.turn.account(self.account).handoff(self.handoff) else { return };
        let Some(clock) = now.clocks.get(&Target::Accept).copied() else { return };
        let (step, generation) = (now.chain_step, now.chain_generation);
        let line = sla.on_silence.get(usize::from(step)).filter(|_| !known.chained);
        let Some(line) = line else { return };
        let at = match line.when {
            When::Warn => clock.warn.unwrap_or(clock.due),
            When::Breach => clock.due,
            When::After(_) => self.after(sla, known, usize::from(step), clock.due),
        };
        self.wake_at(at, Wake::Chain { handoff: self.handoff, step, generation });
    }

    fn chain(&mut self, known: &Handoff, step: u16, generation: u32) {
        let silent = matches!(
            known.state,
            State::Offered | State::Queued | State::Held | State::InReview | State::Faulted
        ) && known.accepted.is_none()
            && step >= known.chain_step
            && generation == known.chain_generation;
        let Some(sla) = self.sla(known) else { return };
        let Some(line) = sla.on_silence.get(usize::from(step)) else { return };
        if !silent {
            return;
        }
        let handoff = self.handoff;
        let told = match (&line.act.value, &known.owner) {
            (Act::Remind, Owner::Person(member)) => Some(member.clone()),
            (Act::TellManager, Owner::Person(member)) => manager_of(self.strategy, member),
            _ => None,
        };
        self.say(Fact::Escalated { handoff, step, told, generation });
        self.next_in_chain(known, sla, step, generation);
        self.do_line(known, &line.act.value);
    }

    fn next_in_chain(&mut self, known: &Handoff, sla: &Sla, step: u16, generation: u32) {
        let next = usize::from(step) + 1;
        let Some(line) = sla.on_silence.get(next) else { return };
        let clock = known.clocks.get(&Target::Accept);
        let now = self.turn.moment;
        let at = match line.when {
            When::Warn => clock.and_then(|clock| clock.warn).unwrap_or(now),
            When::Breach => known.opened_due(sla, self.calendar_now(sla, known)).unwrap_or(now),
            When::After(_) => self.after(sla, known, next, now),
        };
        let step = next as u16;
        self.wake_at(at.max(now), Wake::Chain { handoff: self.handoff, step, generation });
    }

    fn after(&self, sla: &Sla, known: &Handoff, line: usize, from: Moment) -> Moment {
        match (&sla.on_silence[line].when, self.calendar_now(sla, known)) {
            (When::After(time), Some(calendar)) => deadline(calendar, from, time),
            _ => from,
        }
    }

    fn do_line(&mut self, known: &Handoff, act: &Act) {
        match (act, &known.owner) {
            (Act::Remind | Act::TellManager, _) => {}
            (Act::Reassign, Owner::Person(member)) => {
                self.pass_on(known, member, State::Expired, Code::AcceptOverdue, None);
            }
            (Act::Reassign, _) => {}
            (Act::Pool(pool), owner) => {
                let from = owner.clone();
                self.leave(known, &from, State::Expired, Code::ChainEnded, None);
                let passed_over = known.passed_over_after(owner);
                let (account, handoff) = (self.account, self.handoff);
                route::route_to_pool(self.turn, self.strategy, account, handoff, pool, passed_over);
                begin(self.turn, self.strategy, self.account, self.handoff);
            }
            (Act::Queue(queue), _) => {
                self.put_into_queue(known, QueueName(queue.clone()), Code::ChainEnded);
            }
        }
    }

    /// Into that queue, or, where the strategy has it no more, into the one for what found nobody.
    fn put_into_queue(&mut self, known: &Handoff, queue: QueueName, why: Code) {
        let there = self.strategy.routing.queue(&queue.0).is_some();
        let queue =
            Some(queue).filter(|_| there).or_else(|| route::last_resort(self.strategy).cloned());
        self.leave(known, &known.owner, State::Expired, why, None);
        let Some(queue) = queue else {
            self.find_owner(known.passed_over_after(&known.owner));
            return;
        };
        self.assign(Owner::Queue(queue), why, None);
        begin(self.turn, self.strategy, self.account, self.handoff);
    }

    fn look_again(&mut self, known: &Handoff, round: u32) {
        if known.round != round {
            return;
        }
        match known.state {
            State::Held => self.find_owner(known.passed_over.clone()),
            State::Faulted => self.mend(known),
            State::InReview if known.owner == Owner::Engine => {
                let why = known.reasons.last().map_or(Code::AutonomyReview, |reason| reason.code);
                self.review(known, why);
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
            | State::Repaired => {}
        }
    }

    /// Tried again a few times; then the queue for what found nobody has it.
    fn mend(&mut self, known: &Handoff) {
        let queue = route::last_resort(self.strategy).cloned();
        if let Some(queue) = queue.filter(|_| known.faults > deliver::MENDS_MAX) {
            self.put_into_queue(known, queue, Code::AttemptsUsedUp);
            return;
        }
        if known.faults > deliver::MENDS_MAX {
            self.look_later(known);
            return;
        }
        self.enter(State::Repaired, Vec::new(), None, None);
        self.end_work(known);
        self.find_owner(known.passed_over.clone());
    }

    // ---- people -------------------------------------------------------------------------------

    fn accept(
        &mut self,
        known: &Handoff,
        member: Option<&MemberId>,
        by: Option<&By>,
    ) -> Result<(), Refusal> {
        match (&known.owner, known.state) {
            (Owner::Person(owner), State::Offered) => {
                if let Some(other) = member
                    && other != owner
                {
                    self.reassign(known, &Owner::Person(other.clone()), by)?;
                }
            }
            (
                Owner::Queue(_) | Owner::Engine,
                State::Queued | State::Held | State::InReview | State::Faulted,
            ) => {
                let member = member.ok_or(Refusal::WhoTakesIt)?;
                self.reassign(known, &Owner::Person(member.clone()), by)?;
            }
            (Owner::Person(owner), State::Faulted) => {
                let member = member.unwrap_or(owner);
                self.reassign(known, &Owner::Person(member.clone()), by)?;
            }
            (_, state) => return Err(Refusal::State { state, deed: "accepted" }),
        }
        self.enter(State::Accepted, Vec::new(), by, None);
        let Some(known) = self.turn.account(self.account).handoffs.get(&self.handoff).cloned()
        else {
            return Err(Refusal::Gone);
        };
        self.stop(&known, Target::Accept);
        deliver::begin(self.turn, self.strategy, self.account, self.handoff, State::Accepted);
        Ok(())
    }

    fn reject(&mut self, known: &Handoff, reason: Code, by: Option<&By>) -> Result<(), Refusal> {
        match (&known.owner, known.state) {
            (Owner::Person(owner), State::Offered | State::Accepted) => {
                self.pass_on(known, owner, State::Rejected, reason, by);
                Ok(())
            }
            (_, state) => Err(Refusal::State { state, deed: "rejected" }),
        }
    }

    fn reassign(&mut self, known: &Handoff, to: &Owner, by: Option<&By>) -> Result<(), Refusal> {
        if !known.is_open() {
            return Err(Refusal::State { state: known.state, deed: "reassigned" });
        }
        match to {
            Owner::Person(member) => self.must_be_there(member)?,
            Owner::Queue(queue) if self.strategy.routing.queue(&queue.0).is_none() => {
                return Err(Refusal::NoQueue(queue.0.clone()));
            }
            Owner::Queue(_) | Owner::Engine => {}
        }
        self.give_up(known);
        if *to == Owner::Engine {
            self.end_work(known);
            self.find_owner(known.passed_over_after(&known.owner));
            return Ok(());
        }
        let instead_of = match &known.owner {
            Owner::Person(member) => Some(member.clone()),
            Owner::Queue(_) | Owner::Engine => None,
        };
        self.assign(to.clone(), Code::ManagerAsked, by);
        if let Owner::Person(member) = to {
            route::take_named_turn(self.turn, self.handoff, member, instead_of);
        } else if let Some(member) = instead_of {
            self.turn.say_of_desk(Fact::WorkEnded { handoff: self.handoff, member });
        }
        begin(self.turn, self.strategy, self.account, self.handoff);
        Ok(())
    }

    fn outcome(
        &mut self,
        known: &Handoff,
        outcome: State,
        occurred: Option<Moment>,
        returns: Option<Moment>,
        note: Option<&Note>,
        by: Option<&By>,
    ) -> Result<(), Refusal> {
        let ends = outcome.is_terminal() && outcome != State::Withdrawn;
        if !(ends || matches!(outcome, State::Working | State::Met | State::Qualified)) {
            return Err(Refusal::NoOutcome(outcome));
        }
        // What came of it may be told of a lead that somebody has, or has had a chance to take.
        let works = known.state.is_active_work();
        let known_to_sales = works
            || matches!(
                known.state,
                State::Offered | State::Queued | State::InReview | State::Held | State::Faulted
            );
        if !known_to_sales || works && outcome < known.state && !ends {
            return Err(Refusal::State { state: known.state, deed: outcome.as_str() });
        }
        let taken;
        let known = if !ends && (!works && known.state != State::Offered) {
            let member = self.who_works_it(known, by)?;
            self.reassign(known, &Owner::Person(member), by)?;
            taken = self.turn.account(self.account).handoffs.get(&self.handoff).cloned();
            taken.as_ref().ok_or(Refusal::Gone)?
        } else {
            known
        };
        let handoff = self.handoff;
        self.stop(known, Target::Accept);
        self.say(Fact::OutcomeRecorded {
            handoff,
            outcome,
            occurred,
            by: by.cloned(),
            note: note.cloned().map(Box::new),
        });
        self.stop(known, Target::FirstTouch);
        if outcome != State::Working && outcome != State::Met {
            self.stop(known, Target::Qualify);
        }
        if ends {
            self.end_work(known);
        }
        if outcome == State::Recycled {
            let until = returns.unwrap_or(self.turn.moment + REST);
            let reasons = vec![Reason::new(Code::Resting)];
            self.enter(State::Recycled, reasons, by, Some(until));
        }
        Ok(())
    }

    fn debrief(
        &mut self,
        known: &Handoff,
        right: Option<bool>,
        complaints: u16,
        note: Option<&Note>,
        by: Option<&By>,
    ) -> Result<(), Refusal> {
        if known.accepted.is_none() && !known.state.is_terminal() {
            return Err(Refusal::State { state: known.state, deed: "debriefed" });
        }
        let node = self.turn.account(self.account).node(known.node);
        if node.is_some_and(|node| node.erased) {
            return Err(Refusal::Gone);
        }
        let handoff = self.handoff;
        let (by, note) = (by.cloned(), note.cloned().map(Box::new));
        self.say(Fact::Debriefed { handoff, right, complaints, by, note });
        Ok(())
    }

    // ---- from one owner to the next -----------------------------------------------------------

    fn pass_on(
        &mut self,
        known: &Handoff,
        from: &MemberId,
        state: State,
        why: Code,
        by: Option<&By>,
    ) {
        let queue = route::last_resort(self.strategy).cloned();
        if let Some(queue) = queue.filter(|_| known.round >= ROUNDS_MAX) {
            self.enter(state, vec![Reason::new(why)], by, None);
            self.put_into_queue(known, queue, Code::ChainEnded);
            return;
        }
        let from = Owner::Person(from.clone());
        self.leave(known, &from, state, why, by);
        self.find_owner(known.passed_over_after(&from));
    }

    fn leave(&mut self, known: &Handoff, from: &Owner, state: State, why: Code, by: Option<&By>) {
        self.enter(state, vec![Reason::new(why)], by, None);
        self.give_up(known);
        if let Owner::Person(member) = from {
            let (handoff, member) = (self.handoff, member.clone());
            self.turn.say_of_desk(Fact::WorkEnded { handoff, member });
        }
    }

    /// What was sent for the owner who has it no more is taken back.
    fn give_up(&mut self, known: &Handoff) {
        self.stop(known, Target::Accept);
        deliver::take_back(
            self.turn,
            self.strategy,
            self.account,
            self.handoff,
            Code::OwnerChanged,
        );
    }

    fn find_owner(&mut self, passed_over: Vec<MemberId>) {
        let (account, handoff) = (self.account, self.handoff);
        route::route(self.turn, self.strategy, account, handoff, passed_over);
        begin(self.turn, self.strategy, account, handoff);
    }

    /// Who works what no person has yet: who says so, else who answers for its queue.
    fn who_works_it(&self, known: &Handoff, by: Option<&By>) -> Result<MemberId, Refusal> {
        let said = by.and_then(By::member);
        if let Some(member) = said.filter(|member| self.must_be_there(member).is_ok()) {
            return Ok(member.clone());
        }
        match &known.owner {
            Owner::Person(member) => Ok(member.clone()),
            Owner::Queue(queue) => {
                let rule = self.strategy.routing.queue(&queue.0);
                rule.map(|(_, rule)| rule.owner.clone()).ok_or(Refusal::WhoTakesIt)
            }
            Owner::Engine => Err(Refusal::WhoTakesIt),
        }
    }

    fn must_be_there(&self, member: &MemberId) -> Result<(), Refusal> {
        match Roll::new(self.strategy, self.turn.moment).absent_for_good(member) {
            None => Ok(()),
            Some(_) => Err(Refusal::NoMember(member.0.clone())),
        }
    }

    fn assign(&mut self, owner: Owner, why: Code, by: Option<&By>) {
        let routing = domain::fact::Routing {
            reasons: vec![Reason::new(why)],
            ..domain::fact::Routing::default()
        };
        let (handoff, by) = (self.handoff, by.cloned());
        self.say(Fact::OwnerAssigned { handoff, owner, routing, by });
    }

    fn end_work(&mut self, known: &Handoff) {
        if let Owner::Person(member) = &known.owner {
            let (handoff, member) = (self.handoff, member.clone());
            self.turn.say_of_desk(Fact::WorkEnded { handoff, member });
        }
    }

    // ---- small words --------------------------------------------------------------------------

    fn stop(&mut self, known: &Handoff, target: Target) {
        if let Some(clock) = known.clocks.get(&target)
            && clock.is_running()
        {
            let met = self.turn.moment <= clock.due;
            self.say(Fact::ClockStopped { handoff: self.handoff, target, met });
        }
    }

    fn enter(
        &mut self,
        state: State,
        reasons: Vec<Reason>,
        by: Option<&By>,
        returns: Option<Moment>,
    ) {
        let (handoff, by) = (self.handoff, by.cloned());
        self.say(Fact::HandoffMoved { handoff, state, reasons, by, returns });
    }

    fn say(&mut self, fact: Fact) {
        self.turn.say(self.account, fact);
    }

    fn wake_at(&mut self, due: Moment, wake: Wake) {
        self.turn.ask(Errand::WakeAt { due, account: self.account, wake });
    }

    fn sla(&self, known: &Handoff) -> Option<&'t Sla> {
        self.strategy.slas.class(known.sla.as_deref()?)
    }

    fn calendar(&self, sla: &Sla, owner: Option<&MemberId>) -> Option<&'t Calendar> {
        calendar_for(self.strategy, &sla.calendar.value, owner)
    }

    fn calendar_now(&self, sla: &Sla, known: &Handoff) -> Option<&'t Calendar> {
        let owner = match &known.owner {
            Owner::Person(member) => Some(member),
            Owner::Queue(_) | Owner::Engine => None,
        };
        self.calendar(sla, owner)
    }
}

impl Handoff {
    /// Who must not get it again once this owner let it go; the last is who let it go last.
    fn passed_over_after(&self, owner: &Owner) -> Vec<MemberId> {
        let mut passed_over = self.passed_over.clone();
        if let Owner::Person(member) = owner {
            passed_over.retain(|known| known != member);
            passed_over.push(member.clone());
        }
        passed_over
    }

    /// When its own clock, that of the first offer, ran out.
    fn opened_due(&self, sla: &Sla, calendar: Option<&Calendar>) -> Option<Moment> {
        let goal = sla.goal(Target::Accept)?;
        Some(deadline(calendar?, self.opened, &goal.within.value))
    }
}
