//! What can go wrong in the loop, and what to do about it.

use domain::reason::Code;
use domain::{AccountId, HandoffId, ImportId, NodeId, PersonId, QuarantineId};
use store::StoreError;

use crate::entry_fault::{EntryFault, in_words};

/// Why the crank could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CrankError {
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program failed within a group. One thing in it is at fault, and nothing of it was kept.
    #[error("the program failed within a group; run `baton doctor`, and report what it says")]
    Fault,
    /// Nobody knows the handoff.
    #[error("there is no handoff `{0}`")]
    NoHandoff(HandoffId),
    /// Nobody knows the account.
    #[error("there is no account `{0}`")]
    NoAccount(AccountId),
    /// Nobody knows the person.
    #[error("there is no person `{0}`")]
    NoPerson(PersonId),
    /// Nothing was said of the company alone, or it was erased.
    #[error("nothing is known of the company of `{0}` but what is known of its people")]
    NoCompany(AccountId),
    /// Nobody knows the quarantine entry.
    #[error("there is no quarantine entry `{0}`")]
    NoEntry(QuarantineId),
    /// The entry is released, discarded or erased already.
    #[error("the quarantine entry `{0}` is closed: it was released, discarded or erased")]
    EntryClosed(QuarantineId),
    /// The entry's bytes cannot be read even so.
    #[error("the entry cannot be read yet: {0}")]
    Unreadable(String),
    /// The entry was read again, and is held for these.
    #[error("the entry cannot be read yet: {}", in_words(.0))]
    StillHeld(Vec<EntryFault>),
    /// There is no strategy in force.
    #[error("no strategy is in force; run `baton apply DIR`")]
    NoStrategy,
    /// A strategy that is kept does not compile with this program.
    #[error(
        "the strategy `{0}` does not compile with this program; run `baton check` on its folder"
    )]
    StrategyBroken(String),
    /// A contract says something else than it did under the same version.
    #[error("a contract says something else than it did under the same id and version")]
    ContractReused,
    /// There is nothing to go back to.
    #[error("there is no earlier strategy to go back to")]
    NothingBefore,
    /// What was asked does not fit the handoff's state.
    #[error(transparent)]
    Refused(#[from] engine::event::Refusal),
    /// The two are not one person.
    #[error("`{0}` was not merged into `{1}`")]
    NotMerged(PersonId, PersonId),
    /// Both are one person already.
    #[error("both are `{0}` already")]
    SamePerson(PersonId),
    /// Two together have more nodes than one person may have.
    #[error("the two have {0} nodes together, more than the {max} of one person", max = engine::stages::resolve::CLUSTER_MAX)]
    TooManyNodes(usize),
    /// A node is not the person's.
    #[error("the node `{0}` is not of `{1}`")]
    NotTheirs(NodeId, PersonId),
    /// All nodes of a person, or none, are to be split off.
    #[error("name some of the nodes of `{0}`, and not all")]
    NothingLeft(PersonId),
    /// Nobody knows the import.
    #[error("there is no import `{0}`")]
    NoImport(ImportId),
    /// The import is taken back already.
    #[error("the import `{0}` was taken back already")]
    ImportUndone(ImportId),
    /// A node points to nobody.
    #[error("the node `{0}` belongs to nobody yet")]
    NodeUnresolved(NodeId),
}

impl CrankError {
    /// Why the one thing that fails with this error is parked.
    pub const fn park_code(&self) -> Code {
        if self.is_damage() {
            Code::SealedDamaged
        } else if self.unreadable_entry().is_some() {
            Code::EntryDamaged
        } else {
            Code::PoisonFact
        }
    }

    /// The entry of the journal whose clear part cannot be read, where it is that which fails.
    pub const fn unreadable_entry(&self) -> Option<u64> {
        if let Self::Store(error) = self { error.unreadable_entry() } else { None }
    }

    /// Whether something that belongs to one person or quarantine entry does not open, or nothing
    /// can be sealed to it.
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Store(StoreError::SealedDamaged(_)))
    }

    /// Whether one thing of the group may be at fault, so that the others are tried without it. A
    /// full disk and a store that cannot be relied on concern all of them.
    pub fn is_of_one(&self) -> bool {
        match self {
            Self::Fault => true,
            Self::Store(error) => !error.is_full() && !error.is_fatal(),
            Self::NoHandoff(_)
            | Self::NoAccount(_)
            | Self::NoPerson(_)
            | Self::NoCompany(_)
            | Self::NoEntry(_)
            | Self::EntryClosed(_)
            | Self::Unreadable(_)
            | Self::StillHeld(_)
            | Self::NoStrategy
            | Self::StrategyBroken(_)
            | Self::ContractReused
            | Self::NothingBefore
            | Self::Refused(_)
            | Self::NotMerged(..)
            | Self::SamePerson(_)
            | Self::TooManyNodes(_)
            | Self::NotTheirs(..)
            | Self::NothingLeft(_)
            | Self::NoImport(_)
            | Self::ImportUndone(_)
            | Self::NodeUnresolved(_) => false,
        }
    }
}

/// Why a group is not there.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// Something in it could not be written: none of it is there.
    #[error(transparent)]
    Inside(CrankError),
    /// The commit itself: nobody knows whether it is there.
    #[error(transparent)]
    Commit(CrankError),
}

impl GroupError {
    /// What happened.
    pub const fn error(&self) -> &CrankError {
        match self {
            Self::Inside(error) | Self::Commit(error) => error,
        }
    }
}

impl From<GroupError> for CrankError {
    fn from(ungrouped: GroupError) -> Self {
        match ungrouped {
            GroupError::Inside(error) | GroupError::Commit(error) => error,
        }
    }
}
