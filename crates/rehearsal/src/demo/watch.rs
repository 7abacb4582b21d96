//! What the journal says, read as it is written: figures come from facts, never from what the
//! player meant to happen.

use std::collections::BTreeMap;

use domain::fact::{Aggregate, Entry, Fact};
use domain::handoff::{DeliveryState, MemberId, Owner, QueueName, State};
use domain::reason::{Code, Reason};
use domain::signal::IdentifierKind;
use domain::{AccountId, HandoffId, Moment, NodeId, PersonId, SignalId};
use rustc_hash::{FxHashMap, FxHashSet};
use store::{Position, Read, StoreError};

use crate::world::{Dirt, Trace};

/// How many entries are read at once.
const ENTRIES_AT_ONCE: usize = 1_000;

/// A handoff as the journal tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoffProgress {
    /// Its account.
    pub account: AccountId,
    /// Whose lead it is.
    pub person: PersonId,
    /// When the signal that began it was accepted.
    pub arrived: Moment,
    /// When it began.
    pub opened: Moment,
    /// When a person or a queue had it first.
    pub routed: Option<Moment>,
    /// When somebody accepted it.
    pub accepted: Option<Moment>,
    /// Where it is.
    pub state: State,
    /// The furthest that it came: accepted, working, met, qualified or won.
    pub furthest: State,
    /// Who has it.
    pub owner: Owner,
    /// Why nobody has it, where nobody does.
    pub why: Option<Code>,
}

impl HandoffProgress {
    const fn proposed(
        account: AccountId,
        person: PersonId,
        arrived: Moment,
        opened: Moment,
    ) -> Self {
        Self {
            account,
            person,
            arrived,
            opened,
            routed: None,
            accepted: None,
            state: State::Proposed,
            furthest: State::Proposed,
            owner: Owner::Engine,
            why: None,
        }
    }
}

/// Deliveries, counted by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// Put into the outbox, compensations among them.
    pub queued: u64,
    /// Calls that were made.
    pub attempts: u64,
    /// Effects that the destination confirmed.
    pub delivered: u64,
    /// Effects that were taken back.
    pub compensated: u64,
    /// Never sent, since their handoff changed hands first.
    pub withdrawn: u64,
    /// Failed for good.
    pub failed: u64,
}

/// Something that somebody may want to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HandoffEvent {
    Offered(HandoffId, MemberId),
    Queued(HandoffId, QueueName),
    InReview(HandoffId),
    Accepted(HandoffId, MemberId),
}

/// A reader of the journal.
#[derive(Debug, Default)]
pub struct Watch {
    read_up_to: Position,
    arrived: FxHashMap<SignalId, Moment>,
    /// The latest that each node told of.
    told: FxHashMap<NodeId, Moment>,
    companies: FxHashSet<AccountId>,
    marked: FxHashMap<SignalId, Dirt>,
    pub(super) handoffs: BTreeMap<HandoffId, HandoffProgress>,
    pub(super) deliveries: Deliveries,
    pub(super) dirt: BTreeMap<Dirt, u64>,
    pub(super) merges: u64,
    pub(super) last_merge: Option<(AccountId, Moment)>,
    pub(super) news: Vec<HandoffEvent>,
}

impl Watch {
    /// Reads on to the end of the journal.
    pub fn follow(&mut self, store: &impl Read) -> Result<(), StoreError> {
        loop {
            let read = store.journal(self.read_up_to, ENTRIES_AT_ONCE, None)?;
            let Some(last) = read.last() else { return Ok(()) };
            self.read_up_to = last.position;
            let ended = read.len() < ENTRIES_AT_ONCE;
            for stored in &read {
                self.take(&stored.entry);
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// How many signals arrived.
    pub fn signals(&self) -> u64 {
        self.arrived.len() as u64
    }

    /// The handoffs, by id.
    pub const fn handoffs(&self) -> &BTreeMap<HandoffId, HandoffProgress> {
        &self.handoffs
    }

    /// The deliveries.
    pub const fn deliveries(&self) -> Deliveries {
        self.deliveries
    }

    /// How often two people turned out to be one.
    pub const fn merges(&self) -> u64 {
        self.merges
    }

    /// The kinds of dirt whose traces were seen, with how many.
    pub const fn dirt(&self) -> &BTreeMap<Dirt, u64> {
        &self.dirt
    }

    /// People who are known by more than a cookie, and companies that somebody belongs to.
    pub fn population(&self, store: &impl Read) -> Result<(u64, u64), StoreError> {
        let named = [IdentifierKind::ExternalId, IdentifierKind::Email, IdentifierKind::Phone];
        let mut people: FxHashSet<PersonId> = FxHashSet::default();
        let mut accounts: FxHashSet<AccountId> = FxHashSet::default();
        for node in self.told.keys() {
            let Some(row) = store.node(*node)? else { continue };
            let Some(pointer) = row.pointer else { continue };
            if named.into_iter().any(|kind| row.kinds.has(kind)) {
                people.insert(pointer.person);
            }
            if self.companies.contains(&pointer.account) {
                accounts.insert(pointer.account);
            }
        }
        Ok((people.len() as u64, accounts.len() as u64))
    }

    /// From here on, what comes of this signal is this kind of dirt's.
    pub(super) fn mark(&mut self, signal: SignalId, dirt: Dirt) {
        self.marked.insert(signal, dirt);
    }

    /// The trace of a kind of dirt was seen.
    pub(super) fn count(&mut self, dirt: Dirt) {
        *self.dirt.entry(dirt).or_default() += 1;
    }

    fn take(&mut self, entry: &Entry) {
        let moment = entry.header.moment;
        for fact in &entry.facts {
            match entry.header.aggregate {
                Aggregate::Node(node) => self.of_node(node, moment, fact),
                Aggregate::Account(account) => self.of_account(account, moment, fact),
                Aggregate::Desk
                | Aggregate::Registry
                | Aggregate::Quarantine
                | Aggregate::Governance => {}
            }
        }
    }

    fn of_node(&mut self, node: NodeId, moment: Moment, fact: &Fact) {
        if let Fact::SignalArrived { signal, occurred, .. } = fact {
            self.arrived.insert(*signal, moment);
            let occurred = occurred.unwrap_or(moment);
            let told = self.told.entry(node).or_insert(occurred);
            let earlier = occurred < *told;
            *told = occurred.max(*told);
            if earlier {
                self.left(*signal, Trace::OutOfOrder);
            }
        } else if let Fact::SubjectResolved { signal, account, reasons, anchored, .. } = fact {
            if anchored.is_some() {
                self.companies.insert(*account);
            }
            if self.marked.contains_key(signal) {
                for reason in reasons {
                    self.left(*signal, Trace::Resolved(reason.code));
                }
            }
        } else if let Fact::CheckpointReached { signal, findings, .. } = fact
            && self.marked.contains_key(signal)
        {
            for finding in findings {
                self.left(*signal, Trace::Finding(finding.code));
            }
        }
    }

    fn of_account(&mut self, account: AccountId, moment: Moment, fact: &Fact) {
        if let Fact::PeopleMerged { .. } = fact {
            self.merges += 1;
            if self.companies.contains(&account) {
                self.last_merge = Some((account, moment));
            }
        } else if let Fact::DecisionMade { signal, .. } = fact {
            self.left(*signal, Trace::Decided);
        } else if let Fact::HandoffProposed { handoff, person, signal, .. } = fact {
            let arrived = self.arrived.get(signal).copied().unwrap_or(moment);
            self.handoffs
                .insert(*handoff, HandoffProgress::proposed(account, *person, arrived, moment));
        } else if let Fact::OwnerAssigned { handoff, owner, .. } = fact {
            self.assigned(*handoff, owner, moment);
        } else if let Fact::HandoffMoved { handoff, state, reasons, .. } = fact {
            self.moved(*handoff, *state, reasons, moment);
        } else if let Fact::OutcomeRecorded { handoff, outcome, .. } = fact {
            self.moved(*handoff, *outcome, &[], moment);
        } else if let Fact::DeliveryQueued { .. } = fact {
            self.deliveries.queued += 1;
        } else if let Fact::DeliveryAttempted { .. } = fact {
            self.deliveries.attempts += 1;
        } else if let Fact::DeliveryMoved { state, code, .. } = fact {
            self.delivery(*state, *code);
        }
    }

    fn assigned(&mut self, handoff: HandoffId, owner: &Owner, moment: Moment) {
        let Some(seen) = self.handoffs.get_mut(&handoff) else { return };
        seen.owner = owner.clone();
        if *owner != Owner::Engine {
            seen.routed.get_or_insert(moment);
            seen.why = None;
        }
    }

    fn moved(&mut self, handoff: HandoffId, state: State, reasons: &[Reason], moment: Moment) {
        let Some(seen) = self.handoffs.get_mut(&handoff) else { return };
        seen.state = state;
        if state.is_active_work() || state == State::Won {
            seen.furthest = seen.furthest.max(state);
        }
        match (state, &seen.owner) {
            (State::Held, _) => seen.why = reasons.first().map(|reason| reason.code),
            (State::Accepted, Owner::Person(member)) => {
                seen.accepted.get_or_insert(moment);
                self.news.push(HandoffEvent::Accepted(handoff, member.clone()));
            }
            (State::Offered, Owner::Person(member)) => {
                self.news.push(HandoffEvent::Offered(handoff, member.clone()));
            }
            (State::Queued, Owner::Queue(queue)) => {
                self.news.push(HandoffEvent::Queued(handoff, queue.clone()));
            }
            (State::InReview, _) => self.news.push(HandoffEvent::InReview(handoff)),
            _ => {}
        }
    }

    fn delivery(&mut self, state: DeliveryState, code: Option<Code>) {
        match state {
            DeliveryState::Delivered => self.deliveries.delivered += 1,
            DeliveryState::Compensated => self.deliveries.compensated += 1,
            DeliveryState::Withdrawn => self.deliveries.withdrawn += 1,
            DeliveryState::Failed => self.deliveries.failed += 1,
            DeliveryState::Queued | DeliveryState::Attempting => {}
        }
        let Some(code) = code else { return };
        let trace = match state {
            DeliveryState::Queued => Trace::TriedAgain(code),
            DeliveryState::Failed => Trace::Failed(code),
            DeliveryState::Attempting
            | DeliveryState::Delivered
            | DeliveryState::Compensated
            | DeliveryState::Withdrawn => return,
        };
        if let Some(dirt) = Dirt::ALL.iter().copied().find(|dirt| dirt.trace() == trace) {
            self.count(dirt);
        }
    }

    /// A marked signal left a trace; if it is the one that its dirt leaves, that is counted, once.
    fn left(&mut self, signal: SignalId, trace: Trace) {
        if let Some(dirt) = self.marked.get(&signal).copied()
            && dirt.trace() == trace
        {
            self.marked.remove(&signal);
            self.count(dirt);
        }
    }
}
