//! When signals came and from where, kept until the turn that begins a handoff with them.

use std::collections::VecDeque;

use domain::{Moment, SignalId};
use rustc_hash::FxHashMap;

use crate::names::NameId;

/// Signals that may wait for their turn, in this memory. Of more, the oldest are forgotten: a handoff that
/// begins with one counts from its own beginning.
const WAITING_MAX: usize = 1 << 20;
/// Signals that had their turn: what a turn begins with one stands right behind.
const TAKEN_MAX: usize = 1 << 12;

/// When signals came, and from where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arrivals {
    known: FxHashMap<SignalId, (Moment, NameId)>,
    waiting: VecDeque<SignalId>,
    taken: VecDeque<SignalId>,
}

impl Arrivals {
    pub(crate) fn arrived(&mut self, signal: SignalId, at: Moment, source: NameId) {
        if self.known.insert(signal, (at, source)).is_none() {
            self.waiting.push_back(signal);
        }
        while self.waiting.len() > WAITING_MAX {
            if let Some(oldest) = self.waiting.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }

    /// It has its turn.
    pub(crate) fn resolved(&mut self, signal: SignalId) {
        self.taken.push_back(signal);
        while self.taken.len() > TAKEN_MAX {
            if let Some(oldest) = self.taken.pop_front() {
                self.known.remove(&oldest);
            }
        }
        // Most have their turn in the order in which they came.
        while self.waiting.front().is_some_and(|first| !self.known.contains_key(first)) {
            self.waiting.pop_front();
        }
    }

    pub(crate) fn find(&self, signal: SignalId) -> Option<(Moment, NameId)> {
        self.known.get(&signal).copied()
    }
}
