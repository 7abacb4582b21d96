//! Quarantine: what a person does with what could not be taken as it came.

use std::sync::Arc;

use domain::fact::{Aggregate, Fact, Raw};
use domain::handoff::Actor;
use domain::reason::Code;
use domain::signal::{Content, Incoming};
use domain::{Moment, NodeId, QuarantineId, SignalId};
use engine::arrived::{Arrived, unpacked};
use engine::event::{Event, QuarantineDeed};
use store::{Acceptance, Arrival, EntryRow, EntryState, Position, Purpose, Store};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;
use crate::intake::IntakeOutcome;
use crate::turns::UNOPENED;

/// Entries that are read at once where one looks for an arrival.
const BACK_PAGE: usize = 64;

/// A value that a person puts in place of what a field held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The field, as the map or the contract names it.
    pub field: String,
    /// The value as they write it.
    pub value: String,
}

/// Reads an entry's bytes again, with its repairs. Whoever knows the formats gives it.
pub type ReadAgain<'a> = &'a dyn Fn(&EntryRow, &Raw) -> Result<Incoming, String>;

impl<S: Store> Crank<S> {
    /// Puts values in place of what an entry's fields held, within an open group. The entry then
    /// waits to be released.
    pub fn repair(
        &mut self,
        entry: QuarantineId,
        repairs: &[Repair],
        now: Moment,
    ) -> Result<(), CrankError> {
        self.open_entry(entry)?;
        let raw = self.store.raw(entry, &Purpose::VIEW)?;
        let mut raw = raw.ok_or(CrankError::EntryClosed(entry))?;
        for repair in repairs {
            raw.repairs.retain(|(field, _)| *field != repair.field);
            raw.repairs.push((repair.field.clone(), repair.value.clone()));
        }
        let at = self.clock.stamp(now);
        self.deal_with(entry, QuarantineDeed::Repair(Box::new(raw)), at)
    }

    /// Lets an entry in, within an open group: its bytes are read again with its repairs.
    pub fn release(
        &mut self,
        entry: QuarantineId,
        read_again: ReadAgain<'_>,
        now: Moment,
    ) -> Result<(SignalId, IntakeOutcome), CrankError> {
        let at = self.clock.stamp(now);
        let row = self.open_entry(entry)?;
        let raw = self.store.raw(entry, &Purpose::VIEW)?;
        let raw = raw.ok_or(CrankError::EntryClosed(entry))?;
        let (signal, outcome) = if let Some(signal) = row.signal {
            (self.release_held(signal, &row, &raw, at)?, IntakeOutcome::Accepted)
        } else {
            let incoming = read_again(&row, &raw).map_err(CrankError::Unreadable)?;
            self.release_read(&row, incoming, at)?
        };
        self.deal_with(entry, QuarantineDeed::Release(signal), at)?;
        Ok((signal, outcome))
    }

    /// Throws an entry away, within an open group.
    pub fn discard(&mut self, entry: QuarantineId, now: Moment) -> Result<(), CrankError> {
        self.open_entry(entry)?;
        let at = self.clock.stamp(now);
        self.deal_with(entry, QuarantineDeed::Discard, at)
    }

    fn release_read(
        &mut self,
        row: &EntryRow,
        mut incoming: Incoming,
        at: JournalMoment,
    ) -> Result<(SignalId, IntakeOutcome), CrankError> {
        if row.cause == Code::IdReused {
            // Both bodies are real: the second has an id of its own.
            let tail = u32::from_be_bytes(incoming.body[..4].try_into().expect("four bytes"));
            incoming.content.source_id =
                format!("{}#{tail:08x}", incoming.content.source_id).into();
        }
        let identified = engine::identity::identifiers(&incoming.source, &incoming.content);
        let signal = self.ids.signal(&incoming)?;
        let arrival = Arrival {
            signal,
            incoming: &incoming,
            keys: &identified.keys,
            moment: at.get(),
            import: row.import,
        };
        match self.store.accept(&arrival)? {
            Acceptance::Accepted(accepted) => Ok((accepted.signal, IntakeOutcome::Accepted)),
            Acceptance::Duplicate { .. } | Acceptance::Erased => {
                Ok((signal, IntakeOutcome::Duplicate))
            }
            Acceptance::KeyDamaged => {
                Err(CrankError::Unreadable(Code::SealedDamaged.says().to_owned()))
            }
            Acceptance::Reused { .. } => {
                Err(CrankError::Unreadable(Code::IdReused.says().to_owned()))
            }
        }
    }

    /// A signal that the checkpoint held goes on with its repairs.
    fn release_held(
        &mut self,
        signal: SignalId,
        row: &EntryRow,
        raw: &Raw,
        at: JournalMoment,
    ) -> Result<SignalId, CrankError> {
        let (node, content) = self.held_content(raw)?;
        let source = row.source.clone();
        let accepted = self.accepted_at(node, signal)?.unwrap_or(at.get());
        let repaired = !raw.repairs.is_empty();
        let contract = self.contracts.get(&source).cloned();
        let accepted = Arrived::accepted(signal, node, source, accepted, content);
        let arrived = Arc::new(Arrived { contract, repaired, ..accepted });
        let taken = self.take_released(&arrived, row.import.is_some(), at)?;
        match taken.entry {
            Some(_) => Err(CrankError::Unreadable(
                "the contract still holds it: repair the field that it names".to_owned(),
            )),
            None => Ok(signal),
        }
    }

    /// When a signal was accepted: a replay knows it from its arrival, however long it was held.
    fn accepted_at(&self, node: NodeId, signal: SignalId) -> Result<Option<Moment>, CrankError> {
        let arrives = |fact: &Fact| matches!(fact, Fact::SignalArrived { signal: known, .. } if *known == signal);
        let mut upto = Position(u64::MAX);
        loop {
            let page = self.store.newest(Aggregate::Node(node), upto, BACK_PAGE, None)?;
            let arrival = page.iter().find(|stored| stored.entry.facts.iter().any(arrives));
            if let Some(arrival) = arrival {
                return Ok(Some(arrival.entry.header.moment));
            }
            let Some(oldest) = page.last() else { return Ok(None) };
            upto = Position(oldest.position.0 - 1);
        }
    }

    fn held_content(&self, raw: &Raw) -> Result<(NodeId, Content), CrankError> {
        let unreadable = |why: &str| CrankError::Unreadable(why.to_owned());
        if raw.format == UNOPENED {
            let still =
                "what is sealed under the person's key still does not open; restore `keys.db`";
            return self.reopened(raw)?.ok_or_else(|| unreadable(still));
        }
        match unpacked(&raw.bytes, &raw.repairs) {
            Some((Some(node), content)) => Ok((node, content)),
            Some((None, _)) | None => Err(unreadable("its bytes are cut")),
        }
    }

    fn open_entry(&self, entry: QuarantineId) -> Result<EntryRow, CrankError> {
        let row = self.store.entry(entry)?.ok_or(CrankError::NoEntry(entry))?;
        match row.state {
            EntryState::Waiting | EntryState::Repaired => Ok(row),
            EntryState::Released | EntryState::Discarded | EntryState::Erased => {
                Err(CrankError::EntryClosed(entry))
            }
        }
    }

    fn deal_with(
        &mut self,
        entry: QuarantineId,
        deed: QuarantineDeed,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        self.handle(&Event::Quarantine { entry, deed }, at, Actor::Person, None)?;
        Ok(())
    }
}
