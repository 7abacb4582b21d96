//! One event over one handoff: what the stages find is taken in one after the other.

use domain::errand::Wake;
use domain::fact::{By, Note};
use domain::handoff::{MemberId, Owner, QueueName, State, Target};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, Moment};
use rules::strategy::Strategy;

use super::run::Run;
use super::turn::Outcome;
use crate::effects::Effects;
use crate::event::{Deed, Refusal, handoff_of};
use crate::stages::deliver::occurrences;
use crate::stages::follow_up::{Follow, Next, OutcomeReport, ROUNDS_MAX};
use crate::stages::route::{self, Proposed, line_again};
use crate::state::Waking;

/// A handoff in a turn.
pub(super) struct HandoffTurn<'t, 'a> {
    pub(super) run: &'t mut Run<'a>,
    pub(super) strategy: &'t Strategy,
    pub(super) account: AccountId,
    pub(super) handoff: HandoffId,
}

/// Somebody does something to a handoff.
pub(super) fn deed(
    run: &mut Run<'_>,
    strategy: &Strategy,
    (account, handoff): (AccountId, HandoffId),
    (deed, undo_until): (&Deed, Option<Moment>),
) -> Outcome {
    let Some(signal) = run.handoff(account, handoff).map(|known| known.signal) else {
        return Outcome::Refused(Refusal::Gone);
    };
    run.about(signal);
    let mut turn = HandoffTurn { run, strategy, account, handoff };
    if let Some(until) = undo_until.filter(|_| deed.can_be_undone()) {
        turn.offer_undo(until, deed);
    }
    let rested = turn.rested();
    let done = turn.deed(deed);
    if done.is_ok() {
        turn.go_on_from(rested);
    }
    done.map_or_else(Outcome::Refused, |()| Outcome::Done)
}

/// A timer fired. One that no longer fits does nothing.
pub(super) fn timer(run: &mut Run<'_>, strategy: &Strategy, account: AccountId, wake: Wake) {
    let handoff = handoff_of(wake);
    let Some(signal) = run.handoff(account, handoff).map(|known| known.signal) else { return };
    run.about(signal);
    let mut turn = HandoffTurn { run, strategy, account, handoff };
    let rested = turn.rested();
    turn.timer(wake);
    turn.go_on_from(rested);
}

impl HandoffTurn<'_, '_> {
    /// Takes in what a stage found, and tells whoever is to hear of it.
    fn take(&mut self, effects: Effects) {
        if !self.strategy.destinations.hears_any() {
            self.run.take(effects);
            return;
        }
        let occurred = occurrences(self.strategy, self.follow().handoff, &effects);
        self.run.take(effects);
        for occurred in occurred {
            let told = self.follow().sending().told(self.strategy, &occurred);
            self.run.take(told);
        }
    }

    fn follow(&self) -> Follow<'_> {
        let known = self.run.follow(self.strategy, self.account, self.handoff);
        known.expect("a handoff that is there stays in its account")
    }

    /// An owner was found: the offer or the queue begins, with its clocks and deliveries.
    pub(super) fn begin(&mut self) {
        let begun = self.follow().begun();
        self.take(begun);
        let state = match self.follow().handoff.owner {
            Owner::Person(_) => State::Offered,
            Owner::Queue(_) => State::Queued,
            Owner::Engine => return,
        };
        self.deliver(state);
    }

    /// The first step that waits for a state is queued.
    fn deliver(&mut self, state: State) {
        let queued = self.follow().sending().step_from(self.strategy, state, 0);
        self.take(queued);
    }

    /// A person is to look at it first.
    pub(super) fn review(&mut self, why: Code) {
        let reviewed = self.follow().reviewed(why);
        self.take(reviewed);
    }

    /// It is withdrawn.
    pub(super) fn withdraw(&mut self, why: Code) {
        let withdrawn = self.follow().withdrawn(why);
        self.take(withdrawn);
    }

    /// It stays as it is although the import that it leaned on was taken back.
    pub(super) fn lean_no_more(&mut self) {
        let known = self.follow();
        let (state, returns) = (known.handoff.state, known.handoff.returns);
        let moved = known.moved(state, vec![Reason::new(Code::ImportUndone)], None, returns);
        self.take(moved);
    }

    /// An owner is looked for.
    pub(super) fn find_owner(&mut self, proposed: &Proposed) {
        let known = self.run.known();
        let input = self.run.route_input(self.account, &known);
        let routed = route::route(self.strategy, proposed, input);
        self.take(routed);
        self.begin();
    }

    fn find_another(&mut self, passed_over: Vec<MemberId>) {
        let proposed = Proposed::of(self.follow().handoff, passed_over);
        self.find_owner(&proposed);
    }

    fn find_in_pool(&mut self, pool: &str) {
        let passed_over = self.follow().passed_over();
        let left = self.follow().left(State::Expired, Code::ChainEnded, None);
        self.take(left);
        let proposed = Proposed::of(self.follow().handoff, passed_over);
        let known = self.run.known();
        let input = self.run.route_input(self.account, &known);
        let routed = route::route_to_pool(self.strategy, &proposed, pool, input);
        self.take(routed);
        self.begin();
    }

    /// Into that queue, or, where the strategy has it no more, into the one for what found nobody.
    fn put_into_queue(&mut self, queue: QueueName, why: Code) {
        let there = self.strategy.routing.queue(&queue.0).is_some();
        let queue =
            Some(queue).filter(|_| there).or_else(|| route::last_resort(self.strategy).cloned());
        let passed_over = self.follow().passed_over();
        let left = self.follow().left(State::Expired, why, None);
        self.take(left);
        let Some(queue) = queue else {
            self.find_another(passed_over);
            return;
        };
        let assigned = self.follow().assigned(Owner::Queue(queue), why, None);
        self.take(assigned);
        self.begin();
    }

    /// Its owner has it no more, and another one is looked for.
    fn pass_on(&mut self, state: State, why: Code, by: Option<&By>) {
        let passed_over = self.follow().passed_over();
        if let Some(queue) = self.queue_in_the_end() {
            let reasons = vec![Reason::new(why)];
            let moved = self.follow().moved(state, reasons, by, None);
            self.take(moved);
            self.put_into_queue(queue, Code::ChainEnded);
            return;
        }
        let left = self.follow().left(state, why, by);
        self.take(left);
        self.find_another(passed_over);
    }

    /// The queue of a lead that had as many owners as one can have; none while there may be another.
    fn queue_in_the_end(&self) -> Option<QueueName> {
        let had_all = self.follow().handoff.round >= ROUNDS_MAX;
        route::last_resort(self.strategy).filter(|_| had_all).cloned()
    }

    fn mend(&mut self) {
        let passed_over = self.follow().handoff.passed_over.clone();
        let mut mended = self.follow().moved(State::Repaired, Vec::new(), None, None);
        mended.extend(self.follow().work_ended());
        self.take(mended);
        self.find_another(passed_over);
    }

    fn timer(&mut self, wake: Wake) {
        let (effects, next) = match wake {
            Wake::Warn { target, generation, .. } => {
                (self.follow().warned(target, generation), Next::Stays)
            }
            Wake::Due { target, generation, .. } => {
                let (effects, next) = self.follow().breached(target, generation);
                self.take(effects);
                // Whoever let it pass is the one whom the chain speaks of.
                if next != Next::Stays {
                    let told = self.follow().told_at_breach();
                    self.take(told);
                }
                return self.go_on(next);
            }
            Wake::Chain { step, generation, .. } => self.follow().chained(step, generation),
            Wake::TargetChain { target, step, generation, .. } => {
                self.follow().target_chained(target, step, generation)
            }
            // Folders of form 1 have these: the lead rested until then, and nothing was to be done.
            Wake::Return { .. } => return,
            Wake::Settle { .. } => return self.settle(),
            Wake::Route { round, .. } => (Effects::new(), self.follow().looked_again(round)),
        };
        self.take(effects);
        self.go_on(next);
    }

    fn go_on(&mut self, next: Next) {
        match next {
            Next::Stays => {}
            Next::PassOn(why) => self.pass_on(State::Expired, why, None),
            Next::Queue(queue, why) => self.put_into_queue(queue, why),
            Next::Pool(pool) => self.find_in_pool(&pool),
            Next::Route(passed_over) => self.find_another(passed_over),
            Next::Mend => self.mend(),
            Next::Review(why) => self.review(why),
            Next::Later => {
                let later = self.follow().looked_at_later();
                self.take(later);
            }
        }
    }

    fn deed(&mut self, deed: &Deed) -> Result<(), Refusal> {
        match deed {
            Deed::Accept { member, note, by } => {
                self.accept(member.as_ref(), note.as_ref(), by.as_ref())
            }
            Deed::Reject { reason, note, by } => self.reject(*reason, note.as_ref(), by.as_ref()),
            Deed::Reassign { to, note, by } => self.reassign(to, note.as_ref(), by.as_ref()),
            Deed::HandOn { to, by } => self.hand_on(to, by.as_ref()),
            Deed::Outcome { outcome, occurred, returns, note, by } => {
                let (outcome, occurred, returns) = (*outcome, *occurred, *returns);
                let (note, by) = (note.as_ref(), by.as_ref());
                self.conclude(&OutcomeReport { outcome, occurred, returns, note, by })
            }
            Deed::Debrief { right, complaints, note, by } => {
                let (note, by) = (note.as_ref(), by.as_ref());
                let debriefed = self.follow().debriefed(*right, *complaints, note, by)?;
                self.take(debriefed);
                Ok(())
            }
            Deed::Feedback { of, feedback, note, by } => {
                let (note, by) = (note.as_ref(), by.as_ref());
                let judged = self.follow().judged(of, *feedback, note, by)?;
                self.take(judged);
                Ok(())
            }
            Deed::Snooze { until, by } => {
                let snoozed = self.follow().snoozed(*until, by.as_ref())?;
                self.take(snoozed);
                Ok(())
            }
            Deed::Undo { by } => self.undo(by.as_ref()),
        }
    }

    fn accept(
        &mut self,
        member: Option<&MemberId>,
        note: Option<&Note>,
        by: Option<&By>,
    ) -> Result<(), Refusal> {
        let noted = self.follow().noted(note, by)?;
        if let Some(member) = self.follow().accepted_by(member)? {
            self.reassign(&Owner::Person(member), None, by)?;
        }
        self.take(noted);
        let moved = self.follow().moved(State::Accepted, Vec::new(), by, None);
        self.take(moved);
        let stopped = self.follow().stopped(Target::Accept);
        self.take(stopped);
        let taken = self.follow().taken();
        self.take(taken);
        self.deliver(State::Accepted);
        Ok(())
    }

    fn reject(&mut self, why: Code, note: Option<&Note>, by: Option<&By>) -> Result<(), Refusal> {
        self.follow().may_be_rejected()?;
        let noted = self.follow().noted(note, by)?;
        // Before it passes on, so that whoever has it next reads it.
        self.take(noted);
        match self.run.held_until() {
            Some(until) => {
                let refused = self.follow().refused(why, by, until);
                self.take(refused);
            }
            None => self.pass_on(State::Rejected, why, by),
        }
        Ok(())
    }

    /// From here on it can be taken back until then.
    fn offer_undo(&mut self, until: Moment, deed: &Deed) {
        let mark = match deed {
            Deed::Snooze { by, .. } => by.as_ref().and_then(By::member).cloned(),
            Deed::Accept { .. }
            | Deed::Reject { .. }
            | Deed::Reassign { .. }
            | Deed::HandOn { .. }
            | Deed::Outcome { .. }
            | Deed::Debrief { .. }
            | Deed::Feedback { .. }
            | Deed::Undo { .. } => None,
        };
        let offered = self.follow().undo_offered(until, mark, self.run.desk());
        self.take(offered);
        self.run.hold_until(until);
    }

    /// A refusal stands: it passes on.
    fn settle(&mut self) {
        if !self.follow().handoff.is_to_settle() {
            return;
        }
        if let Some(queue) = self.queue_in_the_end() {
            self.put_into_queue(queue, Code::ChainEnded);
        } else {
            let passed_over = self.follow().passed_over();
            let ended = self.follow().work_ended();
            self.take(ended);
            self.find_another(passed_over);
        }
    }

    /// What it waits for while a refusal can be taken back: its chain on silence rests then.
    fn rested(&self) -> Option<Vec<Waking>> {
        let known = self.follow().handoff;
        known.is_to_settle().then(|| known.wakes())
    }

    /// What rested goes on, whatever came after the refusal.
    fn go_on_from(&mut self, rested: Option<Vec<Waking>>) {
        if let Some(rested) = rested {
            let waits = self.follow().waits_again(&rested);
            self.take(waits);
        }
    }

    /// What was done last is taken back.
    fn undo(&mut self, by: Option<&By>) -> Result<(), Refusal> {
        self.follow().may_be_undone()?;
        let Some(undo) = self.follow().handoff.undo.clone() else { return Ok(()) };
        let withdrawn = self.follow().sending().withdrawn_by(&undo);
        let waited_for = self.follow().handoff.wakes();
        let undone = self.follow().undone(by);
        self.take(undone);
        for delivery in withdrawn {
            let again = self.follow().sending().queued_again(self.strategy, delivery);
            self.take(again);
        }
        let known = self.follow().handoff;
        let line = line_again(self.strategy, self.run.desk(), self.account, known, undo.waited);
        self.take(line);
        let waits = self.follow().waits_again(&waited_for);
        self.take(waits);
        Ok(())
    }

    fn reassign(
        &mut self,
        to: &Owner,
        note: Option<&Note>,
        by: Option<&By>,
    ) -> Result<(), Refusal> {
        self.follow().may_be_given(to, self.run.desk())?;
        let noted = self.follow().noted(note, by)?;
        self.take(noted);
        if *to == Owner::Engine {
            let passed_over = self.follow().passed_over();
            let mut given_up = self.follow().given_up();
            given_up.extend(self.follow().work_ended());
            self.take(given_up);
            self.find_another(passed_over);
            return Ok(());
        }
        let given = self.follow().given(to, by);
        self.take(given);
        self.begin();
        Ok(())
    }

    fn hand_on(&mut self, to: &Owner, by: Option<&By>) -> Result<(), Refusal> {
        self.follow().may_be_given(to, self.run.desk())?;
        if *to == Owner::Engine {
            self.pass_on(State::Expired, Code::HandedOn, by);
            return Ok(());
        }
        let left = self.follow().left(State::Expired, Code::HandedOn, by);
        self.take(left);
        let given = self.follow().handed_on(to, by);
        self.take(given);
        self.begin();
        Ok(())
    }

    fn conclude(&mut self, told: &OutcomeReport<'_>) -> Result<(), Refusal> {
        if let Some(member) = self.follow().worked_by(told, self.run.desk())? {
            self.reassign(&Owner::Person(member), None, told.by)?;
        }
        let is_taken = self.follow().handoff.accepted.is_some();
        let concluded = self.follow().concluded(told);
        self.take(concluded);
        if !is_taken {
            let taken = self.follow().taken();
            self.take(taken);
        }
        Ok(())
    }
}
