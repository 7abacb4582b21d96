//! The shell around the engine without a store: what is known stays in memory, and what a turn says
//! is looked at and let go.

use std::sync::Arc;

use domain::handoff::Actor;
use domain::signal::{Incoming, Key};
use domain::{AccountId, Moment, NodeId, PersonId, SignalId};
use engine::arrived::Arrived;
use engine::event::{Event, Lookup, Pointer};
use engine::identity::{Business, Identified, NameRole};
use engine::needs::ROUNDS_MAX;
use engine::stages::resolve::Resolved;
use engine::stamp::Stamp;
use engine::state::{AccountContext, Folded, State};
use engine::{Outcome, Turn, handle, needs};
use rules::Strategy;
use rustc_hash::FxHashMap;

/// Everything that is known.
#[derive(Default)]
pub(crate) struct House {
    /// What was folded.
    pub(crate) state: State,
    nodes: FxHashMap<Key, NodeId>,
    people: FxHashMap<PersonId, Vec<NodeId>>,
    pointers: FxHashMap<NodeId, (PersonId, AccountId)>,
    businesses: FxHashMap<Business, AccountId>,
}

impl House {
    /// Everybody, with what is known of their account.
    pub(crate) fn everybody(&self) -> Vec<(AccountContext<'_>, PersonId)> {
        let mut accounts: Vec<AccountId> = self.state.accounts().collect();
        accounts.sort_unstable();
        let known = accounts.into_iter().filter_map(|account| self.state.account(account));
        known.flat_map(|known| known.people().into_iter().map(move |who| (known, who))).collect()
    }

    /// A signal as it stands once it was accepted: with an id and a node.
    pub(crate) fn accept(&mut self, incoming: Incoming, moment: Moment) -> Arc<Arrived> {
        let parts = [incoming.content.origin.as_bytes(), incoming.content.source_id.as_bytes()];
        let signal = SignalId::caused_by(&parts);
        let new = NodeId::caused_by(&[signal.bytes()]);
        let Incoming { source, content, .. } = incoming;
        let mut arrived = Arrived::accepted(signal, new, source, moment, content);
        let strongest = arrived.identified.keys.first().cloned();
        arrived.node = strongest.map_or(new, |key| *self.nodes.entry(key).or_insert(new));
        Arc::new(arrived)
    }

    /// Takes an accepted signal its whole way.
    pub(crate) fn take(&mut self, strategy: &Strategy, arrived: &Arc<Arrived>) -> Turn {
        let lookup = self.look_up(arrived.node, &arrived.identified);
        let event = Event::Signal { arrived: Arc::clone(arrived), lookup };
        for _ in 0..ROUNDS_MAX {
            let missing = needs(&self.state, &event).accounts;
            if missing.is_empty() {
                break;
            }
            for account in missing {
                self.state.load(account, Folded::new(account, []).into_state());
            }
        }
        let stamp = Stamp::new(arrived.accepted, Actor::Engine, Some(strategy.version));
        let mut turn = handle(&self.state, &event, Some(strategy), stamp);
        self.state.adopt(std::mem::take(&mut turn.after));
        if let Outcome::Signal(outcome) = &turn.outcome {
            self.point(&arrived.identified, &outcome.resolved);
        }
        turn
    }

    fn look_up(&self, node: NodeId, identified: &Identified) -> Lookup {
        let mut lookup = Lookup {
            found: identified.keys.iter().map(|key| self.nodes.get(key).copied()).collect(),
            ..Lookup::default()
        };
        for found in [Some(node)].into_iter().chain(lookup.found.clone()).flatten() {
            if lookup.nodes.contains_key(&found) {
                continue;
            }
            let Some((person, _)) = self.pointers.get(&found) else { continue };
            for member in &self.people[person] {
                let place = self.pointers.get(member).copied();
                lookup.nodes.insert(*member, Pointer { place, named: true });
            }
        }
        if let Some(workplace) = &identified.workplace {
            lookup.company.business = self.businesses.get(&workplace.business).copied();
        }
        lookup
    }

    fn point(&mut self, identified: &Identified, resolved: &Resolved) {
        for at in &resolved.bind {
            self.nodes.entry(identified.keys[*at].clone()).or_insert(resolved.node);
        }
        if let Some(workplace) = &identified.workplace
            && resolved.names().any(|role| role == NameRole::Counted)
        {
            self.businesses.insert(workplace.business.clone(), resolved.account);
        }
        for moved in &resolved.moves {
            self.pointers.insert(moved.node, (moved.person, moved.to));
            let members = self.people.entry(moved.person).or_default();
            if !members.contains(&moved.node) {
                members.push(moved.node);
            }
        }
    }
}
