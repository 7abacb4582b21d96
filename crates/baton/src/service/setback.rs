//! Why a command was not done, as far as the one who asked can act on it.

use crank::{CrankError, GroupError};
use store::StoreError;

/// Why a command was not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Setback {
    /// Too many wait already; nothing was kept.
    Overloaded {
        /// After how many seconds it is worth asking again.
        retry_after: u64,
    },
    /// Recovery is not done; nothing was kept.
    Recovering,
    /// It ends, and takes no more; nothing was kept.
    Ending,
    /// The disk is full. Whether it was kept is unknown: ask again with the same ids.
    Full,
    /// The commit failed, or nobody knows. Ask again with the same ids.
    Unknown,
    /// It does not fit how things stand.
    Refused {
        /// In one word, which has a help page.
        code: &'static str,
        /// As HTTP says it.
        status: u16,
        /// In words, without data.
        detail: String,
    },
    /// The handoff is no longer what the one who asked has seen.
    Stale {
        /// Its version at present.
        version: u64,
    },
}

impl Setback {
    /// Too many requests wait; they are done within a moment.
    pub const BUSY: Self = Self::Overloaded { retry_after: 1 };

    /// What does not fit how things stand.
    pub fn refused(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Refused { code, status, detail: detail.into() }
    }
}

/// What the crank's error means: a refusal, which leaves its group intact, or a failure, which does
/// not.
pub fn judge(error: CrankError) -> Result<Setback, StoreError> {
    use engine::event::Refusal;
    Ok(match error {
        CrankError::Store(error) => return Err(error),
        // The group that it failed in was forgotten by whoever caught it.
        CrankError::Fault => Setback::Unknown,
        CrankError::NoHandoff(_) => missing("handoff-missing", "there is no such handoff"),
        CrankError::NoAccount(_) => missing("account-missing", "there is no such account"),
        CrankError::NoPerson(_) => missing("person-missing", "there is no such person"),
        error @ CrankError::NoCompany(_) => missing("company-missing", &error.to_string()),
        CrankError::NoEntry(_) => missing("entry-missing", "there is no such quarantine entry"),
        CrankError::NoImport(_) => missing("import-missing", "there is no such import"),
        error @ CrankError::ImportUndone(_) => {
            Setback::refused(409, "import-undone-before", error.to_string())
        }
        CrankError::NodeUnresolved(_) => missing("person-missing", "nobody was resolved yet"),
        CrankError::EntryClosed(_) => Setback::refused(
            409,
            "entry-closed",
            "the quarantine entry was released, discarded or erased already",
        ),
        // The words name a field of the entry, and may quote what somebody wrote.
        CrankError::Unreadable(_) | CrankError::StillHeld(_) => Setback::refused(
            422,
            "entry-unreadable",
            "the entry cannot be read even with its repairs; `baton quarantine show` says why",
        ),
        CrankError::NoStrategy => {
            Setback::refused(409, "no-strategy", "no strategy is in force; run `baton apply DIR`")
        }
        error @ (CrankError::StrategyBroken(_)
        | CrankError::ContractReused
        | CrankError::NothingBefore) => Setback::refused(409, "strategy-unfit", error.to_string()),
        error @ (CrankError::SamePerson(_)
        | CrankError::TooManyNodes(_)
        | CrankError::NotTheirs(..)
        | CrankError::NothingLeft(_)) => Setback::refused(422, "identity-unfit", error.to_string()),
        CrankError::NotMerged(..) => Setback::refused(409, "not-merged", "the two were not merged"),
        CrankError::Refused(refusal) => match refusal {
            Refusal::Gone => missing("handoff-missing", "there is no such handoff"),
            refusal @ Refusal::State { .. } => {
                Setback::refused(409, "state-forbids", refusal.to_string())
            }
            Refusal::NoMember(_) => {
                Setback::refused(422, "member-missing", "the team has no such active member")
            }
            Refusal::NoQueue(_) => {
                Setback::refused(422, "queue-missing", "the strategy has no such queue")
            }
            refusal @ Refusal::WhoTakesIt => {
                Setback::refused(422, "member-needed", refusal.to_string())
            }
            refusal @ Refusal::WhoSnoozes => {
                Setback::refused(422, "member-needed", refusal.to_string())
            }
            refusal @ Refusal::SnoozePast => {
                Setback::refused(422, "moment-unreadable", refusal.to_string())
            }
            refusal @ Refusal::BriefPast => {
                Setback::refused(409, "brief-past", refusal.to_string())
            }
            refusal @ Refusal::NothingToUndo => {
                Setback::refused(409, "undo-nothing", refusal.to_string())
            }
            refusal @ Refusal::UndoTooLate => {
                Setback::refused(409, "undo-too-late", refusal.to_string())
            }
            refusal @ Refusal::NoOutcome(_) => {
                Setback::refused(422, "outcome-unfit", refusal.to_string())
            }
        },
    })
}

fn missing(code: &'static str, detail: &str) -> Setback {
    Setback::refused(404, code, detail)
}

/// What a failed group means for those who wait for it.
pub const fn failed(group: &GroupError) -> Setback {
    if let CrankError::Store(error) = group.error()
        && error.is_full()
    {
        return Setback::Full;
    }
    Setback::Unknown
}
