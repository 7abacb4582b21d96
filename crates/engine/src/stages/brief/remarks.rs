//! What people said of a handoff in words, for whoever has it next. It is looked up when a brief is read
//! and is no claim of its own.

use domain::Moment;
use domain::fact::{By, Feedback};
use domain::handoff::State;

use super::words;
use crate::as_of::{HandoffAsOf, SaidNote, SaidOfClaim, SaidWith};
use crate::names::{Names, Versions};

/// The most characters of a note that a brief shows.
const NOTE_CHARS_MAX: usize = 1_000;
/// The most characters of a name from outside.
const NAME_CHARS_MAX: usize = 60;

/// What somebody said of a handoff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// When we knew of it.
    pub moment: Moment,
    /// What people call whoever said it.
    pub by: String,
    /// What they did as they said it: `rejected it`.
    pub did: String,
    /// The words, in one line.
    pub text: String,
}

/// What a reader says of a claim of the brief, or of what is missing in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimRemark {
    /// Which claim, from 1; none where something is missing.
    pub claim: Option<u16>,
    /// What is said.
    pub feedback: Feedback,
    /// When we knew of it.
    pub moment: Moment,
    /// What people call whoever says it.
    pub by: String,
    /// In words, in one line.
    pub text: Option<String>,
}

/// What readers say of the brief's claims, the oldest first.
pub(super) fn feedback(known: HandoffAsOf<'_>, versions: &dyn Versions) -> Vec<ClaimRemark> {
    let remark = |said: &SaidOfClaim| ClaimRemark {
        claim: said.claim,
        feedback: said.feedback,
        moment: said.moment,
        by: called(said.by.as_ref(), versions.names(said.strategy)),
        text: said.note.as_ref().and_then(|note| text_of(&note.bytes)),
    };
    known.feedback().iter().map(remark).collect()
}

/// What people call whoever said something.
fn called(by: Option<&By>, names: &dyn Names) -> String {
    match by {
        // Through whom it was done for them is for `why`.
        Some(By::Behalf { member, .. }) => words::called(&member.0, names),
        Some(by) => words::doer(by, names),
        None => "Somebody".to_owned(),
    }
}

/// What people had said at the moment that a handoff is as of, the oldest first.
pub(super) fn remarks(known: HandoffAsOf<'_>, versions: &dyn Versions) -> Vec<Remark> {
    known.notes().iter().filter_map(|note| remark(note, versions)).collect()
}

fn remark(said: &SaidNote, versions: &dyn Versions) -> Option<Remark> {
    let text = text_of(&said.note.bytes)?;
    let names = versions.names(said.strategy);
    let named = said.note.said_by.as_deref();
    let by = match named {
        Some(name) => words::plain(name, NAME_CHARS_MAX).into_owned(),
        None => called(said.by.as_ref(), names),
    };
    let did = match said.with {
        SaidWith::Move(State::Accepted) => "accepted it".to_owned(),
        SaidWith::Move(_) => "rejected it".to_owned(),
        SaidWith::Reassignment => "gave it to somebody else".to_owned(),
        SaidWith::Outcome(outcome) => format!("said {}", outcome.as_str().replace('-', " ")),
        SaidWith::Debrief => "wrote".to_owned(),
    };
    Some(Remark { moment: said.moment, by, did, text })
}

/// The words of a note in one line; none where there are none.
pub(crate) fn text_of(bytes: &[u8]) -> Option<String> {
    let said = String::from_utf8_lossy(bytes);
    let text = words::plain(&said, NOTE_CHARS_MAX);
    (!text.is_empty()).then(|| text.into_owned())
}
