//! The live context of an account in JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::StrategyVersion;
use domain::handoff::{Action, Autonomy, Owner, State};
use domain::reason::Reason;
use domain::{AccountId, ByName, HandoffId, Moment, NodeId, PersonId, SignalId, Value};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::handoff::Points;
use super::reader::{DAMAGED, ERASED, Reader};
use crate::as_of::AccountAsOf;
use crate::stages::brief::REDACTED;
use crate::state::{AccountContext, Field, FieldOrigin, Handoff, Node, Touchpoint};

/// Touchpoints of a page where nobody says how many.
const PAGE: usize = 50;
/// The most touchpoints of a page.
const PAGE_MAX: usize = 200;
/// Campaigns, assets, opportunities and notes that are listed, the newest.
const LIST_MAX: usize = 100;

/// Which touchpoints are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// How many; bounded.
    pub limit: Option<usize>,
    /// Those older than this one.
    pub after: Option<SignalId>,
}

/// What is known of one account.
#[derive(Serialize, Debug)]
pub struct AccountView<'a> {
    /// The id of the account.
    pub id: AccountId,
    /// How it is called.
    pub name: Option<&'a str>,
    /// Its domain.
    pub domain: Option<&'a str>,
    /// What is known of it, with where that is from.
    pub fields: BTreeMap<&'a str, FieldView<'a>>,
    /// Who is there.
    pub people: Vec<PersonView<'a>>,
    /// How many touchpoints there are.
    pub touches: u64,
    /// How many of them are older than the newest that are held of each node. They are on the last
    /// pages; campaigns, assets, opportunities and notes are those of the newer ones.
    #[serde(skip_serializing_if = "is_none")]
    pub older: u64,
    /// How many touchpoints of each kind there are, where some are older.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<&'a str, u64>,
    /// What happened, newest first.
    pub touchpoints: Vec<TouchpointView<'a>>,
    /// Where the next page begins.
    pub next: Option<SignalId>,
    /// What reached it, the latest first.
    pub campaigns: Vec<ThingView<'a>>,
    /// What was read, the latest first.
    pub assets: Vec<ThingView<'a>>,
    /// What sources say of revenue cases, the latest first.
    pub opportunities: Vec<TouchpointView<'a>>,
    /// What its people agreed to, by person and name.
    pub consents: Vec<ConsentView<'a>>,
    /// What was noted, the latest first.
    pub notes: Vec<TouchpointView<'a>>,
    /// The handoffs that are open.
    pub handoffs: Vec<SummaryView<'a>>,
    /// The last decision on each person.
    pub decisions: Vec<DecisionView<'a>>,
}

/// A value and where it came from.
#[derive(Serialize, Debug)]
pub struct FieldView<'a> {
    /// The value.
    pub value: Cow<'a, Value>,
    /// The signal that said it.
    pub signal: SignalId,
    /// The configured source of that signal.
    pub source: Option<&'a str>,
    /// The source's id for it.
    pub source_id: Option<&'a str>,
    /// The contract that let it through.
    pub contract: Option<ContractView>,
    /// What was done to it on the way: `none` or `repaired`.
    pub transform: &'static str,
    /// When it was so.
    pub moment: Moment,
    /// When we knew.
    pub known: Moment,
    /// Whether nobody vouches for it: rules see it where its source may set the field, or they ask for claims.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub claimed: bool,
}

/// A contract by its place in the strategy that had it.
#[derive(Serialize, Debug)]
pub struct ContractView {
    /// From 0, in the order of the files.
    pub place: u16,
    /// The strategy.
    pub strategy: Option<StrategyVersion>,
}

/// Somebody at the account.
#[derive(Serialize, Debug)]
pub struct PersonView<'a> {
    /// The id of the person.
    pub id: PersonId,
    /// Whether they were erased.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// Whether a part of what they said is there and does not open.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub damaged: bool,
    /// What they score; not known before a decision.
    pub score: Option<Points>,
    /// Their nodes here.
    pub nodes: Vec<NodeView>,
    /// What is known of them.
    pub fields: BTreeMap<&'a str, FieldView<'a>>,
    /// What they agreed to.
    pub consents: BTreeMap<&'a str, FieldView<'a>>,
    /// What they are known by.
    pub identifiers: Vec<IdentifierView<'a>>,
}

/// A subject node.
#[derive(Serialize, Debug)]
pub struct NodeView {
    /// The id of the node.
    pub id: NodeId,
    /// `known`, `damaged` or `erased`.
    pub state: &'static str,
    /// How many touchpoints it has.
    pub touches: u64,
}

/// What somebody is known by.
#[derive(Serialize, Debug)]
pub struct IdentifierView<'a> {
    /// What it is.
    pub kind: &'static str,
    /// Its normalised form.
    pub value: &'a str,
    /// Whether a source verified it.
    pub verified: bool,
    /// The signal that said it first.
    pub signal: SignalId,
}

/// A dated contact.
#[derive(Serialize, Debug)]
pub struct TouchpointView<'a> {
    /// Our id of the signal.
    pub id: SignalId,
    /// The configured source.
    pub source: &'a str,
    /// The stream within the source.
    pub origin: &'a str,
    /// The source's id for it.
    pub source_id: &'a str,
    /// What happened.
    pub kind: &'a str,
    /// When it happened.
    pub moment: Moment,
    /// When we knew.
    pub known: Moment,
    /// Who it was.
    pub person: Option<PersonId>,
    /// What it says of itself.
    pub fields: BTreeMap<&'a str, Cow<'a, Value>>,
}

/// A campaign or an asset, as signals name it.
#[derive(Serialize, Debug)]
pub struct ThingView<'a> {
    /// Its name.
    pub name: &'a str,
    /// How many signals name it.
    pub touches: usize,
    /// How many people they are of.
    pub people: usize,
    /// When the first was.
    pub first: Moment,
    /// When the last was.
    pub last: Moment,
    /// The last signal that names it.
    pub signal: SignalId,
}

/// What somebody agreed to.
#[derive(Serialize, Debug)]
pub struct ConsentView<'a> {
    /// The person that it is about.
    pub person: PersonId,
    /// What to.
    pub name: &'a str,
    /// Whether they do.
    pub given: bool,
    /// Since when.
    pub moment: Moment,
    /// The signal that said so.
    pub signal: SignalId,
}

/// An open handoff in short.
#[derive(Serialize, Debug)]
pub struct SummaryView<'a> {
    /// The id of the handoff.
    pub id: HandoffId,
    /// Rises with everything that changes what its page says.
    pub version: u32,
    /// Which kind.
    pub kind: &'a str,
    /// Where it is.
    pub state: State,
    /// Whose lead.
    pub person: PersonId,
    /// Who has it.
    pub owner: &'a Owner,
    /// Until when it must be accepted.
    pub accept_by: Option<Moment>,
    /// The signal that it began with.
    pub signal: SignalId,
}

/// The last decision on somebody.
#[derive(Serialize, Debug)]
pub struct DecisionView<'a> {
    /// On whom.
    pub person: PersonId,
    /// What is to be done.
    pub action: Action,
    /// Why, as codes.
    pub reasons: Vec<&'a str>,
    /// How much of it goes by itself.
    pub autonomy: Autonomy,
    /// What was known then is what it leans on.
    pub known_as_of: Moment,
}

/// An account as a reader sees it.
pub fn account<'a>(known: &'a AccountAsOf, page: Page, reader: &Reader<'_>) -> AccountView<'a> {
    let account = known.account();
    let viewer = Viewer::new(account, reader.personal);
    let touches = account.nodes().map(|(_, node)| node.touches()).sum();
    let older = touches - viewer.newest.len() as u64;
    let text = |name: &str| account.field(name).and_then(|field| field.value.text());
    let (touchpoints, next) = viewer.page(page, &viewer.with_older(known.older()), older);
    let starts = |prefix: &'static str| {
        move |touch: &Touchpoint| {
            touch
                .kind
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
    };
    AccountView {
        id: account.id,
        name: account.name(),
        domain: text("domain"),
        fields: account
            .field_names()
            .filter_map(|name| Some((name, viewer.field(account.field(name)?, false))))
            .collect(),
        people: account.people().into_iter().map(|person| viewer.person(person)).collect(),
        touches,
        older,
        kinds: if older > 0 { kinds(account) } else { BTreeMap::new() },
        touchpoints,
        next,
        campaigns: viewer.things(&["campaign", "utm_campaign"]),
        assets: viewer.things(&["asset"]),
        opportunities: viewer.those(starts("opportunity")),
        consents: viewer.consents(),
        notes: viewer.those(starts("note")),
        handoffs: account.handoffs().filter(|known| known.is_open()).map(summary).collect(),
        decisions: account
            .account()
            .decisions
            .iter()
            .map(|(person, decision)| DecisionView {
                person: *person,
                action: decision.action,
                reasons: decision.reasons.iter().map(code).collect(),
                autonomy: decision.autonomy,
                known_as_of: decision.known_as_of,
            })
            .collect(),
    }
}

/// Whether a page reaches touches that are too old to be held: whoever shows it asks the journal for
/// them.
pub fn reaches_older(known: &AccountAsOf, page: Page) -> bool {
    let account = known.account();
    let holds_all = |(_, node): (PersonId, &Node)| node.touches() == node.touchpoints.len() as u64;
    let Some(after) = page.after else { return false };
    if account.nodes().all(holds_all) {
        return false;
    }
    let viewer = Viewer::new(account, false);
    let place = viewer.newest.iter().position(|(_, touch)| touch.signal == after);
    place.is_none_or(|place| viewer.newest.len() - place - 1 < page.length())
}

impl Page {
    /// How many touchpoints are on it at most.
    fn length(self) -> usize {
        self.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX)
    }
}

/// Whether there are none.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

fn kinds(account: AccountContext<'_>) -> BTreeMap<&str, u64> {
    let mut kinds = BTreeMap::new();
    for (kind, count) in account.nodes().flat_map(|(_, node)| node.counts.iter()) {
        *kinds.entry(kind.as_str()).or_default() += count;
    }
    kinds
}

/// An account that is being shown.
struct Viewer<'a> {
    account: AccountContext<'a>,
    personal: bool,
    /// All touches with whose they are, newest first.
    newest: Vec<(PersonId, &'a Touchpoint)>,
    /// Ids that stand for nobody: whose the company's own nodes are.
    nobodys: Vec<PersonId>,
    by_signal: FxHashMap<SignalId, &'a Touchpoint>,
}

impl<'a> Viewer<'a> {
    fn new(account: AccountContext<'a>, personal: bool) -> Self {
        let mut newest: Vec<_> = account
            .nodes()
            .flat_map(|(whose, node)| node.touchpoints.iter().map(move |touch| (whose, &**touch)))
            .collect();
        newest.sort_by_key(newest_first);
        let sources = account.nodes().flat_map(|(_, node)| node.sources.values());
        let sources = sources.map(|touch| (touch.signal, &**touch));
        let held = newest.iter().map(|(_, touch)| (touch.signal, *touch));
        let by_signal = sources.chain(held).collect();
        let own = account.companies.iter();
        let nobodys = own.filter_map(|node| account.members.get(node).copied()).collect();
        Self { account, personal, newest, nobodys, by_signal }
    }

    /// All touches, newest first, with those that are too old to be held.
    fn with_older(
        &self,
        older: &'a [(PersonId, Arc<Touchpoint>)],
    ) -> Cow<'_, [(PersonId, &'a Touchpoint)]> {
        if older.is_empty() {
            return Cow::Borrowed(&self.newest);
        }
        let mut all = self.newest.clone();
        all.extend(older.iter().map(|(whose, touch)| (*whose, &**touch)));
        all.sort_by_key(newest_first);
        Cow::Owned(all)
    }

    /// A page of the touches that are given, newest first. So many older ones may be in the journal.
    fn page(
        &self,
        page: Page,
        touches: &[(PersonId, &'a Touchpoint)],
        older: u64,
    ) -> (Vec<TouchpointView<'a>>, Option<SignalId>) {
        let from = page.after.map_or(0, |after| {
            let place = touches.iter().position(|(_, touch)| touch.signal == after);
            place.map_or(touches.len(), |place| place + 1)
        });
        let rest = &touches[from..];
        let shown = &rest[..page.length().min(rest.len())];
        let unread = touches.len() == self.newest.len() && older > 0;
        let next = (rest.len() > shown.len() || unread).then(|| shown.last()).flatten();
        let views = shown.iter().map(|(person, touch)| self.touchpoint(*person, touch)).collect();
        (views, next.map(|(_, touch)| touch.signal))
    }

    fn those(&self, wanted: impl Fn(&Touchpoint) -> bool) -> Vec<TouchpointView<'a>> {
        let those = self.newest.iter().filter(|(_, touch)| wanted(touch)).take(LIST_MAX);
        those.map(|(person, touch)| self.touchpoint(*person, touch)).collect()
    }

    fn touchpoint(&self, person: PersonId, touch: &'a Touchpoint) -> TouchpointView<'a> {
        let fields = touch.fields.iter();
        TouchpointView {
            id: touch.signal,
            source: touch.source.as_str(),
            origin: self.seen(&touch.origin),
            source_id: self.seen(&touch.source_id),
            kind: &touch.kind,
            moment: touch.moment,
            known: touch.known,
            person: Some(person).filter(|person| !self.nobodys.contains(person)),
            fields: fields.map(|(name, value)| (name.as_str(), self.value(value, true))).collect(),
        }
    }

    /// What signals name under these names, the latest first.
    fn things(&self, names: &[&str]) -> Vec<ThingView<'a>> {
        let mut things: BTreeMap<&'a str, (ThingView<'a>, Vec<PersonId>)> = BTreeMap::new();
        for (person, touch) in &self.newest {
            let named = names.iter().find_map(|name| touch.fields.get(name)?.text());
            let Some(name) = named else { continue };
            let (thing, people) = things.entry(name).or_insert_with(|| {
                let (first, last) = (touch.moment, touch.moment);
                let signal = touch.signal;
                (ThingView { name, touches: 0, people: 0, first, last, signal }, Vec::new())
            });
            thing.touches += 1;
            thing.first = touch.moment;
            people.extend(Some(*person).filter(|person| !self.nobodys.contains(person)));
        }
        let mut things: Vec<ThingView<'a>> = things
            .into_values()
            .map(|(mut thing, mut people)| {
                people.sort_unstable();
                people.dedup();
                thing.people = people.len();
                thing.name = self.seen(thing.name);
                thing
            })
            .collect();
        things.sort_by_key(|thing| std::cmp::Reverse((thing.last, thing.signal)));
        things.truncate(LIST_MAX);
        things
    }

    fn person(&self, person: PersonId) -> PersonView<'a> {
        let nodes: Vec<_> = self.account.nodes_of(person).collect();
        let mut identifiers: Vec<_> = nodes
            .iter()
            .flat_map(|node| node.identifiers.iter())
            .map(|(key, signal)| IdentifierView {
                kind: key.kind.name(),
                value: self.seen(&key.value),
                verified: key.verified,
                signal: *signal,
            })
            .collect();
        identifiers.sort_by_key(|known| (known.kind, known.signal, known.value));
        let fields = merged(nodes.iter().map(|node| &node.person_fields), FieldOrigin::weight);
        let consents = merged(nodes.iter().map(|node| &node.consents), last_said);
        PersonView {
            id: person,
            erased: nodes.iter().any(|node| node.erased),
            damaged: nodes.iter().any(|node| node.damaged),
            score: self.account.account().scores.get(&person).map(|score| Points(score.total())),
            nodes: nodes
                .iter()
                .map(|node| NodeView {
                    id: node.id,
                    state: match (node.erased, node.damaged) {
                        (true, _) => ERASED,
                        (false, true) => DAMAGED,
                        (false, false) => "known",
                    },
                    touches: node.touches(),
                })
                .collect(),
            fields: fields
                .into_iter()
                .map(|(name, field)| (name, self.field(field, true)))
                .collect(),
            consents: consents
                .into_iter()
                .map(|(name, field)| {
                    (name, FieldView { claimed: false, ..self.field(field, false) })
                })
                .collect(),
            identifiers,
        }
    }

    fn consents(&self) -> Vec<ConsentView<'a>> {
        let mut all = Vec::new();
        for person in self.account.people() {
            let nodes = self.account.nodes_of(person);
            for (name, field) in merged(nodes.map(|node| &node.consents), last_said) {
                all.push(ConsentView {
                    person,
                    name,
                    given: field.value == Value::Boolean(true),
                    moment: field.moment,
                    signal: field.signal,
                });
            }
        }
        all
    }

    fn field(&self, field: &'a Field, personal: bool) -> FieldView<'a> {
        let touch = self.by_signal.get(&field.signal);
        FieldView {
            value: self.value(&field.value, personal),
            signal: field.signal,
            source: touch.map(|touch| touch.source.as_str()),
            source_id: touch.map(|touch| self.seen(&touch.source_id)),
            contract: field.contract.map(|place| ContractView { place, strategy: field.strategy }),
            transform: if field.repaired { "repaired" } else { "none" },
            moment: field.moment,
            known: field.known,
            claimed: !field.vouched,
        }
    }

    fn value(&self, value: &'a Value, personal: bool) -> Cow<'a, Value> {
        if personal && !self.personal {
            Cow::Owned(Value::Text(REDACTED.into()))
        } else {
            Cow::Borrowed(value)
        }
    }

    fn seen(&self, text: &'a str) -> &'a str {
        if self.personal { text } else { REDACTED }
    }
}

/// When something was so, and when we knew.
fn last_said(origin: &FieldOrigin) -> (Moment, Moment) {
    (origin.moment, origin.known)
}

/// Of each name the value that counts most, over the nodes of a person in the order of their ids.
fn merged<'a, W: Ord>(
    nodes: impl Iterator<Item = &'a ByName<Field>>,
    weight: impl Fn(&FieldOrigin) -> W,
) -> BTreeMap<&'a str, &'a Field> {
    let mut merged: BTreeMap<&'a str, &'a Field> = BTreeMap::new();
    for fields in nodes {
        for (name, field) in fields {
            let known = merged.entry(name).or_insert(field);
            if weight(known) <= weight(field) {
                *known = field;
            }
        }
    }
    merged
}

/// The order in which touches are shown.
fn newest_first((_, touch): &(PersonId, &Touchpoint)) -> std::cmp::Reverse<(Moment, SignalId)> {
    std::cmp::Reverse((touch.moment, touch.signal))
}

fn summary(handoff: &Handoff) -> SummaryView<'_> {
    SummaryView {
        id: handoff.id,
        version: handoff.version,
        kind: &handoff.kind,
        state: handoff.state,
        person: handoff.person,
        owner: &handoff.owner,
        accept_by: handoff.accept_by(),
        signal: handoff.signal,
    }
}

const fn code(reason: &Reason) -> &'static str {
    reason.code.as_str()
}
