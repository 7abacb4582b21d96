//! What the journal says of how things stand, in one walk over it.

use std::collections::BTreeMap;

use domain::fact::{About, Aggregate, EntryChange, Fact, Header};
use domain::handoff::{Owner, State, Target};
use domain::{AccountId, DeliveryId, HandoffId, Moment, NodeId, PersonId, QuarantineId, SignalId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::audit::Line;
use super::super::session::Session;
use crate::current::StrategyInForce;
use crate::error::StoreError;
use crate::quarantine::EntryState;

/// What the journal says of how things stand.
#[derive(Default)]
pub(super) struct ExpectedState {
    pub(super) handoffs: FxHashMap<HandoffId, (State, Owner)>,
    pub(super) open: FxHashMap<DeliveryId, Queued>,
    /// The clock that was started last of each target.
    pub(super) clocks: FxHashMap<(HandoffId, Target), Clock>,
    /// Whose each node is, and where.
    pub(super) pointers: FxHashMap<NodeId, (PersonId, AccountId)>,
    /// What was put in force last.
    pub(super) force: Option<StrategyInForce>,
    /// Positions of accepted signals.
    pub(super) accepted: Bits,
    /// Those of them that belong to an aggregate which counts as erased.
    pub(super) accepted_of_erased: Bits,
    /// Signals of an import that was taken back, and those that were taken again: the id of one leads to
    /// where it was taken last, or nowhere.
    pub(super) taken_back: FxHashSet<SignalId>,
    pub(super) entries: FxHashMap<QuarantineId, EntryState>,
    pub(super) erased_entries: FxHashSet<QuarantineId>,
    pub(super) erased_nodes: FxHashSet<NodeId>,
    /// Numbers of what counts as erased.
    erased: FxHashSet<i64>,
}

/// A delivery that was queued.
#[derive(Clone, Copy)]
pub(super) struct Queued {
    /// The entry that queued it.
    pub(super) position: i64,
    /// For which handoff.
    pub(super) handoff: HandoffId,
    /// Whether its body is kept apart from its fact.
    pub(super) apart: bool,
}

/// A clock that was started.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    pub(super) generation: u32,
    pub(super) due: Moment,
    /// None once it has warned.
    pub(super) warn: Option<Moment>,
    pub(super) runs: bool,
    pub(super) breached: bool,
}

/// A set of positions, whatever numbers a damaged file holds.
#[derive(Default)]
pub(super) struct Bits(BTreeMap<i64, u64>);

impl Bits {
    pub(super) fn set(&mut self, at: i64) {
        *self.0.entry(at.div_euclid(64)).or_default() |= 1 << at.rem_euclid(64);
    }

    pub(super) fn has(&self, at: i64) -> bool {
        let word = self.0.get(&at.div_euclid(64));
        word.is_some_and(|word| word & (1 << at.rem_euclid(64)) != 0)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = i64> {
        let bits = |(at, word): (&i64, &u64)| {
            let (first, word) = (at * 64, *word);
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| first + bit)
        };
        self.0.iter().flat_map(bits)
    }
}

impl ExpectedState {
    /// Nothing yet but who counts as erased.
    pub(super) fn begin(session: &Session) -> Result<Self, StoreError> {
        let mut statement = session.db.prepare("SELECT owner FROM erased")?;
        let erased = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Self { erased, ..Self::default() })
    }

    /// Takes in what a row of the journal says.
    pub(super) fn line(&mut self, line: &Line) {
        for fact in line.entry.iter().flat_map(|entry| &entry.facts) {
            if matches!(fact, Fact::SignalArrived { .. }) && self.erased.contains(&line.aggregate) {
                self.accepted_of_erased.set(line.position);
            }
            self.fact(fact, line.position);
            if let Some(header) = line.entry.as_ref().map(|entry| &entry.header) {
                self.placed(header, fact);
            }
        }
    }

    /// Where nodes point, and what is in force.
    fn placed(&mut self, header: &Header, fact: &Fact) {
        if let (Aggregate::Account(account), Fact::NodeJoined { node, person, .. }) =
            (header.aggregate, fact)
        {
            self.pointers.insert(*node, (*person, account));
        } else if let (Aggregate::Account(account), Fact::NodeLeft { node, .. }) =
            (header.aggregate, fact)
        {
            // Unless it has joined another one in the same turn.
            if self.pointers.get(node).is_some_and(|(_, place)| *place == account) {
                self.pointers.remove(node);
            }
        } else if let Fact::SignalsTakenBack { node, nobody, .. } = fact {
            if let Some((person, _)) = self.pointers.get_mut(node) {
                *person = *nobody;
            }
        } else if let Fact::PeopleMerged { winner: whose, nodes, .. }
        | Fact::MergeUndone { loser: whose, nodes, .. } = fact
        {
            for node in nodes {
                if let Some((person, _)) = self.pointers.get_mut(node) {
                    *person = *whose;
                }
            }
        } else if let Fact::StrategyApplied { version, mode, .. } = fact {
            let (version, mode) = (*version, mode.as_str().to_owned());
            self.force = Some(StrategyInForce { version, mode, since: header.moment });
        }
    }

    fn fact(&mut self, fact: &Fact, position: i64) {
        match fact.about() {
            About::Signal(_) => {
                if let Fact::SignalArrived { signal, again, .. } = fact {
                    self.accepted.set(position);
                    if again.is_some() {
                        self.taken_back.insert(*signal);
                    }
                }
            }
            About::Entry(entry, change) => {
                let state = match change {
                    None | Some(EntryChange::StillHeld(..)) => EntryState::Waiting,
                    Some(EntryChange::Repaired) => EntryState::Repaired,
                    Some(EntryChange::Released(_)) => EntryState::Released,
                    Some(EntryChange::Discarded) => EntryState::Discarded,
                };
                self.entries.insert(entry, state);
            }
            About::Person(_) => {
                if let Fact::PersonErased { nodes, entries, .. } = fact {
                    self.erased_nodes.extend(nodes);
                    self.erased_entries.extend(entries);
                }
            }
            About::Handoff(handoff) => self.handoff(handoff, fact),
            About::Delivery(delivery, _) => self.delivery(delivery, fact, position),
            About::Merge(..) => {
                if let Fact::SignalsTakenBack { signals, .. } = fact {
                    self.taken_back.extend(signals);
                }
            }
            About::Node(_)
            | About::Work(_)
            | About::Member(_)
            | About::Strategy(_)
            | About::Reading
            | About::Import(_)
            | About::User(_) => {}
        }
    }

    fn handoff(&mut self, handoff: HandoffId, fact: &Fact) {
        if let Fact::HandoffProposed { .. } = fact {
            self.handoffs.insert(handoff, (State::Proposed, Owner::Engine));
        } else if let Fact::ClockStarted { target, warn, due, generation, .. } = fact {
            let (generation, due, warn) = (*generation, *due, *warn);
            let clock = Clock { generation, due, warn, runs: true, breached: false };
            self.clocks.insert((handoff, *target), clock);
        } else if let Fact::ClockStopped { target, .. }
        | Fact::SlaBreached { target, .. }
        | Fact::SlaWarned { target, .. } = fact
            && let Some(clock) = self.clocks.get_mut(&(handoff, *target))
        {
            clock.runs &= !matches!(fact, Fact::ClockStopped { .. });
            clock.breached |= matches!(fact, Fact::SlaBreached { .. });
            clock.warn = clock.warn.filter(|_| !matches!(fact, Fact::SlaWarned { .. }));
        }
        let Some((known_state, known_owner)) = self.handoffs.get_mut(&handoff) else { return };
        if let Fact::OwnerAssigned { owner, .. } = fact {
            known_owner.clone_from(owner);
        } else if let Fact::HandoffMoved { state, .. }
        | Fact::OutcomeRecorded { outcome: state, .. } = fact
        {
            *known_state = *state;
        }
    }

    fn delivery(&mut self, delivery: DeliveryId, fact: &Fact, position: i64) {
        if let Fact::DeliveryQueued { handoff, mac, .. } = fact {
            let queued = Queued { position, handoff: *handoff, apart: mac.is_some() };
            self.open.insert(delivery, queued);
        } else if let Fact::DeliveryMoved { state, .. } = fact
            && state.is_closed()
        {
            self.open.remove(&delivery);
        }
    }
}
