//! Why something was not done: a code with a page, and a sentence.

use crank::CrankError;
use serde::{Deserialize, Serialize};
use store::StoreError;

use crate::service::act::Undone;
use crate::service::setback::Setback;

/// What is said where an identifier is to name somebody and names nobody.
pub const IDENTIFIER_SHARED: &str =
    "several people have this identifier, so that it names none of them; say the id of the person";

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The name of its help page.
    pub code: String,
    /// A fragment that fits behind "could not …: ".
    pub says: String,
    /// Whether what was asked cannot be: wrong use, not bad luck.
    pub wrong_use: bool,
}

impl Refusal {
    /// Something asked wrongly.
    pub fn wrong(code: &str, says: impl Into<String>) -> Self {
        Self { code: code.to_owned(), says: says.into(), wrong_use: true }
    }

    /// Something that could not be done.
    pub fn unable(code: &str, says: impl Into<String>) -> Self {
        Self { code: code.to_owned(), says: says.into(), wrong_use: false }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::unable(error.code(), with_causes(&error))
    }
}

impl From<CrankError> for Refusal {
    fn from(error: CrankError) -> Self {
        let says = with_causes(&error);
        match error {
            CrankError::Store(error) => error.into(),
            CrankError::NoHandoff(_)
            | CrankError::NoAccount(_)
            | CrankError::NoPerson(_)
            | CrankError::NoEntry(_) => Self::wrong("unknown-id", says),
            CrankError::NoCompany(_) => Self::wrong("company-missing", says),
            CrankError::NoImport(_) => Self::wrong("import-missing", says),
            CrankError::ImportUndone(_) => Self::unable("import-undone-before", says),
            CrankError::EntryClosed(_) => Self::unable("entry-closed", says),
            CrankError::Unreadable(_) | CrankError::StillHeld(_) => {
                Self::unable("entry-unreadable", says)
            }
            CrankError::Fault => Self::unable("program-failed", says),
            CrankError::NoStrategy => Self::unable("no-strategy", says),
            CrankError::StrategyBroken(_) => Self::unable("strategy-broken", says),
            CrankError::ContractReused => Self::unable("contract-version-reused", says),
            CrankError::NothingBefore => Self::unable("nothing-before", says),
            CrankError::Refused(_) => Self::unable("state-forbids", says),
            CrankError::NotMerged(..) | CrankError::NodeUnresolved(_) => {
                Self::unable("not-merged", says)
            }
            CrankError::SamePerson(_)
            | CrankError::TooManyNodes(_)
            | CrankError::NotTheirs(..)
            | CrankError::NothingLeft(_) => Self::wrong("identity-unfit", says),
        }
    }
}

impl From<Undone> for Refusal {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Refused(setback) => setback.into(),
            Undone::Failed(error) => error.into(),
        }
    }
}

impl From<Setback> for Refusal {
    fn from(setback: Setback) -> Self {
        match setback {
            // As things stand it cannot be done; anything else was asked wrongly.
            Setback::Refused { code, status: 409, detail } => Self::unable(code, detail),
            Setback::Refused { code, status: _, detail } => Self::wrong(code, detail),
            Setback::Stale { .. } => {
                Self::unable("version-stale", "the handoff changed since; look again")
            }
            Setback::Overloaded { .. } => {
                Self::unable("overloaded", "more waits than can be done in time; ask again")
            }
            Setback::Recovering => Self::unable("recovering", "it recovers; ask again in a moment"),
            Setback::Ending => Self::unable("ending", "it ends; ask again in a moment"),
            Setback::Full => Self::unable("disk-full", "the disk is full"),
            Setback::Unknown => Self::unable(
                "outcome-unknown",
                "whether it was kept is unknown: look, and ask again",
            ),
        }
    }
}

/// What to ask for the page of a code, wherever the program runs.
pub fn help_for(code: &str) -> String {
    format!("baton explain {code}")
}

/// An error with what caused it, each said once.
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut says = error.to_string();
    let mut cause = error.source();
    while let Some(known) = cause {
        let text = known.to_string();
        if !says.contains(&text) {
            says.push_str(": ");
            says.push_str(&text);
        }
        cause = known.source();
    }
    says
}
