//! What happened to a handoff, fact by fact, with what was known when it was decided and routed.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{Fact, StrategyVersion, Verdict};
use domain::handoff::Actor;
use domain::{AccountId, DeliveryId, HandoffId, Moment, SignalId};

use super::cut::{Cut, PositionedEntry, Turn};
use super::handoff::{Absent, AsOf, FoldedHandoff, HandoffAsOf, asked_for};
use super::journal::Journal;

/// Searches for an owner whose conditions are looked at again, the newest: each is held as it was.
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
    /// Folds a handoff out of the journal of the account that has it, in one pass that is looked at
    /// at each moment that an explanation looks back to.
    pub fn fold<J: Journal + ?Sized>(
        journal: &J,
        account: AccountId,
        handoff: HandoffId,
        as_of: AsOf,
    ) -> Result<Result<Self, Absent>, J::Error> {
        let mut own = journal.entries_of_handoff(account, handoff)?;
        let (cut, written) = match asked_for(&own, handoff, as_of) {
            Ok(asked) => asked,
            Err(absent) => return Ok(Err(absent)),
        };
        if let Some(until) = cut.moment() {
            own.retain(|placed| Cut::Moment(until).keeps(placed));
        }
        let facts = facts_of(handoff, &own);
        let back = looked_back_to(&facts);
        let turns: Vec<&PositionedEntry> =
            own.iter().filter(|placed| back.contains(&placed.position)).collect();
        let mut cuts = vec![cut];
        cuts.extend(turns.iter().map(|placed| Cut::Turn(Turn::of(placed))));
        let mut folded = FoldedHandoff::fold_at(journal, account, handoff, &cuts)?.into_iter();
        let Some(latest) = folded.next().flatten() else { return Ok(Err(Absent::Unknown)) };
        let latest = latest.with_brief(written);
        let then = turns.into_iter().zip(folded);
        let known = then.filter_map(|(turn, then)| Some((turn.position, then?))).collect();
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

/// The facts that speak of a handoff or of what leaves for it.
fn facts_of(handoff: HandoffId, entries: &[PositionedEntry]) -> Vec<Recorded> {
    let all = || entries.iter().flat_map(|placed| &placed.entry.facts);
    let begun = all().find_map(|fact| began_with(handoff, fact));
    let sent: BTreeSet<DeliveryId> = all().filter_map(|fact| sent_for(handoff, fact)).collect();
    let speaks_of_it = |fact: &Fact| {
        if let Fact::DecisionMade { handoff: Some(of), signal, .. } = fact {
            return *of == handoff && Some(*signal) == begun;
        }
        if let Fact::CheckpointReached { handoff: Some(crossing), verdict, .. } = fact {
            return *crossing == handoff && *verdict != Verdict::Passed;
        }
        let of = |delivery| sent.contains(&delivery).then_some(handoff);
        fact.about().handoff(of) == Some(handoff)
    };
    let mut facts = Vec::new();
    for PositionedEntry { position, entry, .. } in entries {
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

/// The signal that a handoff began with.
fn began_with(handoff: HandoffId, fact: &Fact) -> Option<SignalId> {
    if let Fact::HandoffProposed { handoff: of, signal, .. } = fact {
        return (*of == handoff).then_some(*signal);
    }
    None
}

/// The delivery that a fact queues for a handoff.
fn sent_for(handoff: HandoffId, fact: &Fact) -> Option<DeliveryId> {
    if let Fact::DeliveryQueued { delivery, handoff: of, .. } = fact {
        return (*of == handoff).then_some(*delivery);
    }
    None
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
