//! What was read and may hold personal data: nobody gets at it before the reading is recorded.

use domain::AccountId;

/// Whose personal data is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The account.
    pub account: AccountId,
    /// How many of its nodes.
    pub nodes: u64,
}

/// What was read, and whose personal data is in it.
#[derive(Debug)]
#[must_use = "what was read is handed over once the reading is recorded"]
pub struct Unrecorded<T> {
    content: T,
    readings: Vec<Reading>,
}

impl<T> Unrecorded<T> {
    /// Something with personal data of these accounts in it; none where it has nothing personal.
    pub fn new(content: T, readings: impl IntoIterator<Item = Reading>) -> Self {
        Self { content, readings: readings.into_iter().collect() }
    }

    /// The same, with each account once, whichever of its readings stands first.
    pub(super) fn each_once(content: T, mut readings: Vec<Reading>) -> Self {
        readings.sort_unstable_by_key(|reading| reading.account);
        readings.dedup_by_key(|reading| reading.account);
        Self { content, readings }
    }

    /// Whose personal data is in it; nobody's where it has nothing personal.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// Both together. Of an account that both read it is recorded once, with the most nodes.
    pub fn and<U>(self, other: Unrecorded<U>) -> Unrecorded<(T, U)> {
        let mut readings = self.readings;
        for reading in other.readings {
            match readings.iter_mut().find(|known| known.account == reading.account) {
                Some(known) => known.nodes = known.nodes.max(reading.nodes),
                None => readings.push(reading),
            }
        }
        Unrecorded { content: (self.content, other.content), readings }
    }

    /// The same with what was read made into something else.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Unrecorded<U> {
        Unrecorded { content: make(self.content), readings: self.readings }
    }

    /// Records each reading, unless that was done already, and hands over what was read. What cannot be recorded is not read.
    pub fn record<E>(self, mut record: impl FnMut(Reading) -> Result<(), E>) -> Result<T, E> {
        self.readings.into_iter().try_for_each(&mut record)?;
        Ok(self.content)
    }
}
