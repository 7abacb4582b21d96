//! What people do to what is held: put it right, let it in, throw it away. Each is asked for with how many
//! entries it is about, and nothing is done where there are not as many any more.

use domain::QuarantineId;

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
    /// The values of a repair. Refused where it is about other entries than were shown, and where a repair
    /// has no value.
    pub fn checked(&self, entries: &[QuarantineId]) -> Result<Vec<(String, String)>, Setback> {
        if entries.len() != self.told {
            let says = format!(
                "it would be about {} and not {}, as you were told: look again, and decide then",
                in_words(entries.len()),
                self.told
            );
            return Err(Setback::refused(409, "entries-changed", says));
        }
        if self.verb != EntryVerb::Repair {
            return Ok(Vec::new());
        }
        let value = self.value.clone().filter(|(_, value)| !value.trim().is_empty());
        let value = value.ok_or_else(|| {
            Setback::refused(422, "body-unfit", "say which value stands in place of what is there")
        })?;
        if value.1.len() > VALUE_BYTES_MAX {
            return Err(Setback::refused(422, "body-unfit", "a value is text of at most 64 KiB"));
        }
        Ok(vec![value])
    }
}

fn in_words(entries: usize) -> String {
    if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") }
}

#[cfg(test)]
mod tests;
