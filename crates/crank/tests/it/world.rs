//! A world for the simulation: what can happen in it, and what must hold whatever happens.

mod acts;
mod checks;
mod faults;
mod follow;
mod model;
mod records;
mod step;
mod strategy;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crank::{Attempt, Crank, Ids};
use domain::fact::{Aggregate, Entry};
use domain::{AccountId, DeliveryId, HandoffId, Moment, PersonId, Span};
use engine::event::Event;
use engine::state::{Folded, Handoff};
use store::memory::MemoryStore;
use store::{HandoffFilter, Position, Purpose, Read, Timer};

use crate::office::{WEDNESDAY_NOON, delivery_of};
use follow::Follower;
use model::Model;

pub(crate) use step::{Step, crowded_steps, steps};

/// Every few entries, so that what is folded anew begins with a snapshot nearly always.
const SNAPSHOT_EVERY: u64 = 3;

pub(crate) struct World {
    crank: Option<Crank<MemoryStore>>,
    now: Moment,
    sent: u64,
    /// How many met so far who are one person.
    met: u64,
    /// Whether a group holds one turn, so that what is known is looked at after each.
    single: bool,
    /// Attempts that nobody answered.
    silent: Vec<Attempt>,
    /// The receiver's own ledger: what it did, by the delivery's id.
    effects: BTreeMap<DeliveryId, HandoffId>,
    /// Handoffs of which a timer was parked, so that it comes later than they say.
    rested: BTreeSet<HandoffId>,
    /// How many readings were to be recorded.
    read: u64,
    /// How many events of each kind had a turn.
    events: Arc<Mutex<BTreeMap<&'static str, u64>>>,
    follower: Follower,
    model: Model,
}

impl World {
    pub(crate) fn open() -> Self {
        let crank = Crank::open(MemoryStore::default(), Ids::Derived(7)).expect("a new store");
        let mut world = Self {
            crank: None,
            now: WEDNESDAY_NOON,
            sent: 0,
            met: 0,
            single: false,
            silent: Vec::new(),
            effects: BTreeMap::new(),
            rested: BTreeSet::new(),
            read: 0,
            events: Arc::default(),
            follower: Follower::default(),
            model: Model::default(),
        };
        world.employ(crank);
        world.grouped(|world| world.apply(0));
        world
    }

    /// A world whose groups hold one turn each.
    pub(crate) fn of_single_turns() -> Self {
        Self { single: true, ..Self::open() }
    }

    /// Sets a crank to work, whose events are counted.
    fn employ(&mut self, mut crank: Crank<MemoryStore>) {
        crank.snapshot_every(Some(SNAPSHOT_EVERY));
        let events = Arc::clone(&self.events);
        crank.watch(Box::new(move |event| {
            *events.lock().expect("one thread").entry(kind_of(event)).or_default() += 1;
        }));
        self.crank = Some(crank);
    }

    pub(crate) fn crank(&self) -> &Crank<MemoryStore> {
        self.crank.as_ref().expect("open")
    }

    fn crank_mut(&mut self) -> &mut Crank<MemoryStore> {
        self.crank.as_mut().expect("open")
    }

    pub(crate) const fn now(&self) -> Moment {
        self.now
    }

    /// How many events of each kind had a turn.
    pub(crate) fn events(&self) -> BTreeMap<&'static str, u64> {
        self.events.lock().expect("one thread").clone()
    }

    fn grouped<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.crank_mut().begin().expect("a group");
        let done = work(self);
        self.crank_mut().commit().expect("memory");
        self.follow();
        done
    }

    pub(crate) fn take(&mut self, step: &Step) {
        self.now = self.now + Span::SECOND;
        match step {
            Step::Wait { minutes } => self.wait(Span::minutes(i64::from(*minutes))),
            Step::Clock { minutes } => self.now = self.now + Span::minutes(i64::from(*minutes)),
            Step::Erase { whom } => self.erase(*whom),
            Step::Reopen => self.reopen(),
            Step::Deliver { answers } => self.deliver(answers),
            Step::Vanish => self.vanish(),
            Step::Meet { which } => self.meet(*which),
            Step::Regret { handoff, deed, whom } => {
                // Over a face, where it can be taken back.
                self.grouped(|world| world.deed(*handoff | 1, *deed, *whom));
                self.grouped(Self::undo_deed);
            }
            Step::Entry { which, deed } => self.deal_with_entry(*which, *deed),
            Step::Read { reader } => self.read(*reader),
            Step::TakeBack { which } => self.take_back(*which),
            Step::Poison { what } => self.poison(*what),
            Step::Signal { .. }
            | Step::Unreadable { .. }
            | Step::Deed { .. }
            | Step::AnswerLate { .. }
            | Step::Undo { .. }
            | Step::Join { .. }
            | Step::Split { .. }
            | Step::Apply { .. }
            | Step::Desk { .. } => self.grouped(|world| world.take_in_group(step)),
        }
    }

    fn take_in_group(&mut self, step: &Step) {
        match step {
            Step::Signal { kind, subject, consent, late, waits } => {
                self.signal(*kind, subject, *consent, *late);
                if !waits {
                    self.turns();
                }
            }
            Step::Unreadable { which } => self.unreadable(*which),
            Step::Deed { handoff, deed, whom } => self.deed(*handoff, *deed, *whom),
            Step::AnswerLate { which, answer } => {
                if !self.silent.is_empty() {
                    let at = usize::from(*which) % self.silent.len();
                    let attempt = self.silent.remove(at);
                    // A receiver that did it may forget to say so, but does not say that it never will.
                    let did = self.effects.contains_key(&delivery_of(&attempt.row));
                    self.answer(&attempt, if did && *answer == 2 { 1 } else { *answer });
                }
            }
            Step::Undo { which } => self.undo(*which),
            Step::Join { which } => self.join_two(*which),
            Step::Split { which } => self.split_one(*which),
            Step::Apply { version } => self.apply(*version),
            Step::Desk { deed, whom } => self.desk(*deed, *whom),
            Step::Deliver { answers } => {
                self.claim(answers.len());
            }
            Step::Wait { .. } => {
                let now = self.now;
                self.crank_mut().fire_timers(now, 100).expect("memory");
            }
            // Each of these has groups of its own.
            Step::Clock { .. }
            | Step::Erase { .. }
            | Step::Vanish
            | Step::Meet { .. }
            | Step::Regret { .. }
            | Step::Entry { .. }
            | Step::Read { .. }
            | Step::TakeBack { .. }
            | Step::Poison { .. }
            | Step::Reopen => {}
        }
    }

    /// A group is folded and then forgotten.
    pub(crate) fn fail_a_group(&mut self, group: &[Step]) {
        let (silent, sent, effects) = (self.silent.clone(), self.sent, self.effects.clone());
        self.crank_mut().begin().expect("a group");
        for step in group {
            self.take_in_group(step);
        }
        self.crank_mut().roll_back();
        (self.silent, self.sent, self.effects) = (silent, sent, effects);
    }
    pub(crate) fn journal(&self) -> Vec<Entry> {
        let journal = self.crank().store().journal(Position::START, 1_000_000, None);
        journal.expect("memory").into_iter().map(|stored| stored.entry).collect()
    }

    /// The journal with what the keys that are left open.
    pub(crate) fn unsealed(&self) -> Vec<Entry> {
        let store = self.crank().store();
        let journal = store.journal(Position::START, 1_000_000, Some(&Purpose::TURN));
        journal.expect("memory").into_iter().map(|stored| stored.entry).collect()
    }

    pub(crate) fn accounts(&self) -> Vec<AccountId> {
        let accounts: BTreeSet<AccountId> = self
            .journal()
            .into_iter()
            .filter_map(|entry| {
                let Aggregate::Account(account) = entry.header.aggregate else { return None };
                Some(account)
            })
            .collect();
        accounts.into_iter().collect()
    }

    fn people(&self) -> Vec<PersonId> {
        self.model.people.iter().copied().collect()
    }

    fn handoffs(&self) -> Vec<HandoffId> {
        let page = self.crank().store().handoffs(&HandoffFilter::default(), None, 10_000);
        page.expect("memory").rows.into_iter().map(|row| row.handoff).collect()
    }

    fn handoff(&self, id: HandoffId) -> Handoff {
        let row = self.crank().store().handoff(id).expect("memory").expect("a row");
        Handoff::clone(self.folded(row.account).known().handoff(id).expect("of its account"))
    }

    /// A handoff as it was adopted.
    fn live_handoff(&mut self, id: HandoffId) -> Handoff {
        let row = self.crank().store().handoff(id).expect("memory").expect("a row");
        let known = self.crank_mut().account(row.account).expect("memory");
        Handoff::clone(known.handoff(id).expect("of its account"))
    }

    fn folded(&self, account: AccountId) -> Folded {
        crank::account_as_of(self.crank().store(), account, None).expect("memory")
    }

    fn timers(&self) -> Vec<Timer> {
        self.crank().store().timers_due(Moment(i64::MAX), 1_000_000).expect("memory")
    }
}

/// The kind of an event, each named once.
const fn kind_of(event: &Event) -> &'static str {
    match event {
        Event::Signal { .. } => "signal",
        Event::Deed { .. } => "deed",
        Event::Timer { .. } => "timer",
        Event::Attempt { .. } => "attempt",
        Event::Answer { .. } => "answer",
        Event::Forgotten { .. } => "forgotten",
        Event::Unmerge(_) => "unmerge",
        Event::Join(_) => "join",
        Event::Erasure(_) => "erasure",
        Event::Desk(_) => "desk",
        Event::InForce { .. } => "in force",
        Event::Quarantine { .. } => "quarantine",
        Event::Reading { .. } => "reading",
        Event::Import(_) => "import",
        Event::TakeBack(_) => "take back",
        Event::User(_) => "user",
        Event::Parked { .. } => "parked",
    }
}
