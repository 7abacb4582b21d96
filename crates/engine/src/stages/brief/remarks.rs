//! What people said of a handoff in words, for whoever has it next. It is looked up when a brief is read
//! and is no claim of its own.

use domain::Moment;
use domain::fact::By;
use domain::handoff::State;

use super::words;
use crate::as_of::{HandoffAsOf, SaidNote, SaidWith};
use crate::names::Versions;

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

/// What people had said at the moment that a handoff is as of, the oldest first.
pub(super) fn remarks(known: HandoffAsOf<'_>, versions: &dyn Versions) -> Vec<Remark> {
    known.notes().iter().filter_map(|note| remark(note, versions)).collect()
}

fn remark(said: &SaidNote, versions: &dyn Versions) -> Option<Remark> {
    let text = text_of(&said.note.bytes)?;
    let names = versions.names(said.strategy);
    let named = said.note.said_by.as_deref();
    let by = match (named, &said.by) {
        (Some(name), _) => words::plain(name, NAME_CHARS_MAX).into_owned(),
        // Through whom it was done for them is for `why`.
        (None, Some(By::Behalf { member, .. })) => words::called(&member.0, names),
        (None, Some(by)) => words::doer(by, names),
        (None, None) => "Somebody".to_owned(),
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
