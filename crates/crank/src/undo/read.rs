//! Signals as they are read from the journal to be taken again.

use domain::fact::Fact;
use domain::signal::{Content, SourceName};
use domain::{Fields, SignalId, Value};
use store::{Purpose, Store};

use crate::concerned::{Concerned, KnownSignal};
use crate::crank::Crank;
use crate::error::CrankError;

/// The kind of what stays of a signal that counts no more.
const WITHDRAWAL: &str = "consent.withdrawn";

/// A signal with what it says.
pub(super) struct ReadSignal {
    pub(super) signal: SignalId,
    pub(super) known: KnownSignal,
    pub(super) source: SourceName,
    /// What it said when it was accepted.
    pub(super) first: Content,
    /// The same with what a person put in its place.
    pub(super) content: Content,
    /// Whether a person did.
    pub(super) repaired: bool,
}

impl ReadSignal {
    /// What stays of a signal that counts no more: consents that it withdrew, and whom it names where they
    /// must not be contacted.
    pub(super) fn withdrawal(self, is_suppressed: bool) -> Option<Self> {
        let is_withdrawn = |name: &str, value: &Value| {
            name.starts_with("consent.") && *value == Value::Boolean(false)
        };
        let mut fields = Fields::new();
        for (name, value) in &self.content.fields {
            if is_withdrawn(name, value) {
                fields.insert(name.clone(), value.clone());
            }
        }
        if fields.is_empty() && !is_suppressed {
            return None;
        }
        let content = Content { kind: WITHDRAWAL.into(), fields, ..self.content };
        let known = KnownSignal { withdrawal: true, repaired: None, ..self.known };
        Some(Self { content, known, repaired: false, ..self })
    }
}

impl<S: Store> Crank<S> {
    /// Reads signals; those whose words are gone are left out.
    pub(super) fn read_signals(
        &self,
        concerned: &Concerned,
        signals: &[SignalId],
    ) -> Result<Vec<ReadSignal>, CrankError> {
        let mut read = Vec::with_capacity(signals.len());
        for signal in signals {
            if let Some(known) = concerned.signal(*signal) {
                read.extend(self.read_signal(*signal, known)?);
            }
        }
        Ok(read)
    }

    fn read_signal(
        &self,
        signal: SignalId,
        known: &KnownSignal,
    ) -> Result<Option<ReadSignal>, CrankError> {
        let purpose = Some(&Purpose::TURN);
        let Some(stored) = self.store.at(known.position, purpose)? else { return Ok(None) };
        let arrived = stored.entry.facts.into_iter().find_map(|fact| {
            let Fact::SignalArrived { source, content, again, .. } = fact else { return None };
            Some((source, *content?, again.is_some_and(|again| again.repaired)))
        });
        let Some((source, first, was_repaired)) = arrived else { return Ok(None) };
        let repaired = self.repaired_content(signal, known)?;
        let is_repaired = was_repaired || repaired.is_some();
        let content = repaired.unwrap_or_else(|| first.clone());
        let known = known.clone();
        Ok(Some(ReadSignal { signal, known, source, first, content, repaired: is_repaired }))
    }

    fn repaired_content(
        &self,
        signal: SignalId,
        known: &KnownSignal,
    ) -> Result<Option<Content>, CrankError> {
        let Some(position) = known.repaired else { return Ok(None) };
        let Some(stored) = self.store.at(position, Some(&Purpose::TURN))? else { return Ok(None) };
        Ok(stored.entry.facts.into_iter().find_map(|fact| {
            let Fact::CheckpointReached { signal: of, repaired, .. } = fact else { return None };
            repaired.filter(|_| of == signal).map(|content| *content)
        }))
    }
}
