//! Quarantine entries: what came, what people did with it, and what was erased.

use std::collections::BTreeMap;

use domain::fact::{EntryChange, Fact, Raw};
use domain::signal::{Content, Key};
use domain::{QuarantineId, SignalId};
use engine::arrived::unpacked;
use engine::identity::{addresses_in, identifiers};
use store::sqlite::anew::Anew;
use store::{EntryRow, EntryState, Position, Purpose, Read, StoreError, Stored};

/// The format of an entry that stands for a signal that was held.
const HELD: &str = "signal";

/// The entries so far.
#[derive(Default)]
pub(super) struct Entries {
    rows: BTreeMap<QuarantineId, EntryRow>,
    /// Where the bytes of each stand, as they came and with each repair: what somebody typed once names
    /// somebody for as long as it is there.
    raws: BTreeMap<QuarantineId, Vec<Position>>,
}

impl Entries {
    /// Takes in what an entry of the journal says.
    pub(super) fn take(&mut self, stored: &Stored) {
        for fact in &stored.entry.facts {
            self.fact(fact, stored);
        }
    }

    fn fact(&mut self, fact: &Fact, stored: &Stored) {
        if let Fact::SignalQuarantined {
            entry, source, cause, line, import, signal, field, ..
        } = fact
        {
            let row = EntryRow {
                entry: *entry,
                source: source.clone(),
                cause: *cause,
                field: field.clone(),
                line: *line,
                import: *import,
                signal: *signal,
                since: stored.entry.header.moment,
                state: EntryState::Waiting,
                raw_at: stored.position,
            };
            self.raws.entry(*entry).or_default().push(row.raw_at);
            self.rows.insert(*entry, row);
        } else if let Fact::PersonErased { entries, .. } = fact {
            for entry in entries {
                if let Some(row) = self.rows.get_mut(entry) {
                    (row.state, row.field) = (EntryState::Erased, None);
                }
            }
        } else if let Some((entry, change)) = fact.of_entry()
            && let Some(row) = self.rows.get_mut(&entry)
        {
            move_on(row, change, stored.position);
            if matches!(change, EntryChange::Repaired | EntryChange::StillHeld(..)) {
                self.raws.entry(entry).or_default().push(stored.position);
            }
        }
    }

    /// What a signal that was held says with what a person put in place of its fields; none where
    /// nobody put anything there.
    pub(super) fn repaired(
        &self,
        anew: &mut Anew,
        signal: SignalId,
    ) -> Result<Option<Content>, StoreError> {
        let Some(row) = self.rows.values().find(|row| row.signal == Some(signal)) else {
            return Ok(None);
        };
        let raw = read_raw(anew, row, row.raw_at)?
            .filter(|raw| raw.format == HELD && !raw.repairs.is_empty());
        Ok(raw.and_then(|raw| Some(unpacked(&raw.bytes, &raw.repairs)?.1)))
    }

    /// Writes their rows.
    pub(super) fn end(&self, anew: &mut Anew) -> Result<(), StoreError> {
        for row in self.rows.values() {
            if row.state == EntryState::Erased || anew.has_entry(row.entry)? {
                anew.put_entry(row, None, &[])?;
                continue;
            }
            // What it is told by when it comes again, and whom it names, stand in its bytes.
            let raw = read_raw(anew, row, row.raw_at)?;
            let mut found = Vec::new();
            for at in self.raws.get(&row.entry).into_iter().flatten().copied() {
                found.extend(read_raw(anew, row, at)?.iter().flat_map(|raw| named_in(row, raw)));
            }
            let held = raw.as_ref().filter(|raw| raw.format == HELD).zip(row.signal.as_ref());
            let item = held.map(|(raw, signal)| (raw.origin.as_str(), signal.bytes().as_slice()));
            anew.put_entry(row, item, &found)?;
        }
        Ok(())
    }
}

fn move_on(row: &mut EntryRow, change: EntryChange<'_>, at: Position) {
    match change {
        EntryChange::Repaired => (row.state, row.raw_at) = (EntryState::Repaired, at),
        EntryChange::StillHeld(cause, field) => {
            (row.state, row.raw_at) = (EntryState::Waiting, at);
            (row.cause, row.field) = (cause, field.map(str::to_owned));
        }
        EntryChange::Released(signal) => {
            (row.state, row.signal) = (EntryState::Released, Some(signal));
        }
        EntryChange::Discarded => row.state = EntryState::Discarded,
    }
}

fn read_raw(anew: &mut Anew, row: &EntryRow, at: Position) -> Result<Option<Raw>, StoreError> {
    let Some(stored) = anew.store().at(at, Some(&Purpose::CARE))? else { return Ok(None) };
    Ok(stored.entry.facts.into_iter().find_map(|fact| {
        let (Fact::SignalQuarantined { entry, raw, .. }
        | Fact::QuarantineRepaired { entry, raw, .. }) = fact
        else {
            return None;
        };
        raw.filter(|_| entry == row.entry).map(|raw| *raw)
    }))
}

/// The identifiers by which an erasure finds an entry.
fn named_in(row: &EntryRow, raw: &Raw) -> Vec<Key> {
    let mut named = match unpacked(&raw.bytes, &[]).filter(|_| raw.format == HELD) {
        Some((_, content)) => identifiers(&row.source, &content).keys,
        None => addresses_in(&raw.bytes),
    };
    named.extend(raw.repairs.iter().flat_map(|(_, value)| addresses_in(value.as_bytes())));
    named
}
