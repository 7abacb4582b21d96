//! Quarantine: what a person does with what could not be taken as it came.

use std::sync::Arc;

use domain::fact::{Aggregate, Fact, Raw};
use domain::handoff::Actor;
use domain::reason::Code;
use domain::signal::{Content, Incoming, Key};
use domain::{Moment, NodeId, QuarantineId, SignalId};
use engine::arrived::{Arrived, packed_repaired, unpacked};
use engine::event::{Event, QuarantineDeed};
use engine::identity::{addresses_in, identifiers};
use store::{Acceptance, Arrival, EntryRow, EntryState, Position, Purpose, Store};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::entry_fault::{EntryFault, Repair, Repaired, in_words};
use crate::error::CrankError;
use crate::intake::IntakeOutcome;
use crate::reread::ReadAgain;
use crate::turns::{SIGNAL, UNOPENED};

/// Entries that are read at once where one looks for an arrival.
const BACK_PAGE: usize = 64;

impl<S: Store> Crank<S> {
    /// Puts values in place of what an entry's fields held, within an open group, and reads it again as
    /// what comes in is read. It waits to be released where nothing is wrong with it any more; else it is
    /// held for what is. A name that nothing reads changes nothing.
    pub fn repair(
        &mut self,
        entry: QuarantineId,
        repairs: &[Repair],
        read_again: ReadAgain<'_, S>,
        now: Moment,
    ) -> Result<Repaired, CrankError> {
        let row = self.open_entry(entry)?;
        let raw = self.store.raw(entry, &Purpose::VIEW)?;
        let mut raw = raw.ok_or(CrankError::EntryClosed(entry))?;
        let at = self.clock.stamp(now);
        let mut typed = addresses_typed(repairs);
        if raw.format == SIGNAL
            && let Some((node, mut content)) = unpacked(&raw.bytes, &raw.repairs)
        {
            let unfit = self.amend(&row.source, &mut content, repairs);
            if !unfit.is_empty() {
                return Ok(Repaired::Refused(unfit));
            }
            typed.extend(identifiers(&row.source, &content).keys);
            raw.bytes = packed_repaired(node, &content);
        }
        for repair in repairs {
            raw.repairs.retain(|(field, _)| *field != repair.field);
            raw.repairs.push((repair.field.clone(), repair.value.clone()));
        }
        let faults = self.faults(&row, &raw, read_again, at)?;
        let wrote = |fault: &EntryFault| {
            let name = fault.field.as_deref();
            fault.code == Code::FieldUnknown
                && repairs.iter().any(|repair| name == Some(&repair.field))
        };
        if faults.iter().any(wrote) {
            return Ok(Repaired::Refused(faults));
        }
        if !faults.is_empty() {
            raw.detail = in_words(&faults);
        }
        let still_held = faults.first().map(|fault| (fault.code, fault.field.clone()));
        let deed = QuarantineDeed::Repair { raw: Box::new(raw), still_held };
        self.deal_with(entry, deed, at)?;
        // Whoever is named by what somebody typed is erased with the entry, too.
        self.store.name_in_entry(entry, &typed)?;
        Ok(if faults.is_empty() { Repaired::Ready } else { Repaired::StillHeld(faults) })
    }

    /// What an open entry is held for, all of it; nothing where it can be released. Nothing is written.
    pub fn faults_of(
        &mut self,
        entry: QuarantineId,
        read_again: ReadAgain<'_, S>,
        now: Moment,
    ) -> Result<Vec<EntryFault>, CrankError> {
        let row = self.open_entry(entry)?;
        let raw = self.store.raw(entry, &Purpose::VIEW)?;
        let raw = raw.ok_or(CrankError::EntryClosed(entry))?;
        let at = self.clock.stamp(now);
        self.faults(&row, &raw, read_again, at)
    }

    fn faults(
        &mut self,
        row: &EntryRow,
        raw: &Raw,
        read_again: ReadAgain<'_, S>,
        at: JournalMoment,
    ) -> Result<Vec<EntryFault>, CrankError> {
        let Some(signal) = row.signal else {
            let incoming = match self.read_entry(row, raw, read_again) {
                Ok(incoming) => incoming,
                Err(faults) => return Ok(faults),
            };
            return self.unmet(&incoming.source, &incoming.content, (None, at.get()));
        };
        let (node, content) = match self.held_content(row, raw) {
            Err(CrankError::Unreadable(says)) => {
                return Ok(vec![EntryFault::whole(row.cause, &says)]);
            }
            held => held?,
        };
        let accepted = self.accepted_at(node, signal)?.unwrap_or(at.get());
        if let Some(unfit) = self.unfit_told(&row.source, &content, row.import.is_some())? {
            let fault = |(code, field): (Code, &str)| {
                EntryFault::of(code, Some(field.to_owned()), &content)
            };
            return Ok(unfit.into_iter().map(fault).collect());
        }
        self.unmet(&row.source, &content, (Some(node), accepted))
    }

    /// Lets an entry in, within an open group: its bytes are read again with its repairs. Where it is
    /// [`CrankError::StillHeld`], nothing was written; after any other error the group is to be rolled
    /// back.
    pub fn release(
        &mut self,
        entry: QuarantineId,
        read_again: ReadAgain<'_, S>,
        now: Moment,
    ) -> Result<(SignalId, IntakeOutcome), CrankError> {
        let at = self.clock.stamp(now);
        let row = self.open_entry(entry)?;
        let raw = self.store.raw(entry, &Purpose::VIEW)?;
        let raw = raw.ok_or(CrankError::EntryClosed(entry))?;
        let (signal, outcome) = if let Some(signal) = row.signal {
            let faults = self.faults(&row, &raw, read_again, at)?;
            if !faults.is_empty() {
                return Err(CrankError::StillHeld(faults));
            }
            (self.release_held(signal, &row, &raw, at)?, IntakeOutcome::Accepted)
        } else {
            let incoming =
                self.read_entry(&row, &raw, read_again).map_err(CrankError::StillHeld)?;
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
        let signal = self.ids.signal(&incoming, self.undos)?;
        let arrival = Arrival {
            signal,
            incoming: &incoming,
            keys: &identified.keys,
            moment: at.get(),
            import: row.import,
            again: None,
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
        let (node, content) = self.held_content(row, raw)?;
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
        let arrives = |fact: &Fact| {
            let Fact::SignalArrived { signal: known, again, .. } = fact else { return None };
            (*known == signal).then(|| again.map(|again| again.accepted))
        };
        let mut upto = Position(u64::MAX);
        loop {
            let page = self.store.newest(Aggregate::Node(node), upto, BACK_PAGE, None)?;
            let arrival = page.iter().find_map(|stored| {
                let accepted = stored.entry.facts.iter().find_map(arrives)?;
                Some(accepted.unwrap_or(stored.entry.header.moment))
            });
            if arrival.is_some() {
                return Ok(arrival);
            }
            let Some(oldest) = page.last() else { return Ok(None) };
            upto = Position(oldest.position.0 - 1);
        }
    }

    fn held_content(&self, row: &EntryRow, raw: &Raw) -> Result<(NodeId, Content), CrankError> {
        let unreadable = |why: &str| CrankError::Unreadable(why.to_owned());
        if raw.format == UNOPENED {
            let still =
                "what is sealed under the person's key still does not open; restore `keys.db`";
            return self.reopened(raw)?.ok_or_else(|| unreadable(still));
        }
        match unpacked(&raw.bytes, &raw.repairs) {
            Some((Some(node), content)) => {
                let moved = self.moved_to(row, &content)?;
                Ok((moved.unwrap_or(node), content))
            }
            Some((None, _)) | None => Err(unreadable("its bytes are cut")),
        }
    }

    /// The node that a signal which is held was sealed to last: since it was held, an import may have been
    /// taken back.
    fn moved_to(&self, row: &EntryRow, content: &Content) -> Result<Option<NodeId>, CrankError> {
        let Some(position) = self.store.accepted_at(&row.source, content)? else {
            return Ok(None);
        };
        let Some(stored) = self.store.at(position, None)? else { return Ok(None) };
        let Aggregate::Node(node) = stored.entry.header.aggregate else { return Ok(None) };
        let is_it = |fact: &Fact| matches!(fact, Fact::SignalArrived { signal, .. } if Some(*signal) == row.signal);
        Ok(stored.entry.facts.iter().any(is_it).then_some(node))
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

/// The addresses and numbers in what somebody typed.
fn addresses_typed(repairs: &[Repair]) -> Vec<Key> {
    repairs.iter().flat_map(|repair| addresses_in(repair.value.as_bytes())).collect()
}
