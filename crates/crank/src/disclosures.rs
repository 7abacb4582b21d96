//! Readings of personal data in clear, and which of them are recorded for the present hour.

use std::collections::BTreeMap;

use domain::fact::{By, Fact, ReadFor, ReadOf};
use domain::handoff::Actor;

/// Readings of an hour that are remembered; beyond it some are recorded twice.
pub(crate) const REMEMBERED_MAX: usize = 65_536;

/// Somebody who is about to read personal data in clear.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disclosure {
    /// Who reads.
    pub reader: By,
    /// What for.
    pub purpose: ReadFor,
    /// What for in words. They are sealed.
    pub reason: Option<String>,
    /// Whose data.
    pub of: ReadOf,
    /// Of how many subject nodes.
    pub nodes: u64,
    /// A person over HTTP, or the operator of the machine.
    pub actor: Actor,
}

/// What is recorded of the present hour.
#[derive(Debug, Default)]
pub(crate) struct Disclosures {
    hour: i64,
    /// Each with the most nodes that a record of it counts.
    recorded: BTreeMap<Key, u64>,
    /// Whether what was recorded before this process began is among them.
    remembered: bool,
}

impl Disclosures {
    /// Whether what was recorded before this process began was looked at.
    pub(crate) const fn are_remembered(&self) -> bool {
        self.remembered
    }

    /// Takes in what the journal says of an hour.
    pub(crate) fn remember<'f>(&mut self, hour: i64, facts: impl Iterator<Item = &'f Fact>) {
        self.remembered = true;
        self.turn_to(hour);
        for (key, nodes) in facts.filter_map(recorded) {
            self.put(key, nodes);
        }
    }

    /// Whether a reading is recorded for an hour: of more nodes than were read before it is another one.
    pub(crate) fn has(&self, disclosure: &Disclosure, hour: i64) -> bool {
        let counted = self.recorded.get(&key(disclosure));
        self.hour == hour && counted.is_some_and(|counted| disclosure.nodes <= *counted)
    }

    /// Remembers a reading that is recorded.
    pub(crate) fn add(&mut self, disclosure: &Disclosure, hour: i64) {
        if self.recorded.len() >= REMEMBERED_MAX {
            self.recorded.clear();
        }
        self.turn_to(hour);
        self.put(key(disclosure), disclosure.nodes);
    }

    fn put(&mut self, key: Key, nodes: u64) {
        let counted = self.recorded.entry(key).or_default();
        *counted = nodes.max(*counted);
    }

    fn turn_to(&mut self, hour: i64) {
        if self.hour != hour {
            self.recorded.clear();
            self.hour = hour;
        }
    }
}

/// By whom, what for, in which words, and whose.
type Key = (String, u8, Option<String>, ReadOf);

fn key(disclosure: &Disclosure) -> Key {
    let Disclosure { reader, purpose, reason, of, .. } = disclosure;
    (named(reader), *purpose as u8, reason.clone(), *of)
}

/// The reading that a fact records, and of how many nodes; none where it does not say whose data was read.
fn recorded(fact: &Fact) -> Option<(Key, u64)> {
    let Fact::Unsealed { reader, purpose, of: Some(of), reason, nodes } = fact else { return None };
    let words = reason.as_ref().map(|note| String::from_utf8_lossy(&note.bytes).into_owned());
    Some(((named(reader), *purpose as u8, words, *of), *nodes))
}

fn named(reader: &By) -> String {
    format!("{} {reader}", reader.kind())
}
