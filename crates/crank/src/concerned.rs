//! What an import concerns, gathered from the journal: which signals it alone had brought, and who shares a
//! name with whom it told of.

mod closed;
mod deeds;
mod names;

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use domain::fact::{Aggregate, Fact, LeftAlone, UndoneImport};
use domain::signal::{Content, SourceName};
use domain::{ImportId, Moment, NodeId, QuarantineId, SignalId};
use rules::Strategy;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use store::{Position, Purpose, Read, StoreError, Stored};

use crate::outcome_kinds::tells_of_handoff;
use crate::strategy_cache::StrategyCache;
use closed::ClosedSets;
use names::names_of;

pub(crate) use deeds::{DeedByHand, DeedsByHand, Said};
pub(crate) use names::{company_names, keys_of};

/// Signals that are taken back or again in one group, about.
pub(crate) const SIGNALS_AT_ONCE: usize = 2_000;
/// Entries that are read at once.
const PAGE: usize = 1_000;
/// So many pages are read before somebody else has their turn.
const PAGES_AT_ONCE: usize = 10;

/// What taking an import back concerns, as far as the journal was read.
#[derive(Debug)]
pub(crate) struct Concerned {
    import: ImportId,
    strategy: Option<Arc<Strategy>>,
    read_up_to: Position,
    signals: FxHashMap<SignalId, KnownSignal>,
    of_node: FxHashMap<NodeId, BTreeSet<SignalId>>,
    /// Who brought a signal again.
    witnesses: FxHashMap<SignalId, Vec<Option<ImportId>>>,
    /// Imports that were taken back, or are being.
    undone: FxHashSet<ImportId>,
    /// Whether there is such an import.
    is_known: bool,
    /// Whether it is being taken back, and whether with consents.
    begun: Option<bool>,
    /// Whether it was taken back, and whether with consents.
    ended: Option<bool>,
    sets: ClosedSets,
    pub(crate) by_hand: DeedsByHand,
    erased: u64,
    outcomes: u64,
    /// Nodes with words that are there and do not open: nothing of theirs can be taken again.
    damaged: FxHashSet<NodeId>,
    /// Nodes that somebody split off by hand, and that signals do not join again.
    kept_apart: FxHashSet<NodeId>,
    /// Nodes whose signals turned out to be several people's.
    split: FxHashSet<NodeId>,
    /// Nodes over which somebody works a handoff that would be elsewhere, or would be the second.
    worked: FxHashSet<NodeId>,
    /// Whether one of these two was found since somebody asked.
    has_learnt: bool,
    preview: Preview,
}

/// What the groups would come to that were tried so far.
#[derive(Debug, Default)]
struct Preview {
    /// None before it begins.
    consents: Option<bool>,
    /// The first node of each.
    tried: FxHashSet<NodeId>,
    counts: UndoneImport,
}

/// A signal that was accepted, as it stands.
#[derive(Clone, Debug)]
pub(crate) struct KnownSignal {
    pub(crate) node: NodeId,
    pub(crate) position: Position,
    /// Where it stood first: signals are taken again in this order.
    pub(crate) order: Position,
    pub(crate) accepted: Moment,
    pub(crate) import: Option<ImportId>,
    /// Whether nothing is kept of it but who must not be contacted.
    pub(crate) withdrawal: bool,
    /// The entry that held it, where one did.
    pub(crate) held: Option<QuarantineId>,
    /// Where the content stands that a person had repaired.
    pub(crate) repaired: Option<Position>,
}

/// People who share names with each other and with nobody else.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Their nodes, in order.
    pub(crate) nodes: Vec<NodeId>,
    /// What the import had brought of them, in the order of the journal.
    pub(crate) taken: Vec<SignalId>,
    /// Everything else, in the order of the journal.
    pub(crate) others: Vec<SignalId>,
}

/// Why nothing is done to a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum WhyLeft {
    HandoffTaken,
    SplitByHand,
    Unreadable,
}

impl Group {
    pub(crate) const fn signals(&self) -> usize {
        self.taken.len() + self.others.len()
    }
}

/// Begins to gather what an import concerns.
pub(crate) fn concerned_by(store: &impl Read, import: ImportId) -> Result<Concerned, StoreError> {
    let strategy = match store.force()? {
        Some(force) => StrategyCache::default().readable(store, force.version)?,
        None => None,
    };
    Ok(Concerned {
        import,
        strategy,
        read_up_to: Position::START,
        signals: FxHashMap::default(),
        of_node: FxHashMap::default(),
        witnesses: FxHashMap::default(),
        undone: FxHashSet::default(),
        is_known: false,
        begun: None,
        ended: None,
        sets: ClosedSets::default(),
        by_hand: DeedsByHand::default(),
        erased: 0,
        outcomes: 0,
        damaged: FxHashSet::default(),
        kept_apart: FxHashSet::default(),
        split: FxHashSet::default(),
        worked: FxHashSet::default(),
        has_learnt: false,
        preview: Preview::default(),
    })
}

impl Concerned {
    /// The import.
    pub(crate) const fn import(&self) -> ImportId {
        self.import
    }

    /// Whether there is such an import, as far as the journal was read.
    pub(crate) const fn is_known(&self) -> bool {
        self.is_known
    }

    /// Whether it is taken back, so that nothing is left to be taken back of it.
    pub(crate) fn is_over(&self, consents: bool) -> bool {
        self.begun.is_none()
            && self.ended.is_some_and(|ended| ended || !consents)
            && !self.signals.iter().any(|(signal, known)| self.takes(*signal, known, consents))
    }

    /// Whether it was said that the import is being taken back, and not that it is.
    pub(crate) fn is_begun(&self, consents: bool) -> bool {
        self.begun == Some(consents)
    }

    /// What is counted besides what counts no more.
    pub(crate) fn beside(&mut self, consents: bool) -> UndoneImport {
        let (erased, outcomes) = (self.erased, self.outcomes);
        let mut left = LeftAlone::default();
        for (group, why) in self.all_groups(consents) {
            let signals = group.taken.len() as u64;
            match why {
                Some(WhyLeft::HandoffTaken) => left.handoff_taken += signals,
                Some(WhyLeft::SplitByHand) => left.split_by_hand += signals,
                Some(WhyLeft::Unreadable) => left.unreadable += signals,
                None => {}
            }
        }
        UndoneImport { erased, outcomes, left, ..UndoneImport::default() }
    }

    pub(crate) fn signal(&self, signal: SignalId) -> Option<&KnownSignal> {
        self.signals.get(&signal)
    }

    /// Which import a signal that stays is of; none where a source sent it.
    pub(crate) fn owner_of(&self, signal: SignalId, known: &KnownSignal) -> Option<ImportId> {
        if known.withdrawal {
            return known.import;
        }
        let owners = self.others_of(signal, known);
        if owners.contains(&None) { None } else { owners.into_iter().flatten().next() }
    }

    /// Whether a node can be nobody's from here on: its signals turned out to be several people's.
    pub(crate) fn is_split(&self, node: NodeId) -> bool {
        self.split.contains(&node)
    }

    pub(crate) fn note_split(&mut self, node: NodeId) {
        self.has_learnt |= self.split.insert(node);
    }

    /// Somebody works a handoff over this node, which does not go with what the group would come to.
    pub(crate) fn note_worked(&mut self, node: NodeId) {
        self.has_learnt |= self.worked.insert(node);
    }

    /// Whether one of these nodes was found since this was taken.
    pub(crate) const fn has_learnt(&self) -> bool {
        self.has_learnt
    }

    /// The same; it is not said again.
    pub(crate) const fn take_learnt(&mut self) -> bool {
        std::mem::replace(&mut self.has_learnt, false)
    }

    /// Handoffs may have ended since it was found over which nodes somebody works.
    pub(crate) fn look_again(&mut self) {
        self.worked.clear();
        self.preview = Preview::default();
    }

    /// The groups that are to be tried yet to say what taking the import back would come to.
    pub(crate) fn untried(&mut self, consents: bool) -> Vec<Group> {
        if self.preview.consents != Some(consents) {
            self.look_again();
            self.preview.consents = Some(consents);
        }
        let mut groups = self.groups(consents);
        groups.retain(|group| !self.preview.tried.contains(&group.nodes[0]));
        groups
    }

    /// These were tried.
    pub(crate) fn note_tried(&mut self, groups: &[Group], counts: UndoneImport) {
        self.preview.tried.extend(groups.iter().map(|group| group.nodes[0]));
        self.preview.counts += counts;
    }

    /// What all groups that were tried would come to.
    pub(crate) fn take_preview(&mut self) -> UndoneImport {
        std::mem::take(&mut self.preview).counts
    }

    /// The groups of people of whom the import told, in the order of the journal, but for those that are
    /// left alone.
    pub(crate) fn groups(&mut self, consents: bool) -> Vec<Group> {
        let all = self.all_groups(consents).into_iter();
        all.filter_map(|(group, why)| why.is_none().then_some(group)).collect()
    }

    fn all_groups(&mut self, consents: bool) -> Vec<(Group, Option<WhyLeft>)> {
        let mut taken: Vec<(Position, NodeId)> = self
            .signals
            .iter()
            .filter(|(signal, known)| self.takes(**signal, known, consents))
            .map(|(_, known)| (known.order, known.node))
            .collect();
        taken.sort_unstable();
        let mut seen = FxHashSet::default();
        let mut groups = Vec::new();
        for (_, node) in taken {
            if seen.contains(&node) {
                continue;
            }
            let mut nodes = self.sets.with(node).to_vec();
            nodes.sort_unstable();
            seen.extend(nodes.iter().copied());
            let is_damaged = nodes.iter().any(|node| self.damaged.contains(node));
            let group = self.group(nodes, consents);
            let why = if is_damaged { Some(WhyLeft::Unreadable) } else { self.left(&group) };
            groups.push((group, why));
        }
        groups
    }

    fn left(&self, group: &Group) -> Option<WhyLeft> {
        let has = |set: &FxHashSet<NodeId>| group.nodes.iter().any(|node| set.contains(node));
        if has(&self.kept_apart) {
            Some(WhyLeft::SplitByHand)
        } else {
            has(&self.worked).then_some(WhyLeft::HandoffTaken)
        }
    }

    fn group(&self, mut nodes: Vec<NodeId>, consents: bool) -> Group {
        nodes.retain(|node| self.of_node.contains_key(node));
        let of = |node: &NodeId| self.of_node.get(node).into_iter().flatten().copied();
        let mut all: Vec<SignalId> = nodes.iter().flat_map(of).collect();
        all.sort_unstable_by_key(|signal| self.signals[signal].order);
        let takes = |signal: &SignalId| self.takes(*signal, &self.signals[signal], consents);
        let (taken, others) = all.into_iter().partition(takes);
        Group { nodes, taken, others }
    }

    /// Whether this import alone had brought a signal.
    fn takes(&self, signal: SignalId, known: &KnownSignal, consents: bool) -> bool {
        let again = self.witnesses.get(&signal).into_iter().flatten();
        let ours = Some(self.import);
        let is_ours = known.import == ours || again.into_iter().any(|import| *import == ours);
        is_ours
            && (consents || !known.withdrawal)
            && (known.withdrawal || self.others_of(signal, known).is_empty())
    }

    /// Who brought a signal, but for this import and those that were taken back.
    fn others_of(&self, signal: SignalId, known: &KnownSignal) -> Vec<Option<ImportId>> {
        let again = self.witnesses.get(&signal).into_iter().flatten().copied();
        let all = std::iter::once(known.import).chain(again);
        let stands = |import: &ImportId| *import != self.import && !self.undone.contains(import);
        all.filter(|import| import.as_ref().is_none_or(stands)).collect()
    }

    /// Reads what was written since, a bounded part of it; whether that is all.
    pub(crate) fn catch_up(&mut self, store: &impl Read) -> Result<bool, StoreError> {
        for _ in 0..PAGES_AT_ONCE {
            let page = store.journal(self.read_up_to, PAGE, Some(&Purpose::TURN))?;
            let Some(last) = page.last() else { return Ok(true) };
            self.read_up_to = last.position;
            for stored in &page {
                self.take(stored);
            }
        }
        Ok(false)
    }

    fn take(&mut self, stored: &Stored) {
        let aggregate = stored.entry.header.aggregate;
        let node = match aggregate {
            Aggregate::Node(node) => Some(node),
            Aggregate::Account(_)
            | Aggregate::Desk
            | Aggregate::Registry
            | Aggregate::Quarantine
            | Aggregate::Governance => None,
        };
        for fact in &stored.entry.facts {
            match node {
                Some(node) => self.of_node(stored, node, fact),
                None => self.beside_nodes(aggregate, fact),
            }
        }
    }

    fn of_node(&mut self, stored: &Stored, node: NodeId, fact: &Fact) {
        if let Fact::SignalArrived { .. } = fact {
            self.arrived(stored, node, fact);
        } else if let Fact::CheckpointReached { signal, repaired: Some(_), .. } = fact
            && let Some(known) = self.signals.get_mut(signal)
            && known.held.is_some()
        {
            known.repaired = Some(stored.position);
        } else if let Fact::SignalsTakenBack { signals, .. } = fact {
            self.kept_apart.remove(&node);
            for signal in signals {
                self.forget(*signal);
            }
        } else if let Fact::MergeUndone { apart: Some(_), .. } = fact {
            self.kept_apart.insert(node);
        } else if let Fact::MergeUndone { .. } | Fact::PeopleMerged { .. } = fact {
            self.kept_apart.remove(&node);
        }
    }

    fn beside_nodes(&mut self, aggregate: Aggregate, fact: &Fact) {
        if let Fact::SignalQuarantined { entry, signal: Some(signal), .. } = fact {
            if let Some(known) = self.signals.get_mut(signal) {
                known.held = Some(*entry);
            }
        } else if let Fact::SignalsWitnessed { import, signals, .. } = fact {
            for signal in signals {
                self.witnesses.entry(*signal).or_default().push(*import);
            }
        } else if let Fact::ImportUndone { import, consents, counts, .. } = fact {
            self.undone.insert(*import);
            if *import == self.import {
                self.begun = counts.is_none().then_some(*consents);
                self.ended = counts.map_or(self.ended, |_| Some(*consents));
            }
        } else if let Fact::ImportRecorded { import, .. } = fact {
            self.is_known |= *import == self.import;
        } else {
            self.by_hand.take(aggregate, fact);
            for (one, other) in self.by_hand.take_joined() {
                self.sets.join(one, other);
            }
        }
    }

    fn arrived(&mut self, stored: &Stored, node: NodeId, fact: &Fact) {
        let Fact::SignalArrived { signal, source, import, again, content, .. } = fact else {
            return;
        };
        let is_ours = *import == Some(self.import);
        let Some(content) = content else {
            if stored.damaged {
                self.damaged.insert(node);
            }
            self.erased += u64::from(is_ours && !stored.damaged && again.is_none());
            return;
        };
        // It was done to a handoff, and nothing of it is known by its node.
        if tells_of_handoff(content.kind.as_str()) {
            self.outcomes += u64::from(is_ours);
            return;
        }
        let before = self.forget(*signal);
        self.join_by_names(node, source, content);
        if let Some(before) = &before {
            self.sets.join(node, before.node);
        }
        let known = KnownSignal {
            node,
            position: stored.position,
            order: before.as_ref().map_or(stored.position, |before| before.order),
            accepted: again.map_or(stored.entry.header.moment, |again| again.accepted),
            import: *import,
            withdrawal: again.is_some_and(|again| again.withdrawal),
            held: before.as_ref().and_then(|before| before.held),
            repaired: None,
        };
        self.signals.insert(*signal, known);
        self.of_node.entry(node).or_default().insert(*signal);
    }

    fn join_by_names(&mut self, node: NodeId, source: &SourceName, content: &Content) {
        self.sets.join(node, node);
        for name in names_of(self.strategy.as_deref(), source, content) {
            let mut hasher = FxHasher::default();
            // What is verified and what is claimed is looked at together: a group that is larger than it
            // has to be does no harm.
            (name.kind, &name.scope, &name.value).hash(&mut hasher);
            self.sets.named(node, hasher.finish());
        }
    }

    fn forget(&mut self, signal: SignalId) -> Option<KnownSignal> {
        let known = self.signals.remove(&signal)?;
        if let Some(of_node) = self.of_node.get_mut(&known.node) {
            of_node.remove(&signal);
            if of_node.is_empty() {
                self.of_node.remove(&known.node);
            }
        }
        Some(known)
    }
}
