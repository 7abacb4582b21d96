//! What people do to a handoff.

use domain::Moment;
use domain::fact::{By, ClaimCode, Feedback, Note};
use domain::handoff::{MemberId, Owner, State};
use domain::reason::Code;
use domain::signal::SourceName;

/// Something that a person does to a handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Take it.
    Accept {
        /// Who takes it; needed where a queue has it.
        member: Option<MemberId>,
        /// In words, for whoever reads on. Sealed.
        note: Option<Note>,
        /// Who says so.
        by: Option<By>,
    },
    /// Refuse it.
    Reject {
        /// Why: one of the closed list.
        reason: Code,
        /// In words, for whoever has it next. Sealed.
        note: Option<Note>,
        /// Who says so.
        by: Option<By>,
    },
    /// Give it to somebody.
    Reassign {
        /// To whom.
        to: Owner,
        /// In words, for whoever has it next. Sealed.
        note: Option<Note>,
        /// Who says so.
        by: Option<By>,
    },
    /// Hand it on, since its owner has left the team.
    HandOn {
        /// To whom; the engine looks for somebody by the routes.
        to: Owner,
        /// Who says so; none where the strategy does.
        by: Option<By>,
    },
    /// Say what came of it.
    Outcome {
        /// What: working, met, qualified, won, lost, recycled or disqualified.
        outcome: State,
        /// When it happened, as was said.
        occurred: Option<Moment>,
        /// When a recycled lead may come back.
        returns: Option<Moment>,
        /// In words. Sealed.
        note: Option<Note>,
        /// Who says so.
        by: Option<By>,
    },
    /// Say what was right, wrong or missing.
    Debrief {
        /// Right, in the owner's judgement.
        right: Option<bool>,
        /// How many things were missing or wrong.
        complaints: u16,
        /// In words. Sealed.
        note: Option<Note>,
        /// Who says so.
        by: Option<By>,
    },
    /// Say of a claim of the brief that it is right, wrong or stale, or that something is missing.
    Feedback {
        /// Of which claim.
        of: JudgedClaim,
        /// What is said.
        feedback: Feedback,
        /// In words. Sealed.
        note: Option<Note>,
        /// Who says so.
        by: Option<By>,
    },
    /// Keep it out of one's own list until then. It is a mark of whoever says so, and nothing else.
    Snooze {
        /// Until when; none where it is to be seen again.
        until: Option<Moment>,
        /// Who says so.
        by: Option<By>,
    },
    /// Take back what was done last.
    Undo {
        /// Who says so.
        by: Option<By>,
    },
}

/// A claim of a brief, as whoever looked it up found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedClaim {
    /// Which brief: that of its owner by this number, counted from 1 as it was given to somebody.
    pub brief: u32,
    /// Which claim of it, from 1; none where something is missing.
    pub claim: Option<u16>,
    /// What it says, by its code.
    pub code: Option<ClaimCode>,
    /// The configured source whose words it tells.
    pub source: Option<SourceName>,
}

impl Deed {
    /// Whether whoever does it may take it back for a while.
    pub const fn can_be_undone(&self) -> bool {
        match self {
            Self::Accept { .. }
            | Self::Reject { .. }
            | Self::Snooze { .. }
            | Self::Feedback { .. } => true,
            Self::Reassign { .. }
            | Self::HandOn { .. }
            | Self::Outcome { .. }
            | Self::Debrief { .. }
            | Self::Undo { .. } => false,
        }
    }

    /// The same, done by somebody else than it says.
    #[must_use]
    pub fn done_by(mut self, who: By) -> Self {
        match &mut self {
            Self::Accept { by, .. }
            | Self::Reject { by, .. }
            | Self::Reassign { by, .. }
            | Self::HandOn { by, .. }
            | Self::Outcome { by, .. }
            | Self::Debrief { by, .. }
            | Self::Feedback { by, .. }
            | Self::Snooze { by, .. }
            | Self::Undo { by } => *by = Some(who),
        }
        self
    }
}

/// Why something cannot be done to a handoff as it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its account does not know it any more.
    #[error("the handoff is not there")]
    Gone,
    /// Its state forbids it.
    #[error("a handoff that is {state} cannot be {deed}")]
    State {
        /// Where it is.
        state: State,
        /// What was asked, as a participle.
        deed: &'static str,
    },
    /// The team has no such member.
    #[error("the team has no active member `{0}`")]
    NoMember(String),
    /// The strategy has no such queue.
    #[error("the strategy has no queue `{0}`")]
    NoQueue(String),
    /// A queue has it, and nobody said who takes it.
    #[error("a queue has the handoff: say which member takes it")]
    WhoTakesIt,
    /// The outcome is none of the closed list.
    #[error(
        "`{0}` is no outcome: say working, met, qualified, won, lost, recycled or disqualified"
    )]
    NoOutcome(State),
    /// Its owner changed, and whoever has it now has another brief.
    #[error("the brief was written for an earlier owner: read the present one, and say it of that")]
    BriefPast,
    /// Nothing was done to it that can be taken back, or something was done since.
    #[error(
        "nothing can be taken back: only what was done last can be, for 8 seconds, and only an \
         acceptance, a refusal, a snooze or feedback"
    )]
    NothingToUndo,
    /// A mark is somebody's own, and nobody said whose.
    #[error("a snooze is a member's own: say whose with `as`")]
    WhoSnoozes,
    /// It would be over already.
    #[error("it would have ended already: say a moment that is still to come")]
    SnoozePast,
    /// What was done last has had its effects.
    #[error("the time to take it back is over, and what followed from it has left")]
    UndoTooLate,
}
