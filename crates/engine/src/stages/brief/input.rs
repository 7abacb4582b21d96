//! What a brief is written from: what the claims need, gathered in one pass over the touches.

use std::cmp::Reverse;

use domain::{ByName, Moment, NodeId, PersonId, SignalId, Span, Value};

use super::claim::{Evidence, Place};
use super::section::{About, Section};
use super::topic;
use crate::as_of::HandoffAsOf;
use crate::state::{AccountContext, Field, FieldOrigin, Handoff, Node, Touchpoint};

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
    /// What is known of the account, in the order of the names.
    pub account: Vec<(&'a str, &'a Field)>,
    /// What is known of the person, in the order of the names.
    pub person: Vec<(&'a str, &'a Field)>,
    /// What the person agreed to, in the order of the names.
    pub consents: Vec<(&'a str, &'a Field)>,
    /// What is known of others at the account, in the order of the persons and the names.
    pub others: Vec<((PersonId, &'a str), &'a Field)>,
    /// What the person's own signals say of the topics of a brief, in the order of the names: the
    /// newest of each name.
    pub said: Vec<Said<'a>>,
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

/// What a signal says of a topic.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    /// The name of the signal's field.
    pub name: &'a str,
    /// What the field says.
    pub value: &'a Value,
    /// The section that it belongs to.
    pub section: Section,
    /// The signal.
    pub touch: &'a Touchpoint,
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
            person: Vec::new(),
            consents: Vec::new(),
            others: Vec::new(),
            said: Vec::new(),
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
        Some(of_touch(touch, Place { about, name }))
    }

    /// The evidence for what signals did, those that are there.
    pub(super) fn of_signals<'s>(
        &'s self,
        signals: impl IntoIterator<Item = &'s SignalId> + 's,
    ) -> impl Iterator<Item = Evidence<'a>> + 's {
        signals
            .into_iter()
            .filter_map(|signal| self.touch(*signal))
            .map(|touch| of_touch(touch, Place::KIND))
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
        self.account
            .extend(names.filter_map(|name| Some((name, account.field(name).filter(known)?))));
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
        keep_best(&mut self.person, FieldOrigin::weight);
        keep_best(&mut self.consents, |said| (said.moment, said.known));
        keep_best(&mut self.others, FieldOrigin::weight);
    }

    fn expect_cited(&mut self, handoff: &Handoff) {
        let mut cited: Vec<(SignalId, Option<&'a Touchpoint>)> = Vec::with_capacity(64);
        // Fields that one signal said stand side by side.
        let mut cite = |signal: SignalId| {
            if cited.last().is_none_or(|(last, _)| *last != signal) {
                cited.push((signal, None));
            }
        };
        let of_names = self.account.iter().chain(&self.person).chain(&self.consents);
        of_names.for_each(|(_, field)| cite(field.signal));
        self.others.iter().for_each(|(_, field)| cite(field.signal));
        for part in &handoff.score.contributions {
            part.evidence.iter().for_each(|signal| cite(*signal));
        }
        cite(handoff.signal);
        cited.sort_unstable_by_key(|(signal, _)| *signal);
        cited.dedup_by_key(|(signal, _)| *signal);
        self.missing = cited.len();
        self.cited = cited;
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
                // What is said of the company is nobody's being active.
                let own = account.person_of(node.id).is_none();
                self.take_node(node, theirs, if own { Moment(i64::MAX) } else { active_after });
                if self.active.len() > before {
                    active_people.push(whose);
                }
            }
        }
        active_people.sort_unstable();
        active_people.dedup();
        self.active_people = active_people.len();
        self.keep_newest();
        let newest_first = |said: &Said<'a>| Reverse((said.touch.moment, said.touch.signal));
        self.said.sort_unstable_by_key(|said| (said.name, newest_first(said)));
        self.said.dedup_by_key(|said| said.name);
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
        self.rows.sort_unstable_by_key(|row| Reverse((row.touch.moment, row.touch.signal)));
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
        let said = touch.fields.iter().filter_map(|(name, value)| {
            let section = topic::of_signal(name)?;
            Some(Said { name, value, section, touch })
        });
        self.said.extend(said);
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

/// The evidence that a part of a signal is.
pub(super) fn of_touch<'a>(touch: &'a Touchpoint, field: Place<'a>) -> Evidence<'a> {
    Evidence { touch, source: &touch.source, field }
}

/// The first other people of the account, by the order of their ids.
fn others(account: AccountContext<'_>, person: PersonId) -> Vec<PersonId> {
    let mut others = account.people();
    others.retain(|other| *other != person);
    others.truncate(OTHERS_MAX);
    others
}

/// The value of a name among those that stand in the order of their names.
pub(super) fn find<'a>(known: &[(&'a str, &'a Field)], name: &str) -> Option<&'a Field> {
    let at = known.binary_search_by_key(&name, |(known, _)| *known).ok()?;
    Some(known[at].1)
}

/// What a node says, under the keys that are wanted.
fn take<'a, K>(
    to: &mut Vec<(K, &'a Field)>,
    from: &'a ByName<Field>,
    as_of: Moment,
    key: impl Fn(&'a str) -> Option<K>,
) {
    let known = from.iter().filter(|(_, field)| field.known <= as_of);
    to.extend(known.filter_map(|(name, field)| Some((key(name)?, field))));
}

/// Of each key the value that counts most, in the order of the keys. What one node says is in order.
fn keep_best<K: Ord + Copy, W: Ord>(
    fields: &mut Vec<(K, &Field)>,
    weight: impl Fn(&FieldOrigin) -> W,
) {
    if fields.is_sorted_by(|(one, _), (other, _)| one < other) {
        return;
    }
    fields.sort_by_key(|(key, _)| *key);
    fields.dedup_by(|(key, next), (kept, last)| {
        let same = key == kept;
        if same && weight(last) <= weight(next) {
            *last = next;
        }
        same
    });
}
