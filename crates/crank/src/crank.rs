//! The crank itself: a store, a desk, strategies, accounts in memory, and groups of turns.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::errand::{Errand, ErrandId};
use domain::fact::{About, Aggregate, Entry, Fact};
use domain::handoff::{Actor, MemberId};
use domain::signal::SourceName;
use domain::{AccountId, HandoffId, Moment, NodeId, Text};
use engine::desk::Desk;
use engine::event::Event;
use engine::needs::ROUNDS_MAX;
use engine::stamp::Stamp;
use engine::state::{AccountContext, bytes_of_fields, handoffs_spoken_of};
use engine::{Outcome, Turn, handle, needs};
use rules::Strategy;
use store::{OutboxRow, Position, Store, StoreError, Timer};

use crate::account_cache::AccountCache;
use crate::breaker::Breaker;
use crate::changed_handoffs::{ChangedHandoffs, HandoffChanged};
use crate::clock::{JournalClock, JournalMoment};
use crate::concerned::{Concerned, SIGNALS_AT_ONCE};
use crate::disclosures::Disclosures;
use crate::error::CrankError;
use crate::follow_up_counts::{FollowUpCounts, FollowUpsSoFar};
use crate::ids::{Ids, undos};
use crate::parked::ParkedSoFar;
use crate::queued_bodies::QueuedBodies;
use crate::recent_arrivals::RecentArrivals;
use crate::room_given::gives_room;
use crate::rows::{advance, row_of};
use crate::strategy_cache::StrategyCache;
use crate::witnesses::WitnessesOfGroup;

/// The loop's state. One thread owns it.
pub struct Crank<S> {
    pub(crate) store: S,
    pub(crate) strategies: StrategyCache,
    pub(crate) accounts: AccountCache,
    pub(crate) ids: Ids,
    /// The contracts that sources are configured to keep, by id or name.
    pub(crate) contracts: BTreeMap<SourceName, Text>,
    /// Bodies of errands that were queued a moment ago.
    pub(crate) queued_bodies: QueuedBodies,
    /// What signals say that were accepted a moment ago.
    pub(crate) recent_arrivals: RecentArrivals,
    /// Signals of imports that came again in the open group.
    pub(crate) witnesses: WitnessesOfGroup,
    /// Destinations that failed too often, with when they are asked again.
    pub(crate) breakers: BTreeMap<String, Breaker>,
    /// How they were when the open group began.
    breakers_before: BTreeMap<String, Breaker>,
    /// The journal's time. Every public call that is told `now` feeds it.
    pub(crate) clock: JournalClock,
    /// What was parked since the start.
    pub(crate) parked: ParkedSoFar,
    /// What occurred to handoffs since the start.
    follow_ups: FollowUpsSoFar,
    /// Handoffs that changed since somebody asked.
    changed: ChangedHandoffs,
    /// Whether the open group gave somebody room, so that who waits is to be looked at.
    pub(crate) has_new_room: bool,
    /// Whether who waits is being looked at.
    pub(crate) serves: bool,
    /// Members who have left and whose handoffs the program failed on, with when they are tried again.
    pub(crate) leavers_resting: BTreeMap<MemberId, Moment>,
    /// What a test lets the program fail on.
    #[cfg(feature = "faults")]
    pub(crate) fault: Option<crate::Fault>,
    /// What a test looks at each event with.
    #[cfg(feature = "faults")]
    watch: Option<crate::Watch>,
    /// Who read what in the present hour.
    pub(crate) disclosures: Disclosures,
    /// The inbox was read up to here.
    pub(crate) read_up_to: Position,
    /// How many imports were taken back.
    pub(crate) undos: u64,
    /// What imports concern that are being taken back or looked at, the one asked for last at the end.
    pub(crate) undoing: Vec<Concerned>,
    /// Signals that are taken back or again in one group, about.
    pub(crate) undone_at_once: usize,
}

impl<S: Store> Crank<S> {
    /// Recovers over a store: what is in force, the desk, and where the journal's time stands.
    pub fn open(store: S, ids: Ids) -> Result<Self, CrankError> {
        let mut crank = Self {
            store,
            strategies: StrategyCache::default(),
            accounts: AccountCache::default(),
            ids,
            contracts: BTreeMap::new(),
            queued_bodies: QueuedBodies::default(),
            recent_arrivals: RecentArrivals::default(),
            witnesses: WitnessesOfGroup::default(),
            breakers: BTreeMap::new(),
            breakers_before: BTreeMap::new(),
            clock: JournalClock::resumed(Moment::EPOCH),
            parked: ParkedSoFar::default(),
            follow_ups: FollowUpsSoFar::default(),
            changed: ChangedHandoffs::default(),
            has_new_room: false,
            serves: false,
            leavers_resting: BTreeMap::new(),
            #[cfg(feature = "faults")]
            fault: None,
            #[cfg(feature = "faults")]
            watch: None,
            disclosures: Disclosures::default(),
            read_up_to: Position::START,
            undos: 0,
            undoing: Vec::new(),
            undone_at_once: SIGNALS_AT_ONCE,
        };
        crank.undos = undos(&crank.store)?;
        crank.strategies.recover(&crank.store)?;
        crank.accounts = AccountCache::recover(&crank.store)?;
        let head = crank.store.head()?;
        if let Some(last) = crank.store.at(head.position, None)? {
            crank.clock = JournalClock::resumed(last.entry.header.moment);
        }
        crank.bring_handoff_rows_up()?;
        Ok(crank)
    }

    /// Says which contract the signals of a source keep, by its id or name. Without it the kind of
    /// a signal decides.
    pub fn keep_contract(&mut self, source: SourceName, contract: Text) {
        self.contracts.insert(source, contract);
    }

    /// Says how many bytes the accounts in memory may take. They are folded anew when they are needed,
    /// so any bound works; a small one costs time.
    pub fn bound_accounts(&mut self, bytes: usize) {
        self.accounts.bound(bytes);
    }

    /// Says how many bytes of bodies that were just queued may be kept in memory. What does not fit is
    /// read back from the store.
    pub const fn bound_queued_bodies(&mut self, bytes: usize) {
        self.queued_bodies.bound(bytes);
    }

    /// How many bytes the bodies in memory take that were just queued.
    pub const fn queued_body_bytes(&self) -> usize {
        self.queued_bodies.bytes()
    }

    /// How many bytes the accounts in memory take, about.
    pub const fn accounts_bytes(&self) -> usize {
        self.accounts.bytes()
    }

    /// The store, for asking.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The strategies.
    pub const fn strategies(&self) -> &StrategyCache {
        &self.strategies
    }

    /// A version that is kept, compiled once.
    pub fn strategy(
        &mut self,
        version: domain::fact::StrategyVersion,
    ) -> Result<Option<Arc<Strategy>>, CrankError> {
        self.strategies.version(&self.store, version)
    }

    /// The same; none where it does not compile with this program. Without its names a handoff is
    /// still what it is.
    pub fn readable_strategy(
        &mut self,
        version: domain::fact::StrategyVersion,
    ) -> Result<Option<Arc<Strategy>>, StoreError> {
        self.strategies.readable(&self.store, version)
    }

    /// An account as it stands, folded where it is not in memory.
    pub fn account(&mut self, account: AccountId) -> Result<AccountContext<'_>, CrankError> {
        let loaded = self.accounts.get(&self.store, account)?;
        Ok(loaded)
    }

    /// What occurred to handoffs since the start.
    pub const fn follow_ups(&self) -> FollowUpCounts {
        self.follow_ups.counts()
    }

    /// Notes from here on which handoffs change. Whoever asks for it takes them now and then.
    pub const fn note_changes(&mut self) {
        self.changed.want();
    }

    /// The handoffs that changed since this was asked last, in the order of the journal.
    pub fn take_changes(&mut self) -> Vec<HandoffChanged> {
        self.changed.take()
    }

    /// The desk as it stands.
    pub fn desk(&self) -> &Desk {
        self.accounts.state().desk()
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.store
    }

    /// Begins a group.
    pub fn begin(&mut self) -> Result<(), CrankError> {
        self.store.begin()?;
        self.accounts.begin();
        self.breakers_before.clone_from(&self.breakers);
        Ok(())
    }

    /// Commits the group. On an error the group is forgotten: whether it is durable is unknown, and
    /// whoever asked has to ask again with the same ids.
    pub fn commit(&mut self) -> Result<(), CrankError> {
        let written = self.write_witnesses();
        match written.and_then(|()| Ok(self.store.commit()?)) {
            Ok(()) => {
                self.accounts.committed();
                self.strategies.committed();
                self.parked.committed();
                self.follow_ups.committed();
                self.changed.committed();
                self.keep_snapshots();
                Ok(())
            }
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// Forgets the group and everything that was folded in it. It reads nothing, so it cannot fail: the
    /// desk, the registry and what was in force are those of before.
    pub fn roll_back(&mut self) {
        self.store.roll_back();
        self.accounts.forget();
        self.queued_bodies.forget();
        self.recent_arrivals.forget();
        self.witnesses.forget();
        self.breakers.clone_from(&self.breakers_before);
        // Signals whose turns were forgotten wait again, and stand before the place that was read
        // up to.
        self.read_up_to = Position::START;
        self.strategies.forget();
        self.parked.forget();
        self.follow_ups.forget();
        self.changed.forget();
        (self.has_new_room, self.serves) = (false, false);
    }

    /// Takes a turn over an event and writes it: whatever it needs is loaded first.
    pub(crate) fn handle(
        &mut self,
        event: &Event,
        at: JournalMoment,
        actor: Actor,
        strategy: Option<&Strategy>,
    ) -> Result<Outcome, CrankError> {
        #[cfg(feature = "faults")]
        if let Some(watch) = &self.watch {
            watch(event);
        }
        for _ in 0..ROUNDS_MAX {
            let missing = needs(self.accounts.state(), event).accounts;
            if missing.is_empty() {
                break;
            }
            self.accounts.load(&self.store, &missing)?;
        }
        let version = strategy.map(|strategy| strategy.version);
        let stamp = Stamp::new(at.get(), actor, version);
        let Turn { entries, errands, outcome, after } =
            handle(self.accounts.state(), event, strategy, stamp);
        // Asked before the turn is adopted: afterwards the state no longer says what the handoffs
        // waited for.
        let waited = self.waited_for(&entries);
        // Before `adopt`: the timers that go are found by the state of before, and `write` puts the
        // new ones.
        self.replace_timers(event, &errands)?;
        self.accounts.adopt(after, brought_by(event), &entries);
        self.write(&entries, &errands, at)?;
        // After `write`: only now does the state say which of the old timers are still waited for.
        self.let_go_of_timers(&waited)?;
        // Who waits has it before anything newer asks: within the same group, and right away.
        self.serve_freed(at)?;
        if let Outcome::Refused(refusal) = outcome {
            return Err(refusal.into());
        }
        Ok(outcome)
    }

    /// Writes what a turn said: entries, then the rows that follow from them.
    fn write(
        &mut self,
        entries: &[Entry],
        errands: &[Errand],
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let mut changed: Vec<(AccountId, HandoffId)> = Vec::new();
        let mut queued_at = Vec::new();
        let mut last = Position::START;
        for entry in entries {
            let position = self.store.append(entry)?;
            last = position;
            self.has_new_room |= gives_room(entry);
            if let Aggregate::Account(account) = entry.header.aggregate {
                self.concern(account, entry, position, &mut changed, &mut queued_at, at)?;
            }
        }
        #[cfg(feature = "faults")]
        self.fail_if_planted(entries);
        // After all entries: a row shows the handoff as the whole turn leaves it, and is written
        // once.
        for (account, handoff) in changed {
            self.put_handoff(account, handoff, at, last)?;
        }
        for errand in errands {
            self.run(errand, &queued_at)?;
        }
        Ok(())
    }

    /// Fails on what the test that planted a fault said.
    #[cfg(feature = "faults")]
    fn fail_if_planted(&self, entries: &[Entry]) {
        let planted = self.fault.as_ref().is_some_and(|fault| entries.iter().any(fault));
        if planted {
            // As a panic, without a word on the terminal: it was asked for.
            std::panic::resume_unwind(Box::new("a planted fault"));
        }
    }

    /// Lets the program fail, in the middle of writing, on turns that say such an entry.
    #[cfg(feature = "faults")]
    pub fn plant(&mut self, fault: crate::Fault) {
        self.fault = Some(fault);
    }

    /// Lets a group take back or again about so many signals.
    #[cfg(feature = "faults")]
    pub fn bound_undo(&mut self, signals: usize) {
        self.undone_at_once = signals;
    }

    /// Shows a test each event that a turn begins with.
    #[cfg(feature = "faults")]
    pub fn watch(&mut self, watch: crate::Watch) {
        self.watch = Some(watch);
    }

    fn concern(
        &mut self,
        account: AccountId,
        entry: &Entry,
        position: Position,
        changed: &mut Vec<(AccountId, HandoffId)>,
        queued_at: &mut Vec<(domain::DeliveryId, Position)>,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        for fact in &entry.facts {
            self.follow_ups.note(fact);
            if let Fact::DeliveryQueued { delivery, body, .. } = fact {
                queued_at.push((*delivery, position));
                if let Some(body) = body
                    && !S::BODIES_IN_MEMORY
                {
                    self.queued_bodies.keep((*delivery).into(), body);
                }
            }
            let known = self.accounts.state().account(account);
            for handoff in known.map_or_else(Vec::new, |known| handoffs_spoken_of(&known, fact)) {
                if !changed.contains(&(account, handoff)) {
                    changed.push((account, handoff));
                }
            }
            if let About::Delivery(delivery, None) = fact.about() {
                self.move_delivery(delivery, fact, at)?;
            }
        }
        Ok(())
    }

    fn move_delivery(
        &mut self,
        delivery: domain::DeliveryId,
        fact: &Fact,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let errand = ErrandId::from(delivery);
        if matches!(fact, Fact::DeliveryMoved { state, .. } if state.is_closed()) {
            self.queued_bodies.take(errand);
            self.store.outbox_delete(errand)?;
        } else if let Some(mut row) = self.store.outbox_row(errand)?
            && advance(&mut row, fact, at.get())
        {
            self.store.outbox_put(&row)?;
        }
        Ok(())
    }

    fn put_handoff(
        &mut self,
        account: AccountId,
        handoff: HandoffId,
        at: JournalMoment,
        position: Position,
    ) -> Result<(), CrankError> {
        if let Some(known) = self.accounts.handoff(account, handoff) {
            let row = row_of(account, known, at.get());
            self.store.put_handoff(&row)?;
            let version = row.version;
            self.changed.note(HandoffChanged { at: position, handoff, version });
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
                account,
                destination,
                correlation,
                due,
                recipient,
            } => {
                let queued = queued_at.iter().find(|(known, _)| known == delivery);
                let row = OutboxRow {
                    errand: (*delivery).into(),
                    aggregate: Aggregate::Account(*account),
                    destination: destination.clone(),
                    correlation: Some(*correlation),
                    attempt: 0,
                    due: *due,
                    claimed_until: None,
                    queued_at: queued.map_or(Position::START, |(_, position)| *position),
                    recipient: recipient.clone(),
                    bundle: None,
                };
                self.store.outbox_put(&row)?;
            }
            Errand::WakeAt { due, account, wake } => {
                // What the same turn ended is waited for no more.
                if self.waits_for(*account, *wake) {
                    self.store.timer_put(&Timer { due: *due, account: *account, wake: *wake })?;
                }
            }
        }
        Ok(())
    }
}

/// To which node an event brings how many bytes, about.
fn brought_by(event: &Event) -> Option<(NodeId, usize)> {
    match event {
        // Its fields stay in the touchpoint, and those of the person and the account in the node.
        Event::Signal { arrived, .. } => {
            Some((arrived.node, bytes_of_fields(&arrived.content.fields)))
        }
        Event::Deed { .. }
        | Event::Timer { .. }
        | Event::Attempt { .. }
        | Event::Answer { .. }
        | Event::Forgotten { .. }
        | Event::Unmerge(_)
        | Event::Join(_)
        | Event::Erasure(_)
        | Event::Desk(_)
        | Event::InForce { .. }
        | Event::Quarantine { .. }
        | Event::Reading { .. }
        | Event::Import(_)
        | Event::TakeBack(_)
        | Event::User(_)
        | Event::Parked { .. } => None,
    }
}
