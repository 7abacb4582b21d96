//! One group of people: what an import had brought of them counts no more, and the rest is taken again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::fact::{Again, UndoneImport};
use domain::handoff::Actor;
use domain::signal::Incoming;
use domain::{AccountId, Moment, NodeId, PersonId, SignalId};
use engine::Outcome;
use engine::arrived::Arrived;
use engine::event::{Event, NodeTakenBack, TakeBack};
use engine::state::alone;
use rules::Strategy;
use store::{Arrival, Store, TakenBefore};

use super::UndoOrder;
use super::read::ReadSignal;
use crate::clock::JournalMoment;
use crate::concerned::{Concerned, Group, company_names, keys_of};
use crate::crank::Crank;
use crate::error::CrankError;

/// Where a node was, and since when its person must not be contacted.
#[derive(Clone, Copy, Default)]
struct PlaceBefore {
    account: Option<AccountId>,
    person: Option<PersonId>,
    suppressed: Option<Moment>,
}

impl<S: Store> Crank<S> {
    /// By what a group is taken back.
    pub(super) fn group_taken_back(
        &self,
        concerned: &Concerned,
        group: &Group,
        consents: bool,
    ) -> Result<TakeBack, CrankError> {
        let of_nodes = |signals: &[SignalId]| {
            let mut of_nodes: BTreeMap<NodeId, Vec<SignalId>> = BTreeMap::new();
            for signal in signals {
                if let Some(known) = concerned.signal(*signal) {
                    of_nodes.entry(known.node).or_default().push(*signal);
                }
            }
            of_nodes
        };
        let (mut taken, others) = (of_nodes(&group.taken), of_nodes(&group.others));
        let mut nodes = Vec::with_capacity(group.nodes.len());
        for node in &group.nodes {
            let place = self.store.node(*node)?.and_then(|row| row.pointer);
            nodes.push(NodeTakenBack {
                node: *node,
                place: place.map(|place| (place.person, place.account)),
                signals: taken.remove(node).unwrap_or_default(),
                comes_again: others.contains_key(node),
                is_split: concerned.is_split(*node),
            });
        }
        Ok(TakeBack { import: concerned.import(), nodes, consents })
    }

    /// Takes a group back and again, within an open group of turns.
    pub(super) fn undo_group(
        &mut self,
        order: &UndoOrder,
        concerned: &mut Concerned,
        group: &Group,
        at: JournalMoment,
    ) -> Result<UndoneImport, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let taken_back = self.group_taken_back(concerned, group, order.consents)?;
        let nodes = taken_back.nodes.clone();
        let taken = self.read_signals(concerned, &group.taken)?;
        let others = self.read_signals(concerned, &group.others)?;
        let places = self.places_before(&nodes, order.consents)?;
        let event = Event::TakeBack(taken_back);
        let outcome = self.handle(&event, at, Actor::Operator, Some(&strategy))?;
        let Outcome::TakenBack(counts) = outcome else { return Err(CrankError::NoStrategy) };
        self.set_nodes_aside(&nodes, taken.iter().chain(&others), &strategy)?;
        // Whoever is known by something else stays suppressed by that.
        let place = |read: &ReadSignal| places.get(&read.known.node).copied().unwrap_or_default();
        let known: BTreeSet<PersonId> =
            others.iter().filter_map(|read| place(read).person).collect();
        let mut again = others;
        for signal in taken {
            self.store.forget_id(&signal.source, &signal.first)?;
            self.store.done(signal.known.position)?;
            if let Some(entry) = signal.known.held {
                self.discard_entry(entry, at)?;
            }
            let place = place(&signal);
            if !order.consents {
                let is_known = place.person.is_some_and(|person| known.contains(&person));
                again.extend(signal.withdrawal(place.suppressed.is_some() && !is_known));
            }
        }
        again.sort_by_key(|signal| signal.known.order);
        self.take_all_again(concerned, again, &places, at)?;
        self.repeat_by_hand(&concerned.by_hand, &group.nodes, at)?;
        let accounts = places.values().filter_map(|place| place.account).collect();
        for node in self.worked_elsewhere(&accounts)? {
            concerned.note_worked(node);
        }
        Ok(counts)
    }

    /// Nodes over which somebody works a handoff in an account that the node has left, or works the second
    /// of one person: what somebody has taken is neither moved nor ended because a list was wrong.
    fn worked_elsewhere(
        &mut self,
        accounts: &BTreeSet<AccountId>,
    ) -> Result<Vec<NodeId>, CrankError> {
        let mut found = Vec::new();
        let mut people = BTreeSet::new();
        for account in accounts {
            let known = self.accounts.get(&self.store, *account)?;
            let taken = known.handoffs().filter(|handoff| handoff.is_open() && handoff.is_taken());
            let taken: Vec<_> = taken.map(|handoff| (handoff.node, handoff.person)).collect();
            for (node, person) in taken {
                let pointer = self.store.node(node)?.and_then(|row| row.pointer);
                let is_here =
                    pointer.is_some_and(|here| here.account == *account && here.person == person);
                if !is_here || !people.insert(person) {
                    found.push(node);
                }
            }
        }
        Ok(found)
    }

    /// Where nodes are before they are taken back, and who must not be contacted afterwards either.
    fn places_before(
        &mut self,
        nodes: &[NodeTakenBack],
        consents: bool,
    ) -> Result<BTreeMap<NodeId, PlaceBefore>, CrankError> {
        let accounts: BTreeSet<AccountId> =
            nodes.iter().filter_map(|node| Some(node.place?.1)).collect();
        let mut suppressed: BTreeMap<PersonId, Moment> = BTreeMap::new();
        for account in accounts.iter().filter(|_| !consents) {
            let known = self.accounts.get(&self.store, *account)?;
            for (person, since) in known.suppressed.iter() {
                let known = suppressed.entry(*person).or_insert(*since);
                *known = (*known).max(*since);
            }
        }
        let place = |node: &NodeTakenBack| {
            let suppressed = node.place.and_then(|(person, _)| suppressed.get(&person).copied());
            let (person, account) = node.place.unzip();
            (node.node, PlaceBefore { account, person, suppressed })
        };
        Ok(nodes.iter().map(place).collect())
    }

    /// Nothing leads to these nodes or to where they were, until it is said again.
    fn set_nodes_aside<'s>(
        &mut self,
        nodes: &[NodeTakenBack],
        signals: impl Iterator<Item = &'s ReadSignal>,
        strategy: &Strategy,
    ) -> Result<(), CrankError> {
        for ReadSignal { source, first, content, .. } in signals {
            for said in [first, content] {
                for key in keys_of(source, said) {
                    self.store.lead_nowhere(&key)?;
                }
                for key in company_names(Some(strategy), source, said) {
                    self.store.unbind_account(&key)?;
                }
            }
        }
        for taken in nodes {
            let node = taken.node;
            let stays = taken.place.and_then(|(_, account)| {
                let known = self.accounts.state().account(account)?;
                Some((*known.members.get(&node)?, account))
            });
            self.store.set_aside(node, stays.map(|(nobody, _)| nobody))?;
            if let Some((nobody, account)) = stays {
                self.store.point(node, nobody, account)?;
            }
            self.store.forward(alone(node), alone(node))?;
        }
        Ok(())
    }

    fn take_all_again(
        &mut self,
        concerned: &mut Concerned,
        signals: Vec<ReadSignal>,
        places: &BTreeMap<NodeId, PlaceBefore>,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let last: BTreeMap<NodeId, SignalId> =
            signals.iter().map(|signal| (signal.known.node, signal.signal)).collect();
        let mut used: BTreeSet<NodeId> = BTreeSet::new();
        let mut went: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
        for read in signals {
            let before = read.known.node;
            let place = places.get(&before).copied().unwrap_or_default();
            let again = Again {
                accepted: read.known.accepted,
                node: before,
                account: place.account,
                suppressed: place.suppressed,
                repaired: read.repaired,
                last: last.get(&before) == Some(&read.signal),
                withdrawal: read.known.withdrawal,
                split: concerned.is_split(before),
            };
            let is_free = !used.contains(&before) && !concerned.is_split(before);
            let node = self.take_one_again(concerned, read, (again, is_free), at)?;
            used.insert(node);
            went.entry(before).or_default().insert(node);
        }
        for (before, went) in went {
            if used.contains(&before) && self.are_of_others(before, &went)? {
                concerned.note_split(before);
            }
        }
        Ok(())
    }

    fn take_one_again(
        &mut self,
        concerned: &Concerned,
        read: ReadSignal,
        (again, is_free): (Again, bool),
        at: JournalMoment,
    ) -> Result<NodeId, CrankError> {
        let import = concerned.owner_of(read.signal, &read.known);
        let ReadSignal { signal, known, source, content, .. } = read;
        let keys = keys_of(&source, &content);
        let incoming = Incoming { source: source.clone(), content, body: [0; 32] };
        let arrival = Arrival {
            signal,
            incoming: &incoming,
            keys: &keys,
            moment: at.get(),
            import,
            again: Some(again),
        };
        let before = TakenBefore { node: known.node, position: known.position, is_free };
        let node = self.store.accept_again(&arrival, &before)?.node;
        let contract = self.contracts.get(&source).cloned();
        let accepted = Arrived::accepted(signal, node, source, again.accepted, incoming.content);
        let repaired = again.repaired;
        let arrived = Arrived { contract, repaired, again: Some(again), ..accepted };
        let taken = self.take_through(&Arc::new(arrived), at)?;
        if let (Some(entry), None) = (known.held, taken.entry) {
            self.release_entry(entry, signal, at)?;
        }
        Ok(node)
    }

    /// Whether what was sealed to a node that is somebody's again went to somebody else as well.
    fn are_of_others(&self, before: NodeId, went: &BTreeSet<NodeId>) -> Result<bool, CrankError> {
        let here = self.person_of(before)?;
        for node in went {
            if self.person_of(*node)? != here {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
