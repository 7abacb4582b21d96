//! What a turn comes to.

use domain::HandoffId;
use domain::errand::Errand;
use domain::fact::{Entry, UndoneImport};
use domain::handoff::Action;
use domain::reason::Code;

use crate::event::Refusal;
use crate::stages::resolve::{Move, Resolved};
use crate::state::After;

/// A turn: written in one transaction and adopted, or forgotten.
#[derive(Clone, Debug)]
pub struct Turn {
    /// An entry for each aggregate that it concerns, in the order that they were first spoken of.
    pub entries: Vec<Entry>,
    /// What is to be done outside once the entries are there, or later.
    pub errands: Vec<Errand>,
    /// What came of the event.
    pub outcome: Outcome,
    /// What is known afterwards, as far as it changed.
    pub after: After,
}

/// What came of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Whatever had to be done is done.
    Done,
    /// A signal had its turn.
    Signal(Box<SignalOutcome>),
    /// Whether the attempt is to be made.
    Attempt(bool),
    /// A merge is taken back, or two are one because somebody says so: nodes that changed their place.
    Unmerged(Vec<Move>),
    /// What an import had brought of some people counts no more.
    TakenBack(UndoneImport),
    /// It cannot be done, and nothing was.
    Refused(Refusal),
}

/// What came of a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalOutcome {
    /// Whose it is, and what follows for its identifiers.
    pub resolved: Resolved,
    /// What was decided; none where it did not get that far.
    pub action: Option<Action>,
    /// The handoff that it began or found open.
    pub handoff: Option<HandoffId>,
    /// The codes of the reasons.
    pub reasons: Vec<Code>,
    /// Why the checkpoint holds it, and the field that it is about.
    pub held: Option<(Code, Option<String>)>,
}
