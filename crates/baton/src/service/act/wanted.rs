//! A deed as people write it, and what the engine makes of it.

use domain::Moment;
use domain::fact::Note;
use domain::handoff::{MemberId, Owner, QueueName, State};
use domain::reason::Code;
use engine::event::Deed;
use serde::{Deserialize, Serialize};

use crate::service::setback::Setback;

/// The longest note, in bytes.
const NOTE_BYTES_MAX: usize = 64 * 1024;
/// Why a handoff may be refused.
pub const REJECTIONS: [Code; 6] = [
    Code::BadFit,
    Code::BadData,
    Code::AlreadyWorking,
    Code::NotNow,
    Code::WrongTerritory,
    Code::OtherReason,
];
/// What may come of a handoff.
pub const OUTCOMES: [State; 7] = [
    State::Working,
    State::Met,
    State::Qualified,
    State::Won,
    State::Lost,
    State::Recycled,
    State::Disqualified,
];

/// A deed as people write it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Wanted {
    /// Take it.
    Accept {
        /// Who takes it, where it is not whoever acts.
        member: Option<String>,
    },
    /// Refuse it.
    Reject {
        /// Why, in one word.
        reason: String,
    },
    /// Give it to somebody.
    Reassign {
        /// To whom.
        to: NewOwner,
    },
    /// Say what came of it.
    Outcome {
        /// What, in one word.
        outcome: String,
        /// When it happened.
        occurred: Option<Moment>,
        /// When a recycled lead may come back.
        returns: Option<Moment>,
    },
    /// Say what was right, wrong or missing.
    Debrief {
        /// Right, in the owner's judgement.
        right: Option<bool>,
        /// How many things were missing or wrong.
        complaints: u16,
    },
    /// Keep it out of one's own list until then, or see it again.
    Snooze {
        /// Until when; none to see it again.
        until: Option<Moment>,
    },
    /// Take back what was done last.
    Undo,
}

/// Whom a handoff is given to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewOwner {
    /// A member of the team, by their id.
    Person(String),
    /// A queue, by its name.
    Queue(String),
}

impl Wanted {
    /// The deed, of nobody yet, with what was said in words. Refused where a word is none of the closed
    /// lists.
    pub fn read(self, note: Option<String>) -> Result<Deed, Setback> {
        let (note, by) = (read_note(note)?, None);
        Ok(match self {
            Self::Accept { member } => {
                Deed::Accept { member: member.map(|id| MemberId(id.into())), note, by }
            }
            Self::Reject { reason } => Deed::Reject { reason: rejection(&reason)?, note, by },
            Self::Reassign { to } => Deed::Reassign { to: new_owner(to)?, note, by },
            Self::Outcome { outcome, occurred, returns } => {
                let word = hyphened(&outcome);
                let known = OUTCOMES.into_iter().find(|state| state.as_str() == word);
                let outcome = known.ok_or_else(|| {
                    let says = "`outcome` is working, met, qualified, won, lost, recycled or \
                                disqualified";
                    Setback::refused(422, "outcome-unfit", says)
                })?;
                Deed::Outcome { outcome, occurred, returns, note, by }
            }
            Self::Debrief { right, complaints } => Deed::Debrief { right, complaints, note, by },
            Self::Snooze { until } => Deed::Snooze { until, by },
            Self::Undo => Deed::Undo { by },
        })
    }
}

/// What people write with spaces has hyphens in the closed lists.
fn hyphened(word: &str) -> String {
    word.trim().replace([' ', '_'], "-")
}

/// The word by which people give such a reason: `other` is the code, and `other-reason` what it stands for.
pub fn reason_word(code: Code) -> &'static str {
    if code == Code::OtherReason { "other-reason" } else { code.as_str() }
}

fn rejection(word: &str) -> Result<Code, Setback> {
    let word = hyphened(word);
    let meant = |code: &Code| code.as_str() == word || reason_word(*code) == word;
    REJECTIONS.into_iter().find(meant).ok_or_else(|| {
        let known: Vec<&str> = REJECTIONS.iter().map(|code| code.as_str()).collect();
        Setback::refused(422, "reason-unfit", format!("`reason` is one of: {}", known.join(", ")))
    })
}

pub(super) fn new_owner(to: NewOwner) -> Result<Owner, Setback> {
    match to {
        NewOwner::Person(id) if !id.is_empty() => Ok(Owner::Person(MemberId(id.into()))),
        NewOwner::Queue(name) if !name.is_empty() => Ok(Owner::Queue(QueueName(name))),
        NewOwner::Person(_) | NewOwner::Queue(_) => {
            let says = "`owner` is {\"kind\": \"person\" or \"queue\", \"id\"}";
            Err(Setback::refused(422, "owner-unfit", says))
        }
    }
}

fn read_note(note: Option<String>) -> Result<Option<Note>, Setback> {
    if note.as_ref().is_some_and(|note| note.len() > NOTE_BYTES_MAX) {
        return Err(Setback::refused(422, "body-unfit", "a note is text of at most 64 KiB"));
    }
    let note = note.filter(|note| !note.trim().is_empty());
    Ok(note.map(|note| Note::new(note.into_bytes())))
}
