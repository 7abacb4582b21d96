//! The shell's half of resolving: the candidates that the pure half chooses among, and the pointers
//! that follow from what it said.

use std::collections::BTreeSet;

use domain::signal::{IdentifierKind, Key};
use domain::{AccountId, NodeId};
use engine::arrived::Arrived;
use engine::event::{CompanyLookup, Lookup, Pointer};
use engine::identity::{Business, Identified, NameRole, Workplace};
use engine::stages::resolve::Resolved;
use engine::state::{AccountContext, alone};
use rules::Strategy;
use store::{LeadsTo, NodeRow, Read, Store, StoreError, shared_of};

use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// Writes the pointers, identifiers and forwarding addresses that follow.
    pub(crate) fn point(
        &mut self,
        identified: &Identified,
        resolved: &Resolved,
    ) -> Result<(), CrankError> {
        for at in &resolved.bind {
            self.store.bind(&identified.keys[*at], resolved.node)?;
        }
        for (at, key) in identified.keys.iter().enumerate() {
            if resolved.shared.has(at) {
                self.store.share(key)?;
            }
        }
        if let Some(workplace) = &identified.workplace {
            for role in resolved.names() {
                if let Some(key) = workplace.key(role) {
                    self.store.bind_account(&key, resolved.account)?;
                }
            }
        }
        for merge in &resolved.merges {
            for node in &merge.nodes {
                if let Some(pointer) = self.store.node(*node)?.and_then(|row| row.pointer) {
                    self.store.point(*node, merge.winner, pointer.account)?;
                }
            }
        }
        for moved in &resolved.moves {
            self.store.point(moved.node, moved.person, moved.to)?;
            if let Some(from) = moved.from {
                // Somebody lives in this account again, so it must not forward anybody elsewhere.
                self.store.forward(moved.to, moved.to)?;
                self.forward_if_empty(moved.node, from, moved.to)?;
            }
        }
        Ok(())
    }

    /// The account of somebody who stood alone and of whom nothing is left there lives on where
    /// they went. A company's account stays the company's, whoever left it.
    pub(crate) fn forward_if_empty(
        &mut self,
        node: NodeId,
        from: AccountId,
        to: AccountId,
    ) -> Result<(), CrankError> {
        let person = self.store.node(node)?.and_then(|row| row.pointer);
        let Some(person) = person.map(|pointer| pointer.person) else { return Ok(()) };
        let cluster = self.store.cluster(person)?;
        if from != alone(node) && !cluster.iter().any(|row| from == alone(row.node)) {
            return Ok(());
        }
        let loaded = self.accounts.load(&self.store, &[from])?;
        if loaded.account(from).is_some_and(|account| account.members.is_empty()) {
            self.store.forward(from, to)?;
        }
        Ok(())
    }
}

/// Whether a verified identifier says who the node is. A cookie says no more than "the same device".
pub(crate) fn is_named(row: &NodeRow) -> bool {
    let named = [IdentifierKind::ExternalId, IdentifierKind::Email, IdentifierKind::Phone];
    row.verified && named.into_iter().any(|kind| row.kinds.has(kind))
}

/// The key of a domain that somebody asks for; none for what is no domain.
pub fn domain_key(domain: &str) -> Option<Key> {
    let registrable = engine::identity::registrable(domain)?;
    Some(Business::Domain(registrable.into_owned()).key())
}

/// Everybody whom the identifiers lead to, with all nodes of their clusters.
pub(crate) fn look_up(
    store: &impl Read,
    node: NodeId,
    identified: &Identified,
) -> Result<Lookup, StoreError> {
    let leads = store.leads(&identified.keys)?;
    let shared = shared_of(&leads);
    let rows: Vec<Option<NodeRow>> = leads.into_iter().map(LeadsTo::node).collect();
    let mut lookup = Lookup {
        shared,
        found: rows.iter().map(|row| row.map(|row| row.node)).collect(),
        ..Lookup::default()
    };
    let home = match rows.iter().flatten().find(|row| row.node == node) {
        Some(home) => Some(*home),
        None => store.node(node)?,
    };
    for row in home.iter().chain(rows.iter().flatten()) {
        add_cluster(store, *row, &mut lookup)?;
    }
    if let Some(workplace) = &identified.workplace {
        let home = lookup.nodes.get(&node).and_then(|home| home.place);
        lookup.company = look_up_company(store, workplace, home.map(|(_, account)| account))?;
    }
    Ok(lookup)
}

/// Whether a signal is said of a company alone and may start a handoff of somebody there: then what else
/// is known of each of them counts.
pub(crate) fn looks_elsewhere(strategy: &Strategy, arrived: &Arrived) -> bool {
    let starts = strategy.readiness.starts.as_ref();
    arrived.identified.is_of_company()
        && starts.is_some_and(|starts| starts.has_of_company(&arrived.content.kind))
}

/// The other accounts in which somebody of an account is.
pub(crate) fn elsewhere(
    store: &impl Read,
    account: AccountContext<'_>,
) -> Result<BTreeSet<AccountId>, StoreError> {
    let mut others = BTreeSet::new();
    for person in account.account().people() {
        let nodes = store.cluster(person)?;
        others.extend(nodes.iter().filter_map(|row| Some(row.pointer?.account)));
    }
    others.remove(&account.id);
    Ok(others)
}

/// Where the names of a company lead. What stands beside a domain is not looked at again once the
/// signal's node is where the domain leads.
fn look_up_company(
    store: &impl Read,
    workplace: &Workplace,
    home: Option<AccountId>,
) -> Result<CompanyLookup, StoreError> {
    let account = |role: NameRole| {
        let key = workplace.key(role);
        key.map_or(Ok(None), |key| store.account_of(&key))
    };
    let mut found = CompanyLookup { business: account(NameRole::Counted)?, ..Default::default() };
    match workplace.business {
        Business::Domain(_) if found.business.is_some() && found.business == home => {}
        Business::Domain(_) => {
            found.name = account(NameRole::Beside)?;
            found.sited = account(NameRole::Sited)?;
        }
        // The name of a company whose domain is known leads where the domain does.
        Business::Company(_) => {
            found.sited = account(NameRole::Sited)?;
            found.several = found.sited.is_some() && account(NameRole::Several)?.is_some();
            found.business = found.sited.or(found.business);
        }
    }
    Ok(found)
}

fn add_cluster(store: &impl Read, row: NodeRow, lookup: &mut Lookup) -> Result<(), StoreError> {
    if lookup.nodes.contains_key(&row.node) {
        return Ok(());
    }
    let Some(pointer) = row.pointer else {
        lookup.nodes.insert(row.node, Pointer { place: None, named: is_named(&row) });
        return Ok(());
    };
    for member in store.cluster(pointer.person)? {
        if let Some(pointer) = member.pointer {
            let place = Some((pointer.person, pointer.account));
            lookup.nodes.insert(member.node, Pointer { place, named: is_named(&member) });
        }
    }
    Ok(())
}
