//! What the journal of a rehearsal says, counted as it is written: decisions, owners, turns at the
//! desk, clocks, and work in hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::{About, Aggregate, Entry, Fact, Header, Routing, Score};
use domain::handoff::{Action, MemberId, Owner, State, Target};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, Moment, PersonId, SignalId};
use engine::desk::{LEAD, shares};
use rustc_hash::FxHashMap;

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The rows that were played, by the signal that each became.
    played: FxHashMap<SignalId, usize>,
    /// What was decided at each row, by its place.
    pub(super) told: BTreeMap<usize, RowDecision>,
    /// Every handoff.
    pub(super) handoffs: BTreeMap<HandoffId, HandoffTally>,
    /// What each member got, or could have got, by the pool; without one for leads by name.
    pub(super) turns: BTreeMap<Option<String>, BTreeMap<MemberId, Turns>>,
    /// What each member has in hand.
    pub(super) hand: BTreeMap<MemberId, OpenWork>,
    /// Who has which handoff in hand.
    hands: FxHashMap<HandoffId, MemberId>,
    /// When work in hand became more or less, and how much it was then.
    pub(super) work: Vec<(Moment, u32)>,
    /// Rows whose signal names no account.
    pub(super) without_account: u64,
    /// Decisions that compared a field with another type than it has, by the field.
    pub(super) unlike: BTreeMap<String, u64>,
    /// Whom a decision was made about since somebody asked, and where.
    decided: Vec<(AccountId, PersonId)>,
    /// Owners that were found since somebody asked.
    found: Vec<OwnerFound>,
}

/// An owner that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnerFound {
    /// For which handoff.
    pub(super) handoff: HandoffId,
    /// Which of its owners, from 1.
    pub(super) round: u32,
    /// Whether it is a person, and no queue.
    pub(super) person: bool,
}

/// What was decided at a row.
#[derive(Clone, Debug, Default)]
pub(super) struct RowDecision {
    /// What is to be done; none where the checkpoint did not let it through.
    pub(super) action: Option<Action>,
    /// Which kind of handoff.
    pub(super) kind: Option<String>,
    /// The reasons, in the order in which they held.
    pub(super) reasons: Vec<Reason>,
    /// What the decision leaned on.
    pub(super) score: Arc<Score>,
    /// The handoff that it began or found open.
    pub(super) handoff: Option<HandoffId>,
    /// Why the checkpoint did not let it through.
    pub(super) stopped: Option<Code>,
}

/// A handoff, as far as a rehearsal has to know it.
#[derive(Clone, Debug)]
pub(super) struct HandoffTally {
    /// The signal that began it.
    pub(super) signal: SignalId,
    /// Who has it.
    pub(super) owner: Owner,
    /// How many owners it had.
    pub(super) round: u32,
    /// Which route found the present one.
    pub(super) route: Option<u16>,
    /// Why that route, and why none before.
    pub(super) reasons: Vec<Reason>,
    /// When it first had an owner.
    pub(super) assigned: Option<Moment>,
    /// Why it has none, where it has none.
    pub(super) held: Option<Code>,
    /// Until when it must be accepted.
    pub(super) accept_by: Option<Moment>,
    /// Until when somebody must get in touch.
    pub(super) first_touch_by: Option<Moment>,
    /// Clocks that ran out while a person had it, by target.
    pub(super) breaches: BTreeMap<Target, u32>,
    /// Whether it lay in a queue for too long.
    pub(super) overdue_in_queue: bool,
}

/// What a member got out of a pool, or could have got.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turns {
    /// Leads that they were given.
    pub(super) received: u32,
    /// What they were entitled to, in trillionths of a lead.
    pub(super) entitled: i64,
    /// The furthest that they ever were from it, in the same unit.
    pub(super) furthest: i64,
}

impl Turns {
    fn away(&self) -> i64 {
        (i64::from(self.received) * LEAD - self.entitled).abs()
    }
}

/// What a member has in hand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OpenWork {
    open: u32,
    /// The most that it ever was.
    pub(super) most: u32,
}

impl Tally {
    /// A row became this signal.
    pub(super) fn played(&mut self, signal: SignalId, place: usize) {
        self.played.insert(signal, place);
        self.told.insert(place, RowDecision::default());
    }

    /// The checkpoint did not let a row through.
    pub(super) fn stopped(&mut self, signal: SignalId, why: Option<Code>) {
        if let Some(told) = self.told_of(signal) {
            told.stopped = why.or(Some(Code::SeamUnmet));
        }
    }

    /// The place of the row that began a handoff.
    pub(super) fn row_of(&self, handoff: HandoffId) -> Option<usize> {
        self.row_of_signal(self.handoffs.get(&handoff)?.signal)
    }

    /// The place of the row that became a signal.
    pub(super) fn row_of_signal(&self, signal: SignalId) -> Option<usize> {
        self.played.get(&signal).copied()
    }

    /// Owners that were found since this was asked last.
    pub(super) fn take_found(&mut self) -> Vec<OwnerFound> {
        std::mem::take(&mut self.found)
    }

    /// Whom a decision was made about since this was asked last.
    pub(super) fn take_decided(&mut self) -> Vec<(AccountId, PersonId)> {
        std::mem::take(&mut self.decided)
    }

    /// Takes in what was written.
    pub(super) fn take(&mut self, entry: &Entry) {
        for fact in &entry.facts {
            self.take_fact(&entry.header, fact);
        }
    }

    fn take_fact(&mut self, header: &Header, fact: &Fact) {
        match fact.about() {
            About::Signal(signal) => self.of_signal(header, signal, fact),
            About::Handoff(handoff) => self.of_handoff(header, handoff, fact),
            About::Work(handoff) => self.of_work(header.moment, handoff, fact),
            // None of these is counted.
            About::Entry(..)
            | About::Node(_)
            | About::Merge(..)
            | About::Delivery(..)
            | About::Member(_)
            | About::Strategy(_)
            | About::Person(_)
            | About::Reading => {}
        }
    }

    fn of_signal(&mut self, header: &Header, signal: SignalId, fact: &Fact) {
        if let Fact::SubjectResolved { anchored, .. } = fact {
            self.without_account += u64::from(anchored.is_none());
        }
        if let (Fact::DecisionMade { person: Some(person), .. }, Aggregate::Account(account)) =
            (fact, header.aggregate)
        {
            self.decided.push((account, *person));
        }
        let Some(told) = self.told_of(signal) else { return };
        if let Fact::LeadScored { score, .. } = fact {
            told.score = Arc::clone(score);
        }
        if let Fact::DecisionMade { action, kind, reasons, handoff, .. } = fact {
            told.action = Some(*action);
            told.kind.clone_from(kind);
            told.reasons.clone_from(reasons);
            told.handoff = *handoff;
        }
    }

    fn of_handoff(&mut self, header: &Header, handoff: HandoffId, fact: &Fact) {
        if let Fact::HandoffProposed { signal, .. } = fact {
            self.handoffs.insert(handoff, HandoffTally::of(*signal));
        }
        let Some(case) = self.handoffs.get_mut(&handoff) else { return };
        if let Fact::HandoffMoved { state, reasons, .. } = fact {
            case.moved(*state, reasons);
        } else if let Fact::SlaBreached { target, .. } = fact {
            case.breached(*target);
        } else if let Fact::ClockStarted { target, due, .. } = fact {
            case.started(*target, *due);
        } else if let Fact::OwnerAssigned { owner, routing, .. } = fact {
            case.assigned(header.moment, owner, routing);
            if *owner != Owner::Engine {
                let person = matches!(owner, Owner::Person(_));
                self.found.push(OwnerFound { handoff, round: case.round, person });
            }
        }
    }

    fn of_work(&mut self, at: Moment, handoff: HandoffId, fact: &Fact) {
        if let Fact::TurnTaken { pool, member, eligible, weights, .. } = fact {
            self.turn(pool.as_ref(), member, eligible, weights);
            self.take_up(at, handoff, member);
        } else {
            self.put_down(at, handoff);
        }
    }

    fn turn(
        &mut self,
        pool: Option<&String>,
        member: &MemberId,
        eligible: &[MemberId],
        weights: &[u32],
    ) {
        let turns = self.turns.entry(pool.cloned()).or_default();
        let chosen = turns.entry(member.clone()).or_default();
        chosen.received += 1;
        if pool.is_none() {
            // Whoever is named is entitled to exactly that lead.
            chosen.entitled += LEAD;
        }
        for (member, share) in eligible.iter().zip(shares(weights)) {
            let one = turns.entry(member.clone()).or_default();
            one.entitled += share;
            one.furthest = one.furthest.max(one.away());
        }
    }

    fn take_up(&mut self, at: Moment, handoff: HandoffId, member: &MemberId) {
        self.put_down(at, handoff);
        self.hands.insert(handoff, member.clone());
        let hand = self.hand.entry(member.clone()).or_default();
        hand.open += 1;
        hand.most = hand.most.max(hand.open);
        self.work.push((at, self.hands.len() as u32));
    }

    fn put_down(&mut self, at: Moment, handoff: HandoffId) {
        if let Some(member) = self.hands.remove(&handoff) {
            if let Some(hand) = self.hand.get_mut(&member) {
                hand.open -= 1;
            }
            self.work.push((at, self.hands.len() as u32));
        }
    }

    fn told_of(&mut self, signal: SignalId) -> Option<&mut RowDecision> {
        self.told.get_mut(self.played.get(&signal)?)
    }
}

impl HandoffTally {
    const fn of(signal: SignalId) -> Self {
        Self {
            signal,
            owner: Owner::Engine,
            round: 0,
            route: None,
            reasons: Vec::new(),
            assigned: None,
            held: None,
            accept_by: None,
            first_touch_by: None,
            breaches: BTreeMap::new(),
            overdue_in_queue: false,
        }
    }

    fn moved(&mut self, state: State, reasons: &[Reason]) {
        if state == State::Held {
            self.held = reasons.first().map(|reason| reason.code);
        } else if state == State::InReview {
            self.held = Some(Code::AutonomyReview);
        } else if state == State::Faulted {
            self.held = Some(Code::AttemptsUsedUp);
        }
    }

    fn assigned(&mut self, at: Moment, owner: &Owner, routing: &Routing) {
        self.route = routing.route;
        self.reasons.clone_from(&routing.reasons);
        self.owner = owner.clone();
        if *owner != Owner::Engine {
            self.round += 1;
            self.assigned = self.assigned.or(Some(at));
            self.held = None;
        }
    }

    const fn started(&mut self, target: Target, due: Moment) {
        match target {
            Target::Accept => self.accept_by = Some(due),
            Target::FirstTouch => self.first_touch_by = Some(due),
            Target::Qualify => {}
        }
    }

    fn breached(&mut self, target: Target) {
        if matches!(self.owner, Owner::Queue(_)) {
            self.overdue_in_queue = true;
        } else {
            *self.breaches.entry(target).or_default() += 1;
        }
    }
}
