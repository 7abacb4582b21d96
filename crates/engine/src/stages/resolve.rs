//! Whose is it? From identifiers and those who are known by them to a person in an account.
//!
//! Where somebody belongs is a function of the cluster alone: a node with a business identifier of
//! its own belongs to that account, every other node of a cluster to the cluster's account. So a
//! merge moves pointers, and taking it back restores exactly what was.

use std::collections::{BTreeMap, BTreeSet};

use domain::fact::{AccountFound, Basis, Fact, Match};
use domain::reason::{Code, Reason};
use domain::signal::{IdentifierKind, Key, KeySet};
use domain::{AccountId, Moment, NodeId, PersonId, SignalId, Text};

use crate::event::{CompanyLookup, Join, Lookup, Pointer, Unmerge};
use crate::identity::{
    Business, Identified, NameRole, Workplace, is_shared_mailbox, lists_version,
};
use crate::state::{Anchor, Node, State, alone};

/// The most nodes of one person.
pub const CLUSTER_MAX: usize = 500;

/// Everybody whom the identifiers of a signal lead to, as they stand before it.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The node of each key, in the order of the keys.
    pub found: Vec<Option<NodeId>>,
    /// The keys that several people have, so that they name nobody.
    pub shared: KeySet,
    /// All nodes found, with all nodes of their clusters.
    pub nodes: BTreeMap<NodeId, CandidateNode>,
    /// Where the company that it names leads.
    pub company: CompanyLookup,
}

/// A node as a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateNode {
    /// Whose cluster; none for a node that is new.
    pub person: Option<PersonId>,
    /// Where it is; none for a node that is new.
    pub account: Option<AccountId>,
    /// Its own business identifier.
    pub anchor: Option<Anchor>,
    /// The sources that have an id for it.
    pub external: Vec<Text>,
    /// Whether it has an address.
    pub has_email: bool,
    /// Whether it has a number.
    pub has_phone: bool,
    /// A node of somebody whom it was split off from by hand.
    pub apart: Option<NodeId>,
    /// Whether a verified identifier names it.
    pub verified: bool,
}

impl CandidateNode {
    /// A node that nothing is known of.
    pub const fn new(verified: bool) -> Self {
        Self {
            person: None,
            account: None,
            anchor: None,
            external: Vec::new(),
            has_email: false,
            has_phone: false,
            apart: None,
            verified,
        }
    }

    /// A node as the state knows it; whose it is stands in its account.
    pub fn of(node: &Node) -> Self {
        let of = |wanted| node.identifiers.keys().filter(move |key| key.kind == wanted);
        let mut external: Vec<Text> =
            of(IdentifierKind::ExternalId).map(|key| key.scope.clone()).collect();
        external.dedup();
        Self {
            person: None,
            account: node.account,
            anchor: node.anchor,
            external,
            has_email: of(IdentifierKind::Email).next().is_some(),
            has_phone: of(IdentifierKind::Phone).next().is_some(),
            apart: node.apart,
            verified: node.is_verified(),
        }
    }
}

/// Whose a signal is, and what follows for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Which signal.
    pub signal: SignalId,
    /// Its node.
    pub node: NodeId,
    /// The person that it is about; of a company's node, nobody's id.
    pub person: PersonId,
    /// Whether it is said of a company alone.
    pub of_company: bool,
    /// The account that it happens in.
    pub account: AccountId,
    /// How the person was found.
    pub found: Match,
    /// Parts in a hundred.
    pub confidence: u8,
    /// The reasons, in the order in which they held.
    pub reasons: Vec<Reason>,
    /// Whether the signal named the account itself, and whether that is verified.
    pub anchored: Option<bool>,
    /// Whether a verified identifier names the node.
    pub verified: bool,
    /// The keys that lead to the node from here on, by their place.
    pub bind: Vec<usize>,
    /// The keys that turned out to be held by several people: from here on they name nobody.
    pub shared: KeySet,
    /// Who has one of them as well and was not joined.
    pub withheld: Option<PersonId>,
    /// How the account was found, where the signal names one.
    pub named: Option<AccountFound>,
    /// People who turned out to be one.
    pub merges: Vec<Merge>,
    /// Nodes that change their place, new ones among them.
    pub moves: Vec<Move>,
}

impl Resolved {
    /// What is said of it; `as_of` is when a signal that is taken again was known first.
    pub fn fact(&self, as_of: Option<Moment>) -> Fact {
        Fact::SubjectResolved {
            signal: self.signal,
            person: (!self.of_company).then_some(self.person),
            account: self.account,
            found: self.found,
            confidence: self.confidence,
            reasons: self.reasons.clone(),
            anchored: self.anchored,
            named: self.named,
            shared: (!self.shared.is_empty()).then_some(self.shared),
            withheld: self.withheld,
            as_of,
        }
    }

    /// The names that lead to the account from here on.
    pub fn names(&self) -> impl Iterator<Item = NameRole> + use<> {
        NameRole::of_bits(self.named.and_then(|named| named.names).unwrap_or_default())
    }

    /// The accounts that it names.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        let moved = self.moves.iter().flat_map(|moved| moved.from.into_iter().chain([moved.to]));
        moved.chain([self.account])
    }
}

/// Two people who turned out to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// Who stays.
    pub winner: PersonId,
    /// Who is now the winner.
    pub loser: PersonId,
    /// The loser's nodes.
    pub nodes: Vec<NodeId>,
    /// The reasons, in the order in which they held.
    pub reasons: Vec<Reason>,
}

/// A node that changes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The id of the node.
    pub node: NodeId,
    /// Whose it is there.
    pub person: PersonId,
    /// Whether a verified identifier names it.
    pub verified: bool,
    /// Whether it is a company's node.
    pub of_company: bool,
    /// Where from; none for a new one.
    pub from: Option<AccountId>,
    /// Where to.
    pub to: AccountId,
}

/// Says whose a signal is. Exact identifiers only: equal keys are the same somebody, claimed ones
/// never touch verified ones, and nobody is merged against what is known to differ.
pub fn resolve(
    signal: SignalId,
    node: NodeId,
    moment: Moment,
    identified: &Identified,
    candidates: Candidates,
) -> Resolved {
    let mut resolver = Resolver::new(signal, node, identified, candidates);
    resolver.anchor(moment);
    for at in 0..identified.keys.len() {
        resolver.link(at);
    }
    resolver.settle()
}

/// Everybody whom a look-up leads to, as they are known. Their accounts are loaded.
pub fn candidates(state: &State, lookup: &Lookup) -> Candidates {
    let candidate_node = |(node, pointer): (&NodeId, &Pointer)| {
        let Some((person, account)) = pointer.place else {
            return (*node, CandidateNode::new(pointer.named));
        };
        let mut known = candidate_node(state, *node, account, false);
        known.person = Some(person);
        known.verified |= pointer.named;
        (*node, known)
    };
    Candidates {
        found: lookup.found.clone(),
        shared: lookup.shared,
        nodes: lookup.nodes.iter().map(candidate_node).collect(),
        company: lookup.company,
    }
}

/// Where each node belongs once two are one person because somebody says so.
pub fn unite(state: &State, join: &Join) -> Unmerged {
    settled(state, &[(join.winner, join.cluster.iter().collect())])
}

/// Two people who are two again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmerged {
    /// The accounts in which a node of theirs is, in the order of their ids.
    pub accounts: BTreeSet<AccountId>,
    /// Nodes that change their place.
    pub moves: Vec<Move>,
}

/// Where each node belongs by itself once a merge is taken back.
pub fn part(state: &State, unmerge: &Unmerge) -> Unmerged {
    let (theirs, ours): (Vec<_>, Vec<_>) =
        unmerge.cluster.iter().partition(|(node, _)| unmerge.merged.contains(node));
    settled(state, &[(unmerge.winner, ours), (unmerge.loser, theirs)])
}

/// Where each node of these people belongs, who are settled one after the other.
fn settled(state: &State, people: &[(PersonId, Vec<(&NodeId, &Pointer)>)]) -> Unmerged {
    let (mut accounts, mut moves) = (BTreeSet::new(), Vec::new());
    for (person, nodes) in people {
        let mut cluster = BTreeMap::new();
        for (node, pointer) in nodes {
            let Some((_, account)) = pointer.place else { continue };
            let mut known = candidate_node(state, **node, account, pointer.named);
            known.person = Some(*person);
            accounts.insert(account);
            cluster.insert(**node, known);
        }
        moves.extend(places(*person, &cluster, place_of(&cluster)));
    }
    Unmerged { accounts, moves }
}

fn candidate_node(state: &State, node: NodeId, account: AccountId, named: bool) -> CandidateNode {
    let known = state.account(account).and_then(|known| known.node(node));
    let mut candidate_node = known.map_or_else(|| CandidateNode::new(named), CandidateNode::of);
    candidate_node.account = Some(account);
    candidate_node
}

/// The resolution of one signal, under way.
struct Resolver<'a> {
    identified: &'a Identified,
    /// The place of the key by which its node is found.
    strongest: usize,
    found: Vec<Option<NodeId>>,
    shared: KeySet,
    nodes: BTreeMap<NodeId, CandidateNode>,
    company: CompanyLookup,
    resolved: Resolved,
}

impl<'a> Resolver<'a> {
    fn new(
        signal: SignalId,
        node: NodeId,
        identified: &'a Identified,
        candidates: Candidates,
    ) -> Self {
        let Candidates { found, shared, mut nodes, company } = candidates;
        let place = shared.strongest_beside(identified.keys.len());
        let strongest = identified.keys.get(place);
        let named = is_verified(false, strongest);
        let home = nodes.entry(node).or_insert_with(|| CandidateNode::new(named));
        home.verified |= named;
        let verified = home.verified;
        let known = home.person;
        let of_company = identified.is_of_company();
        let person = known.unwrap_or_else(|| PersonId::caused_by(&[signal.bytes()]));
        home.person = Some(person);
        for key in &identified.keys {
            home.has_email |= key.kind == IdentifierKind::Email;
            home.has_phone |= key.kind == IdentifierKind::Phone;
            if key.kind == IdentifierKind::ExternalId && !home.external.contains(&key.scope) {
                home.external.push(key.scope.clone());
            }
        }
        let mut reasons: Vec<Reason> =
            identified.codes.iter().map(|code| Reason::new(*code)).collect();
        if strongest.is_some_and(|key| !key.verified) {
            reasons.push(Reason::new(Code::Unverified));
        }
        let how = match (known, strongest) {
            (Some(_), Some(key)) => same(key.kind),
            _ => Code::NewSubject,
        };
        reasons.insert(0, Reason::new(how));
        let resolved = Resolved {
            signal,
            node,
            person,
            of_company,
            // Until it is settled.
            account: home.account.unwrap_or_else(|| alone(node)),
            found: if known.is_some() { Match::Exact } else { Match::New },
            confidence: if verified || strongest.is_none() { 100 } else { 60 },
            reasons,
            anchored: None,
            verified,
            bind: Vec::new(),
            shared: KeySet::default(),
            withheld: None,
            named: lists_used(&identified.codes),
            merges: Vec::new(),
            moves: Vec::new(),
        };
        Self { identified, strongest: place, found, shared, nodes, company, resolved }
    }

    /// Lets the company that the signal names say where its node belongs, unless something better is
    /// known.
    fn anchor(&mut self, moment: Moment) {
        let Some(workplace) = &self.identified.workplace else { return };
        if self.company.several && matches!(workplace.business, Business::Company(_)) {
            self.resolved.reasons.push(Reason::new(Code::ConflictingIds));
            let nobodys = unnamed(self.resolved.signal);
            self.say_named(AccountFound { other: Some(nobodys), ..Default::default() });
            return;
        }
        let (account, names) = self.named_account(workplace);
        let anchor =
            Anchor { account, verified: workplace.verified, moment, basis: workplace.basis };
        let home = self.nodes.get_mut(&self.resolved.node).expect("home was put in");
        let anchor = match home.anchor {
            Some(known) if known.account == account => anchor.with(known),
            Some(known) if known.weight() > anchor.weight() => {
                let other = Some(account);
                self.say_named(AccountFound { other, ..Default::default() });
                return;
            }
            Some(_) | None => anchor,
        };
        home.anchor = Some(anchor);
        let basis = Some(workplace.basis);
        self.resolved.anchored = Some(anchor.verified);
        self.say_named(AccountFound { basis, names: Some(names), ..Default::default() });
        self.resolved.reasons.push(Reason::new(match workplace.basis {
            Basis::Company => Code::SameCompany,
            Basis::Address | Basis::Domain => Code::BusinessDomain,
        }));
    }

    fn say_named(&mut self, named: AccountFound) {
        let lists = self.resolved.named.and_then(|said| said.lists);
        self.resolved.named = Some(AccountFound { lists, ..named });
    }

    /// The account of a company, and which of its names lead there from here on.
    fn named_account(&self, workplace: &Workplace) -> (AccountId, u8) {
        let CompanyLookup { business, name, sited, .. } = self.company;
        let mut bits = 0;
        let mut bind = |role: NameRole| bits |= role.bit();
        // An account that so far has a name alone becomes that of the domain.
        let nameless = name.filter(|_| workplace.alias.is_some() && sited.is_none());
        let account = business.or(nameless).unwrap_or_else(|| unnamed(self.resolved.signal));
        if business.is_none() {
            bind(NameRole::Counted);
        }
        if workplace.alias.is_some() {
            if name.is_none() {
                bind(NameRole::Beside);
            }
            match sited {
                None => bind(NameRole::Sited),
                Some(known) if known != account => bind(NameRole::Several),
                Some(_) => {}
            }
        }
        (account, bits)
    }

    fn link(&mut self, at: usize) {
        let key = &self.identified.keys[at];
        match self.found.get(at).copied().flatten() {
            Some(other) if other == self.resolved.node => {}
            _ if self.shared.has(at) => self.say(Code::IdentifierShared),
            None => self.bind(at, key),
            // Its own turn is yet to come, and finds out whose it is by what leads here.
            Some(other) if self.nodes.get(&other).is_some_and(|node| node.person.is_none()) => {
                self.bind(at, key);
            }
            Some(other) if key.kind == IdentifierKind::Cookie => self.join_visits(at, other),
            Some(other) if key.verified && self.resolved.verified => self.merge(at, other),
            Some(other) if !key.verified && !self.resolved.verified => self.compare(at, other),
            Some(_) => {}
        }
    }

    /// A claimed identifier never comes to lead to somebody who is verified, and the mailbox of a
    /// function to nobody who is known by more.
    fn bind(&mut self, at: usize, key: &Key) {
        if !is_bound(key, self.resolved.verified) {
            return;
        }
        let of_function = key.kind == IdentifierKind::Email
            && at != self.strongest
            && self.identified.codes.contains(&Code::SharedMailbox)
            && is_shared_mailbox(key);
        if of_function {
            self.resolved.shared = self.resolved.shared.with(at);
        } else {
            self.resolved.bind.push(at);
        }
    }

    /// Several people have an identifier: it names none of them from here on.
    fn share(&mut self, at: usize, why: Code) {
        self.say(why);
        if self.identified.keys[at].can_be_shared() {
            self.resolved.shared = self.resolved.shared.with(at);
        }
    }

    fn say(&mut self, why: Code) {
        if !self.resolved.reasons.iter().any(|reason| reason.code == why) {
            self.resolved.reasons.push(Reason::new(why));
        }
    }

    /// Anonymous visits join who identifies themselves; a device that is somebody's stays theirs.
    fn join_visits(&mut self, at: usize, visitor: NodeId) {
        let Some(theirs) = self.another(visitor) else { return };
        let is_visitor = |node: &NodeId| {
            let candidate_node = &self.nodes[node];
            candidate_node.external.is_empty()
                && !candidate_node.has_email
                && !candidate_node.verified
        };
        let anonymous = self.cluster(theirs).iter().all(is_visitor);
        let visits = |node: &NodeId| is_visitor(node) && !self.nodes[node].has_phone;
        let visiting = self.cluster(self.resolved.person).iter().all(visits);
        if (anonymous || visiting) && !self.is_hub(theirs) && !self.is_kept_apart(theirs) {
            self.unite(theirs, Code::Identified);
        } else {
            self.share(at, Code::ConflictingIds);
        }
    }

    fn merge(&mut self, at: usize, other: NodeId) {
        let Some(theirs) = self.another(other) else { return };
        let key = &self.identified.keys[at];
        if is_shared_mailbox(key) {
            // The mailbox by itself is the function, whoever writes from it.
            let is_known = |node: &NodeId| !self.nodes[node].external.is_empty();
            if self.cluster(theirs).iter().any(is_known) {
                self.share(at, Code::SharedMailbox);
            } else {
                self.say(Code::SharedMailbox);
            }
        } else if self.is_kept_apart(theirs) || self.is_hub(theirs) {
            self.share(at, Code::ConflictingIds);
        } else if self.differ(key, theirs) {
            self.share(at, Code::ConflictingIds);
            self.resolved.withheld = Some(theirs);
        } else {
            self.unite(theirs, same(key.kind));
        }
    }

    /// Claims make nobody one. Two who differ and claim the same identifier share it.
    fn compare(&mut self, at: usize, other: NodeId) {
        let Some(theirs) = self.another(other) else { return };
        if self.differ(&self.identified.keys[at], theirs) {
            self.share(at, Code::ConflictingIds);
        }
    }

    /// Whose a node is, where it is somebody else's.
    fn another(&self, node: NodeId) -> Option<PersonId> {
        let theirs = self.nodes.get(&node).and_then(|node| node.person);
        theirs.filter(|theirs| *theirs != self.resolved.person)
    }

    /// Whether the two are known to be different people: one source has an id for each of them, or
    /// only a number that both share speaks for their being one.
    fn differ(&self, key: &Key, theirs: PersonId) -> bool {
        let (ours, others) = (self.cluster(self.resolved.person), self.cluster(theirs));
        let sources = |nodes: &[NodeId]| -> Vec<&Text> {
            nodes.iter().flat_map(|node| &self.nodes[node].external).collect()
        };
        let both_known = sources(&ours).iter().any(|source| sources(&others).contains(source));
        let addressed = |nodes: &[NodeId]| nodes.iter().any(|node| self.nodes[node].has_email);
        let number_alone = key.kind == IdentifierKind::Phone;
        both_known || (number_alone && addressed(&ours) && addressed(&others))
    }

    /// Whether somebody split the two by hand: only somebody joins them again.
    fn is_kept_apart(&self, theirs: PersonId) -> bool {
        let is_of = |node: &CandidateNode, person| node.person == Some(person);
        let from = |node: &CandidateNode, person| {
            let apart = node.apart.and_then(|apart| self.nodes.get(&apart));
            apart.is_some_and(|apart| is_of(apart, person))
        };
        let ours = self.resolved.person;
        self.nodes.values().any(|node| {
            is_of(node, ours) && from(node, theirs) || is_of(node, theirs) && from(node, ours)
        })
    }

    /// Whether the two together are more than one person is likely to be: what joins without end is
    /// a hub (a shared device, a default value), not somebody.
    fn is_hub(&self, theirs: PersonId) -> bool {
        let ours = self.resolved.person;
        let both = self
            .nodes
            .values()
            .filter(|node| node.person == Some(ours) || node.person == Some(theirs));
        both.count() > CLUSTER_MAX
    }

    /// Two people become one; the smaller id stays, so that the order of signals does not matter.
    fn unite(&mut self, theirs: PersonId, why: Code) {
        let ours = self.resolved.person;
        let (winner, loser) = (ours.min(theirs), ours.max(theirs));
        let nodes = self.cluster(loser);
        for node in &nodes {
            self.nodes.get_mut(node).expect("of the cluster").person = Some(winner);
        }
        let reasons = vec![Reason::new(why)];
        self.resolved.person = winner;
        // The signal's own node may be new: it was nobody's before.
        let is_new = |node: NodeId| node == self.resolved.node && self.resolved.found == Match::New;
        let nodes: Vec<NodeId> = nodes.into_iter().filter(|node| !is_new(*node)).collect();
        if !nodes.is_empty() {
            self.resolved.merges.push(Merge { winner, loser, nodes, reasons });
        }
    }

    fn cluster(&self, person: PersonId) -> Vec<NodeId> {
        let members = self.nodes.iter().filter(|(_, node)| node.person == Some(person));
        members.map(|(id, _)| *id).collect()
    }

    fn settle(mut self) -> Resolved {
        let person = self.resolved.person;
        self.nodes.retain(|_, node| node.person == Some(person));
        let place_of = place_of(&self.nodes);
        self.resolved.moves = places(person, &self.nodes, place_of);
        for moved in &mut self.resolved.moves {
            moved.of_company = self.resolved.of_company;
        }
        let home = self.nodes.get(&self.resolved.node).map(place_of);
        self.resolved.account = home.expect("home is in its cluster");
        self.resolved
    }
}

/// The nodes of a cluster that are not where they belong.
fn places(
    person: PersonId,
    cluster: &BTreeMap<NodeId, CandidateNode>,
    place_of: impl Fn(&CandidateNode) -> AccountId,
) -> Vec<Move> {
    let places = cluster.iter().map(|(id, node)| (*id, node, place_of(node)));
    places
        .filter(|(_, node, to)| node.account != Some(*to))
        .map(|(id, node, to)| Move {
            node: id,
            person,
            verified: node.verified,
            of_company: false,
            from: node.account,
            to,
        })
        .collect()
}

/// Where each node of a cluster belongs.
fn place_of(
    cluster: &BTreeMap<NodeId, CandidateNode>,
) -> impl Fn(&CandidateNode) -> AccountId + Copy + use<> {
    let anchors = cluster.iter().filter_map(|(id, node)| node.anchor.map(|anchor| (anchor, id)));
    let best = anchors.max_by_key(|(anchor, id)| (anchor.weight(), anchor.moment, **id));
    let first = cluster.keys().next().copied();
    let shared = match best {
        Some((anchor, _)) => Some(anchor.account),
        None => first.map(alone),
    };
    let stated = best.is_some_and(|(anchor, _)| anchor.basis != Basis::Address);
    move |node| {
        // Where an address alone says where somebody works, what is stated of the person counts.
        let own = node.anchor.filter(|anchor| !stated || anchor.basis != Basis::Address);
        let own = own.map(|anchor| anchor.account);
        own.or(shared).expect("a node of the cluster is asked for")
    }
}

/// Whether a signal's node is known by something verified: it was before, or its strongest identifier
/// says who it is.
pub fn is_verified(known: bool, strongest: Option<&Key>) -> bool {
    known || strongest.is_some_and(|key| key.verified && key.kind != IdentifierKind::Cookie)
}

/// Whether an identifier that leads to nobody yet comes to lead to a signal's node.
pub fn is_bound(key: &Key, verified: bool) -> bool {
    key.kind == IdentifierKind::Cookie || key.verified == verified
}

/// The version of the lists, where they say that a domain is no company's.
fn lists_used(codes: &[Code]) -> Option<AccountFound> {
    let listed =
        |code: &Code| matches!(code, Code::FreeMail | Code::DisposableMail | Code::SharedDomain);
    let lists = codes.iter().any(listed).then(lists_version)?;
    Some(AccountFound { lists: Some(lists), ..AccountFound::default() })
}

/// The account of a company that nobody has named before.
fn unnamed(signal: SignalId) -> AccountId {
    AccountId::caused_by(&[b"business", signal.bytes()])
}

const fn same(kind: IdentifierKind) -> Code {
    match kind {
        IdentifierKind::ExternalId => Code::SameExternalId,
        IdentifierKind::Email => Code::SameEmail,
        IdentifierKind::Phone => Code::SamePhone,
        IdentifierKind::Cookie => Code::SameCookie,
        IdentifierKind::Domain => Code::BusinessDomain,
        IdentifierKind::Company => Code::SameCompany,
    }
}
