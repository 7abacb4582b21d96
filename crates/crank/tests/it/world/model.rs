//! What the facts alone say, in the plainest way.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{Aggregate, Entry, Fact, StrategyVersion};
use domain::handoff::{Action, DeliveryState, MemberId, Owner, State};
use domain::reason::Code;
use domain::{AccountId, DeliveryId, HandoffId, Moment, PersonId, QuarantineId};
use store::EntryState;

/// What the facts alone say, in the plainest way.
#[derive(Default)]
pub(super) struct Model {
    pub(super) last: Moment,
    pub(super) states: BTreeMap<HandoffId, State>,
    pub(super) owners: BTreeMap<HandoffId, Owner>,
    pub(super) passed: BTreeMap<HandoffId, Vec<MemberId>>,
    /// Who had had a handoff before what may be taken back.
    pub(super) undoable: BTreeMap<HandoffId, Before>,
    pub(super) deliveries: BTreeMap<DeliveryId, DeliveryState>,
    pub(super) undoes: BTreeSet<DeliveryId>,
    pub(super) accounts: BTreeSet<AccountId>,
    pub(super) people: BTreeSet<PersonId>,
    /// Winner and loser of each merge that was not taken back, the newest last.
    pub(super) merges: Vec<(PersonId, PersonId)>,
    pub(super) entries: BTreeMap<QuarantineId, EntryState>,
    pub(super) entries_changed: BTreeSet<QuarantineId>,
    pub(super) in_force: Option<StrategyVersion>,
    /// How many readings are recorded.
    pub(super) unsealed: u64,
    /// What was given to the members of each pool, in hundredths of a lead.
    pub(super) credits: BTreeMap<String, i64>,
}

/// A handoff before something was done to it.
pub(super) struct Before {
    state: State,
    owner: Owner,
    passed: Option<Vec<MemberId>>,
    until: Moment,
}

impl Model {
    /// Takes an entry in.
    pub(super) fn take(&mut self, entry: &Entry) {
        assert!(entry.header.moment >= self.last, "moments never fall");
        self.last = entry.header.moment;
        if let Aggregate::Account(account) = entry.header.aggregate {
            self.accounts.insert(account);
        }
        for fact in &entry.facts {
            self.apply(fact);
        }
        for (handoff, state) in &self.states {
            let person = matches!(self.owners[handoff], Owner::Person(_));
            assert!(person || !state.is_active_work(), "accepted work is a person's");
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other facts change none of this")]
    pub(super) fn apply(&mut self, fact: &Fact) {
        match fact {
            Fact::HandoffProposed { handoff, .. } => {
                assert!(
                    self.states.insert(*handoff, State::Proposed).is_none(),
                    "an id is one's own"
                );
                self.owners.insert(*handoff, Owner::Engine);
            }
            Fact::OwnerWanted { handoff, .. } => {
                // Mending is nobody's silence: whoever had it may have it again.
                if self.states[handoff] != State::Repaired {
                    self.had_it(*handoff);
                }
                self.owners.insert(*handoff, Owner::Engine);
            }
            Fact::OwnerAssigned { handoff, owner, routing, by } => {
                assert!(!self.states[handoff].is_terminal());
                if self.owners[handoff] != *owner {
                    self.had_it(*handoff);
                }
                self.owners.insert(*handoff, owner.clone());
                if let (Owner::Person(member), None) = (owner, by) {
                    let passed = self.passed.get(handoff).cloned().unwrap_or_default();
                    let out = [
                        Code::MemberCondition,
                        Code::ConditionUnknown,
                        Code::OwnerLeft,
                        Code::NotYetJoined,
                    ];
                    let others = routing.candidates.iter().filter(|one| !out.contains(&one.code));
                    let had = |one: &MemberId| passed.iter().position(|known| known == one);
                    if let (Some(before), Some(_)) = (had(member), &routing.pool) {
                        for other in others.filter(|one| one.member != *member) {
                            assert!(
                                had(&other.member).is_some_and(|since| since > before),
                                "{member} has it again before {} after {passed:?}: {routing:?}",
                                other.member
                            );
                        }
                    }
                }
            }
            Fact::HandoffMoved { handoff, state, .. } => {
                if matches!(state, State::Rejected | State::Expired) {
                    self.had_it(*handoff);
                }
                let before = self.states.insert(*handoff, *state).expect("proposed");
                assert!(!before.is_terminal() || before == *state, "{before} is the end");
            }
            Fact::UndoOffered { handoff, until, .. } => {
                let (state, owner) = (self.states[handoff], self.owners[handoff].clone());
                let passed = self.passed.get(handoff).cloned();
                let before = Before { state, owner, passed, until: *until };
                self.undoable.insert(*handoff, before);
            }
            Fact::DeedUndone { handoff, state, owner, .. } => {
                let before = self.undoable.remove(handoff).expect("it was offered");
                assert!(self.last < before.until, "in time");
                assert_eq!((*state, owner), (before.state, &before.owner), "as it was");
                self.states.insert(*handoff, before.state);
                self.owners.insert(*handoff, before.owner);
                match before.passed {
                    Some(passed) => self.passed.insert(*handoff, passed),
                    None => self.passed.remove(handoff),
                };
            }
            Fact::OutcomeRecorded { handoff, outcome, .. } => {
                let before = self.states.insert(*handoff, *outcome).expect("proposed");
                assert!(!before.is_terminal(), "{before} is the end");
            }
            Fact::DeliveryQueued { delivery, undoes, .. } => {
                let before = self.deliveries.insert(*delivery, DeliveryState::Queued);
                assert_eq!(before, None, "a delivery is queued once");
                if undoes.is_some() {
                    self.undoes.insert(*delivery);
                }
            }
            Fact::DeliveryAttempted { delivery, .. } => {
                self.deliver(*delivery, DeliveryState::Attempting);
            }
            Fact::DeliveryMoved { delivery, state, .. } => self.deliver(*delivery, *state),
            Fact::SubjectResolved { person: Some(person), .. } => {
                self.people.insert(*person);
            }
            Fact::PeopleMerged { winner, loser, .. } => {
                self.merges.retain(|known| *known != (*winner, *loser));
                self.merges.push((*winner, *loser));
            }
            Fact::MergeUndone { winner, loser, .. } => {
                self.merges.retain(|known| *known != (*winner, *loser));
            }
            Fact::PersonErased { person, entries, .. } => {
                self.merges.retain(|(winner, loser)| winner != person && loser != person);
                for entry in entries {
                    self.entry(*entry, EntryState::Erased);
                }
            }
            Fact::SignalQuarantined { entry, .. } => self.entry(*entry, EntryState::Waiting),
            Fact::QuarantineRepaired { entry, cause, .. } => {
                let held = cause.map_or(EntryState::Repaired, |_| EntryState::Waiting);
                self.entry(*entry, held);
            }
            Fact::QuarantineReleased { entry, .. } => self.entry(*entry, EntryState::Released),
            Fact::QuarantineDiscarded { entry, .. } => self.entry(*entry, EntryState::Discarded),
            Fact::StrategyApplied { version, .. } => self.in_force = Some(*version),
            Fact::Unsealed { .. } => self.unsealed += 1,
            Fact::CreditGiven { pool, leads, .. } => {
                *self.credits.entry(pool.clone()).or_default() += i64::from(*leads);
            }
            Fact::DecisionMade { action: Action::Suppress, handoff, .. } => {
                assert!(handoff.is_none_or(|id| self.states.contains_key(&id)));
            }
            _ => {}
        }
    }

    fn entry(&mut self, entry: QuarantineId, state: EntryState) {
        self.entries.insert(entry, state);
        self.entries_changed.insert(entry);
    }

    /// Whoever has it has it no more, whether they let it go or it was taken from them.
    fn had_it(&mut self, handoff: HandoffId) {
        if let Owner::Person(member) = &self.owners[&handoff] {
            let passed = self.passed.entry(handoff).or_default();
            passed.retain(|known| known != member);
            passed.push(member.clone());
        }
    }

    fn deliver(&mut self, delivery: DeliveryId, state: DeliveryState) {
        let before = self.deliveries.insert(delivery, state).expect("queued");
        let undone = (before, state) == (DeliveryState::Delivered, DeliveryState::Compensated);
        assert!(!before.is_closed() || undone, "{before} became {state}");
    }
}
