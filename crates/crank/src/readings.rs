//! Readings of personal data in clear, and which of them are recorded for the present hour.

use std::collections::BTreeSet;

use domain::fact::{By, ReadFor};
use domain::handoff::Actor;
use domain::{AccountId, QuarantineId};

/// Readings of an hour that are remembered; beyond it some are recorded twice.
const REMEMBERED_MAX: usize = 65_536;

/// Somebody who is about to read personal data in clear.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// Who reads.
    pub reader: By,
    /// What for.
    pub purpose: ReadFor,
    /// What for in words. They are sealed.
    pub reason: Option<String>,
    /// Whose data.
    pub subject: Subject,
    /// Of how many subject nodes.
    pub nodes: u64,
    /// A person over HTTP, or the operator of the machine.
    pub actor: Actor,
}

/// Whose data is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    /// An account's people.
    Account(AccountId),
    /// Whoever a quarantine entry names.
    Entry(QuarantineId),
    /// Everybody, as in an export.
    Everybody,
}

/// What is recorded of the present hour.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    hour: i64,
    recorded: BTreeSet<Key>,
}

impl Readings {
    /// Whether a reading is recorded for an hour.
    pub(crate) fn has(&self, reading: &Reading, hour: i64) -> bool {
        self.hour == hour && self.recorded.contains(&key(reading))
    }

    /// Remembers a reading that is recorded.
    pub(crate) fn add(&mut self, reading: &Reading, hour: i64) {
        if self.hour != hour || self.recorded.len() >= REMEMBERED_MAX {
            self.recorded.clear();
            self.hour = hour;
        }
        self.recorded.insert(key(reading));
    }
}

/// By whom, what for, in which words, and whose.
type Key = (String, u8, Option<String>, Subject);

fn key(reading: &Reading) -> Key {
    let reader = format!("{} {}", reading.reader.kind(), reading.reader);
    (reader, reading.purpose as u8, reading.reason.clone(), reading.subject)
}
