//! Who is who: where nodes point, which identifiers lead to them, which names lead to accounts, and
//! where accounts went that are empty.

use std::collections::BTreeSet;

use domain::fact::{AccountFound, Aggregate, Basis, Entry, Fact, Verdict};
use domain::signal::{Content, IdentifierKind, KeySet};
use domain::{AccountId, Moment, NodeId, PersonId};
use engine::identity::{
    Business, Identified, NameRole, Workplace, earlier_business, identifiers, workplace_by,
};
use engine::stages::resolve::{is_bound, is_verified};
use engine::state::alone;
use rustc_hash::{FxHashMap, FxHashSet};
use store::sqlite::anew::Anew;
use store::{Key, NodeRow, Position, Purpose, Read, Store, StoreError, Stored, shared_of};

use super::arrivals::Arrivals;
use crate::identity::is_named;

/// Which turn an entry belongs to, as far as its header says: entries of one turn follow one another
/// and share it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TurnMark {
    moment: Moment,
    actor: domain::handoff::Actor,
    correlation: Option<domain::SignalId>,
}

impl TurnMark {
    pub(super) const fn of(entry: &Entry) -> Self {
        let header = &entry.header;
        Self { moment: header.moment, actor: header.actor, correlation: header.correlation }
    }
}

/// A node that left an account in the turn that is being read.
struct Left {
    node: NodeId,
    from: AccountId,
    to: AccountId,
}

/// What is known of people so far. Where nodes point and what leads to them stands in the rows.
#[derive(Default)]
pub(super) struct People {
    /// Nodes of which something verified passed its checkpoint.
    verified: FxHashSet<NodeId>,
    /// How many members each account has.
    members: FxHashMap<AccountId, u64>,
    /// Nodes with words that are there and do not open.
    damaged: BTreeSet<NodeId>,
    /// Accounts that somebody named whose words cannot be read any more.
    unread: BTreeSet<AccountId>,
    /// Whether words cannot be read any more by which an identifier was found to be several people's.
    unread_shared: bool,
    turn: Option<TurnMark>,
    left: Vec<Left>,
}

impl People {
    /// Takes in what an entry says.
    pub(super) fn take(
        &mut self,
        anew: &mut Anew,
        stored: &Stored,
        arrivals: &Arrivals,
    ) -> Result<(), StoreError> {
        let mark = TurnMark::of(&stored.entry);
        if self.turn != Some(mark) {
            self.end_turn(anew)?;
            self.turn = Some(mark);
        }
        match stored.entry.header.aggregate {
            Aggregate::Node(node) => {
                if stored.damaged {
                    self.damaged.insert(node);
                }
                self.of_node(anew, stored, node, arrivals)
            }
            Aggregate::Account(account) => {
                let facts = &stored.entry.facts;
                facts.iter().try_for_each(|fact| self.of_account(anew, account, fact))
            }
            Aggregate::Desk
            | Aggregate::Registry
            | Aggregate::Quarantine
            | Aggregate::Governance => Ok(()),
        }
    }

    /// Ends with the last turn, and keeps what led to whom where nobody can read why.
    pub(super) fn end(&mut self, anew: &mut Anew) -> Result<(), StoreError> {
        self.end_turn(anew)?;
        for node in &self.damaged {
            anew.keep_identifiers(*node)?;
        }
        if self.unread_shared {
            anew.keep_shared()?;
        }
        for account in &self.unread {
            anew.keep_names(*account)?;
        }
        Ok(())
    }

    fn of_node(
        &mut self,
        anew: &mut Anew,
        stored: &Stored,
        node: NodeId,
        arrivals: &Arrivals,
    ) -> Result<(), StoreError> {
        for fact in &stored.entry.facts {
            if let Fact::SignalsTakenBack { left, nobody, .. } = fact {
                self.taken_back(anew, node, (*left, *nobody))?;
            } else if let Fact::SignalArrived {
                signal, source, content: Some(content), again, ..
            } = fact
                && (again.is_some() || node == NodeId::caused_by(&[signal.bytes()]))
            {
                // A node that was made for it is found by its strongest identifier.
                let keys = identifiers(source, content).keys;
                let shared = shared_of(&anew.store().leads(&keys)?);
                if let Some(key) = keys.get(shared.strongest_beside(keys.len())) {
                    bind_first(anew, key, node, stored.entry.header.moment)?;
                }
            } else if let Fact::SubjectResolved {
                signal, account, anchored, named, shared, ..
            } = fact
            {
                let read = read(anew, stored, *signal, arrivals)?;
                self.unread_shared |= read.is_none() && shared.is_some();
                if let Some(read) = read {
                    self.resolved(anew, stored, node, (&read, shared.unwrap_or_default()))?;
                    if anchored.is_some() {
                        bind_names(anew, &read, *account, *named)?;
                    }
                } else if anchored.is_some() {
                    self.unread.insert(*account);
                }
            }
        }
        Ok(())
    }

    /// Nothing leads to a node or to where it was, until its signals are taken again.
    fn taken_back(
        &mut self,
        anew: &mut Anew,
        node: NodeId,
        (left, nobody): (Option<AccountId>, PersonId),
    ) -> Result<(), StoreError> {
        let purpose = Some(&Purpose::CARE);
        let history =
            anew.store().history(Aggregate::Node(node), Position::START, None, purpose)?;
        for fact in history.iter().flat_map(|stored| &stored.entry.facts) {
            if let Fact::SignalArrived { source, content: Some(content), .. } = fact {
                for key in identifiers(source, content).keys {
                    anew.store().lead_nowhere(&key)?;
                }
                for key in company_names(content) {
                    anew.store().unbind_account(&key)?;
                }
            }
        }
        self.verified.remove(&node);
        if let Some(account) = left {
            let members = self.members.entry(account).or_default();
            *members = members.saturating_sub(1);
        }
        let stays = pointer(anew.store().node(node)?).filter(|_| left.is_none());
        anew.store().set_aside(node, stays.map(|_| nobody))?;
        if let Some(stays) = stays {
            anew.store().point(node, nobody, stays.account)?;
        }
        anew.store().forward(alone(node), alone(node))
    }

    fn resolved(
        &mut self,
        anew: &mut Anew,
        stored: &Stored,
        node: NodeId,
        (turn, shared): (&Turn, KeySet),
    ) -> Result<(), StoreError> {
        let row = anew.store().node(node)?;
        let known = row.as_ref().is_some_and(is_named) || self.verified.contains(&node);
        let keys = &turn.identified.keys;
        let before = shared_of(&anew.store().leads(keys)?);
        let verified = is_verified(known, keys.get(before.strongest_beside(keys.len())));
        for (at, key) in keys.iter().enumerate() {
            if shared.has(at) {
                anew.store().share(key)?;
            } else if is_bound(key, verified) {
                bind(anew, key, node, stored.entry.header.moment)?;
            }
        }
        let says = |key: &Key| key.verified && key.kind != IdentifierKind::Cookie;
        if turn.known.iter().flatten().any(says) {
            self.verified.insert(node);
        }
        Ok(())
    }

    fn of_account(
        &mut self,
        anew: &mut Anew,
        account: AccountId,
        fact: &Fact,
    ) -> Result<(), StoreError> {
        if let Fact::NodeJoined { node, person, .. } = fact {
            self.point(anew, *node, *person, account)
        } else if let Fact::NodeLeft { node, to } = fact {
            self.left.push(Left { node: *node, from: account, to: *to });
            Ok(())
        } else if let Fact::PeopleMerged { winner: whose, nodes, .. }
        | Fact::MergeUndone { loser: whose, nodes, .. } = fact
        {
            for node in nodes {
                if let Some(pointer) = pointer(anew.store().node(*node)?) {
                    anew.store().point(*node, *whose, pointer.account)?;
                }
            }
            Ok(())
        } else {
            Ok(())
        }
    }

    fn point(
        &mut self,
        anew: &mut Anew,
        node: NodeId,
        person: PersonId,
        account: AccountId,
    ) -> Result<(), StoreError> {
        if let Some(before) = pointer(anew.store().node(node)?) {
            let members = self.members.entry(before.account).or_default();
            *members = members.saturating_sub(1);
        }
        *self.members.entry(account).or_default() += 1;
        anew.store().point(node, person, account)
    }

    /// The account of somebody who stood alone and of whom nothing is left there lives on where they
    /// went: the same as live, once all of the turn is there.
    pub(super) fn end_turn(&mut self, anew: &mut Anew) -> Result<(), StoreError> {
        for Left { node, from, to } in std::mem::take(&mut self.left) {
            anew.store().forward(to, to)?;
            let Some(pointer) = pointer(anew.store().node(node)?) else { continue };
            let cluster = anew.store().cluster(pointer.person)?;
            let stood_alone =
                from == alone(node) || cluster.iter().any(|row| from == alone(row.node));
            if stood_alone && self.members.get(&from).is_none_or(|members| *members == 0) {
                anew.store().forward(from, to)?;
            }
        }
        Ok(())
    }
}

/// All names by which a signal may have led to an account.
fn company_names(content: &Content) -> Vec<Key> {
    const BASES: [Basis; 3] = [Basis::Address, Basis::Company, Basis::Domain];
    const ROLES: [NameRole; 4] =
        [NameRole::Counted, NameRole::Beside, NameRole::Sited, NameRole::Several];
    let places = BASES.into_iter().filter_map(|basis| workplace_by(content, basis));
    let names = places.flat_map(|place| ROLES.into_iter().filter_map(move |role| place.key(role)));
    names.chain(earlier_business(content).map(|business| business.key())).collect()
}

/// Lets the names of a company lead to its account, as the turn said. Older turns did not say it: then
/// the name that counted leads there, unless it leads elsewhere.
fn bind_names(
    anew: &mut Anew,
    turn: &Turn,
    account: AccountId,
    named: Option<AccountFound>,
) -> Result<(), StoreError> {
    let Some(named) = named else {
        let Some(key) = earlier_business(&turn.content).as_ref().map(Business::key) else {
            return Ok(());
        };
        if anew.store().account_of(&key)?.is_none() {
            anew.store().bind_account(&key, account)?;
        }
        return Ok(());
    };
    let Some(workplace) = named.basis.and_then(|basis| turn.workplace(basis)) else {
        return Ok(());
    };
    for role in NameRole::of_bits(named.names.unwrap_or_default()) {
        if let Some(key) = workplace.key(role) {
            anew.store().bind_account(&key, account)?;
        }
    }
    Ok(())
}

/// What a turn read of its signal.
struct Turn {
    /// Whose it says that it is.
    identified: Identified,
    /// What it says.
    content: Content,
    /// What is known by it, where it passed its checkpoint.
    known: Option<Vec<Key>>,
}

impl Turn {
    /// The company that it names on a basis.
    fn workplace(&self, basis: Basis) -> Option<Workplace> {
        let usual = self.identified.workplace.as_ref();
        let usual = usual.filter(|workplace| workplace.basis == basis).cloned();
        usual.or_else(|| workplace_by(&self.content, basis))
    }
}

fn pointer(row: Option<NodeRow>) -> Option<store::Pointer> {
    row.and_then(|row| row.pointer)
}

/// Lets an identifier lead to a node, unless it leads to another, or led to somebody who was erased
/// since: then nothing but the row that was there says whether it leads to this one.
fn bind(anew: &mut Anew, key: &Key, node: NodeId, at: Moment) -> Result<(), StoreError> {
    let led_to_erased = anew.erased_at(key)?.is_some_and(|erased| at <= erased);
    if !led_to_erased || anew.led_to(key, node)? {
        anew.store().bind(key, node)?;
    }
    Ok(())
}

/// The same for the node that was made because the identifier led to nobody in particular.
fn bind_first(anew: &mut Anew, key: &Key, node: NodeId, at: Moment) -> Result<(), StoreError> {
    let led_to_erased = anew.erased_at(key)?.is_some_and(|erased| at <= erased);
    if !led_to_erased || anew.led_to(key, node)? {
        anew.lead_first(key, node)?;
    }
    Ok(())
}

/// Whose a signal said that it was, as its turn read it: with what a person repaired.
fn read(
    anew: &mut Anew,
    stored: &Stored,
    signal: domain::SignalId,
    arrivals: &Arrivals,
) -> Result<Option<Turn>, StoreError> {
    let Some(arrival) = arrivals.arrival(anew, signal)? else { return Ok(None) };
    let Some(content) = arrival.content else { return Ok(None) };
    let mut facts = stored.entry.facts.iter();
    let checked = facts.find_map(|fact| {
        let Fact::CheckpointReached { signal: of, verdict, repaired, .. } = fact else {
            return None;
        };
        (*of == signal).then_some((*verdict, repaired.as_deref()))
    });
    let released = arrivals.is_held(signal);
    let repaired = checked.and_then(|(_, repaired)| repaired);
    let passed = checked.is_some_and(|(verdict, _)| {
        matches!(verdict, Verdict::Passed | Verdict::Warned | Verdict::Repaired)
    });
    let taken = repaired.filter(|_| released).unwrap_or(&content);
    let known = repaired.unwrap_or(&content);
    Ok(Some(Turn {
        identified: identifiers(&arrival.source, taken),
        content: taken.clone(),
        known: passed.then(|| identifiers(&arrival.source, known).keys),
    }))
}
