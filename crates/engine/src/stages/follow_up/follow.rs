//! A handoff that is followed up: offers, queues, and from one owner to the next.

use domain::errand::{Errand, Wake};
use domain::fact::{By, Fact, Routing};
use domain::handoff::{MemberId, Owner, QueueName, State, Target};
use domain::reason::{Code, Reason};
use domain::{Moment, Span};
use rules::sla::{Sla, When};
use rules::strategy::Strategy;

use crate::effects::Effects;
use crate::stages::deliver::Sending;
use crate::stages::route;
use crate::state::{AccountContext, Clock, Handoff, Waking};

/// A handoff that is followed up.
#[derive(Clone, Copy, Debug)]
pub struct Follow<'a> {
    /// The strategy in force.
    pub strategy: &'a Strategy,
    /// Its account.
    pub account: AccountContext<'a>,
    /// As it stands.
    pub handoff: &'a Handoff,
    /// The moment of the turn.
    pub now: Moment,
}

/// When the chain of a target after `accept` takes its first step, where it has one. It cannot begin
/// with `after`.
fn chain_of_target(sla: &Sla, target: Target, clock: &Clock) -> Option<Moment> {
    if target == Target::Accept {
        return None;
    }
    Some(match sla.chain(target).first()?.when {
        When::Warn => clock.warn.unwrap_or(clock.due),
        When::Breach | When::After(_) => clock.due,
    })
}

impl<'a> Follow<'a> {
    /// Its owner was found: the offer or the queue begins, with its clocks.
    pub fn begun(self) -> Effects {
        match &self.handoff.owner {
            Owner::Person(member) => self.offered(member),
            Owner::Queue(queue) => self.queued(queue),
            Owner::Engine => Effects::new(),
        }
    }

    fn offered(self, member: &MemberId) -> Effects {
        let sla = self.sla();
        let clocks = sla.map_or_else(Vec::new, |sla| self.clocks_of_offer(sla, member));
        let started = clocks.iter().find(|(target, _)| *target == Target::Accept);
        let accept = started.map(|(_, clock)| *clock);
        let accept = accept.or_else(|| self.handoff.clocks.get(&Target::Accept).copied());
        let chain = sla.and_then(|sla| self.chain_begun(sla, accept));
        let mut effects = self.said(Fact::HandoffMoved {
            handoff: self.handoff.id,
            state: State::Offered,
            reasons: Vec::new(),
            by: None,
            returns: None,
            chain: chain.map(|(due, _)| due),
        });
        for (target, clock) in clocks {
            let chain = sla.and_then(|sla| chain_of_target(sla, target, &clock));
            effects.extend(self.started(target, clock, chain));
        }
        if let Some((due, wake)) = chain {
            effects.extend(self.wake_at(due, wake));
        }
        effects
    }

    /// Somebody took it: from here on the chains of what they are to do next run.
    pub fn taken(self) -> Effects {
        let mut effects = Effects::new();
        for Waking { wake, due } in self.handoff.chains_of_targets() {
            effects.extend(self.wake_at(due.unwrap_or(self.now), wake));
        }
        effects
    }

    /// The clocks that start with an offer: the accept clock anew, the others once.
    fn clocks_of_offer(self, sla: &Sla, member: &MemberId) -> Vec<(Target, Clock)> {
        let Some(calendar) = self.calendar(sla, Some(member)) else { return Vec::new() };
        let restarts = |target: &Target| {
            *target == Target::Accept || !self.handoff.clocks.contains_key(target)
        };
        let targets = [Target::Accept, Target::FirstTouch, Target::Qualify].into_iter();
        let goals = targets.filter(restarts).filter_map(|target| Some((target, sla.goal(target)?)));
        goals.map(|(target, goal)| (target, self.clock(target, calendar, goal))).collect()
    }

    fn queued(self, queue: &QueueName) -> Effects {
        let mut effects = self.moved(State::Queued, Vec::new(), None, None);
        effects.extend(self.queue_clock(queue));
        effects
    }

    /// A person is to look at it first: the queue that answers for what found nobody has it.
    pub fn reviewed(self, why: Code) -> Effects {
        let Some(queue) = route::last_resort(self.strategy) else { return self.looked_at_later() };
        let mut effects = self.assigned(Owner::Queue(queue.clone()), why, None);
        effects.extend(self.queue_clock(queue));
        effects
    }

    /// Nobody is there to whom it could be given: somebody may be tomorrow.
    pub fn looked_at_later(self) -> Effects {
        let (handoff, round) = (self.handoff.id, self.handoff.round);
        self.wake_at(self.now + Span::DAY, Wake::Route { handoff, round })
    }

    /// Its owner has it no more: what was sent for them is taken back, and they have room.
    pub fn left(self, state: State, why: Code, by: Option<&By>) -> Effects {
        let mut effects = self.moved(state, vec![Reason::new(why)], by, None);
        effects.extend(self.given_up());
        effects.extend(self.work_ended());
        effects
    }

    /// What was sent for the owner who has it no more is taken back.
    pub fn given_up(self) -> Effects {
        let mut effects = self.stopped(Target::Accept);
        effects.extend(self.sending().take_back(self.strategy, Code::OwnerChanged));
        effects
    }

    /// It is withdrawn, and its owner has room.
    pub fn withdrawn(self, why: Code) -> Effects {
        let mut effects = self.moved(State::Withdrawn, vec![Reason::new(why)], None, None);
        effects.extend(self.sending().take_back(self.strategy, Code::OwnerChanged));
        effects.extend(self.work_ended());
        effects
    }

    /// It is given to somebody, whatever the routes say.
    pub fn assigned(self, owner: Owner, why: Code, by: Option<&By>) -> Effects {
        let routing = Routing { reasons: vec![Reason::new(why)], ..Routing::default() };
        let (handoff, by) = (self.handoff.id, by.cloned());
        self.said(Fact::OwnerAssigned { handoff, owner, routing: routing.into(), by })
    }

    /// It comes into a state.
    pub fn moved(
        self,
        state: State,
        reasons: Vec<Reason>,
        by: Option<&By>,
        returns: Option<Moment>,
    ) -> Effects {
        let (handoff, by) = (self.handoff.id, by.cloned());
        self.said(Fact::HandoffMoved { handoff, state, reasons, by, returns, chain: None })
    }

    /// Who has it has room again.
    pub fn work_ended(self) -> Effects {
        let mut effects = Effects::new();
        if let Owner::Person(member) = &self.handoff.owner {
            let (handoff, member) = (self.handoff.id, member.clone());
            effects.desk(Fact::WorkEnded { handoff, member });
        }
        effects
    }

    /// Who must not get it again once its owner let it go; the last is who let it go last.
    pub fn passed_over(self) -> Vec<MemberId> {
        let mut passed_over = self.handoff.passed_over.clone();
        if let Owner::Person(member) = &self.handoff.owner {
            passed_over.retain(|known| known != member);
            passed_over.push(member.clone());
        }
        passed_over
    }

    /// Its deliveries.
    pub const fn sending(self) -> Sending<'a> {
        Sending { account: self.account, handoff: self.handoff, now: self.now }
    }

    pub(super) fn said(self, fact: Fact) -> Effects {
        Effects::of_account(self.account.id, fact)
    }

    pub(super) fn wake_at(self, due: Moment, wake: Wake) -> Effects {
        let mut effects = Effects::new();
        effects.errand(Errand::WakeAt { due, account: self.account.id, wake });
        effects
    }
}
