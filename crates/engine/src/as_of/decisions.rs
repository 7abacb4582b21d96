//! What was decided on the people of an account, each time with what was known then.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::fact::{Aggregate, Fact, Score, StrategyVersion};
use domain::handoff::Action;
use domain::reason::Reason;
use domain::{AccountId, HandoffId, Moment, PersonId, SignalId};

use super::account::AccountAsOf;
use super::cut::{Cut, PositionedEntry, Turn};
use super::journal::Journal;

/// Entries of the account that are read back at most.
const ENTRIES_MAX: usize = 5_000;
/// Entries that are read at once.
const PAGE: usize = 64;
/// People whose last decisions are told at most, those of the newest.
const PEOPLE_MAX: usize = 20;

/// An account at a moment, and what was decided last on each of its people.
#[derive(Debug)]
pub struct AccountDecisions {
    latest: AccountAsOf,
    decided: Vec<RecordedDecision>,
}

/// One decision.
#[derive(Debug)]
pub struct RecordedDecision {
    /// The person that it is about.
    pub person: PersonId,
    /// At which signal.
    pub signal: SignalId,
    /// The moment that it was known.
    pub moment: Moment,
    /// The strategy that decided.
    pub strategy: Option<StrategyVersion>,
    /// What is to be done.
    pub action: Action,
    /// Why, in the order in which it held.
    pub reasons: Vec<Reason>,
    /// What each cell of the readiness table came to.
    pub trace: Vec<u8>,
    /// The handoff that it began or found open.
    pub handoff: Option<HandoffId>,
    /// The score that it leaned on.
    pub score: Option<Arc<Score>>,
    then: AccountAsOf,
}

impl RecordedDecision {
    /// The account as the decision saw it.
    pub const fn then(&self) -> &AccountAsOf {
        &self.then
    }
}

impl AccountDecisions {
    /// Folds an account, and looks back for the last decision on each of its people that are wanted; with a
    /// signal, for what was decided at that one.
    pub fn fold<J: Journal + ?Sized>(
        journal: &J,
        latest: AccountAsOf,
        until: Option<Moment>,
        wanted: Wanted,
    ) -> Result<Self, J::Error> {
        let account = latest.account().id;
        let mut people: BTreeSet<PersonId> = latest.account().nodes().map(|(who, _)| who).collect();
        if let Wanted::Person(person) = wanted {
            people.retain(|known| *known == person);
        }
        let found = last_decisions(journal, account, until, (wanted, people))?;
        let cuts: Vec<Cut> =
            found.iter().map(|found| Cut::Before(Turn::of(&found.entry), found.place)).collect();
        let then = AccountAsOf::fold_at(journal, account, &cuts)?;
        let decided = found.into_iter().zip(then).filter_map(|(found, then)| found.decision(then));
        Ok(Self { latest, decided: decided.collect() })
    }

    /// The account at the moment that was asked about.
    pub const fn latest(&self) -> &AccountAsOf {
        &self.latest
    }

    /// The decisions, the newest first.
    pub fn decided(&self) -> &[RecordedDecision] {
        &self.decided
    }

    /// The strategies that decided.
    pub fn strategies(&self) -> impl Iterator<Item = StrategyVersion> {
        self.decided.iter().filter_map(|decided| decided.strategy)
    }
}

/// On whom decisions are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// On everybody there.
    Everybody,
    /// On one person.
    Person(PersonId),
    /// At one signal.
    Signal(SignalId),
}

/// A decision and where it stands.
struct Found {
    entry: PositionedEntry,
    place: usize,
    person: PersonId,
}

fn last_decisions<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    until: Option<Moment>,
    (wanted, mut people): (Wanted, BTreeSet<PersonId>),
) -> Result<Vec<Found>, J::Error> {
    let (mut found, mut upto, mut read) = (Vec::new(), u64::MAX, 0);
    while read < ENTRIES_MAX && !people.is_empty() && found.len() < PEOPLE_MAX {
        let page = journal.newest(Aggregate::Account(account), upto, PAGE)?;
        let Some(oldest) = page.last() else { break };
        upto = oldest.position.saturating_sub(1);
        read += page.len();
        let known = |placed: &PositionedEntry| {
            until.is_none_or(|until| placed.entry.header.moment <= until)
        };
        for placed in page.into_iter().filter(known) {
            let facts = placed.entry.facts.iter().enumerate().rev();
            let mut places = facts.filter_map(|(place, fact)| Some((place, decided_on(fact)?)));
            let is_wanted = |(_, (person, signal)): &(usize, (PersonId, SignalId))| match wanted {
                Wanted::Everybody | Wanted::Person(_) => people.contains(person),
                Wanted::Signal(wanted) => *signal == wanted,
            };
            let Some((place, (person, _))) = places.find(is_wanted) else { continue };
            people.remove(&person);
            found.push(Found { entry: placed, place, person });
            if matches!(wanted, Wanted::Signal(_)) {
                return Ok(found);
            }
        }
    }
    found.truncate(PEOPLE_MAX);
    Ok(found)
}

fn decided_on(fact: &Fact) -> Option<(PersonId, SignalId)> {
    let Fact::DecisionMade { person: Some(person), signal, .. } = fact else { return None };
    Some((*person, *signal))
}

impl Found {
    fn decision(self, then: AccountAsOf) -> Option<RecordedDecision> {
        let header = &self.entry.entry.header;
        let (moment, strategy) = (header.moment, header.strategy);
        let Fact::DecisionMade { signal, action, reasons, trace, handoff, .. } =
            &self.entry.entry.facts[self.place]
        else {
            return None;
        };
        let of_this = |fact: &Fact| {
            let Fact::LeadScored { signal: of, person, score } = fact else { return None };
            (of == signal && *person == Some(self.person)).then(|| Arc::clone(score))
        };
        Some(RecordedDecision {
            person: self.person,
            signal: *signal,
            moment,
            strategy,
            action: *action,
            reasons: reasons.clone(),
            trace: trace.clone(),
            handoff: *handoff,
            score: self.entry.entry.facts.iter().find_map(of_this),
            then,
        })
    }
}
