//! A handoff: the explicit state object that crosses from marketing to sales.

use std::sync::Arc;

use domain::fact::{By, Fact, Notice, Routing, Score, StrategyVersion, Undo};
use domain::handoff::{
    Action, Actor, Autonomy, DeliveryState, MemberId, Occasion, Owner, State, Target,
};
use domain::reason::{Code, Reason};
use domain::{DeliveryId, HandoffId, Moment, NodeId, PersonId, SignalId};

use crate::chunked::SharedMap;

/// The step of an escalation that belongs to no chain: a queue's owner did not act in time.
pub const QUEUE_OVERDUE: u16 = u16::MAX - 1;

/// One handoff, as far as the facts say.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Handoff {
    /// The id of the handoff.
    #[n(0)]
    pub id: HandoffId,
    /// Rises with everything that changes what its page says.
    #[n(1)]
    pub version: u32,
    /// `marketing-to-sales` or another kind of the readiness table.
    #[n(2)]
    pub kind: String,
    /// Where it is.
    #[n(3)]
    pub state: State,
    /// Whose lead it is.
    #[n(4)]
    pub person: PersonId,
    /// The node that its signal belongs to, under whose key its texts are sealed.
    #[n(5)]
    pub node: NodeId,
    /// The signal that began it.
    #[n(6)]
    pub signal: SignalId,
    /// Who has it. There is exactly one at every committed instant.
    #[n(7)]
    pub owner: Owner,
    /// The strategy that decided.
    #[n(8)]
    pub strategy: Option<StrategyVersion>,
    /// The SLA's name in that strategy.
    #[n(9)]
    pub sla: Option<String>,
    /// When it was proposed: what was known then is what the decision leaned on.
    #[n(10)]
    pub opened: Moment,
    /// When the present owner got it.
    #[n(11)]
    pub assigned: Option<Moment>,
    /// When it came into its present state.
    #[n(12)]
    pub since: Moment,
    /// The score that the decision leaned on.
    #[cbor(n(13), with = "crate::chunked::shared")]
    pub score: Arc<Score>,
    /// What was decided.
    #[cbor(n(14), with = "crate::chunked::shared_option")]
    pub decision: Option<Arc<Decision>>,
    /// How the present owner was found.
    #[cbor(n(15), with = "crate::chunked::shared")]
    pub routing: Arc<Routing>,
    /// The strategy that was in force when the present owner was found.
    #[n(16)]
    pub routed_under: Option<StrategyVersion>,
    /// Who gave it to the present owner, where a person did.
    #[n(17)]
    pub assigned_by: Option<By>,
    /// Why it is in its present state.
    #[n(18)]
    pub reasons: Vec<Reason>,
    /// The strategy that was in force when it came into its present state.
    #[n(19)]
    pub reasons_under: Option<StrategyVersion>,
    /// How many times an owner was looked for.
    #[n(20)]
    pub round: u32,
    /// Who had it before and must not get it again until all others have.
    #[n(21)]
    pub passed_over: Vec<MemberId>,
    /// The clocks of its SLA.
    #[cbor(n(22), with = "crate::chunked::shared_map")]
    pub clocks: SharedMap<Target, Clock>,
    /// The next step of the chain on silence.
    #[n(23)]
    pub chain_step: u16,
    /// The start of the accept clock that the chain began with. A person's assignment begins it anew.
    #[n(24)]
    pub chain_generation: u32,
    /// Whether the chain is on its way: it is once there is an offer, until somebody takes it.
    #[n(25)]
    pub chained: bool,
    /// When its next step is due.
    #[n(26)]
    pub chain_due: ChainDue,
    /// How many times it came onto the error path.
    #[n(27)]
    pub faults: u32,
    /// How many times it was given to somebody, a queue or back to the engine.
    #[n(28)]
    pub assignments: u32,
    /// What left, in order.
    #[n(29)]
    pub deliveries: Vec<Delivery>,
    /// When the owner took it.
    #[n(30)]
    pub accepted: Option<Moment>,
    /// The first human touch.
    #[n(31)]
    pub touched: Option<Moment>,
    /// When a recycled lead may come back.
    #[n(32)]
    pub returns: Option<Moment>,
    /// How many debriefs were given on it.
    #[n(33)]
    pub debriefs: u16,
    /// Who did the last change.
    #[n(34)]
    pub actor: Actor,
    /// Where the chains of the targets after `accept` are.
    #[cbor(n(35), with = "crate::chunked::shared_map")]
    pub chains: SharedMap<Target, TargetChain>,
    /// Whether whoever had it last said no to it, and it has not been offered since.
    #[n(36)]
    pub refused: bool,
    /// What was done last, while it is the last and can be taken back.
    #[n(37)]
    pub undo: Option<Box<Undoable>>,
    /// How many times something was taken back; none where nothing ever was. What leaves afterwards is
    /// told by it from what was to leave before.
    #[n(38)]
    pub undone: Option<u32>,
}

/// Something that was done last, and what the handoff was before it.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Undoable {
    /// When it was done.
    #[n(0)]
    pub at: Moment,
    /// Until when it can be taken back.
    #[n(1)]
    pub until: Moment,
    /// The handoff as it was, without its deliveries.
    #[cbor(n(2), with = "crate::chunked::shared")]
    pub before: Arc<Handoff>,
    /// How many deliveries it had.
    #[n(3)]
    pub deliveries: u32,
    /// Since when the lead waited in its line, where it did.
    #[n(4)]
    pub waited: Option<Moment>,
    /// Whether all of the deed was said: what moves the handoff from then on is something else.
    #[n(5)]
    pub done: bool,
    /// Whose mark it changed, where it is no more than a mark.
    #[n(6)]
    pub mark: Option<MemberId>,
    /// Until when that mark stood before.
    #[n(7)]
    pub marked: Option<Moment>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Decision {
    /// What is to be done.
    #[n(0)]
    pub action: Action,
    /// The reasons, in the order in which they held.
    #[n(1)]
    pub reasons: Vec<Reason>,
    /// How much of it goes by itself.
    #[n(2)]
    pub autonomy: Autonomy,
    /// What was known and when.
    #[n(3)]
    pub known_as_of: Moment,
}

/// One clock of an SLA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Clock {
    /// Runs from here.
    #[n(0)]
    pub from: Moment,
    /// Warns here.
    #[n(1)]
    pub warn: Option<Moment>,
    /// Is due here.
    #[n(2)]
    pub due: Moment,
    /// How many times it was started before.
    #[n(3)]
    pub generation: u32,
    /// Whether it has warned.
    #[n(4)]
    pub warned: bool,
    /// Whether it is overdue; it goes on measuring.
    #[n(5)]
    pub breached: bool,
    /// When it stopped.
    #[n(6)]
    pub stopped: Option<Moment>,
}

impl Clock {
    pub(crate) const fn started(
        from: Moment,
        warn: Option<Moment>,
        due: Moment,
        generation: u32,
    ) -> Self {
        Self { from, warn, due, generation, warned: false, breached: false, stopped: None }
    }

    /// Whether it still runs.
    pub const fn is_running(&self) -> bool {
        self.stopped.is_none()
    }
}

/// Where the chain on silence of a target stands. It is on its way while somebody who took the
/// handoff has not come to the target.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct TargetChain {
    /// Its next step.
    #[n(0)]
    pub step: u16,
    /// When that is due; none once there is no further step.
    #[n(1)]
    pub due: Option<Moment>,
}

/// When the next step of a chain is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum ChainDue {
    /// No fact says it: an earlier version wrote them.
    #[n(0)]
    Unsaid,
    /// The moment at which it is due.
    #[n(1)]
    At(#[n(0)] Moment),
    /// There is no further step.
    #[n(2)]
    Ended,
}

/// One effect on an outside system.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Delivery {
    /// Which; the destination's idempotency key.
    #[n(0)]
    pub id: DeliveryId,
    /// Which step of `destinations.yaml`, by its place.
    #[n(1)]
    pub step: u16,
    /// The strategy that was in force when it was made.
    #[n(2)]
    pub strategy: Option<StrategyVersion>,
    /// Where to, as configured.
    #[n(3)]
    pub destination: String,
    /// What it takes back, if it is a compensation.
    #[n(4)]
    pub undoes: Option<DeliveryId>,
    /// How it is taken back, as the strategy said that made it.
    #[n(5)]
    pub undo: Option<Box<Undo>>,
    /// Where it is.
    #[n(6)]
    pub state: DeliveryState,
    /// How many attempts were begun.
    #[n(7)]
    pub attempts: u32,
    /// Why the last attempt failed.
    #[n(8)]
    pub code: Option<Code>,
    /// The destination's last status.
    #[n(9)]
    pub status: Option<u16>,
    /// When it is tried again; for the first time, where it is not to leave at once.
    #[n(10)]
    pub again: Option<Moment>,
    /// When it came into its present state.
    #[n(11)]
    pub since: Moment,
    /// For which owner it was made.
    #[n(12)]
    pub owner: Owner,
    /// For which assignment it was made: what was sent for an earlier one is no longer meant, even
    /// where the owner is the same again.
    #[n(13)]
    pub assignment: u32,
    /// What it tells of and whom; none where its step tells nobody and waits for a state.
    #[n(14)]
    pub notice: Option<Box<Notice>>,
    /// How many of its attempts could not succeed as the configuration was. They use up none of those
    /// that an errand has.
    #[n(15)]
    pub misconfigured: Option<u32>,
    /// The delivery under whose id it left with others, or is about to; none where it leaves alone.
    #[n(16)]
    pub bundle: Option<DeliveryId>,
}

impl Delivery {
    /// The occasion that it tells of; none for a step that waits for a state.
    pub fn occasion(&self) -> Option<Occasion> {
        self.notice.as_deref()?.occasion
    }

    /// Whether it is still to be sent once somebody else has the handoff: what has occurred has, and
    /// whoever is told of it is to know.
    pub fn outlives_its_owner(&self) -> bool {
        self.occasion().is_some_and(|occasion| !occasion.is_for_its_owner())
    }
}

impl Handoff {
    /// The strategies that what is known of it was said under.
    pub fn strategies(&self) -> impl Iterator<Item = StrategyVersion> {
        let own = [self.strategy, self.routed_under, self.reasons_under];
        let sent = self.deliveries.iter().map(|delivery| delivery.strategy);
        own.into_iter().chain(sent).flatten()
    }

    /// It stays as it is, since the program failed on something of it.
    pub fn parked(&self, code: Code) -> Fact {
        let (handoff, state, returns) = (self.id, self.state, self.returns);
        let reasons = vec![Reason::new(code)];
        Fact::HandoffMoved { handoff, state, reasons, by: None, returns, chain: None }
    }

    /// Whether it is still on its way.
    pub const fn is_open(&self) -> bool {
        !self.state.is_terminal()
    }

    /// Whether somebody has taken it.
    pub const fn is_taken(&self) -> bool {
        self.accepted.is_some() || self.state.is_active_work()
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

    /// The clock that a message is about; of a step that waits for a state, the first that runs.
    pub fn clock_of(&self, notice: &Notice) -> Option<&Clock> {
        match notice.target {
            Some(target) => self.clocks.get(&target),
            None if notice.occasion.is_none() => self.first_running(),
            None => None,
        }
    }

    /// The clock that runs out first of those that run.
    fn first_running(&self) -> Option<&Clock> {
        let running = self.clocks.iter().map(|(_, clock)| clock).filter(|clock| clock.is_running());
        running.min_by_key(|clock| clock.due)
    }

    /// The delivery with this id.
    pub fn delivery(&self, id: DeliveryId) -> Option<&Delivery> {
        self.deliveries.iter().find(|delivery| delivery.id == id)
    }

    /// Whether a delivery is no longer meant: somebody else has the handoff, or nobody is to.
    pub fn is_over_for(&self, delivery: &Delivery) -> bool {
        delivery.undoes.is_none()
            && (self.state == State::Withdrawn
                || !delivery.outlives_its_owner()
                    && (delivery.assignment != self.assignments
                        || matches!(self.state, State::Faulted | State::Expired | State::Rejected)))
    }
}
