//! What the journal of a rehearsal says, counted as it is written: decisions, owners, turns at the
//! desk, clocks, and work in hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::{About, Aggregate, Entry, Fact, Header, Score};
use domain::handoff::{Action, MemberId, Owner};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, Moment, PersonId, SignalId};
use engine::desk::{LEAD, shares};
use rustc_hash::FxHashMap;

use super::deliveries::DeliveryTally;
use super::handoff_tally::{BegunBy, HandoffTally};
use super::read::Row;
use super::result::LeadResult;

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The rows that were played, by the signal that each became.
    played: FxHashMap<SignalId, Played>,
    /// What was decided at each row, by its place.
    pub(super) told: BTreeMap<usize, RowDecision>,
    /// Every handoff.
    pub(super) handoffs: BTreeMap<HandoffId, HandoffTally>,
    /// What each member got, or could have got, by the pool; without one for leads by name.
    pub(super) turns: BTreeMap<Option<String>, BTreeMap<MemberId, Turns>>,
    /// What each member has in hand, of leads whose time is known.
    pub(super) hand: BTreeMap<MemberId, OpenWork>,
    /// Who has which of these handoffs in hand.
    hands: FxHashMap<HandoffId, MemberId>,
    /// When work in hand became more or less, and how much it was then.
    pub(super) work: Vec<(Moment, u32)>,
    /// Rows whose signal names no account.
    pub(super) without_account: u64,
    /// Decisions that compared a field with another type than it has, by the field.
    pub(super) unlike: BTreeMap<String, u64>,
    /// What would be sent.
    pub(super) deliveries: DeliveryTally,
    /// Whom a decision was made about since somebody asked, and where.
    decided: Vec<(AccountId, PersonId)>,
    /// Owners that were found since somebody asked.
    found: Vec<OwnerFound>,
}

/// A row that was played.
#[derive(Clone, Copy, Debug)]
struct Played {
    place: usize,
    begins: BegunBy,
}

/// What kind of row a row is.
fn begun_by(row: &Row) -> BegunBy {
    match (row.lead, row.is_undated()) {
        (true, false) => BegunBy::Lead,
        (true, true) => BegunBy::UndatedLead,
        (false, _) => BegunBy::Other,
    }
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

impl RowDecision {
    /// What became of a lead, given the handoff that it is in, and why nobody has it where nobody has.
    pub(super) fn result(&self, case: Option<&HandoffTally>) -> (LeadResult, Option<Code>) {
        if self.stopped.is_some() {
            return (LeadResult::Stopped, self.stopped);
        }
        let Some(action) = self.action else { return (LeadResult::Stopped, Some(Code::SeamUnmet)) };
        match (action, case) {
            (Action::Suppress, _) => (LeadResult::Suppressed, None),
            // Who is in a handoff already is with its owner, whatever the row alone would have led to.
            (_, Some(case)) => case.result(),
            (Action::HandOff | Action::AskAPerson, None) => {
                (LeadResult::Unrouted, self.reasons.last().map(|reason| reason.code))
            }
            (Action::Nurture, None) => (LeadResult::Nurtured, None),
            (Action::StartSequence, None) => (LeadResult::Sequence, None),
            (Action::RequestMeeting, None) => (LeadResult::Meeting, None),
            (Action::EnrichFirst, None) => (LeadResult::Enrichment, None),
        }
    }
}

/// What a member got out of a pool, or could have got.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turns {
    /// Leads that they were given.
    pub(super) received: u32,
    /// What they were entitled to of these, in trillionths of a lead.
    pub(super) entitled: i64,
    /// Handoffs that other rows began, and that they were given.
    pub(super) others: u32,
    /// The furthest that they ever were from their share of all, in the same unit.
    pub(super) furthest: i64,
    /// How far they are from it.
    away: i64,
}

impl Turns {
    /// Takes in a turn that somebody had; none is given where it is not counted, and yet it was had.
    fn receive(&mut self, begun: Option<BegunBy>) {
        match begun {
            Some(BegunBy::Lead | BegunBy::UndatedLead) => self.received += 1,
            Some(BegunBy::Other) => self.others += 1,
            None => {}
        }
        self.away += LEAD;
    }

    /// Takes in the share of a turn that somebody could have had.
    fn earn(&mut self, share: i64, begun: Option<BegunBy>) {
        self.entitled += if begun.is_some_and(BegunBy::is_lead) { share } else { 0 };
        self.away -= share;
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
    pub(super) fn played(&mut self, signal: SignalId, place: usize, row: &Row) {
        self.played.insert(signal, Played { place, begins: begun_by(row) });
        self.told.insert(place, RowDecision::default());
    }

    /// What happens from here on to handoffs that are there is not counted: the rows that follow have
    /// no time, and change nothing for those that have one.
    pub(super) fn close_what_is_there(&mut self) {
        for case in self.handoffs.values_mut() {
            case.closed = true;
        }
        self.hands.clear();
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
        self.played.get(&signal).map(|played| played.place)
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
            About::Delivery(_, Some(handoff)) => self.of_delivery(handoff, fact),
            // None of these is counted.
            About::Entry(..)
            | About::Node(_)
            | About::Merge(..)
            | About::Delivery(_, None)
            | About::Member(_)
            | About::Strategy(_)
            | About::Person(_)
            | About::Reading
            | About::Import(_)
            | About::User(_) => {}
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
            let begun = self.played.get(signal).map_or(BegunBy::Other, |played| played.begins);
            self.handoffs.insert(handoff, HandoffTally::of(*signal, begun, header.moment));
        }
        let Some(case) = self.handoffs.get_mut(&handoff).filter(|case| !case.closed) else {
            return;
        };
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

    fn of_delivery(&mut self, handoff: HandoffId, fact: &Fact) {
        if self.handoffs.get(&handoff).is_some_and(|case| !case.closed) {
            self.deliveries.take(fact);
        }
    }

    fn of_work(&mut self, at: Moment, handoff: HandoffId, fact: &Fact) {
        if let Fact::TurnTaken { pool, member, eligible, weights, .. } = fact {
            let begun = match self.handoffs.get(&handoff) {
                Some(case) => (!case.closed).then_some(case.begun),
                None => Some(BegunBy::Other),
            };
            self.turn(pool.as_ref(), member, (eligible, weights), begun);
            if begun == Some(BegunBy::Lead) {
                self.take_up(at, handoff, member);
            }
        } else {
            self.put_down(at, handoff);
        }
    }

    fn turn(
        &mut self,
        pool: Option<&String>,
        member: &MemberId,
        (eligible, weights): (&[MemberId], &[u32]),
        begun: Option<BegunBy>,
    ) {
        let turns = self.turns.entry(pool.cloned()).or_default();
        let chosen = turns.entry(member.clone()).or_default();
        chosen.receive(begun);
        if pool.is_none() {
            // Whoever is named is entitled to exactly that lead.
            chosen.earn(LEAD, begun);
        }
        for (member, share) in eligible.iter().zip(shares(weights)) {
            let one = turns.entry(member.clone()).or_default();
            one.earn(share, begun);
            one.furthest = one.furthest.max(one.away.abs());
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
        self.told.get_mut(&self.played.get(&signal)?.place)
    }
}
