//! The crank itself: a store, a desk, strategies, accounts in memory, and groups of turns.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::errand::Errand;
use domain::fact::{Aggregate, Entry, Fact};
use domain::handoff::{Actor, DeliveryState, Target};
use domain::{AccountId, HandoffId, Moment};
use engine::context::Handoff;
use engine::desk::Desk;
use engine::turn::{Said, Turn};
use rules::Strategy;
use store::{HandoffRow, OutboxRow, Position, Store, Timer};

use crate::book::Book;
use crate::breaker::Breaker;
use crate::error::CrankError;
use crate::ids::Ids;
use crate::shelf::Shelf;

/// The loop's state. One thread owns it.
pub struct Crank<S> {
    pub(crate) store: S,
    pub(crate) book: Book,
    pub(crate) shelf: Shelf,
    pub(crate) desk: Desk,
    pub(crate) ids: Ids,
    /// Destinations that failed too often, with when they are asked again.
    pub(crate) breakers: BTreeMap<String, Breaker>,
    /// The last moment that was written: the journal's time never falls.
    last: Moment,
    desk_dirty: bool,
    /// The inbox was read up to here.
    pub(crate) read_up_to: Position,
}

impl<S: Store> Crank<S> {
    /// Recovers over a store: what is in force, the desk, and where the journal's time stands.
    pub fn open(store: S, ids: Ids) -> Result<Self, CrankError> {
        let mut crank = Self {
            store,
            book: Book::default(),
            shelf: Shelf::default(),
            desk: Desk::default(),
            ids,
            breakers: BTreeMap::new(),
            last: Moment::EPOCH,
            desk_dirty: false,
            read_up_to: Position::START,
        };
        crank.book.recover(&crank.store)?;
        crank.desk = crank.fold_desk()?;
        let head = crank.store.head()?;
        if let Some(last) = crank.store.at(head.position, None)? {
            crank.last = last.entry.header.moment;
        }
        Ok(crank)
    }

    /// The store, for asking.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The store, for what is not a turn: settings, credentials, counts.
    pub const fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// The strategies.
    pub const fn book(&self) -> &Book {
        &self.book
    }

    /// A version that is kept, compiled once.
    pub fn strategy(
        &mut self,
        version: domain::fact::StrategyVersion,
    ) -> Result<Option<Arc<Strategy>>, CrankError> {
        self.book.version(&self.store, version)
    }

    /// The desk as it stands.
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.store
    }

    /// Begins a group.
    pub fn begin(&mut self) -> Result<(), CrankError> {
        Ok(self.store.begin()?)
    }

    /// Commits the group. On an error the group is forgotten: whether it is durable is unknown, and
    /// whoever asked has to ask again with the same ids.
    pub fn commit(&mut self) -> Result<(), CrankError> {
        match self.store.commit() {
            Ok(()) => {
                self.shelf.committed();
                self.desk_dirty = false;
                Ok(())
            }
            Err(error) => {
                self.roll_back();
                Err(error.into())
            }
        }
    }

    /// Forgets the group and everything that was folded in it.
    pub fn roll_back(&mut self) {
        self.store.roll_back();
        self.shelf.forget();
        self.read_up_to = Position::START;
        if std::mem::take(&mut self.desk_dirty) {
            // The desk is small beside the journal, and a group rarely fails.
            self.desk = self.fold_desk().unwrap_or_default();
        }
    }

    /// A moment that does not lie before what was written.
    pub(crate) fn moment(&mut self, now: Moment) -> Moment {
        self.last = self.last.max(now);
        self.last
    }

    /// Takes a turn over some accounts and writes what it says.
    pub(crate) fn turn<T>(
        &mut self,
        accounts: &[AccountId],
        now: Moment,
        actor: Actor,
        strategy: Option<&Strategy>,
        take: impl FnOnce(&mut Turn<'_>) -> T,
    ) -> Result<T, CrankError> {
        let moment = self.moment(now);
        let shelved = self.shelf.take_down(&self.store, accounts)?;
        let version = strategy.map(|strategy| strategy.version);
        let mut turn = Turn::begin(shelved, &mut self.desk, moment, actor, version);
        let taken = take(&mut turn);
        let said = turn.end();
        self.write(&said)?;
        Ok(taken)
    }

    /// Writes what a turn said: entries, then the rows that follow from them.
    pub(crate) fn write(&mut self, said: &Said) -> Result<(), CrankError> {
        let mut changed: Vec<(AccountId, HandoffId)> = Vec::new();
        let mut queued_at = Vec::new();
        for entry in &said.entries {
            let position = self.store.append(entry)?;
            if entry.header.aggregate == Aggregate::Desk {
                self.desk_dirty = true;
            }
            if let Aggregate::Account(account) = entry.header.aggregate {
                self.concern(account, entry, position, &mut changed, &mut queued_at)?;
            }
        }
        for (account, handoff) in changed {
            self.put_handoff(account, handoff)?;
        }
        for errand in &said.errands {
            self.run(errand, &queued_at)?;
        }
        Ok(())
    }

    fn concern(
        &mut self,
        account: AccountId,
        entry: &Entry,
        position: Position,
        changed: &mut Vec<(AccountId, HandoffId)>,
        queued_at: &mut Vec<(domain::DeliveryId, Position)>,
    ) -> Result<(), CrankError> {
        for fact in &entry.facts {
            if let Fact::DeliveryQueued { delivery, .. } = fact {
                queued_at.push((*delivery, position));
            }
            let handoff = self.shelf.handoff_of(account, fact);
            if let Some(handoff) = handoff
                && !changed.contains(&(account, handoff))
            {
                changed.push((account, handoff));
            }
            if let Fact::DeliveryMoved { delivery, state, again, attempt, .. } = fact {
                self.move_delivery(*delivery, *state, *again, *attempt)?;
            }
            if let Fact::DeliveryAttempted { delivery, attempt } = fact {
                self.move_delivery(*delivery, DeliveryState::Attempting, None, *attempt)?;
            }
        }
        Ok(())
    }

    fn move_delivery(
        &mut self,
        delivery: domain::DeliveryId,
        state: DeliveryState,
        again: Option<Moment>,
        attempt: u32,
    ) -> Result<(), CrankError> {
        if state.is_closed() {
            return Ok(self.store.outbox_delete(delivery)?);
        }
        if let Some(mut row) = self.store.outbox_row(delivery)? {
            row.state = state;
            row.attempt = row.attempt.max(attempt);
            if let Some(again) = again {
                row.due = again;
                row.claimed_until = None;
            }
            self.store.outbox_put(&row)?;
        }
        Ok(())
    }

    fn put_handoff(&mut self, account: AccountId, handoff: HandoffId) -> Result<(), CrankError> {
        if let Some(known) = self.shelf.handoff(account, handoff) {
            let row = row_of(account, known, self.last);
            self.store.put_handoff(&row)?;
        }
        Ok(())
    }

    fn run(
        &mut self,
        errand: &Errand,
        queued_at: &[(domain::DeliveryId, Position)],
    ) -> Result<(), CrankError> {
        match errand {
            Errand::PlaceDelivery {
                delivery,
                handoff,
                account,
                node,
                destination,
                step,
                due,
                ..
            } => {
                let queued = queued_at.iter().find(|(known, _)| known == delivery);
                let row = OutboxRow {
                    delivery: *delivery,
                    handoff: *handoff,
                    account: *account,
                    node: *node,
                    destination: destination.clone(),
                    step: *step,
                    state: DeliveryState::Queued,
                    attempt: 0,
                    due: *due,
                    claimed_until: None,
                    queued_at: queued.map_or(Position::START, |(_, position)| *position),
                };
                self.store.outbox_put(&row)?;
            }
            Errand::WakeAt { due, account, wake } => {
                self.store.timer_put(&Timer { due: *due, account: *account, wake: *wake })?;
            }
        }
        Ok(())
    }

    pub(crate) fn fold_desk(&self) -> Result<Desk, CrankError> {
        let mut desk = Desk::default();
        for stored in self.store.history(Aggregate::Desk, Position::START, None, None)? {
            for fact in &stored.entry.facts {
                desk.apply(&stored.entry.header, fact);
            }
        }
        Ok(desk)
    }
}

/// A handoff as its row says it.
pub(crate) fn row_of(account: AccountId, handoff: &Handoff, changed: Moment) -> HandoffRow {
    HandoffRow {
        handoff: handoff.id,
        account,
        person: handoff.person,
        node: handoff.node,
        kind: handoff.kind.clone(),
        state: handoff.state,
        owner: handoff.owner.clone(),
        version: u64::from(handoff.version),
        opened: handoff.opened,
        changed,
        accept_by: handoff.accept_by(),
        first_touch_by: handoff.clocks.get(&Target::FirstTouch).map(|clock| clock.due),
        correlation: handoff.signal,
    }
}
