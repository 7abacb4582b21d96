//! A lead as the rules see it: a person in an account at a moment.

use std::borrow::Cow;
use std::collections::BinaryHeap;

use domain::fact::Score;
use domain::{Moment, PersonId, SignalId, Text, Value};
use rules::scene::{Root, Scene, Touch};

use crate::identity::{DomainClass, classify, registrable};
use crate::state::{Account, Field, Handoff, Node, Touchpoint};
use crate::turn::Turn;

/// Somebody on the way to a handoff.
#[derive(Clone, Debug)]
pub struct Lead<'a> {
    /// Where.
    pub account: &'a Account,
    /// Who.
    pub person: PersonId,
    /// The signal that this is decided for.
    pub signal: SignalId,
    /// The score, once there is one.
    pub score: Option<&'a Score>,
    /// The moment of the decision.
    pub now: Moment,
    /// Other accounts that the person is in: consents are the person's.
    elsewhere: Vec<&'a Account>,
    touchpoints: Vec<&'a Touchpoint>,
}

/// Touches of a person that a decision looks at, the newest: what a signal costs does not grow with
/// all that a shared login or a robot ever did.
pub const TOUCHES_MAX: usize = 1_000;

impl<'a> Lead<'a> {
    /// A person at a signal.
    pub fn new(
        account: &'a Account,
        person: PersonId,
        signal: SignalId,
        score: Option<&'a Score>,
        now: Moment,
    ) -> Self {
        let touchpoints = newest(account.nodes_of(person), now);
        Self { account, person, signal, score, now, elsewhere: Vec::new(), touchpoints }
    }

    /// The same, with whatever else the turn knows of the person.
    #[must_use]
    pub fn known_to(mut self, turn: &'a Turn<'_>) -> Self {
        let others = turn.concerned().filter(|other| other.id != self.account.id);
        self.elsewhere = others.collect();
        self
    }

    /// The nodes of the person, in the order of their ids.
    pub fn nodes(&self) -> impl Iterator<Item = &'a Node> {
        self.account.nodes_of(self.person)
    }

    /// The touchpoint of the signal that this is decided for.
    pub fn touchpoint(&self) -> Option<&'a Touchpoint> {
        self.touchpoints.iter().copied().find(|touch| touch.signal == self.signal)
    }

    /// Touches of the person up to now, newest first.
    pub fn touchpoints(&self) -> &[&'a Touchpoint] {
        &self.touchpoints
    }

    fn consent(&self, path: &str) -> Option<&'a Field> {
        let here = self.account.consent(self.person, path);
        let there = self.elsewhere.iter().filter_map(|other| other.consent(self.person, path));
        here.into_iter().chain(there).max_by_key(|field| (field.moment, field.known))
    }

    fn open_handoff(&self) -> Option<&'a Handoff> {
        self.account.open_handoff(self.person)
    }

    fn person_value(&self, path: &str) -> Option<Cow<'a, Value>> {
        match path {
            "free_mail" => {
                let class = self.mail_class()?;
                Some(Cow::Owned(Value::Boolean(class == DomainClass::FreeMail)))
            }
            "disposable_mail" => {
                let class = self.mail_class()?;
                Some(Cow::Owned(Value::Boolean(class == DomainClass::Disposable)))
            }
            "verified" => {
                let verified = |node: &Node| node.identifiers.keys().any(|key| key.verified);
                Some(Cow::Owned(Value::Boolean(self.nodes().any(verified))))
            }
            known => self.account.person_field(self.person, known).map(borrowed),
        }
    }

    fn mail_class(&self) -> Option<DomainClass> {
        let email = self.account.person_field(self.person, "email")?;
        let (_, domain) = email.value.text()?.rsplit_once('@')?;
        Some(classify(&registrable(domain)?))
    }

    fn score_value(&self, path: &str) -> Option<Cow<'a, Value>> {
        let score = self.score?;
        let hundredths = match path {
            "total" => score.total(),
            "fit" => score.fit,
            "engagement" => score.engagement,
            _ => return None,
        };
        Some(Cow::Owned(Value::Decimal(rust_decimal::Decimal::new(i64::from(hundredths), 2))))
    }

    fn handoff_value(&self, path: &str) -> Option<Cow<'a, Value>> {
        let handoff = self.open_handoff()?;
        match path {
            "kind" => Some(Cow::Owned(Value::Text(handoff.kind.clone().into()))),
            "state" => Some(Cow::Owned(Value::Text(handoff.state.as_str().into()))),
            _ => None,
        }
    }

    fn lead_value(&self, path: &str) -> Option<Cow<'a, Value>> {
        let touch = self.touchpoint()?;
        match path {
            "kind" => Some(Cow::Owned(Value::Text(touch.kind.clone()))),
            "source" => Some(Cow::Owned(Value::Text(touch.source.as_str().into()))),
            own => touch.fields.get(own).map(Cow::Borrowed),
        }
    }
}

/// The newest touches up to a moment, newest first. Those of one node are in order already, so only
/// their heads are compared.
fn newest<'a>(nodes: impl Iterator<Item = &'a Node>, now: Moment) -> Vec<&'a Touchpoint> {
    let key = |touch: &Touchpoint| (touch.moment, touch.signal);
    let mut rests: Vec<&[Touchpoint]> = Vec::new();
    for node in nodes {
        let end = node.touchpoints.partition_point(|touch| touch.moment <= now);
        rests.extend(node.touchpoints.get(..end).filter(|rest| !rest.is_empty()));
    }
    let head = |at: usize, rest: &[Touchpoint]| rest.last().map(|touch| (key(touch), at));
    let mut heads: BinaryHeap<_> =
        rests.iter().enumerate().filter_map(|(at, rest)| head(at, rest)).collect();
    let mut found: Vec<&Touchpoint> = Vec::new();
    while let Some((_, at)) = heads.pop()
        && found.len() < TOUCHES_MAX
    {
        if let Some((last, rest)) = rests[at].split_last() {
            found.push(last);
            rests[at] = rest;
            heads.extend(head(at, rest));
        }
    }
    found.sort_by_key(|touch| std::cmp::Reverse(key(touch)));
    found
}

impl Scene for Lead<'_> {
    fn now(&self) -> Moment {
        self.now
    }

    fn field(&self, root: Root, path: &str) -> Option<Cow<'_, Value>> {
        match root {
            Root::Person => self.person_value(path),
            Root::Account => self.account.field(path).map(borrowed),
            Root::Lead => self.lead_value(path),
            Root::Score => self.score_value(path),
            Root::Consent => self.consent(path).map(borrowed),
            Root::Handoff => self.handoff_value(path),
            Root::Owner => {
                let handoff = self.open_handoff()?;
                (path == "id").then(|| Cow::Owned(Value::Text(handoff.owner.id().into())))
            }
            // A member and a filter's signal are shown by scenes of their own.
            Root::Member | Root::Signal => None,
        }
    }

    fn touches<'a>(
        &'a self,
        kind: &str,
        after: Option<Moment>,
    ) -> Box<dyn Iterator<Item = Touch<'a>> + 'a> {
        let kind = Text::from(kind);
        let newest_first = self.touchpoints.iter().copied();
        let touches = newest_first
            .take_while(move |touch| after.is_none_or(|after| touch.moment > after))
            .filter(move |touch| touch.kind == kind);
        Box::new(touches.map(|touch| Touch {
            signal: touch.signal,
            moment: touch.moment,
            kind: &touch.kind,
            fields: &touch.fields,
        }))
    }

    fn source(&self, root: Root, path: &str) -> Option<SignalId> {
        let field = match root {
            Root::Person if matches!(path, "free_mail" | "disposable_mail") => {
                self.account.person_field(self.person, "email")
            }
            Root::Person => self.account.person_field(self.person, path),
            Root::Account => self.account.field(path),
            Root::Consent => self.consent(path),
            Root::Lead => return Some(self.signal),
            Root::Score | Root::Handoff | Root::Owner | Root::Member | Root::Signal => None,
        };
        field.map(|field| field.signal)
    }
}

const fn borrowed(field: &Field) -> Cow<'_, Value> {
    Cow::Borrowed(&field.value)
}
