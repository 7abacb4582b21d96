//! What a brief is written from: what the claims need, gathered in one pass over the touches.

use std::collections::BTreeMap;

use domain::{ByName, Moment, NodeId, PersonId, SignalId, Span};

use super::claim::{About, Evidence, Place, Section};
use super::topic;
use crate::as_of::HandoffAsOf;
use crate::state::{AccountContext, Field, Handoff, Node, Touchpoint};

/// Rows of the timeline.
pub(super) const ROWS_MAX: usize = 12;
/// Other people of the account who are told of, by the order of their ids.
const OTHERS_MAX: usize = 8;
/// How far back others at the account count as active.
const ACTIVE: Span = Span::days(7);
/// Touches of others that are cited for their being active.
const ACTIVE_MAX: usize = 256;

/// What a context holds for a brief.
pub(super) struct BriefInput<'a> {
    /// What is known of the account, by name.
    pub account: Vec<(&'a str, &'a Field)>,
    /// What is known of the person, by name.
    pub person: BTreeMap<&'a str, &'a Field>,
    /// What the person agreed to, by name.
    pub consents: BTreeMap<&'a str, &'a Field>,
    /// What is known of others at the account, by person and name.
    pub others: BTreeMap<(PersonId, &'a str), &'a Field>,
    /// What the person's own signals say of the topics of a brief: the newest of each name.
    pub said: BTreeMap<&'a str, (Section, &'a Touchpoint)>,
    /// The newest touches of the account, newest first.
    pub rows: Vec<Row<'a>>,
    /// Touches of others in the days before, newest first within each node.
    pub active: Vec<&'a Touchpoint>,
    /// How many others they were.
    pub active_people: usize,
    /// How much of the person was erased.
    pub erased: Erased,
    /// Whether a part of what the person said is there and does not open.
    pub damaged: bool,
    cited: Vec<(SignalId, Option<&'a Touchpoint>)>,
    missing: usize,
    as_of: Moment,
}

/// How much of a person was erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Erased {
    /// Nothing was erased.
    Nothing,
    /// Some of what was known of them: they were two people later, and one of them was erased.
    Part,
    /// The one whose signal began the handoff.
    Whole,
}

/// A row of the timeline.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// What happened.
    pub touch: &'a Touchpoint,
    /// Whether it was the person whose handoff it is.
    pub theirs: bool,
}

impl<'a> BriefInput<'a> {
    /// Looks at what was known of a handoff's person and account at a moment.
    pub(super) fn at(known: HandoffAsOf<'a>) -> Self {
        let (account, person) = (known.account(), known.person());
        let mut input = Self {
            account: Vec::new(),
            person: BTreeMap::new(),
            consents: BTreeMap::new(),
            others: BTreeMap::new(),
            said: BTreeMap::new(),
            rows: Vec::with_capacity(4 * ROWS_MAX),
            active: Vec::new(),
            active_people: 0,
            erased: Erased::Nothing,
            damaged: false,
            cited: Vec::new(),
            missing: 0,
            as_of: known.moment(),
        };
        input.erased = erased(account, person, known.handoff().node);
        input.take_fields(account, person);
        input.expect_cited(known.handoff());
        input.take_touches(account, person);
        input
    }

    /// The evidence for a field, if its signal is there.
    pub(super) fn of_field(
        &self,
        about: About,
        name: &'a str,
        field: &Field,
    ) -> Option<Evidence<'a>> {
        let touch = self.touch(field.signal)?;
        Some(Evidence { field: Place { about, name }, ..of_touch(touch, "kind") })
    }

    /// The evidence for what signals did, those that are there.
    pub(super) fn of_signals<'s>(
        &'s self,
        signals: impl IntoIterator<Item = &'s SignalId> + 's,
    ) -> impl Iterator<Item = Evidence<'a>> + 's {
        signals
            .into_iter()
            .filter_map(|signal| self.touch(*signal))
            .map(|touch| of_touch(touch, "kind"))
    }

    /// The signal, if it is cited and there.
    pub(super) fn touch(&self, signal: SignalId) -> Option<&'a Touchpoint> {
        let at = self.cited.binary_search_by_key(&signal, |(cited, _)| *cited).ok()?;
        self.cited[at].1
    }

    fn take_fields(&mut self, account: AccountContext<'a>, person: PersonId) {
        let as_of = self.as_of;
        let known = |field: &&Field| field.known <= as_of;
        let names = account.field_names();
        self.account =
            names.filter_map(|name| Some((name, account.field(name).filter(known)?))).collect();
        let others = others(account, person);
        for (theirs, node) in account.nodes() {
            if theirs == person {
                self.damaged |= node.damaged;
                take(&mut self.person, &node.person_fields, as_of, Some);
                take(&mut self.consents, &node.consents, as_of, Some);
            } else if others.binary_search(&theirs).is_ok() {
                let wanted = |name: &'a str| topic::tells_of_others(name).then_some((theirs, name));
                take(&mut self.others, &node.person_fields, as_of, wanted);
            }
        }
    }

    fn expect_cited(&mut self, handoff: &Handoff) {
        let fields = self.account.iter().map(|(_, field)| *field);
        let fields = fields.chain(self.person.values().copied());
        let fields = fields.chain(self.consents.values().copied());
        let fields = fields.chain(self.others.values().copied());
        let mut cited: Vec<SignalId> = fields.map(|field| field.signal).collect();
        let parts = handoff.score.contributions.iter();
        cited.extend(parts.flat_map(|part| part.evidence.iter().copied()));
        cited.push(handoff.signal);
        cited.sort_unstable();
        cited.dedup();
        self.missing = cited.len();
        self.cited = cited.into_iter().map(|signal| (signal, None)).collect();
    }

    fn take_touches(&mut self, account: AccountContext<'a>, person: PersonId) {
        let active_after = self.as_of - ACTIVE;
        let mut active_people = Vec::new();
        // The person's nodes first: most of what is cited is theirs.
        for theirs in [true, false] {
            for (whose, node) in account.nodes() {
                if (whose == person) != theirs {
                    continue;
                }
                let before = self.active.len();
                self.take_node(node, theirs, active_after);
                if self.active.len() > before {
                    active_people.push(whose);
                }
            }
        }
        active_people.sort_unstable();
        active_people.dedup();
        self.active_people = active_people.len();
        self.keep_newest();
    }

    fn take_node(&mut self, node: &'a Node, theirs: bool, active_after: Moment) {
        let as_of = self.as_of;
        let known = node.touchpoints.iter().rev().filter(|touch| touch.known <= as_of);
        for (at, touch) in known.enumerate() {
            let active = !theirs && touch.moment > active_after;
            if at >= ROWS_MAX && !theirs && !active && self.missing == 0 {
                return;
            }
            if at < ROWS_MAX {
                self.rows.push(Row { touch, theirs });
            }
            if active && self.active.len() < ACTIVE_MAX {
                self.active.push(touch);
            }
            self.find(touch);
            if theirs {
                self.hear(touch);
            }
        }
        let sources = node.sources.values().filter(|touch| touch.known <= as_of);
        sources.for_each(|touch| self.find(touch));
        if self.rows.len() > 3 * ROWS_MAX {
            self.keep_newest();
        }
    }

    fn keep_newest(&mut self) {
        self.rows
            .sort_unstable_by_key(|row| std::cmp::Reverse((row.touch.moment, row.touch.signal)));
        self.rows.truncate(ROWS_MAX);
    }

    fn find(&mut self, touch: &'a Touchpoint) {
        if self.missing > 0
            && let Ok(at) = self.cited.binary_search_by_key(&touch.signal, |(cited, _)| *cited)
            && self.cited[at].1.replace(touch).is_none()
        {
            self.missing -= 1;
        }
    }

    fn hear(&mut self, touch: &'a Touchpoint) {
        for name in touch.fields.keys() {
            let Some(section) = topic::of_signal(name) else { continue };
            let known = self.said.entry(name).or_insert((section, touch));
            if (known.1.moment, known.1.signal) < (touch.moment, touch.signal) {
                known.1 = touch;
            }
        }
    }
}

/// How much of a person was erased, by the node that began their handoff.
pub(super) fn erased(account: AccountContext<'_>, person: PersonId, began: NodeId) -> Erased {
    let erased = |node: &Node| node.erased;
    if account.node(began).is_some_and(erased) {
        Erased::Whole
    } else if account.nodes_of(person).any(erased) {
        Erased::Part
    } else {
        Erased::Nothing
    }
}

/// The evidence that a signal is for itself.
pub(super) fn of_touch<'a>(touch: &'a Touchpoint, field: &'a str) -> Evidence<'a> {
    Evidence {
        signal: touch.signal,
        source_id: &touch.source_id,
        source: &touch.source,
        kind: &touch.kind,
        moment: touch.moment,
        field: Place { about: About::Signal, name: field },
    }
}

/// The first other people of the account, by the order of their ids.
fn others(account: AccountContext<'_>, person: PersonId) -> Vec<PersonId> {
    let known = account.members.values().copied();
    let mut others: Vec<PersonId> = known.filter(|other| *other != person).collect();
    others.sort_unstable();
    others.dedup();
    others.truncate(OTHERS_MAX);
    others
}

/// Of each name the value that was so last.
fn take<'a, K: Ord>(
    to: &mut BTreeMap<K, &'a Field>,
    from: &'a ByName<Field>,
    as_of: Moment,
    key: impl Fn(&'a str) -> Option<K>,
) {
    for (name, field) in from.iter().filter(|(_, field)| field.known <= as_of) {
        let Some(key) = key(name) else { continue };
        let known = to.entry(key).or_insert(field);
        if (known.moment, known.known) <= (field.moment, field.known) {
            *known = field;
        }
    }
}
