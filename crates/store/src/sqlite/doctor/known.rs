//! What the journal says of how things stand, in one walk over it.

use std::collections::BTreeMap;

use domain::fact::Fact;
use domain::handoff::{Owner, State, Target};
use domain::{DeliveryId, HandoffId, Moment, NodeId, QuarantineId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::audit::Line;
use super::super::shelf::Shelf;
use crate::error::StoreError;
use crate::quarantine::EntryState;

/// What the journal says of how things stand.
#[derive(Default)]
pub(super) struct Known {
    pub(super) handoffs: FxHashMap<HandoffId, (State, Owner)>,
    pub(super) open: FxHashMap<DeliveryId, i64>,
    pub(super) clocks: FxHashMap<(HandoffId, Target), (u32, Moment)>,
    /// Positions of accepted signals.
    pub(super) accepted: Bits,
    /// Those of them that belong to an aggregate which counts as erased.
    pub(super) accepted_of_erased: Bits,
    pub(super) entries: FxHashMap<QuarantineId, EntryState>,
    pub(super) erased_entries: FxHashSet<QuarantineId>,
    pub(super) erased_nodes: FxHashSet<NodeId>,
    /// Numbers of what counts as erased.
    erased: FxHashSet<i64>,
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

impl Known {
    /// Nothing yet but who counts as erased.
    pub(super) fn begin(shelf: &Shelf) -> Result<Self, StoreError> {
        let mut statement = shelf.db.prepare("SELECT owner FROM erased")?;
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
        }
    }

    fn fact(&mut self, fact: &Fact, position: i64) {
        match fact {
            Fact::SignalArrived { .. } => self.accepted.set(position),
            Fact::SignalQuarantined { entry, .. } => {
                self.entries.insert(*entry, EntryState::Waiting);
            }
            Fact::QuarantineRepaired { entry, .. } => {
                self.entries.insert(*entry, EntryState::Repaired);
            }
            Fact::QuarantineReleased { entry, .. } => {
                self.entries.insert(*entry, EntryState::Released);
            }
            Fact::QuarantineDiscarded { entry } => {
                self.entries.insert(*entry, EntryState::Discarded);
            }
            Fact::PersonErased { nodes, entries, .. } => {
                self.erased_nodes.extend(nodes);
                self.erased_entries.extend(entries);
            }
            Fact::HandoffProposed { handoff, .. } => {
                self.handoffs.insert(*handoff, (State::Proposed, Owner::Engine));
            }
            Fact::OwnerAssigned { handoff, owner, .. } => {
                if let Some((_, known)) = self.handoffs.get_mut(handoff) {
                    known.clone_from(owner);
                }
            }
            Fact::HandoffMoved { handoff, state, .. }
            | Fact::OutcomeRecorded { handoff, outcome: state, .. } => {
                if let Some((known, _)) = self.handoffs.get_mut(handoff) {
                    *known = *state;
                }
            }
            Fact::ClockStarted { handoff, target, due, generation, .. } => {
                self.clocks.insert((*handoff, *target), (*generation, *due));
            }
            Fact::ClockStopped { handoff, target, .. }
            | Fact::SlaBreached { handoff, target, .. } => {
                self.clocks.remove(&(*handoff, *target));
            }
            Fact::DeliveryQueued { delivery, .. } => {
                self.open.insert(*delivery, position);
            }
            Fact::DeliveryMoved { delivery, state, .. } => {
                if state.is_closed() {
                    self.open.remove(delivery);
                }
            }
            Fact::SubjectResolved { .. }
            | Fact::NodeJoined { .. }
            | Fact::NodeLeft { .. }
            | Fact::PeopleMerged { .. }
            | Fact::MergeUndone { .. }
            | Fact::CheckpointReached { .. }
            | Fact::LeadScored { .. }
            | Fact::DecisionMade { .. }
            | Fact::OwnerWanted { .. }
            | Fact::SlaWarned { .. }
            | Fact::Escalated { .. }
            | Fact::Touched { .. }
            | Fact::Debriefed { .. }
            | Fact::BriefWritten { .. }
            | Fact::DeliveryAttempted { .. }
            | Fact::TurnTaken { .. }
            | Fact::WorkEnded { .. }
            | Fact::MemberPaused { .. }
            | Fact::MemberResumed { .. }
            | Fact::CreditGiven { .. }
            | Fact::StrategyApplied { .. }
            | Fact::Unsealed { .. } => {}
        }
    }
}
