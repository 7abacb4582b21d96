//! Signals of an import that come again, by another import or from a source: they stay should the import
//! be taken back. What a group found is written with it, a fact for each pair of imports.

use std::collections::BTreeMap;

use domain::{ImportId, SignalId};
use engine::event::Witnesses;

use crate::clock::JournalMoment;

/// Signals of one fact: an entry has to stay small.
const SIGNALS_MAX: usize = 1_000;

/// The import that brought a signal first, and the one that brings it again.
type Pair = (ImportId, Option<ImportId>);

/// What the open group found.
#[derive(Default)]
pub(crate) struct WitnessesOfGroup {
    found: BTreeMap<Pair, Vec<SignalId>>,
    at: Option<JournalMoment>,
}

impl WitnessesOfGroup {
    /// A signal of an import came again. Within one import it is the same row twice.
    pub(crate) fn note(
        &mut self,
        signal: SignalId,
        first: Option<ImportId>,
        import: Option<ImportId>,
        at: JournalMoment,
    ) {
        let Some(first) = first.filter(|first| import != Some(*first)) else { return };
        self.found.entry((first, import)).or_default().push(signal);
        self.at = Some(at);
    }

    /// Hands over what the group found, and when.
    pub(crate) fn take(&mut self) -> Option<(Vec<Witnesses>, JournalMoment)> {
        let Self { found, at } = std::mem::take(self);
        let at = at?;
        let mut witnesses = Vec::new();
        for ((first, import), signals) in found {
            for signals in signals.chunks(SIGNALS_MAX) {
                witnesses.push(Witnesses { first, import, signals: signals.to_vec() });
            }
        }
        Some((witnesses, at))
    }

    /// The group is gone.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}
