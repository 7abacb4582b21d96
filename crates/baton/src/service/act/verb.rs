//! What people can do to a handoff, by the words of addresses and forms.

use crate::auth::action::Action;

/// What can be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// Take it.
    Accept,
    /// Refuse it.
    Reject,
    /// Give it to somebody.
    Reassign,
    /// Say what came of it.
    Outcome,
    /// Say what was right, wrong or missing.
    Debrief,
    /// Say of a claim of the brief that it is right, wrong or stale, or that something is missing.
    Feedback,
    /// Keep it out of one's own list for a while.
    Snooze,
    /// Take back what was done last.
    Undo,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Accept,
        Self::Reject,
        Self::Reassign,
        Self::Outcome,
        Self::Debrief,
        Self::Feedback,
        Self::Snooze,
        Self::Undo,
    ];

    /// The last part of its path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Reassign => "reassign",
            Self::Outcome => "outcome",
            Self::Debrief => "debrief",
            Self::Feedback => "feedback",
            Self::Snooze => "snooze",
            Self::Undo => "undo",
        }
    }

    /// What policies call it.
    pub const fn action(self) -> Action {
        match self {
            Self::Accept => Action::Accept,
            Self::Reject => Action::Reject,
            Self::Reassign => Action::Reassign,
            Self::Outcome => Action::RecordOutcome,
            Self::Debrief => Action::Debrief,
            Self::Feedback => Action::GiveFeedback,
            Self::Snooze => Action::Snooze,
            Self::Undo => Action::Undo,
        }
    }
}
