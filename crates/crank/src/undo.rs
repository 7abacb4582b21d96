//! Taking an import back. What it concerns is gathered from the journal beside the loop; the loop then
//! takes back one group of people after the other: what the import had brought of them counts no more, and
//! everything else that is known of them is taken again, signal by signal
//! ([why](../../../docs/decisions/0024-taking-an-import-back.md)).
//!
//! A group is closed: nobody outside of it shares an identifier or a company with anybody inside. It is
//! taken back in one transaction, so one that is killed half way goes on with the next group.

mod again;
mod by_hand;
mod preview;
mod read;

use domain::fact::{By, UndoneImport};
use domain::handoff::Actor;
use domain::{ImportId, Moment, QuarantineId, SignalId};
use engine::event::{Event, ImportEvent, ImportUndo, QuarantineDeed};
use store::{EntryRow, EntryState, Store};

use crate::clock::JournalMoment;
use crate::concerned::{Concerned, Group, concerned_by};
use crate::crank::Crank;
use crate::error::CrankError;
use crate::ids::UNDOS;

/// Imports that are taken back or looked at side by side. One more lets the one go that was asked for longest
/// ago, which reads the journal anew.
const AT_ONCE_MAX: usize = 4;
/// Entries of quarantine that are read at once.
const ENTRIES_PAGE: usize = 500;

/// Who takes an import back, and how much of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UndoOrder {
    /// The import.
    pub import: ImportId,
    /// Whether consents that it withdrew, and whom it had suppressed, are taken back as well.
    pub consents: bool,
    /// Who asked.
    pub by: By,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UndoProgress {
    /// It goes on when it is asked for again.
    UnderWay,
    /// It is done, or would come to this.
    Done(UndoneImport),
}

impl<S: Store> Crank<S> {
    /// Takes an import back, or goes on with it, as far as does not hold up others for long: it is to be
    /// asked for until it is done. With `is_dry_run` it is only told what it would come to.
    pub fn undo_import(
        &mut self,
        order: &UndoOrder,
        is_dry_run: bool,
        now: Moment,
    ) -> Result<UndoProgress, CrankError> {
        let at_hand = self.undoing.iter().position(|known| known.import() == order.import);
        let mut concerned = match at_hand {
            Some(at) => self.undoing.remove(at),
            None => concerned_by(&self.store, order.import)?,
        };
        let gone_on = if concerned.catch_up(&self.store)? {
            self.go_on_with_undo(order, &mut concerned, is_dry_run, now)?
        } else {
            UndoProgress::UnderWay
        };
        // At its end it is let go of: it knows each signal of the journal.
        if gone_on == UndoProgress::UnderWay {
            if self.undoing.len() == AT_ONCE_MAX {
                self.undoing.remove(0);
            }
            self.undoing.push(concerned);
        }
        Ok(gone_on)
    }

    fn go_on_with_undo(
        &mut self,
        order: &UndoOrder,
        concerned: &mut Concerned,
        is_dry_run: bool,
        now: Moment,
    ) -> Result<UndoProgress, CrankError> {
        if !concerned.is_known() {
            return Err(CrankError::NoImport(order.import));
        }
        if concerned.is_over(order.consents) {
            return Err(CrankError::ImportUndone(order.import));
        }
        if is_dry_run {
            return self.preview_some(order, concerned, now);
        }
        if !concerned.is_begun(order.consents) {
            concerned.look_again();
            self.in_group(|crank| {
                crank.store.put_setting(&counted(order.import), &[])?;
                crank.record_undo(order, None, now)
            })?;
            return Ok(UndoProgress::UnderWay);
        }
        match self.in_group(|crank| crank.undo_some(order, concerned, now)) {
            Ok(true) => Ok(UndoProgress::UnderWay),
            Ok(false) => self.end_undo(order, concerned, now).map(UndoProgress::Done),
            // What was sealed to a node turned out to be several people's: it is done again, and the node
            // is nobody's. Or a handoff that somebody works does not go with what came of it: the group is
            // left alone. Each node is found once, so this ends.
            Err(_) if concerned.take_learnt() => Ok(UndoProgress::UnderWay),
            Err(error) => Err(error.into()),
        }
    }

    fn undo_some(
        &mut self,
        order: &UndoOrder,
        concerned: &mut Concerned,
        now: Moment,
    ) -> Result<bool, CrankError> {
        let groups = concerned.groups(order.consents);
        let mut counts = self.undone_so_far(order.import)?;
        let (done, more) = self.undo_groups(order, concerned, &groups, now)?;
        counts += more;
        let bytes = minicbor::to_vec(counts).expect("writing into memory does not fail");
        self.store.put_setting(&counted(order.import), &bytes)?;
        Ok(done < groups.len())
    }

    /// Takes as many of these groups back as are enough for one transaction, and says how many those are.
    fn undo_groups(
        &mut self,
        order: &UndoOrder,
        concerned: &mut Concerned,
        groups: &[Group],
        now: Moment,
    ) -> Result<(usize, UndoneImport), CrankError> {
        let at = self.clock.stamp(now);
        let (mut done, mut signals, mut counts) = (0, 0, UndoneImport::default());
        for group in groups {
            if signals >= self.undone_at_once {
                break;
            }
            done += 1;
            signals += group.signals();
            counts += self.undo_group(order, concerned, group, at)?;
        }
        // Asked at the end, so that all that is to be found in this transaction is found at once.
        if concerned.has_learnt() { Err(CrankError::Fault) } else { Ok((done, counts)) }
    }

    /// Says that all of an import is taken back, in a group of its own, and what that came to.
    fn end_undo(
        &mut self,
        order: &UndoOrder,
        concerned: &mut Concerned,
        now: Moment,
    ) -> Result<UndoneImport, CrankError> {
        let mut counts = concerned.beside(order.consents);
        let undos = self.undos + 1;
        let counts = self.in_group(|crank| {
            counts += crank.undone_so_far(order.import)?;
            crank.discard_entries_of(concerned, now)?;
            crank.record_undo(order, Some(counts), now)?;
            crank.store.put_setting(UNDOS, &undos.to_be_bytes())?;
            Ok(counts)
        })?;
        self.undos = undos;
        Ok(counts)
    }

    fn undone_so_far(&self, import: ImportId) -> Result<UndoneImport, CrankError> {
        let kept = self.store.setting(&counted(import))?;
        Ok(kept.and_then(|bytes| minicbor::decode(&bytes).ok()).unwrap_or_default())
    }

    fn record_undo(
        &mut self,
        order: &UndoOrder,
        counts: Option<UndoneImport>,
        now: Moment,
    ) -> Result<(), CrankError> {
        let at = self.clock.stamp(now);
        let UndoOrder { import, consents, by } = order.clone();
        let undo = ImportUndo { import, consents, by, counts };
        self.handle(&Event::Import(ImportEvent::Undone(undo)), at, Actor::Operator, None)?;
        Ok(())
    }

    /// Throws away what an import brought that could not be taken as it came. An entry whose signal stays
    /// stays as well.
    fn discard_entries_of(&mut self, concerned: &Concerned, now: Moment) -> Result<(), CrankError> {
        let goes = |row: &&EntryRow| {
            let stays = row.signal.is_some_and(|signal| concerned.signal(signal).is_some());
            row.import == Some(concerned.import()) && !stays
        };
        let at = self.clock.stamp(now);
        for state in [EntryState::Waiting, EntryState::Repaired] {
            let (mut cursor, mut theirs) = (None, Vec::new());
            loop {
                let page = self.store.entries(Some(state), cursor, ENTRIES_PAGE)?;
                theirs.extend(page.rows.iter().filter(goes).map(|row| row.entry));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            for entry in theirs {
                self.discard_entry(entry, at)?;
            }
        }
        Ok(())
    }
}

impl<S: Store> Crank<S> {
    /// Lets an open entry go whose signal was taken again and is held no more.
    fn release_entry(
        &mut self,
        entry: QuarantineId,
        signal: SignalId,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        if self.store.entry(entry)?.is_some_and(|row| row.state.is_open()) {
            let event = Event::Quarantine { entry, deed: QuarantineDeed::Release(signal) };
            self.handle(&event, at, Actor::Operator, None)?;
        }
        Ok(())
    }

    /// Throws an entry away that is open; what it was made of can come again.
    fn discard_entry(&mut self, entry: QuarantineId, at: JournalMoment) -> Result<(), CrankError> {
        if self.store.entry(entry)?.is_some_and(|row| row.state.is_open()) {
            let event = Event::Quarantine { entry, deed: QuarantineDeed::Discard };
            self.handle(&event, at, Actor::Operator, None)?;
            self.store.forget_item(entry)?;
        }
        Ok(())
    }
}

/// Where it is counted what was taken back so far: one that is killed half way loses no count.
fn counted(import: ImportId) -> String {
    format!("taken-back.{import}")
}
