//! What somebody wants of entries. On a page it is asked for with how many entries it is about, and nothing is
//! done where there are not as many any more.

use domain::QuarantineId;
use serde::{Deserialize, Serialize};

use crate::auth::action::Action;
use crate::service::setback::Setback;

/// The longest value that is put in place of what entries hold, in bytes.
const VALUE_BYTES_MAX: usize = 64 * 1024;

/// What can be done to entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryVerb {
    /// Put values in place of what was there.
    Repair,
    /// Let them in.
    Release,
    /// Throw them away.
    Discard,
}

impl EntryVerb {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Repair, Self::Release, Self::Discard];

    /// The last part of its path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Release => "release",
            Self::Discard => "discard",
        }
    }

    /// What policies call it.
    pub const fn action(self) -> Action {
        match self {
            Self::Repair => Action::RepairHeld,
            Self::Release => Action::ReleaseHeld,
            Self::Discard => Action::DiscardHeld,
        }
    }

    /// The one by its name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == word)
    }
}

/// What is done to entries.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntriesChange {
    /// Something is put in place of what they hold, and they are read again.
    Repair {
        /// Fields and their values.
        values: Vec<(String, String)>,
        /// A map in place of the one that was used.
        map: Option<String>,
        /// Whether those that nothing is wrong with any more are let in at once.
        release: bool,
    },
    /// They are let in.
    Release,
    /// They are thrown away.
    Discard,
}

/// What somebody wants of entries that they were shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntriesWanted {
    /// What is done.
    pub verb: EntryVerb,
    /// The field that is put right, and its value.
    pub value: Option<(String, String)>,
    /// How many entries they were told that it is about.
    pub told: usize,
}

impl EntriesWanted {
    /// What is done. What was put right is let in at once. Refused where it is about other entries than were
    /// shown, and where a repair has no value.
    pub fn checked(&self, entries: &[QuarantineId]) -> Result<EntriesChange, Setback> {
        if entries.len() != self.told {
            let says = format!(
                "it would be about {} and not {}, as you were told: look again, and decide then",
                in_words(entries.len()),
                self.told
            );
            return Err(Setback::refused(409, "entries-changed", says));
        }
        match self.verb {
            EntryVerb::Release => return Ok(EntriesChange::Release),
            EntryVerb::Discard => return Ok(EntriesChange::Discard),
            EntryVerb::Repair => {}
        }
        let value = self.value.clone().filter(|(_, value)| !value.trim().is_empty());
        let value = value.ok_or_else(|| {
            Setback::refused(422, "body-unfit", "say which value stands in place of what is there")
        })?;
        if value.1.len() > VALUE_BYTES_MAX {
            return Err(Setback::refused(422, "body-unfit", "a value is text of at most 64 KiB"));
        }
        Ok(EntriesChange::Repair { values: vec![value], map: None, release: true })
    }
}

fn in_words(entries: usize) -> String {
    if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") }
}

#[cfg(test)]
mod tests;
