//! What happened to a handoff, fact by fact, with what was known when it was decided and routed.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{Aggregate, Fact, StrategyVersion, Verdict};
use domain::handoff::Actor;
use domain::{AccountId, HandoffId, Moment};

use super::cut::{Cut, Placed, Turn};
use super::handoff::{Absent, AsOf, FoldedHandoff, HandoffAsOf};
use crate::state::{Known, spoken_of};

/// Searches for an owner whose conditions are looked at again, the newest: each is a fold of the
/// account.
const SEARCHES_MAX: usize = 4;

/// A fact of a handoff, with what its entry says of it.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The position of its entry in the journal: facts of one entry are of one turn.
    pub position: u64,
    /// When we knew.
    pub moment: Moment,
    /// Who began the turn.
    pub actor: Actor,
    /// The strategy that was in force.
    pub strategy: Option<StrategyVersion>,
    /// What happened.
    pub fact: Fact,
}

/// A handoff up to one moment: how it stood then, its facts in order, and what was known when it was
/// decided and when owners were looked for.
#[derive(Clone, Debug)]
pub struct HandoffHistory {
    latest: FoldedHandoff,
    facts: Vec<Recorded>,
    known: BTreeMap<u64, FoldedHandoff>,
}

impl HandoffHistory {
    /// Folds a handoff out of the journal of the account that has it, at each moment that an
    /// explanation looks back to.
    pub fn fold<E>(
        account: AccountId,
        handoff: HandoffId,
        as_of: AsOf,
        mut entries_of: impl FnMut(Aggregate, Option<Moment>) -> Result<Vec<Placed>, E>,
    ) -> Result<Result<Self, Absent>, E> {
        let mut read: BTreeMap<Aggregate, Vec<Placed>> = BTreeMap::new();
        let mut entries = |aggregate, _until| -> Result<Vec<Placed>, E> {
            if let Some(known) = read.get(&aggregate) {
                return Ok(known.clone());
            }
            let all = entries_of(aggregate, None)?;
            read.insert(aggregate, all.clone());
            Ok(all)
        };
        let latest = match FoldedHandoff::fold(account, handoff, as_of, &mut entries)? {
            Ok(latest) => latest,
            Err(absent) => return Ok(Err(absent)),
        };
        let own = entries(Aggregate::Account(account), None)?;
        let until = Cut::Moment(latest.get().moment());
        let own: Vec<Placed> = own.into_iter().filter(|placed| until.keeps(placed)).collect();
        let facts = facts_of(latest.holder(), handoff, &own);
        let mut known = BTreeMap::new();
        let looked_back_to = looked_back_to(&facts);
        for placed in own.iter().filter(|placed| looked_back_to.contains(&placed.position)) {
            let cut = Cut::Turn(Turn::of(placed));
            if let Ok(then) = FoldedHandoff::fold_to(account, handoff, cut, &mut entries)? {
                known.insert(placed.position, then);
            }
        }
        Ok(Ok(Self { latest, facts, known }))
    }

    /// How it stood at the moment that was asked about.
    pub fn latest(&self) -> HandoffAsOf<'_> {
        self.latest.get()
    }

    /// Its facts, in order.
    pub fn facts(&self) -> &[Recorded] {
        &self.facts
    }

    /// What was known to the turn that said one of its facts; none where it was not looked at again.
    pub fn known_to(&self, recorded: &Recorded) -> Option<HandoffAsOf<'_>> {
        self.known.get(&recorded.position).map(FoldedHandoff::get)
    }

    /// The strategies that its facts were said under.
    pub fn strategies(&self) -> BTreeSet<StrategyVersion> {
        self.facts.iter().filter_map(|recorded| recorded.strategy).collect()
    }
}

fn facts_of(account: Known<'_>, handoff: HandoffId, entries: &[Placed]) -> Vec<Recorded> {
    let Some(signal) = account.handoffs.get(&handoff).map(|known| known.signal) else {
        return Vec::new();
    };
    let speaks_of_it = |fact: &Fact| {
        if let Fact::DecisionMade { handoff: Some(begun), signal: at, .. } = fact {
            return *begun == handoff && *at == signal;
        }
        if let Fact::CheckpointReached { handoff: Some(crossing), verdict, .. } = fact {
            return *crossing == handoff && *verdict != Verdict::Passed;
        }
        spoken_of(&account, fact) == Some(handoff)
    };
    let mut facts = Vec::new();
    for Placed { position, entry } in entries {
        let said = entry.facts.iter().filter(|fact| speaks_of_it(fact));
        facts.extend(said.map(|fact| Recorded {
            position: *position,
            moment: entry.header.moment,
            actor: entry.header.actor,
            strategy: entry.header.strategy,
            fact: fact.clone(),
        }));
    }
    facts
}

/// The positions where it was decided, and where the routes were asked.
fn looked_back_to(facts: &[Recorded]) -> BTreeSet<u64> {
    let asked = |recorded: &&Recorded| {
        let Fact::OwnerAssigned { routing, .. } = &recorded.fact else { return false };
        routing.reasons.iter().any(|reason| reason.rule.is_some()) || !routing.candidates.is_empty()
    };
    let newest = facts.iter().rev().filter(asked).take(SEARCHES_MAX);
    let decided = facts.iter().find(|recorded| matches!(recorded.fact, Fact::DecisionMade { .. }));
    newest.chain(decided).map(|recorded| recorded.position).collect()
}
