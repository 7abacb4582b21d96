//! A handoff: the explicit state object that crosses from marketing to sales.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::{Fact, Header, Routing, Score, StrategyVersion, Undo};
use domain::handoff::{Action, Actor, Autonomy, DeliveryState, MemberId, Owner, State, Target};
use domain::reason::{Code, Reason};
use domain::{DeliveryId, HandoffId, Moment, NodeId, PersonId, SignalId};

/// The step of an escalation that belongs to no chain: a queue's owner did not act in time.
pub const QUEUE_OVERDUE: u16 = u16::MAX - 1;

/// One handoff, as far as the facts say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handoff {
    /// Which.
    pub id: HandoffId,
    /// Rises with everything that changes what its page says.
    pub version: u32,
    /// `marketing-to-sales` or another kind of the readiness table.
    pub kind: String,
    /// Where it is.
    pub state: State,
    /// Whose lead it is.
    pub person: PersonId,
    /// The node that its signal belongs to, under whose key its texts are sealed.
    pub node: NodeId,
    /// The signal that began it.
    pub signal: SignalId,
    /// Who has it. There is exactly one at every committed instant.
    pub owner: Owner,
    /// The strategy that decided.
    pub strategy: Option<StrategyVersion>,
    /// The SLA's name in that strategy.
    pub sla: Option<String>,
    /// When it was proposed: what was known then is what the decision leaned on.
    pub opened: Moment,
    /// When the present owner got it.
    pub assigned: Option<Moment>,
    /// When it came into its present state.
    pub since: Moment,
    /// The score that the decision leaned on.
    pub score: Arc<Score>,
    /// What was decided.
    pub decision: Option<Arc<Decision>>,
    /// How the present owner was found.
    pub routing: Arc<Routing>,
    /// The strategy that was in force when the present owner was found.
    pub routed_under: Option<StrategyVersion>,
    /// Who gave it to the present owner, where a person did.
    pub assigned_by: Option<String>,
    /// Why it is in its present state.
    pub reasons: Vec<Reason>,
    /// The strategy that was in force when it came into its present state.
    pub reasons_under: Option<StrategyVersion>,
    /// How many times an owner was looked for.
    pub round: u32,
    /// Who had it before and must not get it again until all others have.
    pub passed_over: Vec<MemberId>,
    /// The clocks of its SLA.
    pub clocks: BTreeMap<Target, Clock>,
    /// The next step of the chain on silence.
    pub chain_step: u16,
    /// The start of the accept clock that the chain began with. A person's assignment begins it anew.
    pub chain_generation: u32,
    /// Whether the chain is on its way: it is once there is an offer, until somebody takes it.
    pub chained: bool,
    /// How many times it came onto the error path.
    pub faults: u32,
    /// How many times it was given to somebody, a queue or back to the engine.
    pub assignments: u32,
    /// What left, in order.
    pub deliveries: Vec<Delivery>,
    /// When the owner took it.
    pub accepted: Option<Moment>,
    /// The first human touch.
    pub touched: Option<Moment>,
    /// When a recycled lead may come back.
    pub returns: Option<Moment>,
    /// How many times it came back to the engine from an owner.
    pub debriefs: u16,
    /// Who did the last change.
    pub actor: Actor,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What is to be done.
    pub action: Action,
    /// Why.
    pub reasons: Vec<Reason>,
    /// How much of it goes by itself.
    pub autonomy: Autonomy,
    /// What was known and when.
    pub known_as_of: Moment,
}

/// One clock of an SLA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Runs from here.
    pub from: Moment,
    /// Warns here.
    pub warn: Option<Moment>,
    /// Is due here.
    pub due: Moment,
    /// How many times it was started before.
    pub generation: u32,
    /// Whether it has warned.
    pub warned: bool,
    /// Whether it is overdue; it goes on measuring.
    pub breached: bool,
    /// When it stopped.
    pub stopped: Option<Moment>,
}

impl Clock {
    /// Whether it still runs.
    pub const fn is_running(&self) -> bool {
        self.stopped.is_none()
    }
}

/// One effect on an outside system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which; the destination's idempotency key.
    pub id: DeliveryId,
    /// Which step of `destinations.yaml`, by its place.
    pub step: u16,
    /// The strategy that was in force when it was made.
    pub strategy: Option<StrategyVersion>,
    /// Where to, as configured.
    pub destination: String,
    /// What it takes back, if it is a compensation.
    pub undoes: Option<DeliveryId>,
    /// How it is taken back, as the strategy said that made it.
    pub undo: Option<Box<Undo>>,
    /// Where it is.
    pub state: DeliveryState,
    /// How many attempts were begun.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub code: Option<Code>,
    /// The destination's last status.
    pub status: Option<u16>,
    /// When it is tried again.
    pub again: Option<Moment>,
    /// When it came into its present state.
    pub since: Moment,
    /// For which owner it was made.
    pub owner: Owner,
    /// For which assignment it was made: what was sent for an earlier one is no longer meant, even
    /// where the owner is the same again.
    pub assignment: u32,
}

impl Handoff {
    /// A handoff that was just proposed.
    pub(super) fn proposed(header: &Header, fact: &Fact) -> Option<Self> {
        let Fact::HandoffProposed { handoff, person, node, kind, sla, signal } = fact else {
            return None;
        };
        Some(Self {
            id: *handoff,
            version: 1,
            kind: kind.clone(),
            state: State::Proposed,
            person: *person,
            node: *node,
            signal: *signal,
            owner: Owner::Engine,
            strategy: header.strategy,
            sla: sla.clone(),
            opened: header.moment,
            assigned: None,
            since: header.moment,
            score: Arc::default(),
            decision: None,
            routing: Arc::default(),
            routed_under: None,
            assigned_by: None,
            reasons: Vec::new(),
            reasons_under: None,
            round: 0,
            passed_over: Vec::new(),
            clocks: BTreeMap::new(),
            chain_step: 0,
            chain_generation: 0,
            chained: false,
            faults: 0,
            assignments: 0,
            deliveries: Vec::new(),
            accepted: None,
            touched: None,
            returns: None,
            debriefs: 0,
            actor: header.actor,
        })
    }

    /// The strategies that what is known of it was said under.
    pub fn strategies(&self) -> impl Iterator<Item = StrategyVersion> {
        let own = [self.strategy, self.routed_under, self.reasons_under];
        let sent = self.deliveries.iter().map(|delivery| delivery.strategy);
        own.into_iter().chain(sent).flatten()
    }

    /// Whether it is still on its way.
    pub const fn is_open(&self) -> bool {
        !self.state.is_terminal()
    }

    /// Whether it asks a person what is to be done, and nobody has answered.
    pub fn is_question(&self) -> bool {
        self.state == State::InReview
            && self.decision.as_ref().is_some_and(|known| known.action == Action::AskAPerson)
    }

    /// The accept deadline while an offer runs, or of the queue.
    pub fn accept_by(&self) -> Option<Moment> {
        self.clocks.get(&Target::Accept).map(|clock| clock.due)
    }

    /// The delivery with this id.
    pub fn delivery(&self, id: DeliveryId) -> Option<&Delivery> {
        self.deliveries.iter().find(|delivery| delivery.id == id)
    }

    /// Whether a delivery is no longer meant: somebody else has the handoff, or nobody is to.
    pub fn is_over_for(&self, delivery: &Delivery) -> bool {
        delivery.undoes.is_none()
            && (delivery.assignment != self.assignments
                || matches!(self.state, State::Withdrawn | State::Faulted | State::Expired))
    }

    /// Takes in a fact that speaks of this handoff.
    pub(super) fn apply(&mut self, header: &Header, fact: &Fact) {
        self.actor = header.actor;
        if self.apply_delivery(header, fact) {
            return;
        }
        self.version += 1;
        if self.apply_clock(header, fact) {
            return;
        }
        if let Fact::OwnerWanted { round, passed_over, .. } = fact {
            self.round = *round + 1;
            self.passed_over.clone_from(passed_over);
            self.owner = Owner::Engine;
        } else if let Fact::OwnerAssigned { owner, routing, by, .. } = fact {
            if self.owner != *owner {
                self.had_it();
            }
            self.owner = owner.clone();
            self.routing = Arc::new(routing.clone());
            self.routed_under = header.strategy;
            self.assigned_by.clone_from(by);
            self.assigned = Some(header.moment);
            self.assignments += 1;
            if routing.reasons.iter().any(|reason| reason.code == Code::ManagerAsked) {
                (self.chain_step, self.chained) = (0, false);
                let clock = self.clocks.get(&Target::Accept);
                self.chain_generation = clock.map_or(0, |clock| clock.generation + 1);
            }
        } else if let Fact::HandoffMoved { state, reasons, returns, .. } = fact {
            self.enter(header, *state);
            self.reasons.clone_from(reasons);
            self.reasons_under = header.strategy;
            self.returns = *returns;
        } else if let Fact::Escalated { step, .. } = fact {
            if *step != QUEUE_OVERDUE {
                self.chain_step = step.saturating_add(1);
            }
        } else if let Fact::Touched { .. } = fact {
            self.touched = self.touched.or(Some(header.moment));
        } else if let Fact::OutcomeRecorded { outcome, .. } = fact {
            self.enter(header, *outcome);
            self.reasons.clear();
        } else if let Fact::Debriefed { .. } = fact {
            self.debriefs += 1;
        }
    }

    fn enter(&mut self, header: &Header, state: State) {
        if self.state != state {
            self.since = header.moment;
        }
        self.state = state;
        if matches!(state, State::Rejected | State::Expired) {
            self.had_it();
        }
        match state {
            State::Accepted => {
                self.accepted = self.accepted.or(Some(header.moment));
                self.chained = false;
            }
            State::Working | State::Met | State::Qualified => {
                self.accepted = self.accepted.or(Some(header.moment));
                self.chained = false;
                self.touched = self.touched.or(Some(header.moment));
            }
            // Whoever is asked next has not taken it.
            State::Queued | State::Offered | State::Rejected | State::Expired => {
                self.accepted = None;
                self.chained |= state == State::Offered;
            }
            State::Faulted => self.faults += 1,
            State::Proposed
            | State::Checked
            | State::InReview
            | State::Won
            | State::Lost
            | State::Held
            | State::Recycled
            | State::Disqualified
            | State::Withdrawn
            | State::Repaired => {}
        }
    }

    /// Its owner has it no more. The last of the list is the one who had it last.
    fn had_it(&mut self) {
        if let Owner::Person(member) = &self.owner {
            self.passed_over.retain(|known| known != member);
            self.passed_over.push(member.clone());
        }
    }

    fn apply_clock(&mut self, header: &Header, fact: &Fact) -> bool {
        if let Fact::ClockStarted { target, from, warn, due, generation, .. } = fact {
            let clock = Clock {
                from: *from,
                warn: *warn,
                due: *due,
                generation: *generation,
                warned: false,
                breached: false,
                stopped: None,
            };
            self.clocks.insert(*target, clock);
        } else if let Fact::ClockStopped { target, .. } = fact {
            if let Some(clock) = self.clocks.get_mut(target) {
                clock.stopped = clock.stopped.or(Some(header.moment));
            }
        } else if let Fact::SlaWarned { target, .. } = fact {
            if let Some(clock) = self.clocks.get_mut(target) {
                clock.warned = true;
            }
        } else if let Fact::SlaBreached { target, .. } = fact {
            if let Some(clock) = self.clocks.get_mut(target) {
                clock.breached = true;
            }
        } else {
            return false;
        }
        true
    }

    fn apply_delivery(&mut self, header: &Header, fact: &Fact) -> bool {
        if let Fact::DeliveryQueued { delivery, step, destination, undoes, undo, .. } = fact {
            self.deliveries.push(Delivery {
                id: *delivery,
                step: *step,
                strategy: header.strategy,
                destination: destination.clone(),
                undoes: *undoes,
                undo: undo.clone(),
                state: DeliveryState::Queued,
                attempts: 0,
                code: None,
                status: None,
                again: None,
                since: header.moment,
                owner: self.owner.clone(),
                assignment: self.assignments,
            });
        } else if let Fact::DeliveryAttempted { delivery, attempt } = fact {
            self.change(*delivery, |known| {
                known.state = DeliveryState::Attempting;
                known.attempts = (*attempt).max(known.attempts);
            });
        } else if let Fact::DeliveryMoved { delivery, state, code, again, status, .. } = fact {
            self.change(*delivery, |known| {
                known.state = *state;
                known.code = *code;
                known.again = *again;
                known.status = status.or(known.status);
                known.since = header.moment;
            });
        } else {
            return false;
        }
        true
    }

    fn change(&mut self, delivery: DeliveryId, change: impl FnOnce(&mut Delivery)) {
        if let Some(known) = self.deliveries.iter_mut().find(|known| known.id == delivery) {
            change(known);
        }
    }
}
