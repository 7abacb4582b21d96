//! A subject node: what one identified or anonymous somebody did and what is known by it.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use domain::fact::Basis;
use domain::signal::{Content, IdentifierKind, Key, SourceName};
use domain::{AccountId, ByName, Fields, Moment, NodeId, SignalId, Text};

use super::field::Field;
use super::other_values::{FieldOf, OtherValues};
use crate::chunked::{SharedList, SharedMap};
use crate::identity::Identified;

/// Touches that a node holds, the newest: what a signal costs, and what an account takes, does not grow
/// with all that a shared login or a robot ever did.
pub const TOUCHES_MAX: usize = 1_000;
/// Kinds of touches that a node counts apart.
const KINDS_MAX: usize = 200;
/// The newest touches among which one of the same stream is looked for.
const STREAM_LOOKED_FOR: usize = 8;

/// One somebody, as far as the facts say.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Node {
    /// The id of the node.
    #[n(0)]
    pub id: NodeId,
    /// The account that it is a member of; none until its first signal is resolved.
    #[n(1)]
    pub account: Option<AccountId>,
    /// Where the node's own signals say that it belongs.
    #[n(2)]
    pub anchor: Option<Anchor>,
    /// What happened, by moment and then arrival: the newest [`TOUCHES_MAX`]. Older ones are in the
    /// journal.
    #[cbor(n(3), with = "crate::chunked::shared_list")]
    pub touchpoints: SharedList<Arc<Touchpoint>>,
    /// How many touches of each kind there were, those that are not held included. Kinds beyond
    /// [`KINDS_MAX`] are counted together under the empty kind.
    #[cbor(n(4), with = "crate::chunked::shared_map")]
    pub counts: SharedMap<Text, u64>,
    /// Touches that are not held among the newest and that something known came from.
    #[cbor(n(5), with = "crate::chunked::shared_sources")]
    pub sources: Arc<BTreeMap<SignalId, Arc<Touchpoint>>>,
    /// What is known of the person.
    #[n(6)]
    pub person_fields: ByName<Field>,
    /// What these signals say of the account.
    #[n(7)]
    pub account_fields: ByName<Field>,
    /// Consents given (true) and withdrawn (false).
    #[n(8)]
    pub consents: ByName<Field>,
    /// Its identifiers, with the first signal that said each.
    #[cbor(n(9), with = "crate::chunked::shared_map")]
    pub identifiers: SharedMap<Key, SignalId>,
    /// Whether the person was erased: what is left has no personal data.
    #[n(10)]
    pub erased: bool,
    /// Whether a part of what it said is there and does not open. What opens is known all the same.
    #[n(11)]
    pub damaged: bool,
    #[cbor(n(12), with = "crate::chunked::shared_map")]
    pub(super) waiting: SharedMap<SignalId, Waiting>,
    /// What other sources said of the same fields, the best of each.
    #[n(13)]
    pub(super) others: OtherValues,
    /// A node of somebody whom it was split off from by hand: what signals say joins the two no more.
    #[n(14)]
    pub apart: Option<NodeId>,
}

/// A dated contact, as the context keeps it.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Touchpoint {
    /// Our id of the signal.
    #[n(0)]
    pub signal: SignalId,
    /// When it happened: what the source says, but never later than when we knew.
    #[n(1)]
    pub moment: Moment,
    /// When we knew.
    #[n(2)]
    pub known: Moment,
    /// The source's id of it.
    #[n(3)]
    pub source_id: Text,
    /// What it says of itself.
    #[n(4)]
    pub fields: Fields,
    /// What happened, and who says so: the same for most touches of a node.
    #[cbor(n(5), with = "crate::chunked::shared")]
    pub(super) stream: Arc<TouchStream>,
}

impl Deref for Touchpoint {
    type Target = TouchStream;

    fn deref(&self) -> &TouchStream {
        &self.stream
    }
}

/// What touches of one kind have in common that come from one place.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct TouchStream {
    /// What happened.
    #[n(0)]
    pub kind: Text,
    /// The configured source.
    #[n(1)]
    pub source: SourceName,
    /// The stream within the source.
    #[n(2)]
    pub origin: Text,
}

/// A business identifier of a node's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Anchor {
    /// The account that it names.
    #[n(0)]
    pub account: AccountId,
    /// Whether it is verified.
    #[n(1)]
    pub verified: bool,
    /// When we knew.
    #[n(2)]
    pub moment: Moment,
    /// What the company is named by.
    #[n(3)]
    pub basis: Basis,
}

impl Anchor {
    /// What decides between two: what is stated, then what is verified. Between equals the later counts.
    pub const fn weight(&self) -> (u8, bool) {
        (self.basis as u8, self.verified)
    }

    /// With what is known already of the same account.
    #[must_use]
    pub fn with(self, known: Self) -> Self {
        Self {
            verified: self.verified || known.verified,
            basis: self.basis.max(known.basis),
            ..self
        }
    }
}

/// A signal whose turn came and that has not passed its checkpoint.
#[derive(Clone, Debug, minicbor::Encode, minicbor::Decode)]
pub(super) struct Waiting {
    #[n(0)]
    pub(super) source: SourceName,
    #[n(1)]
    pub(super) known: Moment,
    #[cbor(n(2), with = "crate::chunked::shared")]
    pub(super) content: Arc<Content>,
    /// Whose it says that it is, where somebody brought that to its one form already.
    #[cbor(skip)]
    pub(super) identified: Option<Arc<Identified>>,
    /// The account that what it says of a company is of.
    #[n(3)]
    pub(super) company: Option<AccountId>,
    /// What the signal was found to name its company by.
    #[n(4)]
    pub(super) named: NamedBy,
}

/// What a signal was found to name its company by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub(super) enum NamedBy {
    /// By nothing that counts for its node.
    #[n(0)]
    Nothing,
    /// By the rules of an older version.
    #[n(1)]
    Earlier,
    /// By this.
    #[n(2)]
    This(#[n(0)] Basis),
}

impl PartialEq for Waiting {
    /// What follows from the content makes no difference.
    fn eq(&self, other: &Self) -> bool {
        let of = |one: &Self| (one.known, one.company, one.named);
        of(self) == of(other) && (&self.source, &self.content) == (&other.source, &other.content)
    }
}

impl Eq for Waiting {}

impl Node {
    /// Whether something verified names it. A device says no more than "the same device".
    pub fn is_verified(&self) -> bool {
        self.identifiers.keys().any(|key| key.verified && key.kind != IdentifierKind::Cookie)
    }

    /// A node of which nothing is known.
    pub(super) fn new(id: NodeId) -> Self {
        Self {
            id,
            account: None,
            anchor: None,
            touchpoints: SharedList::new(),
            counts: SharedMap::new(),
            sources: Arc::default(),
            person_fields: ByName::new(),
            account_fields: ByName::new(),
            consents: ByName::new(),
            identifiers: SharedMap::new(),
            erased: false,
            damaged: false,
            waiting: SharedMap::new(),
            others: OtherValues::default(),
            apart: None,
        }
    }

    /// What is known of a field: the value that counts first, then the best of each other source.
    pub fn said(&self, of: FieldOf, name: &str) -> impl Iterator<Item = &Field> {
        let known = match of {
            FieldOf::Person => &self.person_fields,
            FieldOf::Account => &self.account_fields,
        };
        known.get(name).into_iter().chain(self.others.of(of, name))
    }

    /// All that is said of the account: the values that count, then those of other sources.
    pub(super) fn account_values(&self) -> impl Iterator<Item = (&Text, &Field)> {
        let others = self.others.iter().filter(|other| other.of == FieldOf::Account);
        self.account_fields.iter().chain(others.map(|other| (&other.name, &other.field)))
    }

    /// Whether the turn of a signal came and it has not passed its checkpoint.
    pub(crate) fn waits_for(&self, signal: SignalId) -> bool {
        self.waiting.contains_key(&signal)
    }

    /// How many touches there were, those that are not held included.
    pub fn touches(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The stream of a touch, shared with one of the newest where it is the same.
    pub(super) fn stream(
        &self,
        source: SourceName,
        (kind, origin): (&Text, &Text),
    ) -> Arc<TouchStream> {
        let newest = self.touchpoints.iter().rev().take(STREAM_LOOKED_FOR);
        let same = newest
            .map(|touch| &touch.stream)
            .find(|known| (&known.kind, &known.origin, &known.source) == (kind, origin, &source));
        same.map_or_else(
            || Arc::new(TouchStream { kind: kind.clone(), source, origin: origin.clone() }),
            Arc::clone,
        )
    }

    /// Takes a touch in, counts it, and gives back the one that is too old to be held after it.
    pub(super) fn touch(&mut self, touch: Arc<Touchpoint>) -> Option<Arc<Touchpoint>> {
        self.count(&touch.kind);
        let moment = touch.moment;
        self.touchpoints.insert(|known| known.moment <= moment, touch);
        if self.touchpoints.len() <= TOUCHES_MAX {
            return None;
        }
        let oldest = self.touchpoints.pop_first()?;
        if self.leans_on(oldest.signal) {
            let mut sources = BTreeMap::clone(&self.sources);
            sources.retain(|signal, _| self.leans_on(*signal));
            sources.insert(oldest.signal, Arc::clone(&oldest));
            self.sources = Arc::new(sources);
        }
        Some(oldest)
    }

    fn count(&mut self, kind: &Text) {
        if let Some(counted) = self.counts.get_mut(kind) {
            *counted += 1;
            return;
        }
        let kind = if self.counts.len() < KINDS_MAX { kind.clone() } else { Text::default() };
        *self.counts.get_or_insert_with(&kind, || 0) += 1;
    }

    /// Whether something that is known came from a signal.
    fn leans_on(&self, signal: SignalId) -> bool {
        let fields = [&self.person_fields, &self.account_fields, &self.consents];
        let mut fields = fields.into_iter().flat_map(|fields| fields.iter());
        fields.any(|(_, field)| field.signal == signal)
            || self.others.iter().any(|other| other.field.signal == signal)
            || self.identifiers.values().any(|first| *first == signal)
    }

    /// Says that a part of what it said does not open: it was not erased.
    pub(super) fn mark_damaged(&mut self) {
        self.damaged = true;
        self.erased = false;
    }
}
