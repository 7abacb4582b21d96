//! Acceptance: what a source sent is kept, before anybody asks whose it is.

use domain::fact::{Aggregate, Fact, Header, Raw};
use domain::handoff::Actor;
use domain::reason::Code;
use domain::signal::{Incoming, SourceName};
use domain::{ImportId, Moment, NodeId, QuarantineId, SignalId};
use engine::identity::{Identified, addresses_in, identifiers};
use store::{Acceptance, Arrival, Position, QuarantineRequest, Quarantined, Store};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;
use crate::parked::ParkedItem;

/// One item that a source sent.
pub enum IntakeItem<'a> {
    /// It could be read.
    Signal {
        /// What it says.
        incoming: &'a Incoming,
        /// Its bytes and where they came from, should it have to be kept apart.
        raw: &'a dyn Fn() -> Raw,
        /// The line in its file.
        line: Option<u64>,
    },
    /// It could not be read.
    Rejected {
        /// The configured source.
        source: &'a SourceName,
        /// The code of the cause.
        cause: Code,
        /// The field, as the map names it.
        field: Option<&'a str>,
        /// Its bytes and where they came from.
        raw: &'a Raw,
        /// The line in its file.
        line: Option<u64>,
        /// What makes it the same item when it comes again.
        item: &'a [u8],
    },
}

/// What came of an item, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntakeOutcome {
    /// It is in the journal.
    Accepted,
    /// It was there before.
    Duplicate,
    /// It is kept apart.
    Quarantined,
}

/// What came of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntakeResult {
    /// In one word.
    pub outcome: IntakeOutcome,
    /// The signal, where it was accepted, or was before.
    pub signal: Option<SignalId>,
    /// Its node, where it was accepted, or was before.
    pub node: Option<NodeId>,
    /// Where it stands in the journal, where it was accepted.
    pub position: Option<Position>,
    /// The entry, where it was kept apart.
    pub entry: Option<QuarantineId>,
    /// Why, where it was kept apart.
    pub reason: Option<Code>,
}

impl<S: Store> Crank<S> {
    /// Takes one item in. Part of the open group: acknowledge it only after the commit.
    pub fn accept(
        &mut self,
        offer: &IntakeItem<'_>,
        import: Option<ImportId>,
        now: Moment,
    ) -> Result<IntakeResult, CrankError> {
        let at = self.clock.stamp(now);
        match offer {
            IntakeItem::Signal { incoming, raw, line } => {
                self.accept_signal(incoming, raw, *line, import, at)
            }
            IntakeItem::Rejected { source, cause, field, raw, line, item } => {
                let found = addresses_in(&raw.bytes);
                let unfit = Unfit { cause: *cause, field: *field, line: *line, item };
                self.quarantine_item(source, raw, &found, &unfit, import, at)
            }
        }
    }

    fn accept_signal(
        &mut self,
        incoming: &Incoming,
        raw: &dyn Fn() -> Raw,
        line: Option<u64>,
        import: Option<ImportId>,
        at: JournalMoment,
    ) -> Result<IntakeResult, CrankError> {
        let identified = identifiers(&incoming.source, &incoming.content);
        // An export's address that cannot be read is a cell to mend; a visitor's is a visitor's.
        if import.is_some() && identified.codes.contains(&Code::AddressUnreadable) {
            let unfit = Unfit {
                cause: Code::AddressUnreadable,
                field: Some("email"),
                line,
                item: &incoming.body,
            };
            return self.quarantine_item(
                &incoming.source,
                &raw(),
                &identified.keys,
                &unfit,
                import,
                at,
            );
        }
        let signal = self.ids.signal(incoming, self.undos)?;
        let arrival = Arrival {
            signal,
            incoming,
            keys: &identified.keys,
            moment: at.get(),
            import,
            again: None,
        };
        match self.store.accept(&arrival)? {
            Acceptance::Accepted(accepted) => {
                let known = (at.get(), import);
                self.recent_arrivals.keep(incoming, accepted, known, identified);
                Ok(IntakeResult {
                    outcome: IntakeOutcome::Accepted,
                    signal: Some(accepted.signal),
                    node: Some(accepted.node),
                    position: Some(accepted.position),
                    entry: None,
                    reason: None,
                })
            }
            Acceptance::Duplicate { first } => self.duplicate_of(first, import, at),
            Acceptance::Erased => Ok(IntakeResult::duplicate()),
            Acceptance::KeyDamaged => {
                self.key_damaged(incoming, raw, &identified, line, import, at)
            }
            Acceptance::Reused { .. } => self.reused(incoming, raw, &identified, line, import, at),
        }
    }

    /// What came before as this one, by whose id its decision is found.
    fn duplicate_of(
        &mut self,
        first: Position,
        import: Option<ImportId>,
        at: JournalMoment,
    ) -> Result<IntakeResult, CrankError> {
        let Some(stored) = self.store.at(first, None)? else {
            return Ok(IntakeResult::duplicate());
        };
        let arrived =
            stored.entry.facts.iter().find_map(|fact| match (fact, &stored.entry.header) {
                (
                    Fact::SignalArrived { signal, import, .. },
                    Header { aggregate: Aggregate::Node(node), .. },
                ) => Some((*signal, *node, *import)),
                _ => None,
            });
        let Some((signal, node, brought)) = arrived else { return Ok(IntakeResult::duplicate()) };
        self.witnesses.note(signal, brought, import, at);
        let (signal, node) = (Some(signal), Some(node));
        Ok(IntakeResult { signal, node, ..IntakeResult::duplicate() })
    }

    /// Nothing can be sealed to the person: it waits under a key of its own until theirs is restored.
    fn key_damaged(
        &mut self,
        incoming: &Incoming,
        raw: &dyn Fn() -> Raw,
        identified: &Identified,
        line: Option<u64>,
        import: Option<ImportId>,
        at: JournalMoment,
    ) -> Result<IntakeResult, CrankError> {
        let (cause, item) = (Code::SealedDamaged, &incoming.body);
        let unfit = Unfit { cause, field: None, line, item };
        let (source, keys) = (&incoming.source, &identified.keys);
        let offered = self.quarantine_item(source, &raw(), keys, &unfit, import, at)?;
        if let (IntakeOutcome::Quarantined, Some(entry)) = (offered.outcome, offered.entry) {
            self.note_parked(ParkedItem::Arrival(entry), cause);
        }
        Ok(offered)
    }

    /// The same id with another body: nobody knows which of the two is right.
    fn reused(
        &mut self,
        incoming: &Incoming,
        raw: &dyn Fn() -> Raw,
        identified: &Identified,
        line: Option<u64>,
        import: Option<ImportId>,
        at: JournalMoment,
    ) -> Result<IntakeResult, CrankError> {
        let unfit = Unfit { cause: Code::IdReused, field: None, line, item: &incoming.body };
        self.quarantine_item(&incoming.source, &raw(), &identified.keys, &unfit, import, at)
    }

    fn quarantine_item(
        &mut self,
        source: &SourceName,
        raw: &Raw,
        found: &[domain::signal::Key],
        unfit: &Unfit<'_>,
        import: Option<ImportId>,
        at: JournalMoment,
    ) -> Result<IntakeResult, CrankError> {
        let entry = self.ids.entry(source.as_str(), &raw.origin, unfit.item, self.undos)?;
        let kept = self.store.quarantine(&QuarantineRequest {
            entry,
            source,
            cause: unfit.cause,
            field: unfit.field,
            line: unfit.line,
            import,
            signal: None,
            raw,
            item: unfit.item,
            found,
            moment: at.get(),
            actor: Actor::Source,
        })?;
        match kept {
            Quarantined::Kept { entry, .. } => Ok(IntakeResult {
                outcome: IntakeOutcome::Quarantined,
                signal: None,
                node: None,
                position: None,
                entry: Some(entry),
                reason: Some(unfit.cause),
            }),
            Quarantined::Known { entry } => {
                Ok(IntakeResult { entry: Some(entry), ..IntakeResult::duplicate() })
            }
            Quarantined::Erased => Ok(IntakeResult::duplicate()),
        }
    }
}

/// Why something is kept apart.
struct Unfit<'a> {
    cause: Code,
    field: Option<&'a str>,
    line: Option<u64>,
    item: &'a [u8],
}

impl IntakeResult {
    const fn duplicate() -> Self {
        Self {
            outcome: IntakeOutcome::Duplicate,
            signal: None,
            node: None,
            position: None,
            entry: None,
            reason: None,
        }
    }
}
