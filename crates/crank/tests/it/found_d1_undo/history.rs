//! Random histories: what sources sent, what an import brought between, and what people did.

use std::collections::{BTreeMap, BTreeSet};

use crank::{Crank, IntakeItem};
use domain::fact::{Aggregate, By, Raw};
use domain::handoff::Actor;
use domain::signal::{Content, Identifier, IdentifierKind, Incoming, SourceName};
use domain::{AccountId, ImportId, PersonId, Span, Value};
use engine::event::{Deed, ImportRecord};
use store::Position;
use store::Store;

use super::import;
use crate::most_engaged;
use crate::office::{Office, ROUTING, WEDNESDAY_NOON, by_ann};

/// Numbers that follow from a seed.
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) const fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A signal, by the import or by a source. One that a source brings as well stays.
    Signal { incoming: Incoming, imported: bool, again: bool },
    /// Somebody takes what is open.
    Accept { which: u64 },
}

impl Step {
    /// In a line.
    pub(super) fn told(&self) -> String {
        let Self::Signal { incoming, imported, again } = self else { return format!("{self:?}") };
        let content = &incoming.content;
        let subject: Vec<String> = content
            .subject
            .iter()
            .map(|said| format!("{}{}", said.value, if said.verified { "" } else { "?" }))
            .collect();
        let (id, kind, source) = (&content.source_id, &content.kind, &incoming.source);
        let fields = &content.fields;
        format!("{id} {imported} {again} {source} {kind} {subject:?} {fields:?}")
    }

    /// The step in a history without the import and without what anybody did.
    pub(super) fn without_import(&self) -> Option<Self> {
        match self {
            Self::Signal { incoming, imported, again } => (!imported || *again).then(|| {
                Self::Signal { incoming: incoming.clone(), imported: false, again: false }
            }),
            Self::Accept { .. } => None,
        }
    }
}

/// The kinds of signals in a history.
const KINDS: [&str; 3] = ["page.viewed", "form.submitted", "form.submitted"];
/// The same where what is said of a company starts a handoff of whoever is most engaged there.
const KINDS_WITH_SURGES: [&str; 3] = ["page.viewed", "form.submitted", "intent.surge"];

pub(super) struct History {
    pub(super) steps: Vec<Step>,
    has_surges: bool,
}

impl History {
    pub(super) fn of(seed: u64, consents: bool) -> Self {
        Self::with_kinds(seed, consents, false)
    }

    /// A history in which companies are said to look around.
    pub(super) fn with_surges(seed: u64) -> Self {
        Self::with_kinds(seed, true, true)
    }

    fn with_kinds(seed: u64, consents: bool, has_surges: bool) -> Self {
        let kinds = if has_surges { KINDS_WITH_SURGES } else { KINDS };
        let mut numbers = Numbers::of(seed);
        let many = 4 + numbers.below(16);
        let mut steps = Vec::new();
        for number in 0..many {
            let imported = numbers.one_in(2);
            let incoming = signal(&mut numbers, number, consents, kinds);
            let again = imported && numbers.one_in(6);
            steps.push(Step::Signal { incoming, imported, again });
            if numbers.one_in(6) {
                steps.push(Step::Accept { which: numbers.below(8) });
            }
        }
        Self { steps, has_surges }
    }
}

fn signal(numbers: &mut Numbers, number: u64, withdraws: bool, kinds: [&str; 3]) -> Incoming {
    let mut subject = Vec::new();
    let mut says = |kind, value: String, verified| {
        subject.push(Identifier { kind, value: value.into(), verified });
    };
    let verified = !numbers.one_in(5);
    if numbers.one_in(3) {
        says(IdentifierKind::ExternalId, format!("x{}", numbers.below(4)), true);
    }
    if !numbers.one_in(3) {
        let domain = ["acme.com", "globex.com", "gmail.com"][numbers.below(3) as usize];
        let name = ["ada", "bob", "cy", "info"][numbers.below(4) as usize];
        says(IdentifierKind::Email, format!("{name}@{domain}"), verified);
    }
    if numbers.one_in(4) {
        says(IdentifierKind::Phone, format!("+4930123450{}", numbers.below(3)), verified);
    }
    if numbers.one_in(3) {
        says(IdentifierKind::Cookie, format!("c{}", numbers.below(3)), false);
    }
    if numbers.one_in(4) {
        let domain = ["acme.com", "globex.com"][numbers.below(2) as usize];
        says(IdentifierKind::Domain, domain.to_owned(), true);
    }
    if numbers.one_in(4) {
        let company = ["Acme", "Globex Corp"][numbers.below(2) as usize];
        says(IdentifierKind::Company, company.to_owned(), true);
    }
    let mut fields = domain::Fields::new();
    let mut field = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    if numbers.one_in(3) {
        field("account.employees", Value::Integer([20, 600][numbers.below(2) as usize]));
    }
    if numbers.one_in(3) {
        field("person.title", Value::from(["cto", "clerk"][numbers.below(2) as usize]));
    }
    if numbers.one_in(8) {
        let given = numbers.one_in(2);
        field("consent.email", Value::Boolean(!withdraws || given));
    }
    let kind = kinds[numbers.below(3) as usize];
    let source = ["web", "crm"][numbers.below(2) as usize];
    let content = Content {
        kind: kind.into(),
        origin: "test".into(),
        source_id: format!("m-{number}").into(),
        occurred: None,
        subject,
        fields,
        vouched: None,
    };
    let source = SourceName::new(source).expect("a name");
    Incoming { source, body: [number as u8; 32], content }
}

/// Plays those steps that somebody wants, each at its moment.
pub(super) fn play(history: &History, wants: impl Fn(&Step) -> Option<Step>) -> Office {
    let mut office = if history.has_surges {
        Office::with(ROUTING, &[("readiness.yaml", most_engaged::READINESS)])
    } else {
        Office::open_again()
    };
    record(&mut office);
    for (at, step) in history.steps.iter().enumerate() {
        office.now = WEDNESDAY_NOON + Span::minutes(7 * at as i64);
        match wants(step) {
            Some(Step::Signal { incoming, imported, again }) => {
                offer(&mut office, &incoming, imported.then(import));
                if again {
                    offer(&mut office, &incoming, None);
                }
            }
            Some(Step::Accept { which }) => accept(&mut office, which),
            None => continue,
        }
        office.crank.take_turns(office.now, 100).expect("memory");
    }
    office
}

/// Says that there is such an import.
pub(super) fn record(office: &mut Office) {
    let (now, source) = (office.now, SourceName::new("crm").expect("a name"));
    let (map, by) = ("0123456789abcdef".to_owned(), By::Operator);
    let (import, names) = (import(), None);
    let record = ImportRecord { import, source, map, files: 1, by, rows: None, names };
    office.crank.begin().expect("a group");
    office.crank.record_import(record, now).expect("memory");
    office.crank.commit().expect("memory");
}

pub(super) fn offer(office: &mut Office, incoming: &Incoming, by: Option<ImportId>) {
    let now = office.now;
    office.crank.begin().expect("a group");
    let raw = || -> Raw { panic!("nothing is kept apart here") };
    let offer = IntakeItem::Signal { incoming, raw: &raw, line: None };
    office.crank.accept(&offer, by, now).expect("memory");
    office.crank.commit().expect("memory");
}

fn accept(office: &mut Office, which: u64) {
    let handoffs = office.handoffs();
    if handoffs.is_empty() {
        return;
    }
    let handoff = handoffs[which as usize % handoffs.len()];
    office.crank.begin().expect("a group");
    let deed = Deed::Accept { member: None, note: None, by: Some(by_ann()) };
    // What is over already cannot be taken.
    let _ = office.crank.act(handoff, &deed, Actor::Person, office.now);
    office.crank.commit().expect("memory");
}

/// What is known of one person, by nothing that has an id of ours.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Somebody {
    /// What they did, by the ids of the sources.
    pub(super) touches: Vec<String>,
    pub(super) fields: Vec<(String, String)>,
    pub(super) consents: Vec<(String, String)>,
    pub(super) score: String,
    pub(super) is_suppressed: bool,
    /// All that happened in their account.
    pub(super) account: Vec<String>,
    pub(super) account_fields: Vec<(String, String)>,
    /// Kinds of what is open, with whether somebody has taken it.
    pub(super) open: Vec<(String, bool)>,
}

impl Somebody {
    /// Whether both did something that is the same.
    pub(super) fn shares_with(&self, other: &Self) -> bool {
        self.touches.iter().any(|touch| other.touches.contains(touch))
    }
}

/// Everybody who is known, in an order that has nothing to do with ids.
pub(super) fn known_of<S: Store>(crank: &mut Crank<S>) -> Vec<Somebody> {
    let journal = crank.store().journal(Position::START, usize::MAX, None).expect("memory");
    let accounts: BTreeSet<AccountId> = journal
        .iter()
        .filter_map(|stored| {
            let Aggregate::Account(account) = stored.entry.header.aggregate else { return None };
            Some(account)
        })
        .collect();
    let mut open: BTreeMap<PersonId, Vec<(String, bool)>> = BTreeMap::new();
    for account in &accounts {
        let known = crank.account(*account).expect("memory");
        for handoff in known.handoffs().filter(|handoff| handoff.is_open()) {
            let here = (handoff.kind.clone(), handoff.is_taken());
            open.entry(handoff.person).or_default().push(here);
        }
    }
    let mut people: BTreeMap<PersonId, Vec<Somebody>> = BTreeMap::new();
    for account in accounts {
        let known = crank.account(account).expect("memory");
        let touches = |nodes: Vec<&engine::state::Node>| {
            let touches = nodes.into_iter().flat_map(|node| node.touchpoints.iter());
            let mut touches: Vec<String> =
                touches.map(|touch| touch.source_id.to_string()).collect();
            touches.sort();
            touches
        };
        let all = touches(known.nodes().map(|(_, node)| node).collect());
        let names: Vec<String> = known.field_names().map(str::to_owned).collect();
        let account_fields: Vec<(String, String)> = names
            .iter()
            .filter_map(|name| Some((name.clone(), format!("{:?}", known.field(name)?.value))))
            .collect();
        for person in known.people() {
            let mut fields = BTreeMap::new();
            let mut consents = BTreeMap::new();
            for node in known.nodes_of(person) {
                for (name, _) in &node.person_fields {
                    let best = known.person_field(person, name).expect("it is there");
                    fields.insert(name.to_string(), format!("{:?}", best.value));
                }
                for (name, _) in &node.consents {
                    let last = known.consent(person, name).expect("it is there");
                    consents.insert(name.to_string(), format!("{:?}", last.value));
                }
            }
            people.entry(person).or_default().push(Somebody {
                touches: touches(known.nodes_of(person).collect()),
                fields: fields.into_iter().collect(),
                consents: consents.into_iter().collect(),
                score: format!("{:?}", known.scores.get(&person).map(|score| score.total())),
                is_suppressed: known.suppressed.contains_key(&person),
                account: all.clone(),
                account_fields: account_fields.clone(),
                open: open.get(&person).cloned().unwrap_or_default(),
            });
        }
    }
    let mut people: Vec<Somebody> = people.into_values().flatten().collect();
    people.retain(|somebody| !somebody.touches.is_empty());
    people.sort();
    people
}
