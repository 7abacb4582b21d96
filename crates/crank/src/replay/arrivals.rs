//! Signals that were accepted, and which of them have had their turn.

use domain::fact::{Again, Aggregate, Fact};
use domain::signal::{Content, SourceName};
use domain::{Moment, NodeId, SignalId};
use rustc_hash::FxHashMap;
use store::sqlite::anew::Anew;
use store::{Position, Purpose, Read, StoreError, Stored};

use crate::outcome_kinds::tells_of_handoff;

/// A signal that was accepted.
#[derive(Clone, Copy, Debug)]
struct Accepted {
    position: Position,
    /// Whether its turn leaves a fact, so that there has been none where there is no fact.
    leaves_facts: bool,
}

/// Accepted signals of which no fact says yet that they were taken, and those whose turn was last.
#[derive(Default)]
pub(super) struct Arrivals {
    waiting: FxHashMap<SignalId, Accepted>,
    /// Those that were held: they are taken again when they are released.
    held: FxHashMap<SignalId, Position>,
    last: Option<(SignalId, Position)>,
}

/// An arrival that is read again.
pub(super) struct Arrival {
    pub(super) node: NodeId,
    pub(super) source: SourceName,
    pub(super) accepted: Moment,
    /// Where it is taken again: what was known of it before.
    pub(super) again: Option<Again>,
    /// None where it was erased, or does not open.
    pub(super) content: Option<Content>,
}

impl Arrivals {
    /// Takes in what an entry says.
    pub(super) fn take(&mut self, stored: &Stored) {
        for fact in &stored.entry.facts {
            if let Fact::SignalsTakenBack { signals, .. } = fact {
                for signal in signals {
                    self.waiting.remove(signal);
                }
            } else if let Fact::SignalArrived { signal, import, content, again, .. } = fact {
                if again.is_some() {
                    // With what a person had put in its place.
                    self.held.remove(signal);
                }
                let content = content.as_deref();
                let leaves_facts = content.map_or(stored.damaged, |content| {
                    // A row of an import that says nothing but its outcome has no turn.
                    let only_afterwards = import.is_some() && content.fields.is_empty();
                    !tells_of_handoff(content.kind.as_str()) && !only_afterwards
                });
                let position = stored.position;
                self.waiting.insert(*signal, Accepted { position, leaves_facts });
            } else if let Fact::SubjectResolved { signal, .. } = fact {
                if let Some(accepted) = self.waiting.remove(signal) {
                    self.last = Some((*signal, accepted.position));
                }
            } else if let Fact::SignalQuarantined { signal: Some(signal), .. } = fact {
                self.hold(*signal);
            }
        }
    }

    fn hold(&mut self, signal: SignalId) {
        let waited = self.waiting.remove(&signal).map(|accepted| accepted.position);
        let last = self.last.filter(|(known, _)| *known == signal).map(|(_, position)| position);
        if let Some(position) = waited.or(last) {
            self.held.insert(signal, position);
        }
    }

    /// Whether a signal was held once.
    pub(super) fn is_held(&self, signal: SignalId) -> bool {
        self.held.contains_key(&signal)
    }

    /// The arrival of a signal whose turn it is.
    pub(super) fn arrival(
        &self,
        anew: &mut Anew,
        signal: SignalId,
    ) -> Result<Option<Arrival>, StoreError> {
        let waits = self.waiting.get(&signal).map(|accepted| accepted.position);
        let Some(position) = waits.or_else(|| self.held.get(&signal).copied()) else {
            return Ok(None);
        };
        let Some(stored) = anew.store().at(position, Some(&Purpose::CARE))? else {
            return Ok(None);
        };
        let Aggregate::Node(node) = stored.entry.header.aggregate else { return Ok(None) };
        let accepted = stored.entry.header.moment;
        Ok(stored.entry.facts.into_iter().find_map(|fact| {
            let Fact::SignalArrived { source, content, again, .. } = fact else { return None };
            let content = content.map(|content| *content);
            let accepted = again.map_or(accepted, |again| again.accepted);
            Some(Arrival { node, source, accepted, again, content })
        }))
    }

    /// Writes the inbox; of how many signals nobody can say whether they had their turn.
    pub(super) fn end(&self, anew: &mut Anew) -> Result<u64, StoreError> {
        let mut waiting: Vec<Accepted> = self.waiting.values().copied().collect();
        waiting.sort_unstable_by_key(|accepted| accepted.position);
        let mut unsaid = 0;
        for Accepted { position, leaves_facts } in waiting {
            if leaves_facts || anew.waited(position)? {
                anew.wait(position)?;
            } else {
                unsaid += 1;
            }
        }
        Ok(unsaid)
    }
}
