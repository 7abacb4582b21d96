//! What must hold whatever happens.

use std::collections::{BTreeMap, BTreeSet};

use domain::errand::Wake;
use domain::handoff::{DeliveryState, MemberId, Owner, State};
use domain::reason::Code;
use domain::{AccountId, HandoffId, PersonId, Span};
use engine::desk::Desk;
use engine::state::{AccountContext, Handoff, replay};
use store::{Read, Timer};

use super::{Step, World};
use crate::timers::check_timers;

impl World {
    pub(crate) fn check(&mut self) {
        self.follow();
        let timers = self.timers();
        let replayed = replay(&self.unsealed());
        let mut open: BTreeMap<PersonId, HandoffId> = BTreeMap::new();
        let mut waiting = 0;
        let mut waits = Vec::new();
        for account in self.model.accounts.clone() {
            let folded = self.folded(account);
            let folded = folded.known();
            let live = self.crank_mut().account(account).expect("memory");
            assert_eq!(live, folded, "live and folded anew");
            assert_eq!(replayed.account(account), Some(folded), "the journal replayed");
            for handoff in folded.handoffs() {
                self.check_handoff(account, folded, handoff, &timers);
                waits.extend(handoff.wakes().into_iter().map(|waking| (account, waking)));
                if handoff.is_open() {
                    let other = open.insert(handoff.person, handoff.id);
                    assert_eq!(other, None, "a person has one open handoff");
                }
                waiting += self.check_deliveries(handoff);
            }
        }
        check_timers(&timers, &waits, &self.rested);
        assert_eq!(self.crank().store().outbox_count().expect("memory"), waiting, "the outbox");
        assert_eq!(replayed.desk(), self.crank().desk());
        self.check_desk(replayed.desk(), &open);
        for (entry, state) in &self.model.entries {
            let row = self.crank().store().entry(*entry).expect("memory").expect("a row");
            assert_eq!(row.state, *state, "the row of {entry}");
        }
        assert_eq!(self.model.unsealed, self.read, "each reading is recorded once");
    }

    pub(super) fn check_handoff(
        &self,
        account: AccountId,
        folded: AccountContext<'_>,
        handoff: &Handoff,
        timers: &[Timer],
    ) {
        assert_eq!(self.model.states[&handoff.id], handoff.state);
        assert_eq!(self.model.owners[&handoff.id], handoff.owner);
        let row = self.crank().store().handoff(handoff.id).expect("memory").expect("a row");
        let is = (row.account, row.person, row.state, &row.owner, row.version, row.accept_by);
        let version = u64::from(handoff.version);
        let accept_by = handoff.accept_by();
        assert_eq!(
            is,
            (account, handoff.person, handoff.state, &handoff.owner, version, accept_by),
            "the row of {}",
            handoff.id
        );
        let passed = self.model.passed.get(&handoff.id);
        assert_eq!(passed.unwrap_or(&Vec::new()), &handoff.passed_over, "who had {}", handoff.id);
        if !handoff.is_open() {
            return;
        }
        if let Some(node) = folded.node(handoff.node) {
            assert!(!node.erased, "an erased person's handoff has ended");
            let person = folded.members[&handoff.node];
            assert_eq!(person, handoff.person, "a handoff is its node's person's");
        } else {
            panic!("an open handoff is where its node is");
        }
        let route = Wake::Route { handoff: handoff.id, round: handoff.round };
        let comes = timers.iter().any(|timer| timer.wake == route);
        match (&handoff.owner, handoff.state) {
            (Owner::Engine, _) | (_, State::Faulted | State::Held) => {
                assert!(comes, "{} is stranded: {handoff:#?}", handoff.id);
            }
            (Owner::Queue(_), state) => {
                assert!(matches!(state, State::Queued | State::InReview), "{state}");
            }
            (Owner::Person(_), State::Rejected) => {
                let settle = Wake::Settle { handoff: handoff.id };
                assert!(timers.iter().any(|timer| timer.wake == settle), "it passes on");
            }
            (Owner::Person(_), state) => assert!(
                state == State::Offered || state.is_active_work(),
                "{state} is no state of a person's"
            ),
        }
    }

    /// How many are open.
    pub(super) fn check_deliveries(&self, handoff: &Handoff) -> u64 {
        let mut live: BTreeSet<(u16, &str)> = BTreeSet::new();
        let mut open = 0;
        for delivery in &handoff.deliveries {
            assert_eq!(self.model.deliveries[&delivery.id], delivery.state);
            let row = self.crank().store().outbox_row(delivery.id.into()).expect("memory");
            assert_eq!(row.is_some(), !delivery.state.is_closed(), "{delivery:?}");
            if let Some(row) = row {
                let under_way = delivery.state == DeliveryState::Attempting;
                assert_eq!(row.claimed_until.is_some(), under_way, "{row:?}");
                assert_eq!(row.attempt, delivery.attempts);
                open += 1;
            }
            let lives = delivery.state == DeliveryState::Delivered && delivery.undoes.is_none();
            // What cannot be taken back is there once for each time that it was offered.
            let undoable = matches!(delivery.destination.as_str(), "crm" | "lobby");
            let present = undoable || delivery.assignment == handoff.assignments;
            if lives && present && delivery.owner == handoff.owner {
                let taken_back = handoff.deliveries.iter().any(|d| d.undoes == Some(delivery.id));
                let fresh = taken_back || live.insert((delivery.step, &delivery.destination));
                assert!(fresh, "one effect for a step: {:#?}", handoff.deliveries);
            }
        }
        open
    }

    pub(super) fn check_desk(&self, desk: &Desk, open: &BTreeMap<PersonId, HandoffId>) {
        for name in ["ann", "bob", "eve", "kim"] {
            let member = MemberId(name.into());
            let has = open.values().filter(
                |id| matches!(&self.model.owners[id], Owner::Person(owner) if *owner == member),
            );
            let load = desk.load(&member).map_or(0, engine::desk::Load::open);
            assert_eq!(load as usize, has.count(), "{name} has in hand what is theirs");
        }
        for pool in ["sales", "late"] {
            let Some(ledger) = desk.ledger(pool) else { continue };
            let owed: i64 = ledger.standings().map(|(_, standing)| standing.shortfall).sum();
            let credits = self.model.credits.get(pool).copied().unwrap_or_default();
            assert_eq!(owed, credits * (engine::desk::LEAD / 100), "the ledger adds up");
        }
    }

    pub(crate) fn check_that_recovering_twice_equals_once(&mut self) {
        let before = self.journal();
        self.reopen();
        self.check();
        self.reopen();
        self.check();
        assert_eq!(self.journal(), before, "recovering writes nothing");
    }

    /// The faults stop: everything comes to an end or to somebody, and nothing is left to send.
    pub(crate) fn settle(&mut self) {
        // Everybody is back who was paused without an end, or had left.
        for whom in 0..4 {
            self.grouped(|world| world.desk(1, whom));
        }
        self.grouped(Self::turns);
        for _ in 0..60 {
            for _ in 0..6 {
                self.take(&Step::Deliver { answers: vec![0; 100] });
                self.wait(Span::minutes(2));
            }
            self.wait(Span::hours(12));
        }
        self.check();
        assert_eq!(self.crank().store().outbox_count().expect("memory"), 0, "all is sent");
        for id in self.handoffs() {
            let handoff = self.handoff(id);
            let kept = handoff.reasons.first().map(|reason| reason.code) == Some(Code::RouteHolds);
            assert!(
                !handoff.is_open() || handoff.owner != Owner::Engine || kept,
                "after 30 days the engine still has {handoff:#?}"
            );
            for delivery in handoff.deliveries.iter().filter(|known| known.undoes.is_none()) {
                let there = self.effects.contains_key(&delivery.id);
                let gone = !handoff.is_open() && handoff.state == State::Withdrawn
                    || delivery.owner != handoff.owner;
                if there && gone && matches!(delivery.destination.as_str(), "crm" | "lobby") {
                    let undone = handoff.deliveries.iter().any(|known| {
                        known.undoes == Some(delivery.id) && self.effects.contains_key(&known.id)
                            || known.undoes == Some(delivery.id)
                                && known.state == DeliveryState::Failed
                    });
                    assert!(
                        undone,
                        "what is no longer meant was taken back: {delivery:?} of {handoff:#?}"
                    );
                }
            }
        }
    }
}
