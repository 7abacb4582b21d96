//! The shell around the engine without a store: what is known stays in memory, and what a turn says
//! is looked at and let go.

use domain::handoff::Actor;
use domain::signal::{Incoming, Key};
use domain::{AccountId, Moment, NodeId, PersonId, SignalId};
use engine::desk::Desk;
use engine::identity::{Business, Identified};
use engine::stages::resolve::{Candidates, Resolved, Somebody, resolve};
use engine::turn::{Accounts, Said, Turn};
use engine::way::{self, Arrived};
use rules::Strategy;
use rustc_hash::FxHashMap;

/// Everything that is known.
#[derive(Default)]
pub(crate) struct House {
    /// Accounts, folded.
    pub(crate) accounts: Accounts,
    /// The desk.
    pub(crate) desk: Desk,
    nodes: FxHashMap<Key, NodeId>,
    people: FxHashMap<PersonId, Vec<NodeId>>,
    pointers: FxHashMap<NodeId, (PersonId, AccountId)>,
    businesses: FxHashMap<String, AccountId>,
}

impl House {
    /// A signal as it stands once it was accepted: with an id and a node.
    pub(crate) fn accept(&mut self, incoming: Incoming, moment: Moment) -> Arrived {
        let parts = [incoming.content.origin.as_bytes(), incoming.content.source_id.as_bytes()];
        let signal = SignalId::caused_by(&parts);
        let new = NodeId::caused_by(&[signal.bytes()]);
        let Incoming { source, content, .. } = incoming;
        let mut arrived = Arrived::accepted(signal, new, source, moment, content);
        let strongest = arrived.identified.keys.iter().find(|key| key.names_a_subject()).cloned();
        arrived.node = strongest.map_or(new, |key| *self.nodes.entry(key).or_insert(new));
        arrived
    }

    /// Takes an accepted signal its whole way.
    pub(crate) fn take(&mut self, strategy: &Strategy, arrived: &Arrived) -> Said {
        let identified = &arrived.identified;
        let candidates = self.candidates(arrived.node, identified);
        let moment = arrived.accepted;
        let resolved = resolve(arrived.signal, arrived.node, moment, identified, &candidates);
        let concerned = way::concerned(&candidates, &resolved);
        for account in concerned.iter().copied() {
            self.accounts.entry(account).or_insert_with(|| engine::state::Account::new(account));
        }
        let version = Some(strategy.version);
        let (accounts, desk) = (&mut self.accounts, &mut self.desk);
        let mut turn = Turn::begin(accounts, desk, moment, Actor::Engine, version).over(&concerned);
        way::take_signal(&mut turn, strategy, arrived, &resolved);
        let said = turn.end();
        self.point(identified, &resolved);
        said
    }

    fn candidates(&self, node: NodeId, identified: &Identified) -> Candidates {
        let mut candidates = Candidates {
            found: identified.keys.iter().map(|key| self.nodes.get(key).copied()).collect(),
            ..Candidates::default()
        };
        for found in [Some(node)].into_iter().chain(candidates.found.clone()).flatten() {
            if candidates.nodes.contains_key(&found) {
                continue;
            }
            let Some((person, _)) = self.pointers.get(&found) else { continue };
            for member in &self.people[person] {
                let (person, account) = self.pointers[member];
                let known = self.accounts.get(&account);
                let known = known.and_then(|account| account.nodes.get(member));
                let mut somebody =
                    known.map_or_else(|| Somebody::new(true), |node| Somebody::of(node));
                somebody.person = Some(person);
                somebody.account = Some(account);
                candidates.nodes.insert(*member, somebody);
            }
        }
        if let Some((Business::Domain(name) | Business::Company(name), _)) = &identified.business {
            candidates.business = self.businesses.get(name).copied();
        }
        candidates
    }

    fn point(&mut self, identified: &Identified, resolved: &Resolved) {
        for at in &resolved.bind {
            self.nodes.entry(identified.keys[*at].clone()).or_insert(resolved.node);
        }
        if let (true, Some((Business::Domain(name) | Business::Company(name), _))) =
            (resolved.bind_business, &identified.business)
        {
            self.businesses.insert(name.clone(), resolved.account);
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
