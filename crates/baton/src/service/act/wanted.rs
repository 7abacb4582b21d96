//! A deed as people write it, and what the engine makes of it.

use domain::Moment;
use domain::fact::{ClaimCode, Feedback, Note};
use domain::handoff::{MemberId, Owner, QueueName, State};
use domain::reason::Code;
use domain::signal::SourceName;
use engine::event::{Deed, JudgedClaim};
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
    /// Say of a claim of the brief that it is right, wrong or stale, or that something is missing.
    Feedback {
        /// Which claim, from 1; none where something is missing.
        claim: Option<u16>,
        /// Which brief they read; the present owner's where nobody says it.
        brief: Option<u32>,
        /// `right`, `wrong`, `stale` or `missing`.
        feedback: String,
        /// What was found of the claim.
        found: Option<FoundClaim>,
    },
    /// Keep it out of one's own list until then, or see it again.
    Snooze {
        /// Until when; none to see it again.
        until: Option<Moment>,
    },
    /// Take back what was done last.
    Undo,
}

/// A claim of a brief, as whoever looked it up found it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FoundClaim {
    /// The present owner's brief.
    pub brief: u32,
    /// The code of the claim; none where the brief has no such claim, or none was asked for.
    pub code: Option<String>,
    /// The source whose words the claim tells.
    pub source: Option<String>,
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
            Self::Feedback { claim, brief, feedback, found } => {
                let feedback = feedback_of(&feedback, claim)?;
                let of = judged(claim, brief, found)?;
                Deed::Feedback { of, feedback, note, by }
            }
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

/// What is said of a claim, or of what is missing: of that no claim is named.
fn feedback_of(word: &str, claim: Option<u16>) -> Result<Feedback, Setback> {
    let known = Feedback::named(&hyphened(word)).ok_or_else(|| {
        let says = "`feedback` is right, wrong or stale of a claim, or missing";
        Setback::refused(422, "feedback-unfit", says)
    })?;
    if (known == Feedback::Missing) == claim.is_some() {
        let says =
            "right, wrong and stale are said of a `claim`; what is missing is said without one";
        return Err(Setback::refused(422, "feedback-unfit", says));
    }
    Ok(known)
}

fn judged(
    claim: Option<u16>,
    brief: Option<u32>,
    found: Option<FoundClaim>,
) -> Result<JudgedClaim, Setback> {
    let missing = || Setback::refused(422, "claim-missing", "the brief has no such claim");
    let FoundClaim { brief: present, code, source } = found.ok_or_else(missing)?;
    let code = code.as_deref().and_then(ClaimCode::named);
    if claim.is_some() && code.is_none() {
        return Err(missing());
    }
    let source = source.and_then(|source| SourceName::new(&source).ok());
    Ok(JudgedClaim { brief: brief.unwrap_or(present), claim, code, source })
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
