//! `replay --check`: turns are taken again, and what they say is compared with what the journal says.
//!
//! The state before a turn is folded from the journal, never from what an earlier turn came to again, so
//! that one difference does not bring others. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::errand::Wake;
use domain::fact::{Aggregate, Entry, Fact};
use domain::{AccountId, NodeId, SignalId};
use engine::arrived::Arrived;
use engine::as_of::AccountAsOf;
use engine::event::{Event, Join, Unmerge};
use engine::needs::ROUNDS_MAX;
use engine::stamp::Stamp;
use engine::state::State;
use engine::{VERSION, handle, needs};
use rules::Strategy;
use store::sqlite::SqliteStore;
use store::sqlite::anew::{Anew, without_sealed};
use store::{Position, Read, StoreError, Stored};

use super::arrivals::Arrivals;
use super::begun::{Begun, begun};
use super::journal::follow;
use super::people::{People, TurnMark};
use super::quarantine::Entries;
use crate::as_of::JournalSnapshot;
use crate::by_hand::pointers;
use crate::error::CrankError;
use crate::identity::{elsewhere, look_up, looks_elsewhere};
use crate::strategy_cache::StrategyCache;

/// Accounts that are held before all are let go of.
const HELD_MAX: usize = 5_000;

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Checked {
    /// Entries of the journal.
    pub entries: u64,
    /// Turns that were taken again.
    pub turns: u64,
    /// How many of them said something else.
    pub different: u64,
    /// The first of them.
    pub first: Option<Difference>,
    /// Turns of other versions of the engine.
    pub other_versions: u64,
    /// Turns under a strategy that is not kept, or does not compile with this program.
    pub without_strategy: u64,
    /// Turns that cannot be taken again, by the reason.
    pub not_again: BTreeMap<&'static str, u64>,
}

/// A turn that says something else when it is taken again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The entry.
    pub position: Position,
    /// Whose it is.
    pub aggregate: Aggregate,
    /// What the journal says; none where it says no more.
    pub stored: Option<Box<Fact>>,
    /// What the turn says now; none where it says no more.
    pub again: Option<Box<Fact>>,
}

/// Takes the turns of a journal again, from a position on. `tell` hears how far it is.
pub fn check(
    store: SqliteStore,
    from: Position,
    tell: &mut dyn FnMut(u64),
) -> Result<Checked, CrankError> {
    let entries = store.head()?.position.0;
    let mut anew = Anew::begin(store, &mut |_| {})?;
    let mut checker = Checker { from, ..Checker::default() };
    let followed = follow(&mut anew, tell, |anew, stored| checker.take(anew, stored))
        .and_then(|()| checker.end_run(&mut anew));
    anew.end(false)?;
    followed?;
    Ok(Checked { entries, ..checker.checked })
}

/// What came of taking a turn again.
enum Again {
    /// It says the same, in so many entries.
    Same(usize, Option<Arc<Arrived>>),
    Different(Difference),
    WithoutStrategy,
    Impossible(&'static str),
}

#[derive(Default)]
struct Checker {
    from: Position,
    people: People,
    arrivals: Arrivals,
    entries: Entries,
    strategies: StrategyCache,
    state: State,
    /// Nodes whose erasure was read already.
    erased: BTreeSet<NodeId>,
    /// Entries with one mark: those of one turn, or of several.
    run: Vec<Stored>,
    checked: Checked,
}

impl Checker {
    fn take(&mut self, anew: &mut Anew, stored: Stored) -> Result<(), CrankError> {
        let mark = TurnMark::of(&stored.entry);
        if self.run.first().is_some_and(|first| TurnMark::of(&first.entry) != mark) {
            self.end_run(anew)?;
        }
        self.run.push(stored);
        Ok(())
    }

    fn end_run(&mut self, anew: &mut Anew) -> Result<(), CrankError> {
        let run = std::mem::take(&mut self.run);
        let mut rest = run.as_slice();
        while let Some(first) = rest.first() {
            let turn = &rest[..turn_length(rest)];
            let mut taken = turn.len();
            let is_turn = !is_acceptance(&first.entry);
            if is_turn && first.position >= self.from {
                if first.entry.header.engine == Some(VERSION) {
                    self.people.end_turn(anew)?;
                    let again = self.again(anew, rest, turn)?;
                    taken = self.count(again, rest, taken);
                } else {
                    self.checked.other_versions += 1;
                    self.forget(turn);
                }
            } else {
                self.forget(turn);
            }
            for stored in &rest[..taken] {
                self.people.take(anew, stored, &self.arrivals)?;
                self.arrivals.take(stored);
                self.entries.take(stored);
                self.note_erased(&stored.entry);
            }
            rest = &rest[taken..];
        }
        Ok(())
    }

    /// Counts what came of a turn and goes on to the state after it; how many entries it was.
    fn count(&mut self, again: Again, rest: &[Stored], guessed: usize) -> usize {
        match again {
            Again::Same(length, arrived) => {
                self.checked.turns += 1;
                let entries = rest[..length].iter().map(|stored| &stored.entry);
                self.state.follow(arrived.as_deref(), entries);
                return length;
            }
            Again::Different(difference) => {
                self.checked.turns += 1;
                self.checked.different += 1;
                self.checked.first.get_or_insert(difference);
            }
            Again::WithoutStrategy => self.checked.without_strategy += 1,
            Again::Impossible(why) => *self.checked.not_again.entry(why).or_default() += 1,
        }
        self.forget(&rest[..guessed]);
        guessed
    }

    fn again(
        &mut self,
        anew: &mut Anew,
        rest: &[Stored],
        turn: &[Stored],
    ) -> Result<Again, CrankError> {
        let first = &turn[0];
        let headers = || turn.iter().map(|stored| &stored.entry.header);
        let version = headers().find_map(|header| header.strategy);
        let strategy = match version {
            Some(version) => match self.strategies.readable(anew.store(), version)? {
                Some(strategy) => Some(strategy),
                None => return Ok(Again::WithoutStrategy),
            },
            None => None,
        };
        let (event, arrived) = match self.event(anew, turn, strategy.as_deref())? {
            Ok(event) => event,
            Err(again) => return Ok(again),
        };
        if let Some(why) = self.load(anew, &event, first.position)? {
            return Ok(Again::Impossible(why));
        }
        let header = &first.entry.header;
        let stamp = Stamp::new(header.moment, header.actor, version);
        let taken = handle(&self.state, &event, strategy.as_deref(), stamp);
        Ok(match difference(rest, turn.len(), &taken.entries) {
            Some(difference) => Again::Different(difference),
            None => Again::Same(taken.entries.len(), arrived),
        })
    }

    /// What began a turn, with the signal whose turn it is.
    #[expect(clippy::type_complexity, reason = "the event, or what came of there being none")]
    fn event(
        &mut self,
        anew: &mut Anew,
        turn: &[Stored],
        strategy: Option<&Strategy>,
    ) -> Result<Result<(Event, Option<Arc<Arrived>>), Again>, CrankError> {
        let first = &turn[0];
        Ok(match begun(turn) {
            Begun::Signal(signal) => match self.arrived(anew, turn, signal, strategy)? {
                Some(arrived) => {
                    let mut lookup = look_up(anew.store(), arrived.node, &arrived.identified)?;
                    if strategy.is_some_and(|strategy| looks_elsewhere(strategy, &arrived)) {
                        let accounts: Vec<AccountId> =
                            lookup.company_accounts(arrived.node).collect();
                        for account in accounts {
                            self.load_account(anew, account, first.position)?;
                            let Some(known) = self.state.account(account) else { continue };
                            lookup.elsewhere.extend(elsewhere(anew.store(), known)?);
                        }
                    }
                    let arrived = Arc::new(arrived);
                    Ok((Event::Signal { arrived: Arc::clone(&arrived), lookup }, Some(arrived)))
                }
                None => Err(Again::Impossible("erased")),
            },
            Begun::Event(event) => Ok((event, None)),
            Begun::LookedAgain(account, handoff) => {
                self.load_account(anew, account, first.position)?;
                let known = self.state.account(account).and_then(|known| known.handoff(handoff));
                match known {
                    Some(known) => {
                        let round = known.round;
                        let wake = if known.is_to_settle() {
                            Wake::Settle { handoff }
                        } else {
                            Wake::Route { handoff, round }
                        };
                        Ok((Event::Timer { account, wake }, None))
                    }
                    None => Err(Again::Different(more(turn))),
                }
            }
            Begun::ByHand(fact) => match by_hand(anew, &fact)? {
                Some(event) => Ok((event, None)),
                None => Err(Again::Different(more(turn))),
            },
            Begun::NotAgain(why) => Err(Again::Impossible(why)),
            Begun::Nothing => Err(Again::Different(more(turn))),
        })
    }

    /// A signal as its turn took it; none where its words are gone.
    fn arrived(
        &self,
        anew: &mut Anew,
        turn: &[Stored],
        signal: SignalId,
        strategy: Option<&Strategy>,
    ) -> Result<Option<Arrived>, StoreError> {
        let Some(arrival) = self.arrivals.arrival(anew, signal)? else { return Ok(None) };
        let Some(content) = arrival.content else { return Ok(None) };
        let (node, source) = (arrival.node, arrival.source);
        let released = self.arrivals.is_held(signal);
        let arrived = if released {
            // What is released is taken at once, with what a person put in its place.
            let (content, repaired) = match self.entries.repaired(anew, signal)? {
                Some(repaired) => (repaired, true),
                None => (content, false),
            };
            let accepted = turn[0].entry.header.moment;
            let arrived = Arrived::accepted(signal, node, source, accepted, content);
            Arrived { repaired, ..arrived }
        } else {
            let repaired = arrival.again.is_some_and(|again| again.repaired);
            let arrived = Arrived::accepted(signal, node, source, arrival.accepted, content);
            Arrived { repaired, again: arrival.again, ..arrived }
        };
        let contract = strategy.and_then(|strategy| named_contract(turn, &arrived, strategy));
        Ok(Some(Arrived { contract, ..arrived }))
    }

    /// Loads what an event needs, as it was before a position; why it cannot be taken again where what
    /// was known then is gone.
    fn load(
        &mut self,
        anew: &mut Anew,
        event: &Event,
        before: Position,
    ) -> Result<Option<&'static str>, CrankError> {
        let mut needed = Vec::new();
        for _ in 0..ROUNDS_MAX {
            let missing = needs(&State::default(), event).accounts;
            needed.extend(missing.iter().copied());
            for account in needs(&self.state, event).accounts {
                self.load_account(anew, account, before)?;
                needed.push(account);
            }
        }
        for account in needed {
            let Some(known) = self.state.account(account) else { continue };
            for (_, node) in known.nodes() {
                if node.damaged {
                    return Ok(Some("damaged"));
                }
                if node.erased && !self.erased.contains(&node.id) {
                    return Ok(Some("erased"));
                }
            }
        }
        Ok(None)
    }

    fn load_account(
        &mut self,
        anew: &mut Anew,
        account: AccountId,
        before: Position,
    ) -> Result<(), StoreError> {
        if self.state.has(account) {
            return Ok(());
        }
        let reading = JournalSnapshot::until(anew.store(), Position(before.0 - 1));
        let folded = AccountAsOf::fold(&reading, account, None)?.into_folded();
        self.state.load(account, folded.into_state());
        Ok(())
    }

    /// Lets go of what entries change that no turn was compared with. The desk and the registry stay.
    fn forget(&mut self, entries: &[Stored]) {
        let held: Vec<AccountId> = self.state.accounts().collect();
        let mut gone: BTreeSet<AccountId> = BTreeSet::new();
        for stored in entries {
            match stored.entry.header.aggregate {
                Aggregate::Account(account) => drop(gone.insert(account)),
                Aggregate::Node(node) => gone.extend(held.iter().copied().filter(|account| {
                    let known = self.state.account(*account);
                    known.is_some_and(|known| known.node(node).is_some())
                })),
                Aggregate::Desk | Aggregate::Registry => {
                    self.state.follow(None, std::iter::once(&stored.entry));
                }
                Aggregate::Quarantine | Aggregate::Governance => {}
            }
        }
        if held.len() > HELD_MAX {
            gone.extend(held);
        }
        for account in gone {
            self.state.let_go(account);
        }
    }

    fn note_erased(&mut self, entry: &Entry) {
        for fact in &entry.facts {
            if let Fact::PersonErased { nodes, .. } = fact {
                self.erased.extend(nodes);
            }
        }
    }
}

/// What is written without a turn: a signal is accepted, or something is quarantined.
fn is_acceptance(entry: &Entry) -> bool {
    entry.header.engine.is_none()
        && matches!(
            entry.facts.first(),
            Some(Fact::SignalArrived { .. } | Fact::SignalQuarantined { .. })
        )
}

/// How many entries the first turn has at most: one of each aggregate.
fn turn_length(rest: &[Stored]) -> usize {
    if rest.first().is_some_and(|first| is_acceptance(&first.entry)) {
        return 1;
    }
    let mut seen = BTreeSet::new();
    let aggregates = rest.iter().map(|stored| stored.entry.header.aggregate);
    aggregates.take_while(|aggregate| seen.insert(*aggregate)).count()
}

/// The first thing in which a turn that was taken again differs from the entries that come first.
fn difference(rest: &[Stored], guessed: usize, again: &[Entry]) -> Option<Difference> {
    if again.is_empty() {
        return Some(more(&rest[..guessed]));
    }
    for (at, entry) in again.iter().enumerate() {
        let Some(stored) = rest.get(at) else {
            let last = rest.last()?;
            let again = entry.facts.first().cloned().map(Box::new);
            let aggregate = entry.header.aggregate;
            return Some(Difference { position: last.position, aggregate, stored: None, again });
        };
        let differs = difference_of_entry(stored, entry);
        if differs.is_some() {
            return differs;
        }
    }
    None
}

fn difference_of_entry(stored: &Stored, again: &Entry) -> Option<Difference> {
    let (position, aggregate) = (stored.position, stored.entry.header.aggregate);
    let told = |stored: Option<&Fact>, again: Option<&Fact>| {
        let boxed = |fact: Option<&Fact>| fact.map(|fact| Box::new(compared(fact)));
        Difference { position, aggregate, stored: boxed(stored), again: boxed(again) }
    };
    let same_header = stored.entry.header == again.header;
    let count = stored.entry.facts.len().max(again.facts.len());
    for at in 0..count {
        let (was, is) = (stored.entry.facts.get(at), again.facts.get(at));
        let same = match (was, is) {
            (Some(was), Some(is)) => same_header && is_same(was, is),
            (None, _) | (_, None) => false,
        };
        if !same {
            return Some(told(was, is));
        }
    }
    None
}

/// Whether two facts say the same. What is sealed is compared where it is there still; a body and its
/// keyed hash are looked after by `audit bodies`.
fn is_same(stored: &Fact, again: &Fact) -> bool {
    compared(stored) == compared(again)
        && (stored.sealed() == again.sealed() || !stored.sealed().is_there())
}

/// A fact as it is compared.
fn compared(fact: &Fact) -> Fact {
    let mut fact = without_sealed(fact.clone());
    if let Fact::DeliveryQueued { mac, .. } = &mut fact {
        *mac = None;
    }
    fact
}

/// Entries that no turn says again.
fn more(turn: &[Stored]) -> Difference {
    let first = &turn[0];
    let stored = first.entry.facts.first().map(|fact| Box::new(compared(fact)));
    let aggregate = first.entry.header.aggregate;
    Difference { position: first.position, aggregate, stored, again: None }
}

/// The contract that the signal's source was configured to keep: none where its kind decided.
fn named_contract(turn: &[Stored], arrived: &Arrived, strategy: &Strategy) -> Option<domain::Text> {
    let facts = turn.iter().flat_map(|stored| &stored.entry.facts);
    let (place, findings) = facts.into_iter().find_map(|fact| {
        let Fact::CheckpointReached { signal, contract, findings, .. } = fact else { return None };
        (*signal == arrived.signal).then_some((*contract, findings))
    })?;
    let Some(place) = place.map(usize::from) else {
        let unknown =
            findings.iter().any(|finding| finding.code == domain::reason::Code::ContractUnknown);
        // Which name it was makes no difference: there is no such contract.
        return unknown.then(|| domain::Text::from(""));
    };
    let kind = arrived.content.kind.as_str();
    let by_kind = strategy.contracts.iter().position(|known| {
        known.seam == domain::handoff::Seam::Signal && known.object(kind).is_some()
    });
    if by_kind == Some(place) {
        return None;
    }
    strategy.contracts.get(place).map(|known| known.id.value.as_str().into())
}

fn by_hand(anew: &mut Anew, fact: &Fact) -> Result<Option<Event>, StoreError> {
    if let Fact::MergeUndone { winner, loser, nodes, by, apart, reason } = fact {
        let cluster = pointers(&anew.store().cluster(*winner)?);
        let (winner, loser, merged, by) = (*winner, *loser, nodes.clone(), by.clone());
        let (is_split, reason) = (apart.is_some(), *reason);
        let event = Unmerge { winner, loser, merged, cluster, is_split, reason, by };
        return Ok(Some(Event::Unmerge(event)));
    }
    let Fact::PeopleMerged { winner, loser, reasons, by: Some(by), .. } = fact else {
        return Ok(None);
    };
    let mut cluster = pointers(&anew.store().cluster(*winner)?);
    cluster.extend(pointers(&anew.store().cluster(*loser)?));
    // The first says that somebody did it.
    let reason = reasons.get(1).map(|reason| reason.code);
    let (winner, loser, by) = (*winner, *loser, by.clone());
    Ok(Some(Event::Join(Join { winner, loser, cluster, reason, by })))
}
