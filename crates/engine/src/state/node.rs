//! A subject node: what one identified or anonymous somebody did and what is known by it.

use std::collections::BTreeMap;

use domain::fact::{Fact, Header, StrategyVersion, Verdict};
use domain::signal::{Content, IdentifierKind, Key, SourceName};
use domain::{AccountId, ByName, Fields, Moment, NodeId, PersonId, SignalId, Text, Value};
use unicode_normalization::UnicodeNormalization;

use crate::identity::{Business, Identified, fold_space, identifiers};
use crate::way::Arrived;

/// One somebody, as far as the facts say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Which.
    pub id: NodeId,
    /// Whose cluster it belongs to; none until the first signal is resolved.
    pub person: Option<PersonId>,
    /// The account at the last resolved signal.
    pub account: Option<AccountId>,
    /// Where the node's own signals say that it belongs.
    pub anchor: Option<Anchor>,
    /// What happened, by moment and then arrival.
    pub touchpoints: Vec<Touchpoint>,
    /// What is known of the person.
    pub person_fields: ByName<Field>,
    /// What these signals say of the account.
    pub account_fields: ByName<Field>,
    /// Consents given (true) and withdrawn (false).
    pub consents: ByName<Field>,
    /// Its identifiers, with the first signal that said each.
    pub identifiers: BTreeMap<Key, SignalId>,
    /// Whether the person was erased: what is left has no personal data.
    pub erased: bool,
    waiting: BTreeMap<SignalId, Waiting>,
}

/// A dated contact, as the context keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touchpoint {
    /// Our id of the signal.
    pub signal: SignalId,
    /// What happened.
    pub kind: Text,
    /// When it happened: what the source says, but never later than when we knew.
    pub moment: Moment,
    /// When we knew.
    pub known: Moment,
    /// The configured source.
    pub source: SourceName,
    /// The stream within the source.
    pub origin: Text,
    /// The source's id of it.
    pub source_id: Text,
    /// What it says of itself.
    pub fields: Fields,
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The value.
    pub value: Value,
    /// The signal that it came from.
    pub signal: SignalId,
    /// The contract that let it through, by its place in the strategy; none where none applied.
    pub contract: Option<u16>,
    /// The strategy that the contract belongs to.
    pub strategy: Option<StrategyVersion>,
    /// Whether the contract repaired the signal.
    pub repaired: bool,
    /// When it was so, as the source says, but never later than when we knew.
    pub moment: Moment,
    /// When we knew.
    pub known: Moment,
}

/// A business identifier of a node's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The account that it names.
    pub account: AccountId,
    /// Whether it is verified.
    pub verified: bool,
    /// When we knew.
    pub moment: Moment,
}

/// A signal that arrived and has not passed its checkpoint.
#[derive(Clone, Debug)]
struct Waiting {
    source: SourceName,
    known: Moment,
    content: Option<Box<Content>>,
    /// Whose it says that it is, where somebody brought that to its one form already.
    identified: Option<Box<Identified>>,
}

impl PartialEq for Waiting {
    /// What follows from the content makes no difference.
    fn eq(&self, other: &Self) -> bool {
        (&self.source, self.known, &self.content) == (&other.source, other.known, &other.content)
    }
}

impl Eq for Waiting {}

impl Node {
    /// A node of which nothing is known.
    pub const fn new(id: NodeId) -> Self {
        Self {
            id,
            person: None,
            account: None,
            anchor: None,
            touchpoints: Vec::new(),
            person_fields: ByName::new(),
            account_fields: ByName::new(),
            consents: ByName::new(),
            identifiers: BTreeMap::new(),
            erased: false,
            waiting: BTreeMap::new(),
        }
    }

    /// Takes in one fact of the node's own entries.
    pub fn apply(&mut self, header: &Header, fact: &Fact) {
        if let Fact::SignalArrived { signal, source, content, .. } = fact {
            if content.is_none() {
                // Its key is gone: nothing of it waits for anything.
                self.erased = true;
                return;
            }
            let waiting = Waiting {
                source: source.clone(),
                known: header.moment,
                content: content.clone(),
                identified: None,
            };
            self.waiting.insert(*signal, waiting);
        } else if let Fact::SubjectResolved { person, account, anchored, .. } = fact {
            self.person = Some(*person);
            self.account = Some(*account);
            if let Some(verified) = *anchored {
                self.anchor = Some(Anchor { account: *account, verified, moment: header.moment });
            }
        } else if let Fact::CheckpointReached { signal, verdict, contract, repaired, .. } = fact {
            self.pass(header, *signal, *verdict, *contract, repaired.as_deref());
        } else if let Fact::PersonErased { nodes, .. } = fact
            && nodes.contains(&self.id)
        {
            self.erase();
        }
    }

    /// Takes in an arrival that was written when the signal was accepted, unless it is here already.
    pub fn receive(&mut self, arrived: &Arrived) {
        self.waiting.entry(arrived.signal).or_insert_with(|| Waiting {
            source: arrived.source.clone(),
            known: arrived.accepted,
            content: Some(Box::new(arrived.content.clone())),
            identified: Some(Box::new(arrived.identified.clone())),
        });
    }

    /// The content of a signal that waits for its checkpoint.
    pub fn waiting(&self, signal: SignalId) -> Option<&Content> {
        self.waiting.get(&signal)?.content.as_deref()
    }

    fn pass(
        &mut self,
        header: &Header,
        signal: SignalId,
        verdict: Verdict,
        contract: Option<u16>,
        repaired: Option<&Content>,
    ) {
        match verdict {
            Verdict::Quarantined => return,
            Verdict::Rejected => {
                self.waiting.remove(&signal);
                return;
            }
            Verdict::Passed | Verdict::Warned | Verdict::Repaired => {}
        }
        let Some(waiting) = self.waiting.remove(&signal) else {
            return;
        };
        let Some(content) = repaired.or(waiting.content.as_deref()) else {
            return;
        };
        let moment = content.occurred.map_or(waiting.known, |said| said.min(waiting.known));
        let field = |value: Value| Field {
            value,
            signal,
            contract,
            strategy: header.strategy,
            repaired: verdict == Verdict::Repaired,
            moment,
            known: waiting.known,
        };
        let named = |prefix: &'static str| {
            let fields = content.fields.iter();
            fields.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)))
        };
        let with_origin = |(name, value)| (name, field(cleaned(value)));
        self.person_fields.take_in(named("person.").map(with_origin), is_newer);
        self.account_fields.take_in(named("account.").map(with_origin), is_newer);
        let consents = named("consent.").filter(|(_, said)| matches!(said, Value::Boolean(_)));
        self.consents.take_in(consents.map(with_origin), is_newer);
        let identified = match waiting.identified {
            Some(identified) if repaired.is_none() => *identified,
            Some(_) | None => identifiers(&waiting.source, content),
        };
        self.know(content, identified, &field);
        self.touch(Touchpoint {
            signal,
            kind: content.kind.clone(),
            moment,
            known: waiting.known,
            source: waiting.source,
            origin: content.origin.clone(),
            source_id: content.source_id.clone(),
            fields: own_fields(content),
        });
    }

    /// What the identifiers say beside whose the signal is: an address, a number, a company.
    fn know(&mut self, content: &Content, identified: Identified, field: &dyn Fn(Value) -> Field) {
        for key in identified.keys {
            let known = field(Value::Text(key.value.clone()));
            match key.kind {
                IdentifierKind::Email => keep(&mut self.person_fields, "email", known.clone()),
                IdentifierKind::Phone => keep(&mut self.person_fields, "phone", known.clone()),
                IdentifierKind::ExternalId
                | IdentifierKind::Cookie
                | IdentifierKind::Domain
                | IdentifierKind::Company => {}
            }
            self.identifiers.entry(key).or_insert(known.signal);
        }
        match identified.business {
            Some((Business::Domain(domain), _)) => {
                keep(&mut self.account_fields, "domain", field(Value::Text(domain.into())));
            }
            Some((Business::Company(_), _)) | None => {}
        }
        let company = content.subject.iter().find(|given| given.kind == IdentifierKind::Company);
        if let Some(company) = company
            && !content.fields.contains_key("account.name")
        {
            let name = Value::Text(fold_space(&company.value).into());
            keep(&mut self.account_fields, "name", field(name));
        }
    }

    fn touch(&mut self, touchpoint: Touchpoint) {
        let at = self.touchpoints.partition_point(|known| known.moment <= touchpoint.moment);
        self.touchpoints.insert(at, touchpoint);
    }

    fn erase(&mut self) {
        let erased = Self {
            person: self.person,
            account: self.account,
            anchor: self.anchor,
            ..Self::new(self.id)
        };
        *self = erased;
        self.erased = true;
    }
}

/// What a signal says of itself: the fields that are of no person, account or consent.
fn own_fields(content: &Content) -> Fields {
    let is_own = |name: &str| {
        !["person.", "account.", "consent."].iter().any(|prefix| name.starts_with(prefix))
    };
    let own = content.fields.iter().filter(|(name, _)| is_own(name));
    own.map(|(name, value)| (name.clone(), cleaned(value))).collect()
}

/// The value that was so last wins; of two at one moment the one that arrived last.
fn is_newer(old: &Field, new: &Field) -> bool {
    (old.moment, old.known) <= (new.moment, new.known)
}

fn keep(fields: &mut ByName<Field>, name: &'static str, field: Field) {
    fields.take_in([(name, field)], is_newer);
}

/// Text without what cannot be seen, in NFC; everything else as it is.
fn cleaned(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(fold_text(text).into()),
        Value::List(values) => Value::List(values.iter().map(cleaned).collect()),
        Value::Record(fields) => Value::Record(
            fields.iter().map(|(name, value)| (name.clone(), cleaned(value))).collect(),
        ),
        Value::Integer(_)
        | Value::Decimal(_)
        | Value::Boolean(_)
        | Value::Moment(_)
        | Value::Money(_) => value.clone(),
    }
}

fn fold_text(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    text.nfc().filter(|character| !crate::identity::is_invisible(*character)).collect()
}
